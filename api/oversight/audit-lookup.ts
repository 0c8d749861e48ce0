import { followBatches } from '@sightline/broker/follow'
import { ask, type Link } from '@sightline/broker/link'
import { type AuditRecord, recordOf } from '@sightline/schemas/audit-record'
import { SightlineError } from '@sightline/schemas/errors'
import { AUDIT } from '@sightline/schemas/streams'

/** A record and its place in the stream; null where a message is not a record. */
export interface LoggedRecord {
  readonly sequence: number
  readonly record: AuditRecord | null
}

export interface AuditLookup {
  /** Sequence of the last record; 0 of an empty log. */
  last(): Promise<number>
  /** The message at a sequence. @throws NOT_FOUND */
  get(sequence: number): Promise<LoggedRecord>
  /** One record by its number; messages that are not records have none (audit/mend.ts). @throws NOT_FOUND */
  byNumber(number: number): Promise<AuditRecord>
  /** First sequence whose record has this instant (milliseconds) or a later one; `last() + 1` when there is none. */
  firstSince(at: number): Promise<number>
  /** Records from one sequence to another, both included, oldest first. @throws BROKER_FAILED when the broker falls silent */
  read(from: number, to: number): AsyncGenerator<LoggedRecord, void>
}

/** Records buffered for the lookup. */
const IN_FLIGHT = 5000
/** How long the broker may be silent during a read, milliseconds. */
const SILENCE_MS = 15_000

/**
 * Reads the audit log without keeping anything in memory. Every method may throw BROKER_UNREACHABLE or BROKER_FAILED.
 */
export function createAuditLookup(link: Link): AuditLookup {
  const last = async () =>
    (await ask(link, 'describe the audit log', () => link.manager.streams.info(AUDIT))).state.last_seq

  const get = async (sequence: number): Promise<LoggedRecord> => {
    const message = await ask(link, 'read the audit log', () =>
      link.manager.streams.getMessage(AUDIT, { seq: sequence }),
    )
    if (!message) throw new SightlineError('NOT_FOUND', `there is no audit record ${sequence}`)
    return { sequence, record: recordOf(message.data) }
  }

  /** The first record at or after a sequence, before `end`; undefined when there is none. */
  const nextRecord = async (from: number, end: number): Promise<AuditRecord | undefined> => {
    for (let sequence = from; sequence < end; sequence++) {
      const { record } = await get(sequence)
      if (record) return record
    }
    return undefined
  }

  return {
    last,
    get,
    byNumber: async (number) => {
      // Each message that is not a record moves later records back by one.
      for (let sequence = number; ; ) {
        const { record } = await get(sequence)
        if (record?.number === number) return record
        if (record && record.number > number) break
        sequence += record ? number - record.number : 1
      }
      throw new SightlineError('NOT_FOUND', `the audit log has no record ${number} where it should be`, {
        hint: 'Run ./sightline audit verify to see what happened to it.',
      })
    },
    firstSince: async (at) => {
      let low = 1
      let high = (await last()) + 1
      while (low < high) {
        const middle = (low + high) >>> 1
        const record = await nextRecord(middle, high)
        if (record && Date.parse(record.at) < at) low = middle + 1
        else high = middle
      }
      return low
    },
    read: async function* (from, to) {
      if (from > to) return
      const stop = new AbortController()
      const { signal } = stop
      const timer = setTimeout(() => stop.abort(), SILENCE_MS)
      try {
        for await (const batch of followBatches(link, { stream: AUDIT, from, inFlight: IN_FLIGHT, signal })) {
          timer.refresh()
          for (const { seq, data } of batch) {
            if (seq <= to) yield { sequence: seq, record: recordOf(data) }
            if (seq >= to) return
          }
        }
      } finally {
        clearTimeout(timer)
        stop.abort()
      }
      throw new SightlineError('BROKER_FAILED', 'cannot read the audit log to its end', {
        hint: 'Try again in a moment. If this continues, check that the broker is up (GET /health).',
      })
    },
  }
}

/** When the log begins, milliseconds; null while it is empty. */
export async function beginningOf(lookup: Pick<AuditLookup, 'last' | 'get'>): Promise<number | null> {
  if ((await lookup.last()) === 0) return null
  const { record } = await lookup.get(1)
  return record ? Date.parse(record.at) : null
}
