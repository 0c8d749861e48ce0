import type { Stored } from './records.ts'

/**
 * A bucket's values in memory, of which this process learns in two ways: the watch tells of every write in the order of their
 * revisions, and the answers to its own writes come earlier or later than that.
 */
export interface Copy<T> {
  values(): Iterable<Stored<T>>
  entries(): Iterable<[string, Stored<T>]>
  get(key: string): Stored<T> | undefined
  /** The watch tells of a value. */
  told(key: string, stored: Stored<T>): void
  /** The watch tells that a value is gone. @param revision of what took its place */
  toldGone(key: string, revision: number): void
  /** Waits for an own write, and has it from then on, unless the watch has told of a later one. */
  write(key: string, put: Promise<Stored<T>>): Promise<Stored<T>>
  /** This process has removed a value: what the watch still has to tell of it is no news. */
  removed(key: string): void
  /** Drops a value that the bucket has no longer. */
  drop(key: string): void
}

/** An empty copy. Pure. */
export function createCopy<T>(): Copy<T> {
  const held = new Map<string, Stored<T>>()
  /** Own writes without an answer, and the revision at which the watch told that their value is gone. */
  const writing = new Map<string, { count: number; goneAt: number }>()
  /** Last revision of a value that this process removed before the watch had told of it. */
  const ended = new Map<string, number>()
  /** All up to this revision was told. */
  let reached = 0

  return {
    values: () => held.values(),
    entries: () => held.entries(),
    get: (key) => held.get(key),
    told(key, stored) {
      const { revision } = stored
      reached = Math.max(reached, revision)
      if (revision <= (ended.get(key) ?? 0)) return
      ended.delete(key)
      if ((held.get(key)?.revision ?? 0) <= revision) held.set(key, stored)
    },
    toldGone(key, revision) {
      reached = Math.max(reached, revision)
      ended.delete(key)
      const own = writing.get(key)
      if (own) own.goneAt = revision
      if ((held.get(key)?.revision ?? 0) <= revision) held.delete(key)
    },
    async write(key, put) {
      const own = writing.get(key) ?? { count: 0, goneAt: 0 }
      own.count++
      writing.set(key, own)
      try {
        const stored = await put
        const known = Math.max(held.get(key)?.revision ?? 0, own.goneAt)
        if (known < stored.revision) held.set(key, stored)
        return stored
      } finally {
        if (--own.count === 0) writing.delete(key)
      }
    },
    removed(key) {
      const known = held.get(key)?.revision ?? 0
      if (known > reached) ended.set(key, known)
      held.delete(key)
    },
    drop: (key) => void held.delete(key),
  }
}
