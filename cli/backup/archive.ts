import { createCipheriv, createDecipheriv, createHash, randomBytes, scrypt } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, lstat, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { BACKUP_FORMAT, type BackupPart, backupHeadParser, backupPartParser } from '@sightline/schemas/backup'
import { SightlineError } from '@sightline/schemas/errors'
import { fileError } from './file-error.ts'

/**
 * The file of a backup: one line of JSON with the salt, then sealed pieces. Each piece is its length (four bytes, big-endian) and
 * AES-256-GCM of one byte that says what it is, and the bytes. The key comes from the passphrase by scrypt; it is the key of this one file, because
 * the salt is random. The nonce is the number of the piece. Sealed with each piece are the first line, and whether it is
 * the last one: no piece can be changed, moved, removed or added, and no end cut off, without it being noticed.
 */

/** A piece as its reader gets it. */
export type Piece = { part: BackupPart } | { bytes: Uint8Array }

const PART = 0
const BYTES = 1
const TAG = 16
/** Largest piece, in bytes: what a reader holds at most, whatever a file says. */
const MOST = 2 ** 20
/** 32 MiB and a tenth of a second for each guess. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 }
const FEWEST_CHARACTERS = 16

const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt)

interface Sealer {
  readonly key: Buffer
  /** SHA-256 of the first line. */
  readonly head: Buffer
}

async function sealer(passphrase: string, line: string, salt: string): Promise<Sealer> {
  const key = await derive(passphrase.normalize('NFC'), Buffer.from(salt, 'hex'), 32, COST)
  return { key, head: createHash('sha256').update(line).digest() }
}

function nonceOf(number: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(number), 4)
  return nonce
}

const contextOf = ({ head }: Sealer, isLast: boolean) => Buffer.concat([head, Buffer.from([isLast ? 1 : 0])])

/** @throws USAGE for a passphrase that can be guessed */
export function requirePassphrase(passphrase: string): string {
  if (passphrase.length >= FEWEST_CHARACTERS) return passphrase
  throw new SightlineError('USAGE', `the passphrase has fewer than ${FEWEST_CHARACTERS} characters`, {
    hint: 'The backup contains every key of the system. Make one with: openssl rand -base64 32',
  })
}

export interface ArchiveWriter {
  part(part: BackupPart): Promise<void>
  /** Adds bytes of the part that was begun last. */
  bytes(bytes: Uint8Array): Promise<void>
  /** Size so far, in bytes. */
  size(): number
  /** Adds the last part, and gives the file its name. All of it is on disk then. @returns SHA-256 of the file */
  finish(part: BackupPart): Promise<string>
  /** Removes what was written. */
  abandon(): Promise<void>
}

/**
 * Writes a backup for its owner alone, under its name only when it is complete.
 * @throws CONFLICT when there is such a file, USAGE for a weak passphrase, CONFIG_INVALID and DISK_LOW when it cannot be written
 */
export async function createArchive(path: string, passphrase: string): Promise<ArchiveWriter> {
  const salt = randomBytes(16).toString('hex')
  const line = `${JSON.stringify({ sightlineBackup: BACKUP_FORMAT, salt })}\n`
  const sealed = await sealer(requirePassphrase(passphrase), line, salt)
  // Now, and not after hours; and once more at the end.
  await lstat(path).then(
    () => exists(path)({ code: 'EEXIST' } as NodeJS.ErrnoException),
    () => {},
  )
  // In a container each process has the same number: one that was killed must not keep the next from starting.
  const draft = `${path}.${randomBytes(4).toString('hex')}.part`
  const file = await open(draft, 'wx', 0o600).catch(fileError('write', draft))
  const digest = createHash('sha256')
  let size = 0
  let number = 0
  const write = async (bytes: Uint8Array) => {
    digest.update(bytes)
    size += bytes.length
    await file.writeFile(bytes).catch(fileError('write', draft))
  }
  const add = (kind: number, bytes: Uint8Array, isLast = false) => {
    const cipher = createCipheriv('aes-256-gcm', sealed.key, nonceOf(number++)).setAAD(
      contextOf(sealed, isLast),
    )
    const body = [
      cipher.update(Buffer.from([kind])),
      cipher.update(bytes),
      cipher.final(),
      cipher.getAuthTag(),
    ]
    const length = Buffer.alloc(4)
    length.writeUInt32BE(1 + bytes.length + TAG)
    return write(Buffer.concat([length, ...body]))
  }
  // A part that no reader accepts must be noticed now, and not on the day of the fire.
  const asBytes = (part: BackupPart) => {
    const bytes = Buffer.from(JSON.stringify(part))
    backupPartParser.parseJson(bytes)
    return bytes
  }
  await write(Buffer.from(line))
  return {
    part: async (part) => add(PART, asBytes(part)),
    bytes: (bytes) => add(BYTES, bytes),
    size: () => size,
    async finish(part) {
      await add(PART, asBytes(part), true)
      await file.sync().catch(fileError('write', draft))
      await file.close()
      await giveName(draft, path)
      return digest.digest('hex')
    },
    async abandon() {
      await file.close()
      await rm(draft, { force: true })
    },
  }
}

/** Gives a complete draft its name, and never that of another file. */
export async function giveName(draft: string, path: string, linkFile: typeof link = link): Promise<void> {
  try {
    // Unlike a rename, it never replaces a file.
    await linkFile(draft, path).catch(exists(path))
    await rm(draft)
  } catch (error) {
    if (!NO_LINKS.includes(String((error as NodeJS.ErrnoException).code))) throw error
    // USB sticks and shares of Windows have no links: the name is taken first, then the draft comes to it.
    const taken = await open(path, 'wx', 0o600).catch(exists(path))
    await taken.close()
    await rename(draft, path)
  }
  // The name is on disk, too.
  const folder = await open(dirname(path), 'r')
  await folder
    .sync()
    .catch(() => {})
    .finally(() => folder.close())
}

/** How file systems say that they have no links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']

const exists =
  (path: string) =>
  (error: NodeJS.ErrnoException): never => {
    if (error.code !== 'EEXIST') throw error
    throw new SightlineError('CONFLICT', `there is already a file ${path}`, {
      hint: 'A backup replaces no other: choose a new name.',
    })
  }

/**
 * Reads a backup, piece after piece. What it has given is authentic, but only after the last piece is it known to be complete.
 * @throws BACKUP_LOCKED for another passphrase, BACKUP_DAMAGED for a file that was changed or cut, CONFIG_INVALID for a newer format
 */
export async function* readArchive(path: string, passphrase: string): AsyncGenerator<Piece> {
  const stream = createReadStream(path, { highWaterMark: 2 ** 20 })
  let held: Buffer = Buffer.alloc(0)
  const source = stream[Symbol.asyncIterator]()
  /** Whether as many bytes are there. */
  const has = async (length: number) => {
    while (held.length < length) {
      const next = await source.next().catch(fileError('read', path))
      if (next.done) return false
      held = held.length === 0 ? next.value : Buffer.concat([held, next.value])
    }
    return true
  }
  try {
    await has(200)
    const end = held.subarray(0, 200).indexOf('\n') + 1
    const line = held.toString('utf8', 0, end)
    const sealed = await sealer(passphrase, line, saltOf(line, path))
    held = held.subarray(end)
    let number = 0
    for (let isLast = false; !isLast; number++) {
      if (!(await has(4))) throw damageError(path, 'its end is missing')
      const length = held.readUInt32BE()
      if (length <= TAG || length > MOST + TAG + 1) throw damageError(path, `piece ${number + 1} was changed`)
      if (!(await has(4 + length))) throw damageError(path, 'its end is missing')
      const body = held.subarray(4, 4 + length)
      held = held.subarray(4 + length)
      let plain = unseal(sealed, number, body, false)
      if (!plain) {
        plain = unseal(sealed, number, body, true)
        isLast = true
      }
      if (!plain && number === 0) {
        throw new SightlineError('BACKUP_LOCKED', `the passphrase does not open ${path}`, {
          hint: 'Use the one with which it was made. If it is the right one, then the file was changed: take another copy.',
        })
      }
      if (!plain) throw damageError(path, `piece ${number + 1} was changed`)
      const bytes = plain.subarray(1)
      yield plain[0] === PART ? { part: backupPartParser.parseJson(bytes) } : { bytes }
    }
    if (await has(1)) throw damageError(path, 'there is something after its end')
  } finally {
    stream.destroy()
  }
}

function unseal(sealed: Sealer, number: number, body: Buffer, isLast: boolean): Buffer | null {
  const decipher = createDecipheriv('aes-256-gcm', sealed.key, nonceOf(number), { authTagLength: TAG })
  decipher.setAAD(contextOf(sealed, isLast)).setAuthTag(body.subarray(-TAG))
  const plain = decipher.update(body.subarray(0, -TAG))
  try {
    decipher.final()
    return plain
  } catch {
    return null
  }
}

function saltOf(line: string, path: string): string {
  let head: { sightlineBackup: number; salt: string }
  try {
    head = backupHeadParser.parseJson(line)
  } catch (cause) {
    throw new SightlineError('BACKUP_DAMAGED', `${path} is not a backup, or its beginning was changed`, {
      cause,
      hint: 'Name a file that ./sightline backup has written.',
    })
  }
  if (head.sightlineBackup <= BACKUP_FORMAT) return head.salt
  throw new SightlineError(
    'CONFIG_INVALID',
    `${path} has the format ${head.sightlineBackup}; this version reads up to ${BACKUP_FORMAT}`,
    { hint: 'Restore it with the version that made it, or a newer one.' },
  )
}

export const damageError = (path: string, why: string) =>
  new SightlineError('BACKUP_DAMAGED', `the backup ${path} is damaged: ${why}`, {
    hint: 'Nothing of it was restored. Take another copy; compare its SHA-256 with the one that the backup printed.',
  })
