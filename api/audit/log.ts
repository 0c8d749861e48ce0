import { randomUUID } from 'node:crypto'
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import { ask, type Link } from '@sightline/broker/link'
import { type Clock, instant } from '@sightline/runtime/clock'
import {
  type AuditContent,
  type AuditRecord,
  type ChainEnd,
  recordOf,
  sealRecord,
} from '@sightline/schemas/audit-record'
import { SightlineError } from '@sightline/schemas/errors'
import { AUDIT } from '@sightline/schemas/streams'
import { auditSubject } from '@sightline/schemas/subjects'
import { AuditBlocked, chainEndOf, readTail, type Tail } from './tail.ts'

export type AuditEntry = Omit<AuditContent, 'at'>

export interface AuditLog {
  /**
   * Appends one record; settles when it is stored. Call it before the action (AUD-1): an action that cannot be recorded
   * must not happen.
   * @throws AUDIT_UNAVAILABLE
   */
  record(entry: AuditEntry): Promise<void>
  /** The end of the chain as far as this process knows it; null before its first record. */
  end(): ChainEnd | null
  /**
   * Sequence of a message at the end of the log that is not a record, as far as this process knows; null when there is
   * none. While there is one, nothing is written.
   */
  blockedAt(): number | null
  /** Checks that the log ends with a record. @throws AuditBlocked, BROKER_UNREACHABLE, BROKER_FAILED */
  look(): Promise<void>
  /** The last record of an actor; null when there is none. @throws BROKER_UNREACHABLE, BROKER_FAILED */
  lastOf(actor: string): Promise<AuditRecord | null>
}

interface Waiting {
  entry: AuditEntry
  asked: number
  attempts: number
  resolve(): void
  reject(error: SightlineError): void
}

/** How often a record is retried after another process wrote first. */
const ATTEMPTS = 50
/** Longest wait for earlier records, in milliseconds. */
const QUEUE_MS = 5000
/** Maximum number of records in flight. */
const BATCH = 256

/**
 * The audit log in the stream `AUDIT`. Each record carries the hash of the one before (AUD-2). Records requested while
 * others are in flight are sent together, in order but without waiting for each. The broker accepts a record only if
 * the stream still ends where the writer expects, so several api processes extend one chain and cannot fork it.
 */
export function createAuditLog(link: Link, clock: Clock): AuditLog {
  // Two processes may write identical records in the same millisecond; this keeps the broker from taking one for a
  // repeat.
  const writer = randomUUID()
  const idOf = (hash: string) => `${writer}.${hash}`
  let tail: Tail | undefined
  let end: ChainEnd | null = null
  let blockedAt: number | null = null
  const waiting: Waiting[] = []
  let writing = false

  async function lookAtTail(): Promise<Tail> {
    try {
      const found = await readTail(link)
      blockedAt = null
      return found
    } catch (error) {
      if (error instanceof AuditBlocked) blockedAt = error.sequence
      throw error
    }
  }

  async function write(): Promise<void> {
    if (writing) return
    writing = true
    // In a cluster the id of the message before is checked after the leader has passed the message on, and nats-server 2.15.1
    // stops the whole stream where it differs: there each record waits for the one before it, and expects a sequence alone.
    const most = link.connection.info?.cluster === undefined ? BATCH : 1
    while (waiting.length > 0) await writeBatch(waiting.splice(0, most))
    writing = false
  }

  async function writeBatch(batch: Waiting[]): Promise<void> {
    const due = batch.filter((one) => {
      const isLate = performance.now() - one.asked > QUEUE_MS
      if (isLate) one.reject(unavailable(new Error('the audit records before this one take too long')))
      return !isLate
    })
    let from: Tail
    try {
      from = tail ?? (await lookAtTail())
    } catch (cause) {
      for (const one of due) one.reject(unavailable(cause))
      return
    }
    let { sequence } = from
    let chainEnd = from.end
    const sent = due.map((one, i) => {
      const { text, end: next } = sealRecord({ at: instant(clock()), ...one.entry }, chainEnd)
      // With several in flight a matching sequence is not enough: another process's record may have taken it.
      const expect = {
        streamName: AUDIT,
        lastSequence: sequence++,
        ...(i > 0 && { lastMsgID: idOf(chainEnd.hash) }),
      }
      const stored = ask(link, 'store the audit record', () =>
        link.js.publish(auditSubject(one.entry.actor), text, { msgID: idOf(next.hash), expect }),
      )
      chainEnd = next
      stored.catch(() => {})
      return { one, stored, end: next, sequence }
    })
    for (const [i, { one, stored, ...reached }] of sent.entries()) {
      try {
        await stored
        tail = reached
        end = reached.end
        one.resolve()
      } catch (cause) {
        // It may or may not have been stored, so the end of the chain is read again. Those after it cannot have been
        // stored.
        tail = undefined
        giveBack(
          sent.slice(i).map((each) => each.one),
          cause,
        )
        return
      }
    }
  }

  /** Requeues records that lost to another process, in order and before all later ones. */
  function giveBack(rest: Waiting[], cause: unknown): void {
    const again = rest.filter((one) => {
      const mayRetry = isBehind(cause) && ++one.attempts < ATTEMPTS
      if (!mayRetry) one.reject(unavailable(cause))
      return mayRetry
    })
    waiting.unshift(...again)
  }

  return {
    record: (entry) =>
      new Promise((resolve, reject) => {
        waiting.push({ entry, asked: performance.now(), attempts: 0, resolve, reject })
        void write()
      }),
    end: () => end,
    blockedAt: () => blockedAt,
    look: async () => void (await lookAtTail()),
    lastOf: async (actor) => {
      const last = await ask(link, 'read the audit log', () =>
        link.manager.streams.getMessage(AUDIT, { last_by_subj: auditSubject(actor) }),
      )
      // A message that only looks like a record was not sealed by anybody; accepting it would count something as
      // recorded.
      return last && chainEndOf(last.data) ? recordOf(last.data) : null
    },
  }
}

const unavailable = (cause: unknown): SightlineError =>
  cause instanceof AuditBlocked ? cause : notWritten(cause)

const notWritten = (cause: unknown) =>
  new SightlineError('AUDIT_UNAVAILABLE', 'the audit log cannot be written, so nothing was done', {
    cause,
    hint: 'Try again. If this continues, check that the broker is up (GET /health).',
  })

/** JetStream's code for a stream whose last message is not the one that was expected. */
const WRONG_LAST_MESSAGE = 10070

/** Whether the stream has grown beyond what the writer knew. */
export function isBehind(error: unknown): boolean {
  const cause = error instanceof SightlineError ? error.cause : undefined
  if (!(cause instanceof JetStreamApiError)) return false
  return cause.code === JetStreamApiCodes.StreamWrongLastSequence || cause.code === WRONG_LAST_MESSAGE
}
