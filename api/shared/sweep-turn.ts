import { Kvm } from '@nats-io/kv'
import { ask, type Link } from '@sightline/broker/link'
import { WRITES_DONE } from '@sightline/schemas/streams'
import { changedMeanwhile } from './conflict.ts'
import { putFor, requireTimeToLive, TTL_HEADER } from './time-to-live.ts'

/** A sweep that has not ended for so long was interrupted, milliseconds, by the broker's clock: another process may sweep. */
export const TURN_MS = 15 * 60_000
/** Under which the turn stands among the writes that are on their way. */
const TURN = 'sweep'

export interface SweepTurn {
  /**
   * Takes the turn. @returns what gives it back; null when another process has it
   * @throws BROKER_UNREACHABLE, BROKER_FAILED
   */
  take(): Promise<(() => Promise<void>) | null>
}

/**
 * By which of several api processes one sweeps at a time. Whoever stored the entry has the turn until it is given back, and if
 * its process dies until the broker drops the entry.
 * @throws BROKER_DRIFTED, BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function openSweepTurn(link: Link, ms = TURN_MS): Promise<SweepTurn> {
  await requireTimeToLive(link, WRITES_DONE)
  const bucket = await ask(link, 'open the turn of the sweeps', () => new Kvm(link.js).open(WRITES_DONE))
  /** @returns false when somebody else was faster */
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
      // The mark of one that was given back has no time to live, and what no api wrote holds up no sweeps.
      if (standing?.header(TTL_HEADER) !== undefined) return null
      const before = Number(standing?.header('Nats-Sequence') ?? 0)
      let revision = 0
      const isTaken = await tried('take the turn of the sweeps', async () => {
        revision = await putFor(link, WRITES_DONE, TURN, '', { ms, revision: before })
      })
      if (!isTaken) return null
      return async () => {
        // Gone by then, it may be another's.
        await tried('give back the turn', () => bucket.delete(TURN, { previousSeq: revision }))
      }
    },
  }
}
