import { ask, type Link } from '../../broker/link.ts'
import { type Clock, instant } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/log.ts'
import { type AuditCheckpoint, signedCheckpoint } from '../../schemas/audit-checkpoint.ts'
import { toSightlineError } from '../../schemas/errors.ts'
import { AUDIT_CHECKPOINT_SUBJECT } from '../../schemas/subjects.ts'
import type { SigningKeys } from './keys.ts'
import type { AuditLog } from './log.ts'
import { AuditBlocked } from './tail.ts'

export interface Checkpoints {
  /** Signs where the log ends now and stores it; null when nothing was recorded since the last one. */
  sign(): Promise<AuditCheckpoint | null>
  close(): Promise<void>
}

export interface CheckpointOptions {
  readonly link: Link
  readonly audit: Pick<AuditLog, 'end' | 'look'>
  readonly keys: SigningKeys
  readonly clock: Clock
  readonly log: Logger
  /** How often the end is signed while records come, ms; default an hour. */
  readonly everyMs?: number
}

/** Signs the end of the audit log now and then, and when the api stops (AUD-2). */
export function keepCheckpoints(options: CheckpointOptions): Checkpoints {
  const { link, audit, keys, clock, log, everyMs = 3_600_000 } = options
  let signed = 0

  async function sign(): Promise<AuditCheckpoint | null> {
    const end = audit.end()
    if (!end || end.number <= signed) return null
    const checkpoint = signedCheckpoint(end, instant(clock()), keys)
    await ask(link, 'store the checkpoint of the audit log', () =>
      link.js.publish(AUDIT_CHECKPOINT_SUBJECT, JSON.stringify(checkpoint)),
    )
    signed = end.number
    return checkpoint
  }
  const tried = async () => {
    await audit.look().catch((error) => {
      // Nobody may have tried to write since it was put there: then this is where it is noticed.
      if (error instanceof AuditBlocked)
        log.fatal({ sequence: error.sequence }, `${error.message}. ${error.hint}`)
    })
    await sign().catch((error) =>
      log.warn(
        { err: toSightlineError(error) },
        'the end of the audit log could not be signed; trying again later',
      ),
    )
  }
  void tried()
  const timer = setInterval(tried, everyMs)
  return {
    sign,
    async close() {
      clearInterval(timer)
      await tried()
    },
  }
}
