import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import { ask, type Link } from '../broker/link.ts'
import { type Clock, instant } from '../runtime/clock.ts'
import { type AuditRecord, auditRecordReader, chained } from '../schemas/audit-record.ts'
import { SightlineError } from '../schemas/errors.ts'
import { AUDIT } from '../schemas/streams.ts'
import { auditSubject } from '../schemas/subjects.ts'

export type AuditEntry = Pick<AuditRecord, 'actor' | 'action' | 'subject' | 'parameters'>

export interface AuditLog {
  /**
   * Appends one record; settles when it is stored. Called before the thing itself is done (AUD-1): what
   * cannot be recorded does not happen.
   * @throws AUDIT_UNAVAILABLE
   */
  record(entry: AuditEntry): Promise<void>
}

/** End of the chain: the last record's place in the stream, and its hash. */
interface Tail {
  sequence: number
  hash: string
}

/** How often a record is tried again after another process was faster. */
const ATTEMPTS = 50
/** Longest wait for the records before, in milliseconds. */
const QUEUE_MS = 5000

/**
 * The audit log in the stream `AUDIT`. Each record carries the hash of the one before (AUD-2), so records
 * are written one at a time; the broker accepts one only if the stream still ends where the writer thinks,
 * so several api processes extend one chain and cannot fork it.
 */
export function createAuditLog(link: Link, clock: Clock): AuditLog {
  let tail: Tail | undefined
  let queue: Promise<unknown> = Promise.resolve()

  const append = async (entry: AuditEntry): Promise<void> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      tail ??= await readTail(link)
      const record = chained({ v: 1, at: instant(clock()), ...entry }, tail.hash)
      const sequence = await publish(link, record, tail.sequence)
      if (sequence !== undefined) {
        tail = { sequence, hash: record.hash }
        return
      }
      tail = undefined
    }
    throw new Error(`${ATTEMPTS} attempts, and another process was always faster`)
  }

  const record = (entry: AuditEntry): Promise<void> => {
    const asked = performance.now()
    const done = queue.then(async () => {
      try {
        if (performance.now() - asked > QUEUE_MS) throw new Error('the records before take too long')
        await append(entry)
      } catch (cause) {
        // Whether the record was stored is unknown: the chain's end is read anew before the next.
        tail = undefined
        throw new SightlineError('AUDIT_UNAVAILABLE', 'the audit log cannot be written: nothing was done', {
          cause,
          hint: 'Try again; if it stays so, see whether the broker is up (GET /health).',
        })
      }
    })
    queue = done.catch(() => {})
    return done
  }
  return { record }
}

/** @returns the record's sequence, or undefined when the stream has grown beyond `after` */
async function publish(link: Link, record: AuditRecord, after: number): Promise<number | undefined> {
  try {
    const options = { expect: { streamName: AUDIT, lastSequence: after } }
    const body = JSON.stringify(record)
    const stored = await ask(link, 'store the audit record', () =>
      link.js.publish(auditSubject(record.actor), body, options),
    )
    return stored.seq
  } catch (error) {
    const cause = error instanceof SightlineError ? error.cause : undefined
    if (cause instanceof JetStreamApiError && cause.code === JetStreamApiCodes.StreamWrongLastSequence) return
    throw error
  }
}

async function readTail(link: Link): Promise<Tail> {
  const last = await ask(link, 'read the end of the audit log', () =>
    link.manager.streams.getMessage(AUDIT, { last_by_subj: auditSubject('*') }),
  )
  if (!last) return { sequence: 0, hash: '' }
  return { sequence: last.seq, hash: auditRecordReader.parseJson(last.data).hash }
}
