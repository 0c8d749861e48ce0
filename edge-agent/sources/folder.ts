import { mkdir, readdir, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileError } from '@sightline/recognition/pictures/file'
import { type Clock, steadyClock, systemClock } from '@sightline/runtime/clock'
import type { SightlineError } from '@sightline/schemas/errors'
import { type Arrival, type ArrivalOptions, createArrivals } from './arrivals.ts'
import { fileFrame, REJECTED } from './file-frame.ts'
import { createFolderPresence } from './folder-presence.ts'
import { createFolderWatchers, type FolderWatchers } from './folder-watchers.ts'
import type { Frame } from './frame.ts'

/** Hidden files belong to programs that write under another name first. */
const PICTURE = /^[^.].*\.(jpe?g|jfif|png|webp)$/i

/** Cameras that write by FTP make folders for days, hours, channels and types; deeper levels are ignored. */
const DEPTH = 8
/** An empty folder that was not written to for this long, ms, belongs to a past day. */
const OVER_MS = 24 * 3600 * 1000

/** Interval between checks of files being written, ms: not every file system reports changes. */
const LOOK_EVERY_MS = 50
/**
 * Interval between checks of a folder without notifications, ms. Network file systems send none, and a file that reappears
 * under its name right after it was deleted may not be reported either.
 */
const LOOK_ANYWAY_MS = 1000
/** If a check takes long, because there are many files, the pause is this many times as long, but no longer than this, ms. */
const PAUSES = 10
const LONGEST_PAUSE_MS = 1000

export interface FolderOptions extends ArrivalOptions {
  /** Told once of each subfolder that cannot be read, and of each folder whose frames cannot be deleted; PICTURE_NOT_READABLE. */
  onTrouble?(error: SightlineError): void
  /**
   * Receives why the folder is not there (its disk was unmounted), once, and null when it is back; PICTURE_NOT_READABLE.
   * It is looked at again each second.
   */
  onAway?(error: SightlineError | null): void
}

/** @returns a function that passes a complaint about a path on, unless it did already; without an error it takes it back */
function createComplaints(tell: (error: SightlineError) => void) {
  const known = new Set<string>()
  return (about: string, error?: SightlineError): void => {
    if (!error) known.delete(about)
    else if (!known.has(about)) {
      known.add(about)
      tell(error)
    }
  }
}

/** Everybody who hears of a folder has to hear of those that he cannot look into. */
type Unreadable = (folder: string, error?: SightlineError) => void

/**
 * The frames in a folder and its subfolders, existing ones and new ones, in the order of their paths, until `signal` ends it.
 * A file that is written in place is awaited until it is complete; one that is renamed into the folder is taken at once. A
 * frame that still exists after it was handed out is not handed out again. A folder that vanishes later (a network disk) is
 * awaited.
 * @param consume delete a frame once its reads are safe, and subfolders that were empty for a day
 * @throws PICTURE_NOT_READABLE when the folder cannot be created or read at first
 */
export async function* folderFrames(
  folder: string,
  signal: AbortSignal,
  consume: boolean,
  options: FolderOptions = {},
): AsyncGenerator<Frame> {
  const arrivals = createArrivals(options)
  const { steady = steadyClock, onTrouble = () => {}, onAway = () => {} } = options
  const complain = createComplaints(onTrouble)
  /** With the folder that each came from. */
  const handedOut = new Map<string, string>()
  /** To be deleted when they come back with their disk. */
  const owed = new Map<string, Frame>()
  let wake: () => void = () => {}
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw fileError(folder, cause)
  })
  const presence = createFolderPresence(folder, (error) => {
    if (error) onTrouble(error)
    onAway(error)
  })
  let current: string | undefined
  const isCurrent = (identity: string) =>
    presence.identify().then(
      (now) => now === identity,
      () => false,
    )
  // Files being written are checked by the clock, because there would be a notification for each piece.
  const watchers = createFolderWatchers(() => {
    if (arrivals.coming === 0) wake()
  })

  /** The pictures in the folder, unless it is away. */
  async function pathsNow(): Promise<Set<string> | undefined> {
    try {
      const identity = await presence.identify()
      // Watches are of a folder, not of its name.
      if (identity !== current) watchers.keep(new Set())
      const paths = await pathsIn(folder, consume, complain, watchers)
      if (!(await isCurrent(identity))) return undefined
      presence.present(identity, paths.size > 0)
      current = identity
      return paths
    } catch (cause) {
      if (current === undefined) throw fileError(folder, cause)
      presence.missing(cause)
      return undefined
    }
  }

  function frameAt(path: string, arrival: Arrival & { is: 'here' }, identity: string): Frame {
    const frame = fileFrame(path, arrival, consume, {
      root: folder,
      onOther() {
        handedOut.delete(path)
        owed.delete(path)
        complain(`delete ${dirname(path)}`)
        wake()
      },
      onKept: (error) => complain(`delete ${dirname(path)}`, error),
      isAway: async () => !(await isCurrent(identity)),
      onOwed: () => void owed.set(path, frame),
    })
    return frame
  }

  signal.addEventListener('abort', () => wake(), { once: true })
  try {
    while (!signal.aborted) {
      // Armed before checking: a frame that arrives during the check still wakes us.
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      const since = steady()
      let isIdle = true
      const paths = await pathsNow()
      if (paths) {
        // Forgets files that are gone, so that the memory stays small; those of a disk that is away may come back.
        for (const [path, identity] of handedOut) {
          if (paths.has(path) || identity !== current) continue
          handedOut.delete(path)
          owed.delete(path)
        }
        for (const [path, frame] of owed) if (paths.has(path)) await frame.release()
      }
      const waiting = [...(paths ?? [])].filter((path) => !handedOut.has(path)).sort()
      const present = new Set(waiting)
      arrivals.keep((path) => present.has(path))
      for (const path of waiting) {
        const arrival = await arrivals.look(path)
        if (signal.aborted) return
        if (arrival.is === 'here') {
          isIdle = false
          handedOut.set(path, current!)
          yield frameAt(path, arrival, current!)
        } else if (arrival.is === 'coming' && arrival.isGrowing) break
      }
      if (!isIdle) continue
      const every = arrivals.coming > 0 ? LOOK_EVERY_MS : LOOK_ANYWAY_MS
      // Its end wakes us too; a pause that nobody awaits must not remain.
      const over = new AbortController()
      await Promise.race([woken, pause(since, every, over.signal, steady)])
      over.abort()
    }
  } finally {
    watchers.close()
  }
}

/**
 * The frames in these files, without waiting for others, except for files being written right now.
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

/** A caller that asks for the existing files does not wait long for an unfinished file that does not grow, ms. */
const PRESENT_GIVE_UP_MS = 3_000

/** @param since when the last check began, by a monotonic clock @param every minimum interval, ms */
const pause = (since: number, every: number, signal: AbortSignal, steady: Clock = steadyClock) =>
  sleep(Math.min(LONGEST_PAUSE_MS, Math.max(every, PAUSES * (steady() - since))), undefined, {
    signal,
  }).catch(() => {})

/** @throws the system's error when the folder itself cannot be read */
async function pathsIn(
  folder: string,
  tidies: boolean,
  unreadable: Unreadable,
  watchers: FolderWatchers,
): Promise<Set<string>> {
  const folders = new Set<string>()
  const enter = (entered: string) => {
    folders.add(entered)
    watchers.add(entered)
  }
  const paths = new Set(await picturesIn(folder, DEPTH, tidies, unreadable, enter))
  watchers.keep(folders)
  return paths
}

const isLookedInto = (name: string) => !name.startsWith('.') && name !== REJECTED

/** @param tidies remove subfolders of past days */
async function picturesIn(
  folder: string,
  depth: number,
  tidies: boolean,
  unreadable: Unreadable,
  enter: (folder: string) => void,
): Promise<string[]> {
  // Before it is read: a file that arrives meanwhile is noticed.
  enter(folder)
  const found: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (PICTURE.test(entry.name)) found.push(path)
    // Do not follow a link: it may lead to other people's files.
    else if (entry.isDirectory() && depth > 0 && isLookedInto(entry.name)) {
      // A folder that cannot be read, or is already gone, counts as empty; the others still count.
      const inside = await picturesIn(path, depth - 1, tidies, unreadable, enter).then(
        (paths) => {
          unreadable(path)
          return paths
        },
        (cause) => {
          const isGone = (cause as NodeJS.ErrnoException).code === 'ENOENT'
          unreadable(path, isGone ? undefined : fileError(path, cause))
          return []
        },
      )
      for (const one of inside) found.push(one)
      if (tidies) await removeIfOver(path)
    }
  }
  return found
}

/** A folder that is not empty stays: the system reports that. */
async function removeIfOver(folder: string): Promise<void> {
  const isOver = await stat(folder).then(
    ({ mtimeMs }) => systemClock() - mtimeMs > OVER_MS,
    () => false,
  )
  if (isOver) await rmdir(folder).catch(() => {})
}
