import { follow } from '@sightline/broker/follow'
import { ask, type Link } from '@sightline/broker/link'
import { type AuditCheckpoint, auditCheckpointParser } from '@sightline/schemas/audit-checkpoint'
import { SightlineError } from '@sightline/schemas/errors'
import { AUDIT_CHECKPOINTS } from '@sightline/schemas/streams'

/** A message in the stream of signed ends; null where it is not one. */
export interface SignedEnd {
  sequence: number
  checkpoint: AuditCheckpoint | null
}

/** Longest wait for them, milliseconds. */
const WAIT_MS = 2000

/**
 * The last signed ends of the audit log, at most `most`, whichever process signed them, oldest first.
 * @throws BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function readLastSigned(link: Link, most: number): Promise<SignedEnd[]> {
  const { state } = await ask(link, `describe ${AUDIT_CHECKPOINTS}`, () =>
    link.manager.streams.info(AUDIT_CHECKPOINTS),
  )
  const found: SignedEnd[] = []
  if (state.last_seq === 0) return found
  // The api may not get single messages of this stream; it only needs to follow it.
  const from = Math.max(1, state.last_seq - most + 1)
  const options = { stream: AUDIT_CHECKPOINTS, from, inFlight: most, signal: AbortSignal.timeout(WAIT_MS) }
  for await (const { seq, data } of follow(link, options)) {
    found.push({ sequence: seq, checkpoint: checkpointOf(data) })
    if (seq >= state.last_seq) return found
  }
  throw new SightlineError('BROKER_FAILED', 'cannot read the last checkpoint of the audit log', {
    hint: 'Try again in a moment. If this continues, check that the broker is up (GET /health).',
  })
}

function checkpointOf(bytes: Uint8Array): AuditCheckpoint | null {
  try {
    return auditCheckpointParser.parseJson(bytes)
  } catch {
    return null
  }
}
