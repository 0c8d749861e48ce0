import { texts } from '../texts.ts'
import type { Item } from '../types.ts'

/** The title of a review's item. */
export function titleOf({ record, signal }: Pick<Item, 'record' | 'signal'>): string {
  const words = texts.review
  if (record) return words.record(record.number)
  return signal ? `${words.signal}: ${texts.misuse.kinds[signal.kind]}` : words.signal
}
