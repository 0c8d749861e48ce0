import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createArchive, giveName, type Piece, readArchive } from '@sightline/cli/backup/archive'
import { readPassphrase } from '@sightline/cli/backup/passphrase'
import { backupOrder, backupPartParser } from '@sightline/schemas/backup'
import { streamDeclarations } from '@sightline/schemas/stream-declarations'
import { EMBEDDED_SIZE } from '@sightline/schemas/streams'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/broker.ts'

const PASSPHRASE = 'correct horse battery staple'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let path: string
let whole: Buffer

async function pieces(file: string, passphrase = PASSPHRASE): Promise<Piece[]> {
  const found: Piece[] = []
  for await (const piece of readArchive(file, passphrase)) found.push(piece)
  return found
}

beforeAll(async () => {
  folder = await temporaryFolder()
  path = join(folder.path, 'a.backup')
  const archive = await createArchive(path, PASSPHRASE)
  await archive.part({ part: 'file', path: 'keys/admin.nk' })
  await archive.bytes(Buffer.from('SECRET-SEED'))
  await archive.bytes(Buffer.alloc(1000, 'SECRET-SEED'))
  await archive.finish({ part: 'whole', parts: 1 })
  whole = await readFile(path)
})
afterAll(() => folder.remove())

describe('the file of a backup', () => {
  it('gives back what was written, to the owner of the passphrase alone', async () => {
    const got = await pieces(path)
    expect(got.map((piece) => ('part' in piece ? piece.part.part : piece.bytes.length))).toEqual([
      'file',
      11,
      1000,
      'whole',
    ])
    expect(whole.includes('SECRET')).toBe(false)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await expect(pieces(path, 'another passphrase')).rejects.toMatchObject({ code: 'BACKUP_LOCKED' })
  })

  it('is refused wherever a bit was changed', async () => {
    const changed = join(folder.path, 'changed')
    // Each place of a piece is like the others; the key of each try costs a tenth of a second.
    const places = [
      0,
      20,
      70,
      whole.indexOf('\n') + 2,
      whole.indexOf('\n') + 20,
      whole.length - 300,
      whole.length - 1,
    ]
    for (const place of places) {
      const bytes = Buffer.from(whole)
      bytes[place]! ^= 1
      await writeFile(changed, bytes)
      await expect(pieces(changed), String(place)).rejects.toMatchObject({
        code: expect.stringMatching(/^BACKUP_/),
      })
    }
  })

  it('is refused when its end is missing, also after a whole piece, and when something follows', async () => {
    const cut = join(folder.path, 'cut')
    let at = whole.indexOf('\n') + 1
    const ends = [at]
    while (at < whole.length) {
      at += 4 + whole.readUInt32BE(at)
      ends.push(at)
    }
    expect(ends).toHaveLength(5)
    for (const end of [...ends.slice(0, -1), whole.length - 1]) {
      await writeFile(cut, whole.subarray(0, end))
      await expect(pieces(cut), String(end)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
    }
    await writeFile(cut, Buffer.concat([whole, Buffer.from('x')]))
    await expect(pieces(cut)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
    // Two pieces that changed places.
    const [a, b, c] = ends as [number, number, number]
    const swapped = [whole.subarray(0, a), whole.subarray(b, c), whole.subarray(a, b), whole.subarray(c)]
    await writeFile(cut, Buffer.concat(swapped))
    await expect(pieces(cut)).rejects.toMatchObject({ code: expect.stringMatching(/^BACKUP_/) })
  })

  it('replaces no file, and is made with no passphrase that can be guessed', async () => {
    await expect(createArchive(path, PASSPHRASE)).rejects.toMatchObject({ code: 'CONFLICT' })
    const late = join(folder.path, 'late')
    const again = await createArchive(late, PASSPHRASE)
    await writeFile(late, 'of another')
    await expect(again.finish({ part: 'whole', parts: 0 })).rejects.toMatchObject({ code: 'CONFLICT' })
    await again.abandon()
    expect([await readFile(path), await readFile(late, 'utf8')]).toEqual([whole, 'of another'])
    expect((await readdir(folder.path)).filter((name) => name.endsWith('.part'))).toEqual([])
    await expect(createArchive(join(folder.path, 'weak'), 'tooshort')).rejects.toMatchObject({
      code: 'USAGE',
    })
  })

  it('has its name also where files cannot be linked, and never that of another', async () => {
    const cannot = () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' }))
    const [draft, to] = [join(folder.path, 'x.part'), join(folder.path, 'stick.backup')]
    await writeFile(draft, 'all of it')
    await giveName(draft, to, cannot)
    expect(await readFile(to, 'utf8')).toBe('all of it')
    await writeFile(draft, 'of another day')
    await expect(giveName(draft, to, cannot)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await readFile(to, 'utf8')).toBe('all of it')
  })

  it('is made after one that was killed as the same process, and has nothing that no reader accepts', async () => {
    const next = join(folder.path, 'next')
    await writeFile(`${next}.${process.pid}.part`, 'of a process with the same number in its container')
    const archive = await createArchive(next, PASSPHRASE)
    await expect(archive.part({ part: 'file', path: `keys/${'x'.repeat(1000)}` })).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
    })
    await archive.abandon()
  })

  it('that is not there, or cannot be written, is no defect of the program', async () => {
    const wrong = { code: 'CONFIG_INVALID' }
    await expect(pieces(join(folder.path, 'none'))).rejects.toMatchObject(wrong)
    await expect(pieces(folder.path)).rejects.toMatchObject(wrong)
    await expect(createArchive(join(folder.path, 'none/a'), PASSPHRASE)).rejects.toMatchObject(wrong)
  })

  it.each([
    ['random bytes', Buffer.from([0xf0, 0x80, 0xff, ...Buffer.alloc(32, 'a')])],
    ['an empty first line', Buffer.from('\nsecond line of the passphrase')],
    ['nothing', Buffer.alloc(0)],
  ])('has no passphrase of %s', async (_what, bytes) => {
    const passphraseFile = join(folder.path, 'passphrase')
    await writeFile(passphraseFile, bytes, { mode: 0o600 })
    await expect(readPassphrase({ passphraseFile })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it('of a newer format is refused as such', async () => {
    const newer = join(folder.path, 'newer')
    await writeFile(newer, whole.toString('latin1').replace('Backup":1', 'Backup":2'), 'latin1')
    await expect(pieces(newer)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it.each([
    ...['/etc/passwd', '../x', 'keys/../../x', 'keys//x', '.', 'keys/..', '', 'keys', 'keys/'],
    // Where the broker of the restore works.
    ...['jetstream/AGENCY/streams/AUDIT/msgs/1.blk', 'bare/keys/admin.nk', 'owner.pid'],
  ])('has no file at %j', (wrong) => {
    expect(backupPartParser.check({ part: 'file', path: wrong })).toBe(false)
    expect(backupPartParser.check({ part: 'file', path: 'keys/a..b/.c' })).toBe(true)
  })
})

describe('the order of a backup', () => {
  const names = streamDeclarations({ ...EMBEDDED_SIZE, vendors: ['sim'] }).map(({ name }) => name)
  const order = backupOrder(names, true)

  it('takes what refers before what it refers to, and the audit log last', () => {
    const pairs = [
      ['KV_SAVED', 'KV_CASES'],
      ['KV_LOOKOUTS', 'KV_CASES'],
      ['KV_DISPLAYS', 'KV_CASES'],
      ['ALERTS', 'KV_DISPLAYS'],
      ['KV_ALERT_WORK', 'ALERTS'],
      ['SIGHTINGS', 'ALERTS'],
      ['KV_ACCESS', 'KV_PEOPLE'],
      ['AUDIT_CHECKPOINTS', 'AUDIT'],
    ]
    for (const [first, then] of pairs) {
      expect(order.indexOf(first!), first).toBeGreaterThanOrEqual(0)
      expect(order.indexOf(first!), `${first} before ${then}`).toBeLessThan(order.indexOf(then!))
    }
    expect(order.at(-1)).toBe('AUDIT')
  })

  it('leaves out what ends by itself, what is on no disk, and the reads', () => {
    expect(names.filter((name) => !order.includes(name)).sort()).toEqual([
      'CANARY',
      'HEALTH',
      'KV_LEASES',
      'KV_POSITIONS',
      'KV_QUERY_CACHE',
      'KV_SESSIONS',
      'KV_WRITES_DONE',
      'READS',
      'READS-sim',
      'READS_a0',
      'READS_a1',
      'REJECTS',
      'TEST_ALERTS',
    ])
    expect(backupOrder(names, false).some((name) => name.startsWith('PICTURES'))).toBe(false)
  })
})
