import { ask, type Link } from '@sightline/broker/link'
import { type Clock, instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { type AuditCheckpoint, signCheckpoint } from '@sightline/schemas/audit-checkpoint'
import { toSightlineError } from '@sightline/schemas/errors'
import { AUDIT_CHECKPOINT_SUBJECT } from '@sightline/schemas/subjects'
import type { SigningKeys } from './keys.ts'
import { type AuditLog, isBehind } from './log.ts'
import { readLastSigned } from './signed.ts'
import { AuditBlocked } from './tail.ts'

export interface Checkpoints {
  /**
   * Signs the end of the log as far as this process knows it, and stores the checkpoint; null when any process has
   * already signed that far.
   */
  sign(): Promise<AuditCheckpoint | null>
  close(): Promise<void>
}

export interface CheckpointOptions {
  readonly link: Link
  readonly audit: Pick<AuditLog, 'end' | 'look'>
  readonly keys: SigningKeys
  readonly clock: Clock
  readonly log: Logger
  /** How often the end is signed while records come, ms; an hour by default. */
  readonly everyMs?: number
}

/** Messages searched for the last checkpoint: whoever has the api's key can put something else after it. */
const LOOK_BACK = 100

/** Signs the end of the audit log periodically, and when the api stops (AUD-2). */
export function keepCheckpoints(options: CheckpointOptions): Checkpoints {
  const { link, audit, keys, clock, log, everyMs = 3_600_000 } = options

  async function sign(): Promise<AuditCheckpoint | null> {
    for (;;) {
      const end = audit.end()
      const ends = await readLastSigned(link, LOOK_BACK)
      // Several processes sign: each signs only beyond what the others have signed.
      const signed = ends.findLast(({ checkpoint }) => checkpoint)?.checkpoint?.number ?? 0
      if (!end || end.number <= signed) return null
      const checkpoint = signCheckpoint(end, instant(clock()), keys)
      const expect = { lastSequence: ends.at(-1)?.sequence ?? 0 }
      try {
        await ask(link, 'store the checkpoint of the audit log', () =>
          link.js.publish(AUDIT_CHECKPOINT_SUBJECT, JSON.stringify(checkpoint), { expect }),
        )
        return checkpoint
      } catch (error) {
        if (!isBehind(error)) throw error
      }
    }
  }
  const trySigning = async () => {
    await audit.look().catch((error) => {
      // No write may have been tried since the foreign message was stored, so it may be noticed only here.
      if (error instanceof AuditBlocked)
        log.fatal({ sequence: error.sequence }, `${error.message}. ${error.hint}`)
    })
    await sign().catch((error) =>
      log.warn({ err: toSightlineError(error) }, 'could not sign the end of the audit log; will try again'),
    )
  }
  void trySigning()
  const timer = setInterval(trySigning, everyMs)
  return {
    sign,
    async close() {
      clearInterval(timer)
      await trySigning()
    },
  }
}
