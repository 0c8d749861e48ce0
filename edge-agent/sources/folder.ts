import { mkdir, readdir, rmdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileError } from '@sightline/recognition/pictures/file'
import { steadyClock, systemClock } from '@sightline/runtime/clock'
import { watch } from 'chokidar'
import { type ArrivalOptions, createArrivals } from './arrivals.ts'
import { fileFrame, REJECTED } from './file-frame.ts'
import type { Frame } from './frame.ts'

/** Hidden files are those of programs that write under another name first. */
const PICTURE = /^[^.].*\.(jpe?g|jfif|png|webp)$/i

/** Cameras that write by FTP make folders for days, hours, channels and kinds; below this nobody looks. */
const DEPTH = 8
/** An empty folder to which nothing was written for so long, ms, is one of a day that is over. */
const OVER_MS = 24 * 3600 * 1000

/** Files that are being written are looked at this often, ms: by themselves, since not every file system tells. */
const LOOK_EVERY_MS = 50
/**
 * A folder that nobody reports on is looked at this often, ms. Network file systems report nothing, and a file that came again under
 * its name just after it was deleted may not be reported either.
 */
const LOOK_ANYWAY_MS = 1000
/** Where a look takes long, because there are many, the pause is so many times as long, but no longer than this, ms. */
const PAUSES = 10
const LONGEST_PAUSE_MS = 1000

/**
 * The frames that lie in a folder or its subfolders or come into them, in the order of their paths, until `signal` ends it. One that is
 * written in place is waited for until it is whole; one that is renamed into the folder is taken at once.
 * A frame that is still there after it was handed out is not handed out again.
 * @param consume delete a frame once its reads are safe, and subfolders that stayed empty for a day
 * @throws PICTURE_NOT_READABLE when the folder cannot be made or read
 */
export async function* folderFrames(
  folder: string,
  signal: AbortSignal,
  consume: boolean,
  options: ArrivalOptions = {},
): AsyncGenerator<Frame> {
  const arrivals = createArrivals(options)
  const handedOut = new Set<string>()
  let wake: () => void = () => {}
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw fileError(folder, cause)
  })
  const watcher = watch(folder, {
    depth: DEPTH,
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path) => path !== folder && !isLookedInto(basename(path)),
  })
  // A link that leads to itself is an error to it: what nobody listens to ends the process.
  watcher.on('error', () => wake())
  watcher.on('add', () => wake())
  // A file that comes again under its name just after it was deleted is not new to the watcher. What is written meanwhile is looked
  // at by the clock: there would be a report for each piece.
  watcher.on('raw', () => {
    if (arrivals.coming === 0) wake()
  })
  // What came while it looked for the first time is told by nothing else.
  watcher.on('ready', () => wake())
  signal.addEventListener('abort', () => wake(), { once: true })
  try {
    while (!signal.aborted) {
      // Armed before looking: a frame that comes while we look wakes us all the same.
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      const since = steadyClock()
      let isIdle = true
      for (const path of await waitingIn(folder, handedOut, consume)) {
        const arrival = await arrivals.look(path)
        if (signal.aborted) return
        if (arrival.is === 'here') {
          isIdle = false
          handedOut.add(path)
          yield fileFrame(path, arrival, consume, {
            root: folder,
            onOther() {
              handedOut.delete(path)
              wake()
            },
          })
        } else if (arrival.is === 'coming' && arrival.isGrowing) break
      }
      if (!isIdle) continue
      const every = arrivals.coming > 0 ? LOOK_EVERY_MS : LOOK_ANYWAY_MS
      // Its end wakes too; a pause that nobody waits for any more must not stay.
      const over = new AbortController()
      await Promise.race([woken, pause(since, every, over.signal)])
      over.abort()
    }
  } finally {
    await watcher.close()
  }
}

/**
 * The frames in these files, without waiting for others: none is waited for but those that are being written just now.
 * @param consume delete a frame once its reads are safe
 */
export async function* presentFrames(
  paths: readonly string[],
  signal: AbortSignal,
  consume: boolean,
  options: ArrivalOptions = {},
): AsyncGenerator<Frame> {
  const arrivals = createArrivals({ giveUpMs: PRESENT_GIVE_UP_MS, ...options })
  let left = [...paths]
  while (left.length > 0) {
    const since = steadyClock()
    let later: string[] = []
    for (const [n, path] of left.entries()) {
      const arrival = await arrivals.look(path)
      if (signal.aborted) return
      if (arrival.is === 'here') yield fileFrame(path, arrival, consume)
      if (arrival.is !== 'coming') continue
      later.push(path)
      if (!arrival.isGrowing) continue
      later = later.concat(left.slice(n + 1))
      break
    }
    left = later
    if (arrivals.coming > 0) await pause(since, LOOK_EVERY_MS, signal)
  }
}

/** Whoever asks for what is there does not wait long for a file that nobody goes on with, ms. */
const PRESENT_GIVE_UP_MS = 3_000

/** @param since when the last look began, by the steady clock @param every at least so long, ms */
const pause = (since: number, every: number, signal: AbortSignal) =>
  sleep(Math.min(LONGEST_PAUSE_MS, Math.max(every, PAUSES * (steadyClock() - since))), undefined, {
    signal,
  }).catch(() => {})

/** Paths not yet handed out, in order; forgets those whose file is gone, so that the memory stays small. */
async function waitingIn(folder: string, handedOut: Set<string>, tidies: boolean): Promise<string[]> {
  const paths = new Set(
    await picturesIn(folder, DEPTH, tidies).catch((cause) => {
      throw fileError(folder, cause)
    }),
  )
  for (const path of handedOut) if (!paths.has(path)) handedOut.delete(path)
  return [...paths].filter((path) => !handedOut.has(path)).sort()
}

const isLookedInto = (name: string) => !name.startsWith('.') && name !== REJECTED

/** @param tidies remove subfolders that are over */
async function picturesIn(folder: string, depth: number, tidies: boolean): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (PICTURE.test(entry.name)) found.push(path)
    // No link: it is somebody's way to files that are none of his.
    else if (entry.isDirectory() && depth > 0 && isLookedInto(entry.name)) {
      // What is in a folder that nobody may read, or that is gone by now, is not there; the others are.
      found.push(...(await picturesIn(path, depth - 1, tidies).catch(() => [])))
      if (tidies) await removeIfOver(path)
    }
  }
  return found
}

/** A folder that is not empty stays: the system says so. */
async function removeIfOver(folder: string): Promise<void> {
  const isOver = await stat(folder).then(
    ({ mtimeMs }) => systemClock() - mtimeMs > OVER_MS,
    () => false,
  )
  if (isOver) await rmdir(folder).catch(() => {})
}
