import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Deliver, openSpool, type Spool, type SpoolMessage } from '@sightline/edge-agent/spool/spool'
import { retryUntilStored } from '@sightline/edge-agent/spool/until-stored'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { quiet, temporaryFolder } from '../../support/broker.ts'

let temporary: Awaited<ReturnType<typeof temporaryFolder>>
let folder: string
const opened: Spool[] = []

beforeEach(async () => {
  temporary = await temporaryFolder()
  folder = join(temporary.path, 'spool')
})
afterEach(async () => {
  for (const spool of opened.splice(0)) await spool.close().catch(() => {})
  await temporary.remove()
})

async function start(maxBytes = 10 * 1024 ** 2, at = folder): Promise<Spool> {
  const spool = await openSpool({ folder: at, maxBytes, log: quiet })
  opened.push(spool)
  return spool
}

async function stop(spool: Spool): Promise<void> {
  opened.splice(opened.indexOf(spool), 1)
  await spool.close()
}

const message = (number: number, camera = 'gate-1', bytes = 1000) => ({
  camera,
  id: `${camera}.${number}`,
  payload: new Uint8Array(bytes).fill(number),
})

const appendUntilStored = (spool: Spool, one: SpoolMessage, log: typeof quiet, signal?: AbortSignal) =>
  retryUntilStored(one.camera, () => spool.append(one), log, signal)

/** Delivers what is there until nothing is, and tells the ids in order. */
async function drain(spool: Spool, deliver: Deliver = async () => undefined): Promise<string[]> {
  const ids: string[] = []
  const stopping = new AbortController()
  const forwarding = spool.forward(async (entry) => {
    const receipt = await deliver(entry)
    ids.push(entry.id)
    return receipt
  }, stopping.signal)
  await vi.waitFor(() => expect(spool.stats().entries).toBe(0), { timeout: 30_000, interval: 10 })
  stopping.abort()
  await forwarding
  return ids
}

test('an appended entry is on the disk, comes out again after a restart, and is removed when delivered', async () => {
  const first = await start()
  await Promise.all([1, 2, 3].map((number) => first.append(message(number))))
  expect(await readdir(join(folder, 'entries'))).toHaveLength(3)
  await stop(first)
  const again = await start()
  expect(again.stats()).toEqual({ entries: 3, bytes: 3 * 4096, dropped: 0, corrupt: 0 })
  const payloads: number[] = []
  const ids = await drain(again, async ({ payload }) => void payloads.push(payload[999]!))
  expect(ids).toEqual(['gate-1.1', 'gate-1.2', 'gate-1.3'])
  expect(payloads).toEqual([1, 2, 3])
  expect(await readdir(join(folder, 'entries'))).toEqual([])
})

test('a camera whose delivery hangs delays no other, and nothing overtakes within a camera', async () => {
  const spool = await start()
  for (const number of [1, 2, 3]) for (const camera of ['a', 'b']) await spool.append(message(number, camera))
  const stopping = new AbortController()
  const ids: string[] = []
  let release = () => {}
  const hanging = new Promise<void>((resolve) => {
    release = resolve
  })
  const forwarding = spool.forward(async ({ id, camera }) => {
    if (camera === 'a') await hanging
    ids.push(id)
  }, stopping.signal)
  await vi.waitFor(() => expect(ids).toEqual(['b.1', 'b.2', 'b.3']), 30_000)
  release()
  await vi.waitFor(() => expect(spool.stats().entries).toBe(0), 30_000)
  expect(ids.slice(3)).toEqual(['a.1', 'a.2', 'a.3'])
  stopping.abort()
  await forwarding
})

test('a failed delivery is retried and keeps its place', async () => {
  const spool = await start()
  for (const number of [1, 2]) await spool.append(message(number))
  let attempts = 0
  const ids = await drain(spool, async () => {
    if (++attempts === 1) throw new Error('link down')
  })
  expect(ids).toEqual(['gate-1.1', 'gate-1.2'])
  expect(attempts).toBe(3)
})

test('an entry whose delivery is interrupted by the stop stays, and is the first one next time', async () => {
  const spool = await start()
  for (const number of [1, 2]) await spool.append(message(number))
  const stopping = new AbortController()
  const forwarding = spool.forward(
    () =>
      new Promise((_, reject) =>
        stopping.signal.addEventListener('abort', () => reject(new Error('stopped'))),
      ),
    stopping.signal,
  )
  await new Promise((wake) => setTimeout(wake, 50))
  stopping.abort()
  await forwarding
  expect(spool.stats().entries).toBe(2)
  await stop(spool)
  expect(await drain(await start())).toEqual(['gate-1.1', 'gate-1.2'])
})

describe('with the configured space full,', () => {
  test('the oldest entries are dropped and counted, also across a restart', async () => {
    const spool = await start(5 * 4096)
    for (let number = 1; number <= 8; number++) await spool.append(message(number))
    expect(spool.stats()).toMatchObject({ entries: 5, dropped: 3 })
    await stop(spool)
    const again = await start(5 * 4096)
    expect(again.stats()).toMatchObject({ entries: 5, dropped: 3 })
    expect(await drain(again)).toEqual([4, 5, 6, 7, 8].map((number) => `gate-1.${number}`))
  })

  test('a kill between counting and removing counts once and sends nothing', async () => {
    const spool = await start()
    for (const number of [1, 2, 3]) await spool.append(message(number))
    await stop(spool)
    await writeFile(join(folder, 'dropped.json'), JSON.stringify({ total: 2, removing: [1, 2] }))
    const again = await start()
    expect(again.stats()).toMatchObject({ entries: 1, dropped: 2 })
    expect(await drain(again)).toEqual(['gate-1.3'])
    await stop(again)
    // A sequence that was dropped never names another entry, though nothing is left to count on from.
    const third = await start()
    for (const number of [4, 5]) await third.append(message(number))
    await stop(third)
    expect(await drain(await start())).toEqual(['gate-1.4', 'gate-1.5'])
  })

  test('an entry that can never fit is refused at once', async () => {
    const spool = await start(4096)
    const refused = appendUntilStored(spool, message(1, 'gate-1', 5000), quiet)
    await expect(refused).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
  })
})

describe('with damage,', () => {
  test('an entry that lost bytes is set aside and counted; the others arrive', async () => {
    const spool = await start()
    for (const number of [1, 2, 3]) await spool.append(message(number))
    await stop(spool)
    const [, second = ''] = (await readdir(join(folder, 'entries'))).sort()
    await truncate(join(folder, 'entries', second), 500)
    const again = await start()
    expect(await drain(again)).toEqual(['gate-1.1', 'gate-1.3'])
    expect(again.stats().corrupt).toBe(1)
    expect(await readdir(join(folder, 'corrupt'))).toEqual([second])
  })

  test('foreign files are set aside; half-written ones of a killed agent are removed', async () => {
    await stop(await start())
    await writeFile(join(folder, 'entries', 'notes.txt'), 'what is this')
    await writeFile(join(folder, 'incoming', 'half'), 'abc')
    const spool = await start()
    expect(spool.stats()).toMatchObject({ entries: 0, corrupt: 1 })
    expect(await readdir(join(folder, 'incoming'))).toEqual([])
  })

  test('a folder that cannot contain a spool is renamed and reported, and a new one created', async () => {
    await mkdir(folder)
    await writeFile(join(folder, 'entries'), 'a file where a folder should be')
    const errors: unknown[] = []
    const log = Object.assign(Object.create(quiet), { error: (fields: unknown) => errors.push(fields) })
    const spool = await openSpool({ folder, maxBytes: 1e6, log })
    opened.push(spool)
    await spool.append(message(1))
    expect(errors).toMatchObject([{ err: { code: 'SPOOL_CORRUPT' } }])
    const aside = (await readdir(temporary.path)).find((name) => name.startsWith('spool.corrupt-'))
    expect(await readFile(join(temporary.path, aside!, 'entries'), 'utf8')).toContain('a file')
  })

  test('an invalid count starts again without stopping the agent', async () => {
    await stop(await start())
    await writeFile(join(folder, 'dropped.json'), '{"total":')
    expect((await start()).stats().dropped).toBe(0)
  })
})

test('two agents cannot use one folder; a killed one does not lock it', async () => {
  const spool = await start()
  await expect(openSpool({ folder, maxBytes: 1e6, log: quiet })).rejects.toMatchObject({
    code: 'SPOOL_IN_USE',
  })
  await stop(spool)
  // The mark of a process that had this one's number, but was started at another tick.
  execFileSync('ln', ['-s', `${process.pid} 1 another-boot`, join(folder, 'owner')])
  await start()
})

test('a camera that cannot be part of a file name is refused', async () => {
  const spool = await start()
  await expect(spool.append({ ...message(1), camera: '../x' })).rejects.toMatchObject({
    code: 'MESSAGE_INVALID',
  })
})

describe('with the disk full,', () => {
  const disk = '/tmp/sightline-test-small-disk'
  let mounted = false
  beforeEach(async () => {
    await mkdir(disk, { recursive: true })
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk], { stdio: 'ignore' })
      mounted = true
    } catch {
      mounted = false
    }
  })
  afterEach(async () => {
    for (const spool of opened.splice(0)) await spool.close().catch(() => {})
    if (mounted) execFileSync('umount', [disk])
    await rm(disk, { recursive: true, force: true })
  })

  test('the error has a code, nothing is corrupted, entries are still sent, and the waiting read gets in', async (context) => {
    if (!mounted) return context.skip('this user may not mount a file system')
    const at = join(disk, 'spool')
    const spool = await start(10 * 1024 ** 2, at)
    const stored: string[] = []
    let refused: unknown
    // One camera has a receipt already, the other one has none.
    await spool.append(message(0))
    await drain(spool, async ({ sequence }) => sequence)
    for (let number = 1; !refused; number++) {
      const next = message(number, `gate-${(number % 2) + 1}`, 3000)
      await spool.append(next).then(
        () => stored.push(next.id),
        (error) => {
          refused = error
        },
      )
    }
    expect(refused).toMatchObject({ code: 'SPOOL_FULL', hint: expect.any(String) })
    expect(spool.stats()).toMatchObject({ entries: stored.length, corrupt: 0 })
    // Half a file must not be left: it would take the space that the next attempt needs.
    expect(await readdir(join(at, 'incoming'))).toEqual([])

    // An agent that starts on the full disk opens its spool.
    await stop(spool)
    const again = await start(10 * 1024 ** 2, at)
    const waiting = appendUntilStored(again, message(200, 'gate-1', 3000), quiet)
    await new Promise((wake) => setTimeout(wake, 500))
    const delivered = await drain(again, async ({ sequence }) => sequence)
    await waiting
    const all = [...delivered, ...(await drain(again))]
    for (const camera of ['gate-1', 'gate-2']) {
      const own = (id: string) => id.startsWith(camera)
      expect(all.filter(own)).toEqual([...stored, 'gate-1.200'].filter(own))
    }
    expect(again.stats()).toEqual({ entries: 0, bytes: 0, dropped: 0, corrupt: 0 })
  })

  test('untilStored ends with the signal', async (context) => {
    if (!mounted) return context.skip('this user may not mount a file system')
    const spool = await start(10 * 1024 ** 2, join(disk, 'spool'))
    const stopping = new AbortController()
    const huge = { ...message(1), payload: new Uint8Array(600 * 1024) }
    const waiting = appendUntilStored(spool, huge, quiet, stopping.signal)
    setTimeout(() => stopping.abort(new Error('stopping')), 300)
    await expect(waiting).rejects.toThrow('stopping')
  })
})
