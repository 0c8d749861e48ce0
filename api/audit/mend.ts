import { createHash } from 'node:crypto'
import { ask, type Link } from '@sightline/broker/link'
import { type Clock, instant } from '@sightline/runtime/clock'
import { auditRecordParser, type ChainEnd, EMPTY_CHAIN, sealRecord } from '@sightline/schemas/audit-record'
import { SightlineError } from '@sightline/schemas/errors'
import { createParser } from '@sightline/schemas/message'
import { AUDIT } from '@sightline/schemas/streams'
import { auditSubject } from '@sightline/schemas/subjects'
import Type, { type Static } from 'typebox'
import { requireSubstance } from '../cases/substance.ts'
import type { Fault } from './chain.ts'
import { chainEndOf } from './tail.ts'

/** Messages at the end of the log that are not records. */
export interface Foreign {
  /** Sequences of the first and the last. */
  readonly from: number
  readonly to: number
  /** SHA-256 of all of them, each followed by a newline: of the lines of an export. */
  readonly sha256: string
  readonly messages: readonly { sequence: number; subject: string; storedAt: string; bytes: number }[]
  /** The chain continues from here. */
  readonly end: ChainEnd
}

/** Contents of the record that continued the log after messages that are not records. */
const Mend = Type.Object({
  from: Type.Integer(),
  to: Type.Integer(),
  sha256: Type.String(),
  reason: Type.String(),
})
const mendParser = createParser('repair of the audit log', Mend)

/**
 * The messages at the end of the log that are not records; null when it ends with a record.
 * @throws BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function findForeignEnd(link: Link): Promise<Foreign | null> {
  const { last_seq: to } = (await ask(link, 'describe the audit log', () => link.manager.streams.info(AUDIT)))
    .state
  const found = []
  let end: ChainEnd = EMPTY_CHAIN
  for (let sequence = to; sequence > 0; sequence--) {
    const message = await ask(link, 'read the audit log', () =>
      link.manager.streams.getMessage(AUDIT, { seq: sequence }),
    )
    if (!message) throw new SightlineError('BROKER_FAILED', `message ${sequence} of the audit log is missing`)
    const before = chainEndOf(message.data)
    if (before) {
      end = before
      break
    }
    found.unshift(message)
  }
  if (found.length === 0) return null
  const messages = found.map(({ seq, subject, time, data }) => ({
    sequence: seq,
    subject,
    storedAt: instant(time.getTime()),
    bytes: data.length,
  }))
  return { from: found[0]!.seq, to, sha256: digestOf(found.map(({ data }) => data)), messages, end }
}

function digestOf(lines: readonly Uint8Array[]): string {
  const digest = createHash('sha256')
  for (const line of lines) digest.update(line).update('\n')
  return digest.digest('hex')
}

/**
 * Continues the log after messages that are not records, with a record that says who did it, and why. The messages
 * stay: nothing is ever removed from the log (AUD-2).
 * @returns number of that record
 * @throws RULE_BROKEN for a reason without substance, CONFLICT when something was written in between, BROKER_FAILED
 */
export async function repairLog(
  link: Link,
  { from, to, sha256, end }: Foreign,
  { by, reason }: { by: string; reason: string },
  clock: Clock,
): Promise<number> {
  requireSubstance(reason, 'reason for repairing the audit log', 'AUD-2')
  const parameters = { from, to, sha256, reason }
  const content = {
    at: instant(clock()),
    actor: by,
    action: 'audit.mend' as const,
    subject: null,
    parameters,
  }
  const { text, end: next } = sealRecord(content, end)
  const expect = { streamName: AUDIT, lastSequence: to }
  await ask(link, 'store the audit record', () => link.js.publish(auditSubject(by), text, { expect }))
  return next.number
}

/** A repair found in an export. */
export interface Mended extends Static<typeof Mend> {
  /** Lines of the export that are not records. */
  readonly lines: readonly number[]
  readonly by: string
  readonly at: string
  /** Number of the record. */
  readonly number: number
}

/**
 * Which of the lines that are not records were repaired: those that a record right after them names by their digest,
 * and that continues from the record before them.
 * @param lines of the export
 * @param faults that the check of the chain found
 */
export async function findRepairs(
  lines: (line: (bytes: Buffer) => void) => Promise<void>,
  faults: readonly Fault[],
): Promise<Mended[]> {
  const malformed = new Set(faults.flatMap(({ kind, number }) => (kind === 'malformed' ? [number] : [])))
  if (malformed.size === 0) return []
  const mended: Mended[] = []
  let run: Buffer[] = []
  let before: ChainEnd = EMPTY_CHAIN
  let line = 0
  await lines((bytes) => {
    line++
    if (malformed.has(line)) {
      run.push(Buffer.from(bytes))
      return
    }
    const one = run.length > 0 ? mendOf(bytes, run, before) : null
    if (one) mended.push({ ...one, lines: run.map((_, n) => line - run.length + n) })
    run = []
    // Only the record before a malformed line is needed.
    if (malformed.has(line + 1)) before = chainEndOf(bytes) ?? EMPTY_CHAIN
  })
  return mended
}

function mendOf(bytes: Buffer, run: readonly Buffer[], before: ChainEnd): Omit<Mended, 'lines'> | null {
  try {
    const { action, actor, at, number, previous, parameters } = auditRecordParser.parseJson(bytes)
    if (action !== 'audit.mend' || number !== before.number + 1 || previous !== before.hash) return null
    const told = mendParser.parse(parameters)
    return told.sha256 === digestOf(run) ? { ...told, by: actor, at, number } : null
  } catch {
    return null
  }
}
