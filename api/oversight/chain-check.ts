import type { KeyObject } from 'node:crypto'
import { followBatches } from '@sightline/broker/follow'
import { ask, type Link } from '@sightline/broker/link'
import { isSignedBy } from '@sightline/schemas/audit-checkpoint'
import { type ChainEnd, EMPTY_CHAIN } from '@sightline/schemas/audit-record'
import { SightlineError } from '@sightline/schemas/errors'
import { AUDIT } from '@sightline/schemas/streams'
import { createChainCheck, type Fault } from '../audit/chain.ts'
import { findRepairs } from '../audit/mend.ts'
import { readLastSigned } from '../audit/signed.ts'
import { chainEndOf } from '../audit/tail.ts'

/** Result of checking a part of the audit log. */
export interface PartCheck {
  /** Sequences of the first and the last message checked; 0 and 0 for an empty log. */
  from: number
  to: number
  /** Where to continue, further back; null when the beginning was checked. */
  next: number | null
  records: number
  /** By number; for a malformed one the number is the message's sequence. */
  faults: Fault[]
  /** Sequences of messages that are not records, and were repaired by a later record. */
  mended: number[]
  /** Number of signed ends in this part that agree with it. */
  signed: number
}

/** Messages checked per call: about a third of a second, and some 20 MB. */
const PART = 50_000
/** Signed ends compared with the log: more than a year, at one an hour. */
const MOST_SIGNED = 10_000
const IN_FLIGHT = 5000
/** How long the broker may be silent, milliseconds. */
const SILENCE_MS = 15_000

/**
 * Recomputes the hashes of a part of the audit log, and compares it with the signed ends (AUD-2). It runs here, on what
 * the broker returns: whoever could change the broker and this program could change the result. For that case there is
 * `./sightline audit verify`, with a key kept elsewhere.
 * @param upTo sequence of the last message to check; without it the end of the log
 * @throws BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function checkPart(link: Link, key: KeyObject, upTo?: number, size = PART): Promise<PartCheck> {
  const signed = (await readLastSigned(link, MOST_SIGNED)).flatMap(({ checkpoint }) =>
    checkpoint && isSignedBy(checkpoint, key) ? [checkpoint] : [],
  )
  const { state } = await ask(link, 'describe the audit log', () => link.manager.streams.info(AUDIT))
  const isEnd = upTo === undefined || upTo >= state.last_seq
  const to = isEnd ? state.last_seq : upTo
  const from = Math.max(1, to - size + 1)
  // The last record before this part, from which the part's first record continues.
  const before = from > 1 ? await endAt(link, from - 1) : EMPTY_CHAIN
  const messages = to > 0 ? await messagesOf(link, from, to) : []
  const last = lastNumber(messages)
  const within = signed.filter(
    ({ number }) => (before === null || number > before.number) && (isEnd || number <= last),
  )
  const check = createChainCheck(within, before)
  for (const data of messages) check.add(data)
  const faults = check.end()
  const mended = await findRepairs(async (line) => {
    for (const data of messages) line(data)
  }, faults)
  const lines = new Set(mended.flatMap((one) => one.lines))
  const bad = new Set(faults.flatMap(({ kind, number }) => (kind === 'not as signed' ? [number] : [])))
  return {
    from: to > 0 ? from : 0,
    to,
    next: from > 1 ? from - 1 : null,
    records: messages.length,
    faults: faults
      .filter(({ kind, number }) => kind !== 'malformed' || !lines.has(number))
      .map((fault) => (fault.kind === 'malformed' ? { ...fault, number: from + fault.number - 1 } : fault)),
    mended: [...lines].map((line) => from + line - 1),
    signed: within.filter(({ number }) => number <= last && !bad.has(number)).length,
  }
}

/** End of the chain after a message; null when it is not a record. */
async function endAt(link: Link, seq: number): Promise<ChainEnd | null> {
  const message = await ask(link, 'read the audit log', () => link.manager.streams.getMessage(AUDIT, { seq }))
  return message && chainEndOf(message.data)
}

const lastNumber = (messages: readonly Buffer[]): number => {
  for (let i = messages.length - 1; i >= 0; i--) {
    const end = chainEndOf(messages[i]!)
    if (end) return end.number
  }
  return 0
}

async function messagesOf(link: Link, from: number, to: number): Promise<Buffer[]> {
  const messages: Buffer[] = []
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), SILENCE_MS)
  try {
    const options = { stream: AUDIT, from, inFlight: IN_FLIGHT, signal: stop.signal }
    for await (const batch of followBatches(link, options)) {
      timer.refresh()
      for (const { seq, data } of batch) {
        if (seq <= to) messages.push(Buffer.from(data))
        if (seq >= to) return messages
      }
    }
  } finally {
    clearTimeout(timer)
    stop.abort()
  }
  throw new SightlineError('BROKER_FAILED', 'cannot read the audit log to its end', {
    hint: 'Try again in a moment. If this continues, check that the broker is up (GET /health).',
  })
}
