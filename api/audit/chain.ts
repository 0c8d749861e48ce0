import type { AuditCheckpoint } from '@sightline/schemas/audit-checkpoint'
import { type ChainEnd, EMPTY_CHAIN, hashOfRecord, SEAL } from '@sightline/schemas/audit-record'

/** A fault in a log, and where it is. */
export interface Fault {
  readonly kind: 'malformed' | 'changed' | 'replaced' | 'removed' | 'inserted' | 'reordered' | 'not as signed'
  /** Number of the record; for a malformed one its place in the input. */
  readonly number: number
  /** Number of the last record of a removed range. */
  readonly to?: number
}

export interface ChainCheck {
  /** Adds the next record's bytes, as stored or exported. */
  add(bytes: Uint8Array): void
  /** All faults, by number. */
  end(): Fault[]
  /** Number of records checked. */
  readonly records: number
  /** Number of faults beyond the first `MOST_FAULTS`, which are only counted. */
  readonly unlisted: number
}

/** Faults that are listed one by one: a file that is no log at all must not fill the memory of who checks it. */
export const MOST_FAULTS = 10_000

/**
 * Checks the chain of an audit log, record by record (AUD-2). Pure. A record whose content was changed no longer has
 * its hash. One that was replaced together with its hash is not the one that the next record names. Numbers without
 * gaps show what was removed, inserted or moved. Only a checkpoint can show that the end is missing, or that everything
 * after some record was rewritten.
 * @param checkpoints of this log, their signatures already checked
 * @param before end of the chain before the first record, for a part of a log; null when the message there is not a
 * record
 */
export function createChainCheck(
  checkpoints: readonly AuditCheckpoint[] = [],
  before: ChainEnd | null = EMPTY_CHAIN,
): ChainCheck {
  const signed = new Map(checkpoints.map(({ number, hash }) => [number, hash]))
  const faults: Fault[] = []
  /** Ranges of skipped numbers. */
  const gaps = new Map<number, number>()
  let next = before && before.number + 1
  /** Hash of the previous record; unknown where it is missing or was altered. */
  let last: string | undefined = before?.hash
  let records = 0
  let unlisted = 0

  const note = (fault: Fault) => {
    if (faults.length < MOST_FAULTS) faults.push(fault)
    else unlisted++
  }
  const skip = (from: number, to: number) => {
    if (gaps.size < MOST_FAULTS) gaps.set(from, to)
    else unlisted++
  }

  /** Handles a record that comes after a later one: it was moved, or does not belong to the log. */
  function late(number: number): void {
    // Each search goes through all gaps: with so many faults it makes no difference which one this is.
    if (faults.length >= MOST_FAULTS) {
      unlisted++
      return
    }
    const gap = [...gaps].find(([from, to]) => number >= from && number <= to)
    if (!gap) {
      note({ kind: 'inserted', number })
      return
    }
    const [from, to] = gap
    gaps.delete(from)
    if (number > from) gaps.set(from, number - 1)
    if (number < to) gaps.set(number + 1, to)
    note({ kind: 'reordered', number })
  }

  return {
    add(bytes) {
      records++
      const record = placeOf(bytes)
      if (!record) {
        note({ kind: 'malformed', number: records })
        last = undefined
        return
      }
      const { number, previousAt } = record
      next ??= number
      const hash = hashOfRecord(bytes)
      const isWhole = standsAt(bytes, bytes.length - SEAL.length + SEAL.opens.length, hash)
      if (!isWhole) note({ kind: 'changed', number })
      if (number < next) return late(number)
      if (number > next) {
        skip(next, number - 1)
        last = undefined
      }
      if (last !== undefined && isWhole && !standsAt(bytes, previousAt, last)) {
        // The previous record has the hash of its content, but not the one by which this record names it.
        note({ kind: 'replaced', number: number - 1 })
      }
      if (signed.size > 0 && isWhole && (signed.get(number) ?? hash) !== hash) {
        note({ kind: 'not as signed', number })
      }
      next = number + 1
      last = isWhole ? hash : undefined
    },
    end() {
      const end = Math.max(0, ...signed.keys())
      if (next !== null && end >= next) gaps.set(next, end)
      const removed = [...gaps].map(
        ([number, to]): Fault => ({ kind: 'removed', number, ...(to > number && { to }) }),
      )
      const all = [...faults, ...removed].sort((a, b) => a.number - b.number)
      unlisted += Math.max(0, all.length - MOST_FAULTS)
      return all.slice(0, MOST_FAULTS)
    },
    get records() {
      return records
    },
    get unlisted() {
      return unlisted
    },
  }
}

const HEAD = '{"v":1,"number":'
const PREVIOUS = ',"previous":"'
const HASH_LENGTH = 64
const DIGIT_0 = 0x30
const DIGIT_9 = 0x39

/** Whether these ASCII characters are at a place; compares bytes without decoding text. */
function standsAt(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}

/**
 * A record's number, and the place of the previous hash, read at fixed places of its bytes; null when it is not a
 * record.
 */
function placeOf(bytes: Uint8Array): { number: number; previousAt: number } | null {
  const seal = bytes.length - SEAL.length
  if (seal < HEAD.length || !standsAt(bytes, 0, HEAD)) return null
  let at = HEAD.length
  let number = 0
  for (let digit = bytes[at]!; digit >= DIGIT_0 && digit <= DIGIT_9; digit = bytes[++at]!) {
    number = number * 10 + digit - DIGIT_0
  }
  if (!Number.isSafeInteger(number) || number < 1) return null
  const previousAt = at + PREVIOUS.length
  const isRecord =
    standsAt(bytes, at, PREVIOUS) &&
    standsAt(bytes, number === 1 ? previousAt : previousAt + HASH_LENGTH, '"') &&
    standsAt(bytes, seal, SEAL.opens) &&
    standsAt(bytes, bytes.length - SEAL.closes.length, SEAL.closes)
  return isRecord ? { number, previousAt } : null
}
