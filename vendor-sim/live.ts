import { setTimeout as sleep } from 'node:timers/promises'
import type { JetStreamClient } from '@nats-io/jetstream'
import type { MessageIds } from '@sightline/broker/message-ids'
import { publishUntilStored } from '@sightline/broker/publish'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { type SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type { Read } from '@sightline/schemas/read'
import { readSubject } from '@sightline/schemas/subjects'
import pRetry from 'p-retry'
import type { Position } from './position.ts'
import { type Simulation, VENDOR_ID } from './simulation/simulation.ts'

/** Approximate maximum of reads in flight to the broker. */
const IN_FLIGHT = 1000

/** Minimum time between two log messages about refused reads, milliseconds. */
const TELL_EVERY_MS = 10_000

/** How far back a feed goes after the broker was down: as long as the stream keeps reads. */
export const CATCH_UP_MS = 24 * 3600 * 1000

/** Longest step of a feed to the history: one statement. */
const LONGEST_WRITE_MS = 3600 * 1000

export interface Feed {
  /** Instants, milliseconds since 1970. */
  position: Position
  /** Time between two looks at the clock, milliseconds. */
  intervalMs: number
  /** Longest step, milliseconds. */
  longestMs: number
  /** Older reads are left out, milliseconds; without it everything is caught up. */
  catchUpMs?: number
  /**
   * Delivers what the cameras saw in [from, to); returns once it is stored, rejects when `signal` ends it.
   * @param again an earlier attempt may have delivered it
   */
  deliver(from: number, to: number, again: boolean): Promise<void>
  clock: Clock
  log: Logger
  signal: AbortSignal
}

/**
 * Follows the clock: delivers what the cameras see after the position, step by step, and moves the position when a step
 * is stored. A step interrupted by a kill is delivered again.
 * @returns settles when `signal` has ended it
 */
export async function followClock(feed: Feed): Promise<void> {
  const { position, intervalMs, longestMs, catchUpMs, deliver, clock, log, signal } = feed
  while (!signal.aborted) {
    const now = clock()
    const from = Math.max(position.at, now - (catchUpMs ?? Number.POSITIVE_INFINITY))
    if (from > position.at)
      log.warn({ hours: (from - position.at) / 3.6e6 }, 'the feed was down too long; skipped a part')
    const again = position.announced !== null && from === position.at
    const to = again ? position.announced! : Math.min(now, from + longestMs)
    try {
      if (to > from) {
        if (!again) await position.announce(to)
        await deliver(from, to, again)
        await position.move(to)
      }
      if (clock() - to < intervalMs) await sleep(intervalMs, undefined, { signal })
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}

/** Length of a window requested at once: the future of a world is known, so it need not be requested often. */
const AHEAD_MS = 60_000

/** What a world's cameras see in [from, to), from whole minutes that are cached. */
export function readAhead(simulation: Simulation): (from: number, to: number) => Promise<Read[]> {
  const minutes = new Map<number, Promise<Read[]>>()
  const minute = (number: number) => {
    const known = minutes.get(number)
    if (known) return known
    const asked = simulation.reads({ from: number * AHEAD_MS, to: (number + 1) * AHEAD_MS })
    asked.catch(() => minutes.delete(number))
    if (minutes.size >= 2) minutes.delete(minutes.keys().next().value!)
    minutes.set(number, asked)
    return asked
  }
  return async (from, to) => {
    const found: Read[] = []
    for (let number = Math.floor(from / AHEAD_MS); number * AHEAD_MS < to; number++) {
      for (const read of await minute(number)) {
        const at = Date.parse(read.seenAt)
        if (at >= from && at < to) found.push(read)
      }
    }
    return found
  }
}

export interface BrokerGoal {
  js: JetStreamClient
  messageIds: MessageIds
  simulation: Simulation
  log: Logger
  signal: AbortSignal
}

/**
 * Delivers to the agency's stream of this vendor's reads. Only cameras in the United States are visible to the agency
 * (CAP-5).
 */
export function toBroker({ js, messageIds, simulation, log, signal }: BrokerGoal): Feed['deliver'] {
  const source = readAhead(simulation)
  let toldAt = Number.NEGATIVE_INFINITY
  // Of a thousand in flight each is refused each time.
  const full = (err: SightlineError) => {
    if (performance.now() - toldAt < TELL_EVERY_MS) return
    toldAt = performance.now()
    log.warn({ err }, 'the agency accepts no more reads for now; keeping them and trying again')
  }
  return async (from, to) => {
    const reads = await retryUntilDone(() => source(from, to), log, signal)
    await Promise.all(
      reads
        .filter(isDomestic)
        .map((read) =>
          publishUntilStored(
            js,
            readSubject(VENDOR_ID, read.camera.id),
            JSON.stringify(read),
            { msgID: messageIds(read.id) },
            signal,
            full,
          ),
        ),
    )
  }
}

export const isDomestic = ({ camera }: Read): boolean => camera.country === 'US'

/** Longest step of a feed to the broker at a rate of reads a second, milliseconds. */
export const brokerStepMs = (rate: number): number => Math.max(1000, Math.floor((IN_FLIGHT / rate) * 1000))

/** Delivers to the vendor's own history, and retries while ClickHouse refuses. */
export function toHistory(
  simulation: Pick<Simulation, 'write' | 'writeMissing'>,
  log: Logger,
  signal: AbortSignal,
) {
  return (from: number, to: number, again: boolean): Promise<void> => {
    let doubtful = again
    return retryUntilDone(
      async () => {
        const write = doubtful ? simulation.writeMissing : simulation.write
        doubtful = true
        await write({ from, to })
      },
      log,
      signal,
    )
  }
}

export const HISTORY_STEP_MS = LONGEST_WRITE_MS

/** Repeats work on the history until it succeeds; logs each failure. */
export function retryUntilDone<T>(work: () => Promise<T>, log: Logger, signal: AbortSignal): Promise<T> {
  return pRetry(work, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 500,
    maxTimeout: 10_000,
    signal,
    onFailedAttempt: ({ error }) => {
      if (signal.aborted) return
      const { code, message } = toSightlineError(error)
      log.warn({ code, reason: message }, 'cannot write to the history; trying again')
    },
  })
}
