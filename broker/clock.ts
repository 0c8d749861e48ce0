import { setTimeout as pause } from 'node:timers/promises'
import type { JetStreamManager } from '@nats-io/jetstream'
import { type Clock, steadyClock, systemClock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'

/**
 * The time of day, by the broker's clock: displays begin and end, and reads are stored, by one clock, whichever host's clock
 * is wrong. Between two comparisons it goes on with the monotonic clock, which setting the host's clock does not change.
 */
export interface BrokerClock {
  /** Milliseconds since 1970: the broker's time when this host's clock is off by more than `NEAR_MS`, else this host's. */
  now: Clock
  /** This host's clock minus the broker's, milliseconds; null before the first comparison. */
  aheadMs(): number | null
  /** @param brokerMs the broker's time @param atSteady the instant of that, by the monotonic clock */
  compared(brokerMs: number, atSteady: number): void
}

/** A host that keeps its clock by NTP is nearer; then its own clock is used, which also orders what it writes. */
export const NEAR_MS = 500

/** Pure, but for the two clocks. */
export function createBrokerClock(host: Clock = systemClock, steady: Clock = steadyClock): BrokerClock {
  let base: number | null = null
  const aheadMs = () => (base === null ? null : host() - (base + steady()))
  return {
    aheadMs,
    now() {
      const ahead = aheadMs()
      const own = host()
      return ahead === null || Math.abs(ahead) <= NEAR_MS ? own : Math.round(own - ahead)
    },
    compared(brokerMs, atSteady) {
      base = brokerMs - atSteady
    },
  }
}

const EVERY_MS = 10_000
/** Until the first comparison. */
const AGAIN_MS = 1000
/** An answer that took longer says too little about the time, milliseconds. */
const WITHIN_MS = 1000
/** From this difference on it is told, milliseconds. */
const WARN_MS = 2000

export interface FollowClockOptions {
  manager: JetStreamManager
  /** A stream that this user may describe. */
  stream: string
  host?: Clock | undefined
  log: Logger
  signal: AbortSignal
}

/**
 * A clock that is compared with the broker's now and every ten seconds. Says in the log when this host's clock is wrong, and
 * when it is right again. A comparison that fails is made again: until the first, the host's own clock counts.
 */
export async function followBrokerClock(options: FollowClockOptions): Promise<BrokerClock> {
  const { manager, stream, host, log, signal } = options
  const clock = createBrokerClock(host)
  let wasWrong = false

  async function compare(): Promise<boolean> {
    const from = steadyClock()
    // With each answer the server says what time it is.
    const { ts } = (await manager.streams.info(stream)) as { ts?: string }
    const to = steadyClock()
    if (ts === undefined || to - from > WITHIN_MS) return false
    clock.compared(Date.parse(ts), (from + to) / 2)
    const aheadMs = Math.round(clock.aheadMs()!)
    const isWrong = Math.abs(aheadMs) > WARN_MS
    if (isWrong && !wasWrong)
      log.error(
        { code: 'CLOCK_WRONG', aheadMs },
        "this host's clock is wrong: the broker's time is used instead. Synchronize it with a time server (NTP)",
      )
    if (!isWrong && wasWrong) log.info({ aheadMs }, "this host's clock agrees with the broker's again")
    wasWrong = isWrong
    return true
  }

  async function keepComparing(isCompared: boolean): Promise<void> {
    for (let known = isCompared; !signal.aborted; ) {
      await pause(known ? EVERY_MS : AGAIN_MS, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      known = (await compare().catch(() => false)) || known
    }
  }
  void keepComparing(await compare().catch(() => false))
  return clock
}
