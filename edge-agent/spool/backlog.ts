import { type EntryName, formatEntryName, parseEntryName } from './entry-name.ts'

/** Smallest allocation of a file system, in bytes: what even a short read takes on the disk. */
const BLOCK = 4096

/** Space of an entry on the disk, in bytes. */
export const diskBytes = ({ bytes }: Pick<EntryName, 'bytes'>): number =>
  Math.max(1, Math.ceil(bytes / BLOCK)) * BLOCK

/**
 * Which entries are on the disk, and which are next: oldest first, one entry or one run at a time per camera. The file names are
 * kept in memory, about 100 bytes per entry, so that no folder is listed while reads arrive. Pure: no I/O.
 */
export interface Backlog {
  /** Adds the newest entry; sequences only increase. */
  add(entry: EntryName): void
  /**
   * The oldest entry of a camera without one in delivery, and its next ones, within the limits of `most`. They stay in delivery
   * until `settle` or `putBack`.
   */
  take(most?: (oldest: EntryName) => RunLimits): [EntryName, ...EntryName[]] | null
  /** Completes entries of a camera that were taken: they have left the disk. */
  settle(run: readonly EntryName[]): void
  /** Returns taken entries: they are their camera's next ones again. */
  putBack(run: readonly EntryName[]): void
  /**
   * Removes the oldest entries until `wanted` more bytes fit into `maxBytes`. Entries in delivery stay: they may have arrived
   * already.
   * @returns the removed entries, oldest first
   */
  makeRoom(wanted: number, maxBytes: number): EntryName[]
  /** Number of entries, including those in delivery, and the bytes that they take on the disk. */
  size(): { entries: number; bytes: number }
}

/** Limits of a run; its first entry is always part of it. */
export interface RunLimits {
  readonly entries: number
  /** Sum of the payloads. */
  readonly bytes: number
  /** Sequence of the last entry that may be part of it. */
  readonly last?: number
}

const ONE: RunLimits = { entries: 1, bytes: 0 }

export function createBacklog(): Backlog {
  const waiting = new Map<string, Queue>()
  /** How many entries of each camera are in delivery. */
  const out = new Map<string, number>()
  let entries = 0
  let bytes = 0

  function add(entry: EntryName): void {
    let queue = waiting.get(entry.camera)
    if (!queue) {
      queue = createQueue()
      waiting.set(entry.camera, queue)
    }
    queue.push(formatEntryName(entry))
    entries++
    bytes += diskBytes(entry)
  }

  function comeBack({ camera }: EntryName): void {
    const left = (out.get(camera) ?? 0) - 1
    if (left > 0) out.set(camera, left)
    else out.delete(camera)
  }

  function settle(run: readonly EntryName[]): void {
    for (const entry of run) {
      comeBack(entry)
      entries--
      bytes -= diskBytes(entry)
    }
  }

  /** Takes the oldest of the heads; a host has dozens of cameras at most, so that a scan is enough. */
  function shiftOldest(isEligible: (camera: string) => boolean): EntryName | null {
    let oldest: { name: string; queue: Queue } | null = null
    for (const [camera, queue] of waiting) {
      const name = isEligible(camera) ? queue.head() : undefined
      if (name !== undefined && (!oldest || name < oldest.name)) oldest = { name, queue }
    }
    oldest?.queue.shift()
    return oldest && parseEntryName(oldest.name)
  }

  return {
    add,
    take(most = () => ONE) {
      const oldest = shiftOldest((camera) => !out.has(camera))
      if (!oldest) return null
      const run: [EntryName, ...EntryName[]] = [oldest]
      const limits = most(oldest)
      const queue = waiting.get(oldest.camera)!
      let sum = oldest.bytes
      while (run.length < limits.entries) {
        const head = queue.head()
        const next = head === undefined ? null : parseEntryName(head)
        if (!next || sum + next.bytes > limits.bytes || next.sequence > (limits.last ?? Infinity)) break
        sum += next.bytes
        run.push(next)
        queue.shift()
      }
      out.set(oldest.camera, run.length)
      return run
    },
    settle,
    putBack(run) {
      for (const entry of run.toReversed()) {
        comeBack(entry)
        waiting.get(entry.camera)?.unshift(formatEntryName(entry))
      }
    },
    makeRoom(wanted, maxBytes) {
      const removed: EntryName[] = []
      while (bytes + wanted > maxBytes) {
        const entry = shiftOldest(() => true)
        if (!entry) break
        entries--
        bytes -= diskBytes(entry)
        removed.push(entry)
      }
      return removed
    },
    size: () => ({ entries, bytes }),
  }
}

interface Queue {
  push(name: string): void
  unshift(name: string): void
  head(): string | undefined
  shift(): void
}

/** First in, first out, in constant time: `Array.shift` moves a long array with every call. */
function createQueue(): Queue {
  let names: string[] = []
  let start = 0
  return {
    push: (name) => void names.push(name),
    unshift(name) {
      if (start > 0) names[--start] = name
      else names.unshift(name)
    },
    head: () => names[start],
    shift() {
      names[start++] = ''
      if (start < 1024 || start * 2 < names.length) return
      names = names.slice(start)
      start = 0
    },
  }
}
