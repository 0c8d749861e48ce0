import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileError } from '@sightline/recognition/pictures/file'
import { steadyClock } from '@sightline/runtime/clock'
import { watch } from 'chokidar'
import { type ArrivalOptions, createArrivals } from './arrivals.ts'
import { fileFrame } from './file-frame.ts'
import type { Frame } from './frame.ts'

/** Hidden files are those of programs that write under another name first. */
const PICTURE = /^[^.].*\.(jpe?g|png|webp)$/i

/** Files that are being written are looked at this often, ms: by themselves, since not every file system tells. */
const LOOK_EVERY_MS = 50
/** Where a look takes long, because there are many, the pause is so many times as long, but no longer than this, ms. */
const PAUSES = 10
const LONGEST_PAUSE_MS = 1000

/**
 * The frames that lie in a folder or come into it, in the order of their names, until `signal` ends it. One that is
 * written in place is waited for until it is whole; one that is renamed into the folder is taken at once.
 * A frame that is still there after it was handed out is not handed out again.
 * @param consume delete a frame once its reads are safe
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
  const watcher = watch(folder, { depth: 0, ignoreInitial: true, followSymlinks: false })
  // A link that leads to itself is an error to it: what nobody listens to ends the process.
  watcher.on('error', () => wake())
  watcher.on('add', () => wake())
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
      for (const path of await waitingIn(folder, handedOut)) {
        const arrival = await arrivals.look(path)
        if (signal.aborted) return
        if (arrival.is === 'here') {
          isIdle = false
          handedOut.add(path)
          yield fileFrame(path, arrival, consume, () => {
            handedOut.delete(path)
            wake()
          })
        } else if (arrival.is === 'coming' && arrival.isGrowing) break
      }
      if (!isIdle) continue
      await Promise.race(arrivals.coming > 0 ? [woken, pause(since, signal)] : [woken])
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
    if (arrivals.coming > 0) await pause(since, signal)
  }
}

/** Whoever asks for what is there does not wait long for a file that nobody goes on with, ms. */
const PRESENT_GIVE_UP_MS = 3_000

/** @param since when the last look began, by the steady clock */
const pause = (since: number, signal: AbortSignal) =>
  sleep(Math.min(LONGEST_PAUSE_MS, Math.max(LOOK_EVERY_MS, PAUSES * (steadyClock() - since))), undefined, {
    signal,
  }).catch(() => {})

/** Paths not yet handed out, in order; forgets those whose file is gone, so that the memory stays small. */
async function waitingIn(folder: string, handedOut: Set<string>): Promise<string[]> {
  const names = await readdir(folder).catch((cause) => {
    throw fileError(folder, cause)
  })
  const paths = new Set(names.filter((name) => PICTURE.test(name)).map((name) => join(folder, name)))
  for (const path of handedOut) if (!paths.has(path)) handedOut.delete(path)
  return [...paths].filter((path) => !handedOut.has(path)).sort()
}
