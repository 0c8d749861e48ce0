import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { readPictureFile } from '@sightline/recognition/pictures/file'
import { type Clock, steadyClock, systemClock } from '@sightline/runtime/clock'
import { endingOf } from './whole.ts'

export interface ArrivalOptions {
  /** A file that was seen incomplete must be complete and unchanged for this long, ms; default 500. */
  readonly settleMs?: number
  /** An incomplete file that has not grown for this long, ms, will never be complete; default 15,000. */
  readonly giveUpMs?: number
  readonly clock?: Clock
  readonly steady?: Clock
}

/** What to do with a file. */
export type Arrival =
  /** It can be opened; `isCut`: it is incomplete, and abandoned. */
  | { readonly is: 'here'; readonly stats: Stats; readonly isCut: boolean }
  | { readonly is: 'gone' }
  /** `isGrowing`: it is being written right now, so it will be ready soon. */
  | { readonly is: 'coming'; readonly isGrowing: boolean }

interface Seen {
  stats: Stats
  /** By a monotonic clock, ms. */
  readonly firstAt: number
  changedAt: number
  /** Undefined until the current content is examined. */
  isCut: boolean | undefined
  /** By its times it rested long before anybody looked, and it has not changed since. */
  isQuiet: boolean
}

/** No file delays others for longer than this, ms. */
const HOLD_UP_MS = 10_000
const SETTLE_MS = 500
const GIVE_UP_MS = 15_000

/** Distinguishes complete files from those that are still being written under their final name. */
export interface Arrivals {
  look(path: string): Promise<Arrival>
  /** Number of files that are not complete yet. */
  readonly coming: number
  /** Forgets the files for which this returns false: nobody will check them again. */
  keep(isLookedAt: (path: string) => boolean): void
}

/** Whether a file is unchanged. */
export const isSame = (a: Stats, b: Stats): boolean =>
  a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeMs === b.mtimeMs

export function createArrivals(options: ArrivalOptions = {}): Arrivals {
  const { settleMs = SETTLE_MS, giveUpMs = GIVE_UP_MS, clock = systemClock, steady = steadyClock } = options
  const seen = new Map<string, Seen>()

  async function look(path: string): Promise<Arrival> {
    const stats = await statsOf(path)
    const now = steady()
    const before = seen.get(path)
    const remember = (changes: Partial<Seen>): Seen => {
      const after = {
        firstAt: now,
        changedAt: now,
        isCut: undefined,
        isQuiet: false,
        ...before,
        stats: stats!,
        ...changes,
      }
      seen.set(path, after)
      return after
    }
    const result = (arrival: Arrival): Arrival => {
      if (arrival.is !== 'coming') seen.delete(path)
      return arrival
    }
    if (!stats) return result({ is: 'gone' })
    if (!before) {
      // A file that was already here, or was renamed when complete, need not wait.
      const restedMs = Math.max(0, clock() - Math.max(stats.mtimeMs, stats.ctimeMs))
      if (!stats.isFile() || (await isWhole(path, stats))) return result({ is: 'here', stats, isCut: false })
      // Its times are those of the host that has the disk, whose clock may be behind: a second look must find it unchanged.
      const known = Math.max(0, Math.min(restedMs, giveUpMs - 2 * settleMs))
      remember({ changedAt: now - known, isQuiet: restedMs >= giveUpMs })
      return { is: 'coming', isGrowing: restedMs < settleMs }
    }
    if (!isSame(before.stats, stats)) {
      const { firstAt } = remember({ changedAt: now, isCut: undefined, isQuiet: false })
      return { is: 'coming', isGrowing: now - firstAt < HOLD_UP_MS }
    }
    const restedMs = now - before.changedAt
    const isGivenUp = restedMs >= giveUpMs
    if (before.isCut === undefined || isGivenUp) before.isCut = !(await isWhole(path, stats))
    if (isGivenUp || (restedMs >= settleMs && !before.isCut)) {
      return result({ is: 'here', stats, isCut: before.isCut })
    }
    const isGrowing = !before.isQuiet && restedMs < settleMs && now - before.firstAt < HOLD_UP_MS
    return { is: 'coming', isGrowing }
  }

  return {
    look,
    get coming() {
      return seen.size
    },
    keep(isLookedAt) {
      for (const path of seen.keys()) if (!isLookedAt(path)) seen.delete(path)
    },
  }
}

/** Stats of a link itself, which is not a file. */
const statsOf = (path: string): Promise<Stats | undefined> => lstat(path).catch(() => undefined)

/**
 * Whether a file, as described by `stats`, is complete. Do not wait for a file that cannot be read or is not a picture:
 * opening it reports the fault.
 */
async function isWhole(path: string, stats: Stats): Promise<boolean> {
  const bytes = await readPictureFile(path, { followLinks: false }).catch(() => undefined)
  if (bytes && endingOf(bytes) === 'cut') return false
  // The content may be newer than the stats.
  const after = await statsOf(path)
  return after !== undefined && isSame(stats, after)
}
