import type { Records } from '@sightline/api/shared/records'
import { SightlineError } from '@sightline/schemas/errors'

/** A bucket in memory, with the same compare-and-set: for tests that pass through years. */
export function memoryRecords<T>(): Records<T> {
  const kept = new Map<string, { value: T; revision: number }>()
  let sequence = 0
  const find = async (key: string) => kept.get(key)
  return {
    find,
    get: async (key) => {
      const found = kept.get(key)
      if (!found) throw new SightlineError('NOT_FOUND', `there is no ${key}`)
      return found
    },
    put: async (key, value, revision) => {
      if ((kept.get(key)?.revision ?? 0) !== revision)
        throw new SightlineError('CONFLICT', 'changed meanwhile')
      const stored = { value, revision: ++sequence }
      kept.set(key, stored)
      return stored
    },
    remove: async (key) => {
      kept.delete(key)
    },
    all: async () => [...kept.values()],
    census: async () => ({ found: [...kept.values()], malformed: new Set(), keys: new Set(kept.keys()) }),
  }
}
