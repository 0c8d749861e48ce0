import { followEvents } from '../../../api/streams/follow.ts'
import type { Told } from '../../../api/streams/read.ts'
import type { Alert, AlertWork, Sightings } from './entry.ts'

/** The api's messages in the stream. */
export interface Listener {
  /** The browser restored the page: the stream continues after the last alert received. */
  resumes(): void
  /** The stream is open: alerts after this sequence will follow; those up to `last` existed already. */
  ready(after: number, last: number): void
  /** Work and sightings were skipped, because this side was slow: the list has them. */
  stale(): void
  /** Alerts in between were missed, because they are no longer kept. */
  gap(): void
  alert(sequence: number, alert: Alert): void
  work(work: AlertWork): void
  /** Somebody has given a verdict: this was hidden until then. */
  judged(sequence: number, alert: Alert): void
  sightings(sightings: Sightings): void
}

/**
 * Follows the alerts once, until the connection ends.
 * @param who is signed in, and what they may see
 * @param after sequence of the last alert received; null for "from now on"
 * @returns when the api ended it or `signal` was aborted @throws ProblemError when it was refused or failed
 */
export const followAlerts = (
  who: string,
  after: () => number | null,
  listener: Listener,
  signal: AbortSignal,
): Promise<void> => {
  const address = () => (after() === null ? ADDRESS : `${ADDRESS}?after=${after()}`)
  const tellIt = (told: Told) => tell(listener, told)
  return followEvents({ who, address, tell: tellIt, resumes: listener.resumes }, signal)
}

const ADDRESS = '/v1/alerts/stream'

function tell(listener: Listener, { event, id, data }: Told): void {
  if (event === 'alert') listener.alert(Number(id), JSON.parse(data) as Alert)
  else if (event === 'work') listener.work(JSON.parse(data) as AlertWork)
  else if (event === 'judged') {
    const { sequence, alert } = JSON.parse(data) as { sequence: number; alert: Alert }
    listener.judged(sequence, alert)
  } else if (event === 'sightings') listener.sightings(JSON.parse(data) as Sightings)
  else if (event === 'ready') {
    const { after, last } = JSON.parse(data) as { after: number; last: number }
    listener.ready(after, last)
  } else if (event === 'stale') listener.stale()
  else if (event === 'gap') listener.gap()
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000

/**
 * How long to wait before the next attempt: longer each time, and randomized, because other clients lost the connection at
 * the same moment and must not return at the same one.
 * @param tries number of failed attempts so far, 1 or more
 * @param chance 0 to 1
 */
export function waitMs(tries: number, chance = Math.random()): number {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 10), LONGEST_WAIT_MS)
  return longest * (0.5 + chance / 2)
}
