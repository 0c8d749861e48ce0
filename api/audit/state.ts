import { ask, type Link } from '@sightline/broker/link'
import type { AuditCheckpoint } from '@sightline/schemas/audit-checkpoint'
import { AuditRecord } from '@sightline/schemas/audit-record'
import { SightlineError } from '@sightline/schemas/errors'
import { createParser } from '@sightline/schemas/message'
import { AUDIT, AUDIT_CHECKPOINTS } from '@sightline/schemas/streams'
import Type, { type Static } from 'typebox'
import { readLastSigned } from './signed.ts'
import { chainEndOf } from './tail.ts'

const { number, at } = AuditRecord.properties
const Last = Type.Object({ number, at })
// Not the whole record: see tail.ts.
const lastParser = createParser('last record of the audit log', Last)

/** State of the audit log, read from the broker, so every api process gives the same answer. */
export interface ChainState {
  /** The last record; null while there is none. */
  last: Static<typeof Last> | null
  /** Sequence of the message at the end that is not a record; null when the log ends with a record. */
  blockedAt: number | null
  /** The last signed end as stored; its signature is checked offline. */
  checkpoint: Pick<AuditCheckpoint, 'number' | 'at' | 'key'> | null
  /** Records after the signed end; negative when the log ends before the signed record. */
  recordsSince: number
}

/** Messages searched for the last record; for more at the end, use `./sightline audit repair`. */
const LOOK_BACK = 100

/** @throws BROKER_UNREACHABLE, BROKER_FAILED */
export async function chainState(link: Link): Promise<ChainState> {
  // Read the signed end first, so that records written meanwhile count as after it.
  const checkpoint = await lastCheckpoint(link)
  const { last, blockedAt } = await lastRecord(link)
  return { last, blockedAt, checkpoint, recordsSince: (last?.number ?? 0) - (checkpoint?.number ?? 0) }
}

async function lastRecord(link: Link): Promise<Pick<ChainState, 'last' | 'blockedAt'>> {
  const { state } = await ask(link, `describe ${AUDIT}`, () => link.manager.streams.info(AUDIT))
  const end = state.last_seq
  for (let seq = end; seq > Math.max(0, end - LOOK_BACK); seq--) {
    const message = await ask(link, 'read the audit log', () =>
      link.manager.streams.getMessage(AUDIT, { seq }),
    )
    if (!message) throw new SightlineError('BROKER_FAILED', `message ${seq} of the audit log is missing`)
    if (!chainEndOf(message.data)) continue
    const { number, at } = lastParser.parseJson(message.data)
    return { last: { number, at }, blockedAt: seq === end ? null : end }
  }
  if (end > LOOK_BACK) {
    throw new SightlineError(
      'BROKER_FAILED',
      `the last ${LOOK_BACK} messages of the audit log are not records`,
      {
        hint: './sightline audit repair shows what they are, and continues the log after them. See docs/operations.md.',
      },
    )
  }
  return { last: null, blockedAt: end || null }
}

async function lastCheckpoint(link: Link): Promise<ChainState['checkpoint']> {
  const last = (await readLastSigned(link, 1)).at(-1)
  if (!last) return null
  if (!last.checkpoint) {
    throw new SightlineError(
      'BROKER_FAILED',
      `message ${last.sequence} of ${AUDIT_CHECKPOINTS} is not a checkpoint`,
      { hint: 'Find out who wrote it: ./sightline audit export includes both streams.' },
    )
  }
  const { number, at, key } = last.checkpoint
  return { number, at, key }
}
