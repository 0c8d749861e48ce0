import { ask, type Link } from '@sightline/broker/link'
import { AuditRecord, type ChainEnd, EMPTY_CHAIN, hashOfRecord } from '@sightline/schemas/audit-record'
import { SightlineError } from '@sightline/schemas/errors'
import { createParser } from '@sightline/schemas/message'
import { AUDIT } from '@sightline/schemas/streams'
import { auditSubject } from '@sightline/schemas/subjects'
import Type from 'typebox'

/** End of the chain, and the last record's place in the stream. */
export interface Tail {
  sequence: number
  end: ChainEnd
}

const { number, hash } = AuditRecord.properties
// Not the whole record: a record of a newer version, with an unknown action, is a record too.
const endParser = createParser('end of the audit log', Type.Object({ number, hash }))

/** End of the chain after these bytes; null when they are not a record, or were altered after sealing. */
export function chainEndOf(bytes: Uint8Array): ChainEnd | null {
  try {
    const { number, hash } = endParser.parseJson(bytes)
    return hashOfRecord(bytes) === hash ? { number, hash } : null
  } catch {
    return null
  }
}

/** A message that is not a record is at the end of the log: nothing can be chained to it, so nothing is written. */
export class AuditBlocked extends SightlineError {
  readonly sequence: number

  constructor(sequence: number) {
    super(
      'AUDIT_UNAVAILABLE',
      `message ${sequence} of the audit log is not a record: nothing can be done until an operator repairs the log`,
      {
        hint: './sightline audit repair shows what the message is, and continues the log after it. See docs/operations.md.',
      },
    )
    this.sequence = sequence
  }
}

/** @throws AuditBlocked, BROKER_UNREACHABLE, BROKER_FAILED */
export async function readTail(link: Link): Promise<Tail> {
  const last = await ask(link, 'read the end of the audit log', () =>
    link.manager.streams.getMessage(AUDIT, { last_by_subj: auditSubject('*') }),
  )
  if (!last) return { sequence: 0, end: EMPTY_CHAIN }
  const end = chainEndOf(last.data)
  if (!end) throw new AuditBlocked(last.seq)
  return { sequence: last.seq, end }
}
