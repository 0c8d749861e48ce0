import { Kvm } from '@nats-io/kv'
import { ask, type Link } from '@sightline/broker/link'
import { WRITES_DONE } from '@sightline/schemas/streams'
import { conflictOf } from './conflict.ts'
import { putFor, requireTimeToLive, TTL_HEADER } from './time-to-live.ts'

/**
 * A sweep that has not ended after this time was interrupted, milliseconds, by the broker's clock: another process may
 * sweep.
 */
export const LEASE_MS = 15 * 60_000
/** Key of the lease, in the bucket of writes in progress. */
const LEASE = 'sweep'

export interface SweepLease {
  /**
   * Takes the lease.
   * @returns a function that gives it back; null when another process has it
   * @throws BROKER_UNREACHABLE, BROKER_FAILED
   */
  take(): Promise<(() => Promise<void>) | null>
}

/**
 * Lets only one of several api processes sweep at a time. The process that stored the entry has the lease until it gives
 * it back, or if it dies, until the broker drops the entry.
 * @throws BROKER_DRIFTED, BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function openSweepLease(link: Link, ms = LEASE_MS): Promise<SweepLease> {
  await requireTimeToLive(link, WRITES_DONE)
  const bucket = await ask(link, 'open the lease of the sweeps', () => new Kvm(link.js).open(WRITES_DONE))
  /** @returns false when another process was first */
  const tryWrite = (what: string, write: () => Promise<unknown>): Promise<boolean> =>
    ask(link, what, () =>
      write().then(
        () => true,
        (error) => {
          if (conflictOf(error, 'lease of the sweeps')) return false
          throw error
        },
      ),
    )
  return {
    take: async () => {
      const entry = await ask(link, 'see who has the lease', () =>
        link.latest(`KV_${WRITES_DONE}`, `$KV.${WRITES_DONE}.${LEASE}`),
      )
      // The marker of a lease given back has no time to live, and an entry that no api wrote must not stop the sweeps.
      if (entry?.header(TTL_HEADER) !== undefined) return null
      const before = Number(entry?.header('Nats-Sequence') ?? 0)
      let revision = 0
      const isTaken = await tryWrite('take the lease of the sweeps', async () => {
        revision = await putFor(link, WRITES_DONE, LEASE, '', { ms, revision: before })
      })
      if (!isTaken) return null
      return async () => {
        // If ours has expired by then, the entry may be another's.
        await tryWrite('give back the lease', () => bucket.delete(LEASE, { previousSeq: revision }))
      }
    },
  }
}
