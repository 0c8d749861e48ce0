import { Kvm } from '@nats-io/kv'
import { ask, type Link } from '@sightline/broker/link'
import { WRITES_DONE } from '@sightline/schemas/streams'
import { changedMeanwhile } from './conflict.ts'
import { putFor, requireTimeToLive, TTL_HEADER } from './time-to-live.ts'

/**
 * A sweep that has not ended after this time was interrupted, milliseconds, by the broker's clock: another process may
 * sweep.
 */
export const TURN_MS = 15 * 60_000
/** Key of the turn, in the bucket of writes in progress. */
const TURN = 'sweep'

export interface SweepTurn {
  /**
   * Takes the turn.
   * @returns a function that gives it back; null when another process has it
   * @throws BROKER_UNREACHABLE, BROKER_FAILED
   */
  take(): Promise<(() => Promise<void>) | null>
}

/**
 * Lets only one of several api processes sweep at a time. The process that stored the entry has the turn until it gives
 * it back, or if it dies, until the broker drops the entry.
 * @throws BROKER_DRIFTED, BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function openSweepTurn(link: Link, ms = TURN_MS): Promise<SweepTurn> {
  await requireTimeToLive(link, WRITES_DONE)
  const bucket = await ask(link, 'open the turn of the sweeps', () => new Kvm(link.js).open(WRITES_DONE))
  /** @returns false when another process was first */
  const tried = (what: string, write: () => Promise<unknown>): Promise<boolean> =>
    ask(link, what, () =>
      write().then(
        () => true,
        (error) => {
          if (changedMeanwhile(error, 'turn of the sweeps')) return false
          throw error
        },
      ),
    )
  return {
    take: async () => {
      const standing = await ask(link, 'see whose turn it is', () =>
        link.latest(`KV_${WRITES_DONE}`, `$KV.${WRITES_DONE}.${TURN}`),
      )
      // The marker of a returned turn has no time to live, and an entry that no api wrote must not stop the sweeps.
      if (standing?.header(TTL_HEADER) !== undefined) return null
      const before = Number(standing?.header('Nats-Sequence') ?? 0)
      let revision = 0
      const isTaken = await tried('take the turn of the sweeps', async () => {
        revision = await putFor(link, WRITES_DONE, TURN, '', { ms, revision: before })
      })
      if (!isTaken) return null
      return async () => {
        // If ours has expired by then, the entry may be another's.
        await tried('give back the turn', () => bucket.delete(TURN, { previousSeq: revision }))
      }
    },
  }
}
