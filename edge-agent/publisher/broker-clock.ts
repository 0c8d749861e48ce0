import type { NatsConnection } from '@nats-io/transport-node'
import { type Clock, steadyClock } from '@sightline/runtime/clock'
import { callOf } from '@sightline/schemas/bridges'
import { SightlineError } from '@sightline/schemas/errors'
import { HEALTH } from '@sightline/schemas/streams'
import { healthSubject } from '@sightline/schemas/subjects'

/** Compares this host's clock with the broker's, which timestamps what it stores. */
export interface BrokerClock {
  /** Whether it is time to compare again. */
  isDue(): boolean
  /** Compares by a health report that was just stored. Never rejects. */
  compare(connection: NatsConnection, report: SentReport): Promise<void>
  /** How far this host's clock is certainly ahead of the broker's, ms; null if unknown. */
  offsetMs(): number | null
  /**
   * Milliseconds since 1970: the broker's time if this host's clock is off by more than `ALLOWED_MS`, else this host's. Not
   * by a monotonic clock, which stands still while a host sleeps.
   */
  now: Clock
  trouble(): SightlineError | null
}

export interface SentReport {
  readonly camera: string
  readonly payload: string
  /** Times before sending and after the confirmation, by this host's clock, ms since 1970. */
  readonly from: number
  readonly to: number
}

const EVERY_MS = 60_000
/** An older broker does not say when it stored a report. */
const REFUSED_MS = 3_600_000
const ANSWER_MS = 2_000
/** Beyond this, an alert may be late, or a read may seem older than its display, ms. */
const ALLOWED_MS = 1_000

export function compareClocks(host: Clock, steady: Clock = steadyClock): BrokerClock {
  let dueAt = steady()
  let offsetMs: number | null = null
  let comparedMs = host() - steady()

  /** An offset from before somebody set the clock says nothing. */
  function forgetIfSet(): void {
    const apartMs = host() - steady()
    if (Math.abs(apartMs - comparedMs) <= ALLOWED_MS) return
    comparedMs = apartMs
    offsetMs = null
    dueAt = steady()
  }

  return {
    isDue() {
      forgetIfSet()
      return steady() >= dueAt
    },
    now() {
      forgetIfSet()
      const isWrong = offsetMs !== null && Math.abs(offsetMs) > ALLOWED_MS
      return isWrong ? host() - offsetMs! : host()
    },
    async compare(connection, { camera, payload, from, to }) {
      dueAt = steady() + EVERY_MS
      comparedMs = host() - steady()
      try {
        const answer = await connection.request(storedReport(camera), '', { timeout: ANSWER_MS })
        const stored = Date.parse(answer.headers?.get('Nats-Time-Stamp') ?? '')
        // Another replica may still have an earlier one.
        if (Number.isNaN(stored) || answer.string() !== payload) return
        offsetMs = from > stored ? from - stored : to < stored ? to - stored : 0
      } catch {
        dueAt = steady() + REFUSED_MS
      }
    },
    offsetMs: () => offsetMs,
    trouble() {
      if (offsetMs === null || Math.abs(offsetMs) <= ALLOWED_MS) return null
      const way = offsetMs > 0 ? 'ahead of' : 'behind'
      const seconds = (Math.abs(offsetMs) / 1000).toFixed(1)
      return new SightlineError(
        'CLOCK_WRONG',
        `the clock of this host is ${seconds} s ${way} the broker's: reads carry the broker's time`,
        { hint: 'Synchronize it with a time server (NTP), and check that local time is not used as UTC.' },
      )
    },
  }
}

/** Subject on which an agent requests the last stored report of a camera. */
const storedReport = (camera: string) => callOf('AGENCY', `DIRECT.GET.${HEALTH}.${healthSubject(camera)}`).as
