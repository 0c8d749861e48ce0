import { type EntryName, formatEntryName, parseEntryName } from './entry-name.ts'

/** The smallest piece that a file system gives to a file, in bytes: what even a short read takes on the disk. */
const BLOCK = 4096

/** What an entry takes on the disk, in bytes. */
export const diskBytes = ({ bytes }: Pick<EntryName, 'bytes'>): number =>
  Math.max(1, Math.ceil(bytes / BLOCK)) * BLOCK

/**
 * Which entries are on the disk, and whose turn it is: oldest first, one at a time of each camera. Kept in
 * memory as the names of the files, about 100 bytes an entry, so that no folder is listed while reads flow.
 * Pure: no I/O.
 */
export interface Backlog {
  /** Adds the newest entry; sequences only grow. */
  add(entry: EntryName): void
  /** The oldest entry of a camera that has none out; it is out until `settle` or `putBack`. */
  take(): EntryName | null
  /** Ends an entry that was taken: it has left the disk. */
  settle(entry: EntryName): void
  /** Gives a taken entry back: it is its camera's next one again. */
  putBack(entry: EntryName): void
  /**
   * Removes the oldest entries until `wanted` more bytes fit into `maxBytes`. Entries that are out stay: they
   * may have arrived already.
   * @returns those removed, oldest first
   */
  makeRoom(wanted: number, maxBytes: number): EntryName[]
  /** Entries, those that are out included, and the bytes of disk that they take. */
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
