import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { renameSync } from 'node:fs'
import {
  appendFile,
  chmod,
  cp,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ArrivalOptions } from '@sightline/edge-agent/sources/arrivals'
import { folderFrames, presentFrames } from '@sightline/edge-agent/sources/folder'
import type { Frame } from '@sightline/edge-agent/sources/frame'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { howOften } from '../../support/long.ts'

/** Folders into which cameras write as they like: in place and in pieces, under another name, at once, never to the end. */

type Format = 'jpg' | 'png' | 'webp'
const pictures = {} as Record<Format, Buffer>
beforeAll(async () => {
  const noise = sharp({
    create: {
      width: 200,
      height: 150,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 50 },
    },
  })
  pictures.jpg = await noise.clone().jpeg().toBuffer()
  pictures.png = await noise.clone().png().toBuffer()
  pictures.webp = await noise.clone().webp().toBuffer()
})

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let frames: string
let stop: AbortController
let running: Promise<void>[]
beforeEach(async () => {
  folder = await temporaryFolder()
  frames = join(folder.path, 'frames')
  await mkdir(frames)
  stop = new AbortController()
  running = []
})
afterEach(async () => {
  stop.abort()
  await Promise.all(running)
  await folder.remove()
})

interface Taken {
  read: string[]
  refused: { name: string; error: SightlineError }[]
}

/** Takes frames as a camera's pipeline does: opens each, then releases it, or rejects it. */
async function take(source: AsyncIterable<Frame>, taken: Taken): Promise<void> {
  for await (const frame of source) {
    try {
      const { width, height } = await frame.open()
      expect([width, height]).toEqual([200, 150])
      taken.read.push(basename(frame.name))
      await frame.release()
    } catch (thrown) {
      const error = toSightlineError(thrown)
      taken.refused.push({ name: basename(frame.name), error })
      await frame.reject(error)
    }
  }
}

function watchFolder(options: ArrivalOptions = {}, consume = true): Taken {
  const taken: Taken = { read: [], refused: [] }
  running.push(take(folderFrames(frames, stop.signal, consume, options), taken))
  return taken
}

/** Writes as an FTP server does: under the final name, with one open file. @param reserve makes it as large first */
async function inPlace(
  name: string,
  bytes: Buffer,
  { piece = 4096, pauseMs = 3, reserve = false } = {},
): Promise<void> {
  const file = await open(join(frames, name), 'w')
  if (reserve) await file.truncate(bytes.length)
  for (let at = 0; at < bytes.length; at += piece) {
    await file.write(bytes.subarray(at, at + piece), 0, undefined, at)
    await sleep(pauseMs)
  }
  await file.close()
}

async function renamed(name: string, bytes: Buffer): Promise<void> {
  const hidden = join(folder.path, `${name}.tmp`)
  await writeFile(hidden, bytes)
  await rename(hidden, join(frames, name))
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 10 })
const QUICK = { settleMs: 100, giveUpMs: 800 }

describe('a watched folder', () => {
  test.each(['jpg', 'png', 'webp'] as const)(
    'reads %s pictures written in place, complete and in order',
    async (format) => {
      const taken = watchFolder()
      await sleep(200)
      const names = [1, 2, 3, 4, 5].map((n) => `CAM_0${n}_20261129.${format}`)
      for (const name of names) {
        await inPlace(name, pictures[format])
        await sleep(100)
      }
      await soon(() => expect(taken.read).toEqual(names))
      expect(taken.refused).toEqual([])
      await vi.waitFor(async () => expect(await readdir(frames)).toEqual([]), 30_000)
    },
  )

  test('reads a picture at once that is renamed into it, however long one written in place must rest', async () => {
    const taken = watchFolder({ settleMs: 60_000 })
    await sleep(300)
    for (const name of ['a.jpg', 'b.png', 'c.webp']) {
      const begun = performance.now()
      await renamed(name, pictures[name.split('.')[1] as Format])
      await soon(() => expect(taken.read).toContain(name))
      // One that waits until the file has rested takes a minute.
      expect(performance.now() - begun).toBeLessThan(30_000)
    }
  })

  test('reads a picture that arrives while watching only begins', async () => {
    for (let turns = 0; turns < 120; turns++) {
      await writeFile(join(folder.path, 'ready'), pictures.jpg)
      const taken = watchFolder()
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
      const name = `${turns}.jpg`
      renameSync(join(folder.path, 'ready'), join(frames, name))
      await soon(() => expect(taken.read).toEqual([name]))
      stop.abort()
      await Promise.all(running.splice(0))
      stop = new AbortController()
    }
  })

  test('waits for one that pauses in the middle, and reads it when it is complete', async () => {
    const taken = watchFolder({ settleMs: 100, giveUpMs: 30_000 })
    for (const format of ['jpg', 'png', 'webp'] as const) {
      const bytes = pictures[format]
      const path = join(frames, `late.${format}`)
      await writeFile(path, bytes.subarray(0, bytes.length / 2))
      await sleep(600)
      expect(taken).toEqual({ read: expect.not.arrayContaining([`late.${format}`]), refused: [] })
      await appendFile(path, bytes.subarray(bytes.length / 2))
      await soon(() => expect(taken.read).toContain(`late.${format}`))
    }
  })

  test('does not delay others for one that pauses in the middle', async () => {
    const taken = watchFolder({ settleMs: 100, giveUpMs: 60_000 })
    await writeFile(join(frames, 'a.jpg'), pictures.jpg.subarray(0, 5000))
    await sleep(300)
    await renamed('b.jpg', pictures.jpg)
    await soon(() => expect(taken.read).toEqual(['b.jpg']))
  })

  test('rejects one that is never completed, with the reason', async () => {
    const taken = watchFolder(QUICK)
    // A JPEG without its last two bytes has all of its picture: about one in sixteen can be decoded.
    const cutJpeg = pictures.jpg.subarray(0, -10)
    await writeFile(join(frames, 'cut.jpg'), cutJpeg)
    await writeFile(join(frames, 'cut.png'), pictures.png.subarray(0, -3000))
    await writeFile(join(frames, 'cut.webp'), pictures.webp.subarray(0, -1))
    await writeFile(join(frames, 'empty.jpg'), '')
    await soon(() => expect(taken.refused).toHaveLength(4))
    for (const { name, error } of taken.refused) {
      expect(error, name).toMatchObject({ code: 'PICTURE_CORRUPT' })
      expect(error.message).toMatch(name === 'empty.jpg' ? /is empty/ : /ends in the middle, after \d+ bytes/)
    }
    await vi.waitFor(async () => expect(await readdir(frames)).toEqual(['rejected']), 30_000)
    const reason = JSON.parse(await readFile(join(frames, 'rejected/cut.jpg.json'), 'utf8'))
    expect(reason.message).toContain(`after ${cutJpeg.length} bytes, and nothing more was written to it`)
    await vi.waitFor(async () => expect(await readdir(frames)).toEqual(['rejected']), 30_000)
  })

  test('writes nothing elsewhere when links stand where it sets aside', async () => {
    const outside = join(folder.path, 'outside')
    await mkdir(outside)
    await writeFile(join(outside, 'mine.txt'), 'mine')
    await symlink(outside, join(frames, 'rejected'))
    const frame = async () => {
      const source = folderFrames(frames, stop.signal, true, QUICK)
      const { value } = await source.next()
      return [value as Frame, source] as const
    }
    await writeFile(join(frames, 'bad.jpg'), 'garbage')
    const error = new SightlineError('PICTURE_CORRUPT', 'is no picture')
    const [first, source] = await frame()
    await expect(first.reject(error)).rejects.toMatchObject({ code: 'PICTURE_NOT_READABLE' })
    expect(await readdir(outside)).toEqual(['mine.txt'])

    await rm(join(frames, 'rejected'))
    await mkdir(join(frames, 'rejected'))
    await symlink(join(outside, 'mine.txt'), join(frames, 'rejected', 'bad.jpg.json'))
    await first.reject(error)
    expect(await readFile(join(outside, 'mine.txt'), 'utf8')).toBe('mine')
    expect((await readdir(join(frames, 'rejected'))).sort()).toEqual(['bad.jpg', 'bad.jpg.json'])
    stop.abort()
    await source.return(undefined)
  })

  test('rejects a file that is no image at once', async () => {
    const taken = watchFolder({ settleMs: 60_000, giveUpMs: 60_000 })
    await renamed('text.jpg', Buffer.from('this is no picture'))
    await soon(() => expect(taken.refused).toHaveLength(1))
    expect(taken.refused[0]!.error.message).toContain('is not a JPEG, PNG or WebP image')
  })

  test('forgets one that vanishes while it waits, and leaves no reason for one that vanishes later', async () => {
    const taken = watchFolder(QUICK)
    await writeFile(join(frames, 'gone.jpg'), pictures.jpg.subarray(0, 5000))
    await sleep(200)
    await rm(join(frames, 'gone.jpg'))
    await sleep(1_200)
    expect(taken).toEqual({ read: [], refused: [] })

    const source = folderFrames(frames, stop.signal, true, QUICK)
    await renamed('later.jpg', pictures.jpg)
    const { value: frame } = await source.next()
    await rm(join(frames, 'later.jpg'), { force: true })
    await frame?.reject(new SightlineError('PICTURE_NOT_FOUND', 'is gone'))
    expect(await readdir(frames)).toEqual([])
    stop.abort()
    await source.return(undefined)
  })

  test('does not go on looking for one that vanished while it was being written', async () => {
    let looks = 0
    const steady = () => {
      looks++
      return performance.now()
    }
    const taken = watchFolder({ settleMs: 100, giveUpMs: 60_000, steady })
    await writeFile(join(frames, 'gone.jpg'), pictures.jpg.subarray(0, 5000))
    // Twenty times a second as long as it is there.
    await soon(() => expect(looks).toBeGreaterThan(20))
    await rm(join(frames, 'gone.jpg'))
    await sleep(300)
    looks = 0
    // Nothing may happen meanwhile but a look each second.
    await sleep(1_500)
    expect(looks).toBeLessThan(12)
    expect(taken).toEqual({ read: [], refused: [] })
  })

  test('waits for one on a disk of another host, whose clock is a minute behind', async () => {
    const taken = watchFolder({ settleMs: 100, giveUpMs: 5_000, clock: () => Date.now() + 60_000 })
    await inPlace('slow.jpg', pictures.jpg, { piece: 2000, pauseMs: 40 })
    await soon(() => expect(taken.read).toEqual(['slow.jpg']))
    expect(taken.refused).toEqual([])
  })

  test('releases thousands that wait without looking at all of them each time', async () => {
    const count = 3_000
    const wait = join(folder.path, 'wait')
    await mkdir(wait)
    for (let n = 0; n < count; n++) await writeFile(join(wait, `${n}.jpg`), '\xff\xd8\xff\xd9', 'latin1')
    await rm(frames, { recursive: true })
    await rename(wait, frames)
    const before = process.cpuUsage()
    let released = 0
    for await (const frame of folderFrames(frames, stop.signal, true)) {
      await frame.release()
      // What a recognition takes: changes are noticed meanwhile.
      if (++released % 30 === 0) await sleep(10)
      if (released === count) break
    }
    const { user, system } = process.cpuUsage(before)
    // Half a millisecond of CPU each; it was ten times as much, and grew with the number of files.
    expect((user + system) / 1000 / count).toBeLessThan(3)
  })

  test('treats a reused name as another picture: it is neither deleted nor rejected with the one before', async () => {
    const source = folderFrames(frames, stop.signal, true, QUICK)
    const path = join(frames, 'snapshot.jpg')
    await writeFile(path, pictures.jpg)
    const first = (await source.next()).value as Frame
    await first.open()
    await writeFile(path, await sharp(pictures.jpg).rotate(180).jpeg().toBuffer())
    await first.release()
    const second = (await source.next()).value as Frame
    expect(second.name).toBe(path)
    await second.open()
    await truncate(path, 3000)
    await second.reject(new SightlineError('PICTURE_CORRUPT', 'was written again just then'))
    await expect(second.open()).rejects.toMatchObject({ code: 'PICTURE_NOT_FOUND' })
    await writeFile(path, pictures.jpg)
    const third = (await source.next()).value as Frame
    await third.release()
    expect(await readdir(frames)).toEqual([])
    stop.abort()
    await source.return(undefined)
  })

  test('reads each picture of a camera that always writes under one name, as soon as the one before is deleted', async () => {
    await renamed('snapshot.jpg', pictures.jpg)
    const taken: string[] = []
    const count = howOften(100, 1000)
    for await (const frame of folderFrames(frames, stop.signal, true, {})) {
      taken.push(basename(frame.name))
      await frame.release()
      if (taken.length === count) break
      // Between a look at the folder and what the system reports of the deletion.
      void sleep(Math.random() * 4).then(() => renamed('snapshot.jpg', pictures.jpg))
    }
    expect(new Set(taken)).toEqual(new Set(['snapshot.jpg']))
  })

  test('does not take a writer that continues after the end of a picture, or sets its time, for another one', async () => {
    const source = folderFrames(frames, stop.signal, true, QUICK)
    for (const after of [
      (path: string) => appendFile(path, 'what the camera adds'),
      (path: string) => utimes(path, new Date(1e12), new Date(1e12)),
    ]) {
      const path = join(frames, 'a.jpg')
      await writeFile(path, pictures.jpg)
      const frame = (await source.next()).value as Frame
      await frame.open()
      await after(path)
      await frame.open()
      await frame.release()
      expect(await readdir(frames)).toEqual([])
    }
    stop.abort()
    await source.return(undefined)
  })

  test('ignores hidden files: a program has not finished them', async () => {
    const taken = watchFolder()
    await writeFile(join(frames, '.a.jpg'), pictures.jpg)
    await sleep(300)
    expect(taken.read).toEqual([])
    await rename(join(frames, '.a.jpg'), join(frames, 'a.jpg'))
    await soon(() => expect(taken.read).toEqual(['a.jpg']))
  })

  test('reads each picture once and complete, however many cameras write at a time', async () => {
    const way = fc.record({
      format: fc.constantFrom<Format>('jpg', 'png', 'webp'),
      way: fc.constantFrom('in place', 'reserved', 'renamed', 'at once'),
      piece: fc.integer({ min: 500, max: 20_000 }),
      pauseMs: fc.integer({ min: 0, max: 15 }),
      afterMs: fc.integer({ min: 0, max: 150 }),
    })
    let serial = 0
    await fc.assert(
      fc.asyncProperty(fc.array(way, { minLength: 1, maxLength: 8 }), async (writers) => {
        const taken = watchFolder({ settleMs: 150, giveUpMs: 10_000 })
        const names = await Promise.all(
          writers.map(async ({ format, way, piece, pauseMs, afterMs }) => {
            const name = `${String(++serial).padStart(4, '0')}.${format}`
            await sleep(afterMs)
            if (way === 'renamed') await renamed(name, pictures[format])
            else if (way === 'at once') await writeFile(join(frames, name), pictures[format])
            // WebP does not tell by its bytes that the space was reserved; what rests is taken for whole.
            else
              await inPlace(name, pictures[format], {
                piece,
                pauseMs,
                reserve: way === 'reserved' && format !== 'webp',
              })
            return name
          }),
        )
        await soon(() => expect(taken.read.toSorted()).toEqual(names.toSorted()))
        stop.abort()
        await Promise.all(running.splice(0))
        stop = new AbortController()
        expect(taken.refused).toEqual([])
        await vi.waitFor(async () => expect(await readdir(frames)).toEqual([]), 30_000)
      }),
      { numRuns: 12, endOnFailure: true },
    )
  })
})

describe('pictures that exist at the start', () => {
  async function present(names: string[], options: ArrivalOptions = {}) {
    const taken: Taken = { read: [], refused: [] }
    const begun = performance.now()
    const paths = names.map((name) => join(frames, name))
    await take(presentFrames(paths, stop.signal, false, options), taken)
    return { ...taken, ms: performance.now() - begun }
  }

  test('are not waited for, however old they are, and however many are damaged', async () => {
    const names = Array.from({ length: 200 }, (_, n) => `${String(n).padStart(4, '0')}.jpg`)
    const old = new Date(Date.now() - 86_400_000)
    for (const [n, name] of names.entries()) {
      await writeFile(join(frames, name), n % 10 === 7 ? pictures.jpg.subarray(0, 3000) : pictures.jpg)
      if (n % 2 === 0) await utimes(join(frames, name), old, old)
    }
    const opened = async () => {
      const { frames: found, ms } = await justOpened(names)
      return { count: found, ms }
    }
    const { count, ms } = await opened()
    expect(count).toBe(200)
    // Three seconds for all damaged ones together, and not for each of the twenty.
    expect(ms).toBeLessThan(45_000)
  })

  async function justOpened(names: string[]) {
    const begun = performance.now()
    let found = 0
    const paths = names.map((name) => join(frames, name))
    for await (const _frame of presentFrames(paths, stop.signal, false, { settleMs: 5_000 })) found++
    return { frames: found, ms: performance.now() - begun }
  }

  test('are waited for when they are just being written', async () => {
    await writeFile(join(frames, 'a.jpg'), pictures.jpg)
    const writing = inPlace('b.jpg', pictures.jpg, { piece: 1000, pauseMs: 30 })
    await writeFile(join(frames, 'c.jpg'), pictures.jpg)
    await sleep(20)
    const { read, refused } = await present(['a.jpg', 'b.jpg', 'c.jpg'])
    await writing
    expect(read).toEqual(['a.jpg', 'b.jpg', 'c.jpg'])
    expect(refused).toEqual([])
  })

  test('are reported after a short wait when unfinished, and the others are read', async () => {
    for (const name of ['a.jpg', 'c.jpg']) await writeFile(join(frames, name), pictures.jpg)
    await writeFile(join(frames, 'b.jpg'), pictures.jpg.subarray(0, 3000))
    const { read, refused, ms } = await present(['a.jpg', 'b.jpg', 'c.jpg'])
    expect(read).toEqual(['a.jpg', 'c.jpg'])
    expect(refused).toMatchObject([{ name: 'b.jpg', error: { code: 'PICTURE_CORRUPT' } }])
    // Three seconds. A folder that is watched gives it fifteen.
    expect(ms).toBeLessThan(14_000)
    expect((await stat(join(frames, 'rejected/b.jpg'))).size).toBe(3000)
  })
})

describe('subfolders, as cameras create them for days', () => {
  test.each(['20261130T120000.000Z.jpg', 'a.JPEG', 'a.jfif', 'a.JFIF', 'a[0@0][0].jpg'])(
    'give %s in one',
    async (name) => {
      const taken = watchFolder({ settleMs: 100 })
      await mkdir(join(frames, '2026-11-30', '001', 'jpg'), { recursive: true })
      await inPlace(join('2026-11-30', '001', 'jpg', name), pictures.jpg)
      await soon(() => expect(taken.read).toEqual([name]))
      const left = () => readdir(join(frames, '2026-11-30', '001', 'jpg'))
      await soon(async () => expect(await left()).toEqual([]))
    },
  )

  test('come in the order of the paths, one day after the other', async () => {
    for (const day of ['02', '01']) {
      await mkdir(join(frames, day))
      for (const hour of ['b', 'a']) await writeFile(join(frames, day, `${day}${hour}.jpg`), pictures.jpg)
    }
    const taken = watchFolder()
    await soon(() => expect(taken.read).toEqual(['01a.jpg', '01b.jpg', '02a.jpg', '02b.jpg']))
  })

  test('are skipped when unreadable: each picture is set aside once, under its own path', async () => {
    await mkdir(join(frames, 'day'))
    await writeFile(join(frames, 'day', 'bad.jpg'), 'garbage')
    const taken = watchFolder()
    await soon(() => expect(taken.refused).toHaveLength(1))
    await writeFile(join(frames, 'day', 'good.jpg'), pictures.jpg)
    await soon(() => expect(taken.read).toEqual(['good.jpg']))
    expect((await readdir(join(frames, 'rejected', 'day'))).sort()).toEqual(['bad.jpg', 'bad.jpg.json'])
    expect(taken.refused).toHaveLength(1)
  })

  test('may be hidden, links or forbidden without stopping anything', async () => {
    const outside = join(folder.path, 'outside')
    await mkdir(outside)
    await writeFile(join(outside, 'secret.jpg'), pictures.jpg)
    await symlink(outside, join(frames, 'a-link'))
    await symlink(frames, join(frames, 'b-loop'))
    await mkdir(join(frames, '.c-hidden'))
    await writeFile(join(frames, '.c-hidden', 'part.jpg'), pictures.jpg)
    await mkdir(join(frames, 'day'))
    await writeFile(join(frames, 'day', 'one.jpg'), pictures.jpg)
    const taken = watchFolder()
    await soon(() => expect(taken.read).toEqual(['one.jpg']))
    await sleep(200)
    expect([taken.read, taken.refused]).toEqual([['one.jpg'], []])
    expect(await readdir(outside)).toEqual(['secret.jpg'])
  })

  test.skipIf(process.getuid?.() !== 0)(
    'that cannot be read, or whose frames cannot be deleted, are told of once',
    async () => {
      for (const day of ['open', 'locked', 'kept']) await mkdir(join(frames, day))
      for (const day of ['locked', 'kept']) await writeFile(join(frames, day, `${day}.jpg`), pictures.jpg)
      await chmod(join(frames, 'locked'), 0o700)
      const said: string[] = []
      // Root may read and delete everything, so another user looks.
      const program = `
      import { folderFrames } from ${JSON.stringify(import.meta.resolve('@sightline/edge-agent/sources/folder'))}
      const onTrouble = ({ code, message }) => console.log('trouble', code, message)
      for await (const frame of folderFrames(process.argv[1], new AbortController().signal, true, { onTrouble })) {
        await frame.open()
        await frame.release()
        console.log('read', frame.name)
      }`
      const above = [dirname(dirname(folder.path)), dirname(folder.path), folder.path]
      for (const at of [...above, frames, join(frames, 'open'), join(frames, 'kept')]) await chmod(at, 0o755)
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, frames], {
        uid: 65_534,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = once(child, 'exit')
      createInterface({ input: child.stdout }).on('line', (line) => said.push(line))
      try {
        await soon(() => expect(said.filter((line) => line.startsWith('trouble'))).toHaveLength(2))
        await sleep(1_500)
        expect(said.filter((line) => line.startsWith('trouble'))).toEqual([
          expect.stringMatching(/^trouble PICTURE_NOT_READABLE cannot read .*locked \(EACCES\)$/),
          expect.stringMatching(/^trouble PICTURE_NOT_READABLE cannot delete .*kept\.jpg \(EACCES\)$/),
        ])
      } finally {
        child.kill()
        await ended
      }
    },
  )

  test('are removed when the day is over, empty and had pictures; others stay', async () => {
    const longAgo = new Date(Date.now() - 2 * 24 * 3600 * 1000)
    for (const day of ['today', 'over', 'noted']) await mkdir(join(frames, day))
    await writeFile(join(frames, 'noted', 'notes.txt'), 'by hand')
    for (const day of ['over', 'noted']) await utimes(join(frames, day), longAgo, longAgo)
    watchFolder()
    await soon(async () => expect((await readdir(frames)).sort()).toEqual(['noted', 'today']))
  })

  test('all stay in a folder that is only looked at', async () => {
    const longAgo = new Date(Date.now() - 2 * 24 * 3600 * 1000)
    await mkdir(join(frames, 'over'))
    await utimes(join(frames, 'over'), longAgo, longAgo)
    await writeFile(join(frames, 'one.jpg'), pictures.jpg)
    const taken = watchFolder({}, false)
    await soon(() => expect(taken.read).toEqual(['one.jpg']))
    expect((await readdir(frames)).sort()).toEqual(['one.jpg', 'over'])
  })
})

/** A network disk is unmounted: its files are gone, and an empty folder may have its name. They come back with it. */
describe('a folder that vanishes while it is watched', () => {
  let away: (string | null)[]
  const elsewhere = () => join(folder.path, 'unmounted')
  beforeEach(() => {
    away = []
  })
  const options = () => ({
    ...QUICK,
    onAway: (error: SightlineError | null) => void away.push(error && `${error.code} ${error.message}`),
  })

  test.each([
    ['nothing', async () => {}, /^PICTURE_NOT_READABLE .*frames cannot be read any more \(ENOENT\)$/],
    ['an empty folder', () => mkdir(frames), /^PICTURE_NOT_READABLE .*frames is empty, and another folder/],
    [
      'a file',
      () => writeFile(frames, ''),
      /^PICTURE_NOT_READABLE .*frames cannot be read any more \(ENOTDIR\)$/,
    ],
  ])('is awaited where it leaves %s, and read on', async (_what, leave, reason) => {
    const taken = watchFolder(options())
    await writeFile(join(frames, 'a.jpg'), pictures.jpg)
    await soon(() => expect(taken.read).toEqual(['a.jpg']))
    await rename(frames, elsewhere())
    await leave()
    await soon(() => expect(away.at(-1)).toMatch(reason))
    await rm(frames, { recursive: true, force: true })
    await writeFile(join(elsewhere(), 'b.jpg'), pictures.jpg)
    await rename(elsewhere(), frames)
    await soon(() => expect(taken.read).toEqual(['a.jpg', 'b.jpg']))
    expect(away.at(-1)).toBe(null)
    await soon(async () => expect(await readdir(frames)).toEqual([]))
  })

  test.each([
    ['the same', (from: string) => rename(from, frames)],
    [
      'another number',
      async (from: string) => {
        // At once, as a disk comes: a file that is still being copied when it is read is another file afterwards.
        await cp(from, `${from}-copied`, { recursive: true })
        await rename(`${from}-copied`, frames)
      },
    ],
  ])(
    'with frames whose reads are not safe yet gives none of them twice; it returns with %s',
    async (_what, back) => {
      const source = folderFrames(frames, stop.signal, true, options())
      for (const name of ['a.jpg', 'b.jpg']) await writeFile(join(frames, name), pictures.jpg)
      const held: Frame[] = []
      const names: string[] = []
      running.push(
        (async () => {
          for await (const frame of source) {
            names.push(basename(frame.name))
            await frame.open()
            held.push(frame)
          }
        })(),
      )
      await soon(() => expect(names).toEqual(['a.jpg', 'b.jpg']))
      await soon(() => expect(held).toHaveLength(2))
      await rename(frames, elsewhere())
      await mkdir(frames)
      await soon(() => expect(away.at(-1)).toMatch(/another folder/))
      // Their reads are on the disk of the agent now, and another picture has got the name of one.
      for (const frame of held) await frame.release()
      await writeFile(join(elsewhere(), 'b.jpg'), pictures.png)
      await writeFile(join(elsewhere(), 'c.jpg'), pictures.jpg)
      await rm(frames, { recursive: true })
      await back(elsewhere())
      await soon(() => expect(names).toEqual(['a.jpg', 'b.jpg', expect.anything(), expect.anything()]))
      expect(names.slice(2).sort()).toEqual(['b.jpg', 'c.jpg'])
      await soon(() => expect(held).toHaveLength(4))
      for (const frame of held.slice(2)) await frame.release()
      await soon(async () => expect(await readdir(frames)).toEqual([]))
      expect(names).toHaveLength(4)
    },
  )
})
