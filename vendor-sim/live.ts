import { setTimeout as sleep } from 'node:timers/promises'
import type { JetStreamClient } from '@nats-io/jetstream'
import pRetry from 'p-retry'
import { publishUntilStored } from '../broker/publish.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/log.ts'
import { toSightlineError } from '../schemas/errors.ts'
import type { Read } from '../schemas/read.ts'
import { readSubject } from '../schemas/subjects.ts'
import type { History } from './history/store.ts'
import type { Position } from './position.ts'
import { passesBetween, throughTraffic } from './world/passes.ts'
import { readOf, VENDOR_ID } from './world/reads.ts'
import type { World } from './world/world.ts'

/** Most reads that are on their way at once. */
const IN_FLIGHT = 1000

/** How far back a feed that was away goes: as long as the stream keeps reads. */
export const CATCH_UP_MS = 24 * 3600 * 1000

export interface Feed {
  world: World
  /** Reads a second of through traffic, above 0; the fleet's own passes come on top. */
  rate: number
  position: Position
  /** Pause between two looks at the clock, milliseconds. */
  intervalMs: number
  /** Brings reads to their goal; comes back once they are safe there, rejects when `signal` ends it. */
  deliver(reads: readonly Read[]): Promise<void>
  clock: Clock
  log: Logger
  signal: AbortSignal
}

/**
 * Follows the clock: what the cameras see from the position on goes to the goal, slice by slice, and the
 * position moves when a slice is safe. Whatever a kill interrupts is delivered again under the same ids.
 * @returns settles when `signal` has ended it
 */
export async function followClock(feed: Feed): Promise<void> {
  const { world, rate, position, intervalMs, deliver, clock, log, signal } = feed
  const longest = Math.max(1, Math.floor((IN_FLIGHT / rate) * 1000))
  while (!signal.aborted) {
    const now = clock()
    const from = Math.max(position.at, now - CATCH_UP_MS)
    if (from > position.at)
      log.warn({ hours: (from - position.at) / 3.6e6 }, 'the feed was away too long; a part is left out')
    const to = Math.min(now, from + longest)
    try {
      if (to > from) {
        await deliver(liveReads(world, rate, from, to))
        await position.move(to)
      }
      if (clock() - to < intervalMs) await sleep(intervalMs, undefined, { signal })
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}

/** What the cameras see in [from, to): the fleet and the through traffic, in order of time. */
export function liveReads(world: World, rate: number, from: number, to: number): Read[] {
  return [...passesBetween(world, from, to), ...throughTraffic(world, rate, from, to)]
    .sort((a, b) => a.at - b.at)
    .map((pass) => readOf(world, pass))
}

/** A goal: the stream `READS`. Only cameras in the United States are visible to the agency (CAP-5). */
export function toBroker(js: JetStreamClient, signal: AbortSignal): Feed['deliver'] {
  return async (reads) => {
    const visible = reads.filter(({ camera }) => camera.country === 'US')
    await Promise.all(
      visible.map((read) =>
        publishUntilStored(
          js,
          readSubject(VENDOR_ID, read.camera.id),
          JSON.stringify(read),
          { msgID: read.id },
          signal,
        ),
      ),
    )
  }
}

/** A goal: the vendor's own history, tried again for as long as ClickHouse refuses. */
export function toHistory(history: History, log: Logger, signal: AbortSignal): Feed['deliver'] {
  return (reads) => untilDone(() => history.insert(reads), log, signal)
}

/** Repeats work on the history until it succeeds; tells the log of each failure. */
export function untilDone<T>(work: () => Promise<T>, log: Logger, signal: AbortSignal): Promise<T> {
  return pRetry(work, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 500,
    maxTimeout: 10_000,
    signal,
    onFailedAttempt: ({ error }) => {
      if (signal.aborted) return
      const { code, message } = toSightlineError(error)
      log.warn({ code, reason: message }, 'the history refuses; trying again')
    },
  })
}
