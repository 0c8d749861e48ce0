import type { Answer } from '../../../api/client.ts'
import { texts } from '../texts.ts'

type Part = Answer<'/v1/oversight/chain/check'>
type Fault = Part['faults'][number]

/** The combined result of the parts checked so far. */
export interface Checked {
  records: number
  faults: readonly Fault[]
  /** Number of messages that are not records and were repaired. */
  mended: number
  signed: number
  /** Where the next, earlier part ends; null at the beginning of the log, and before the first part. */
  next: number | null
}

export const NOTHING_CHECKED: Checked = { records: 0, faults: [], mended: 0, signed: 0, next: null }

/** Adds one more, earlier part. */
export const addBatch = (so: Checked, { records, faults, mended, signed, next }: Part): Checked => ({
  records: so.records + records,
  faults: [...faults, ...so.faults],
  next,
  mended: so.mended + mended.length,
  signed: so.signed + signed,
})

/** What happened to a record, in words. */
export function faultText({ kind, number, to }: Fault): string {
  const words = texts.chain.check.faults
  return kind === 'removed' ? words.removed(number, to ?? number) : words[kind](number)
}
