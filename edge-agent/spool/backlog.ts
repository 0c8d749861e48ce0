import { type EntryName, formatEntryName, parseEntryName } from './entry-name.ts'

/** Smallest allocation of a file system, in bytes: what even a short read takes on the disk. */
const BLOCK = 4096

/** Space of an entry on the disk, in bytes. */
export const diskBytes = ({ bytes }: Pick<EntryName, 'bytes'>): number =>
  Math.max(1, Math.ceil(bytes / BLOCK)) * BLOCK

/**
 * Which entries are on the disk, and which is next: oldest first, one at a time per camera. The file names are kept in
 * memory, about 100 bytes per entry, so that no folder is listed while reads arrive. Pure: no I/O.
 */
export interface Backlog {
  /** Adds the newest entry; sequences only increase. */
  add(entry: EntryName): void
  /** The oldest entry of a camera without one in delivery; it stays in delivery until `settle` or `putBack`. */
  take(): EntryName | null
  /** Completes an entry that was taken: it has left the disk. */
  settle(entry: EntryName): void
  /** Returns a taken entry: it is its camera's next one again. */
  putBack(entry: EntryName): void
  /**
   * Removes the oldest entries until `wanted` more bytes fit into `maxBytes`. Entries in delivery stay: they may have arrived
   * already.
   * @returns the removed entries, oldest first
   */
  makeRoom(wanted: number, maxBytes: number): EntryName[]
  /** Number of entries, including those in delivery, and the bytes that they take on the disk. */
  size(): { entries: number; bytes: number }
}

export function createBacklog(): Backlog {
  const waiting = new Map<string, Queue>()
  const out = new Set<string>()
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

  function settle(entry: EntryName): void {
    out.delete(entry.camera)
    entries--
    bytes -= diskBytes(entry)
  }

  /** Takes the oldest first entry of all cameras; a host has dozens of cameras at most, so a scan is fast enough. */
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
    take() {
      const entry = shiftOldest((camera) => !out.has(camera))
      if (entry) out.add(entry.camera)
      return entry
    },
    settle,
    putBack(entry) {
      out.delete(entry.camera)
      waiting.get(entry.camera)?.unshift(formatEntryName(entry))
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

/** First in, first out, in constant time: `Array.shift` moves a long array on every call. */
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
