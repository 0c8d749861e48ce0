import type { NatsConnection } from '@nats-io/transport-node'
import type { Verdict } from '@sightline/replay/check'
import { freshIdentity } from '@sightline/replay/identity'
import type { Pace } from '@sightline/replay/pace'
import { type ReplayResult, runReplay } from '@sightline/replay/run'
import { madeUpSource, type Source } from '@sightline/replay/source'
import { type Subscription, subscribeBroker } from '@sightline/replay/subscribe'
import { systemClock } from '@sightline/runtime/clock'
import type { Alert } from '@sightline/schemas/alert'
import { expect } from 'vitest'

export interface Load {
  /** Planted hits; each the last of its reads. */
  hits: number
  /** Reads a hit, it included. */
  readsAHit: number
  /** Without it each read is sent at once, as far as `letOut` allows. */
  pace?: Pace
  /** The stream goes on up to this hit, and waits there until `letOut` lets it go further; without it, it does not wait. */
  held?: number
  /** Changes the made-up reads. */
  change?: (source: Source) => Source
  /** Whoever the alerts are checked at; the broker's stream of alerts without it. */
  subscribe?: (onAlert: (alert: Alert) => void) => Promise<Subscription>
}

/** A replay that goes on while the test breaks something. */
export interface Replaying {
  /** Alerts that have come to the subscriber. */
  alerts(): number
  /** Settles in the turn in which so many alerts have come: what the test then breaks is in the middle of its work. */
  alerted(count: number): Promise<void>
  /** Lets the stream go on up to this hit. */
  letOut(hits: number): void
  /** The end of the stream, the last alert, and the check. */
  done: Promise<ReplayResult>
}

const CAMERAS = 100
/** How long one step may take, be the machine ever so busy. */
const PATIENCE_MS = 60_000

/** Begins a replay of made-up reads with planted hits. @param connection of the user `replay` */
export function beginReplay(connection: NatsConnection, load: Load): Replaying {
  const { hits, readsAHit, pace, held = hits, change = (source) => source } = load
  const { subscribe = (onAlert) => subscribeBroker(connection, onAlert) } = load
  let alerts = 0
  const arrivals = createMark('alert')
  const permits = createMark('permission to send hit')
  permits.reach(held)
  const reads = hits * readsAHit
  const source = change(madeUpSource(reads, hits, 1000, systemClock))
  const done = runReplay(connection, {
    user: 'replay',
    source: { ...source, lines: (onRefused) => holdBack(source.lines(onRefused), permits.reached) },
    pace: pace ?? { kind: 'rate', perSecond: 1e6 },
    identity: freshIdentity(CAMERAS),
    most: { reads, ms: 30 * PATIENCE_MS },
    signal: new AbortController().signal,
    onRefused: () => {},
    onStored: () => {},
    plant: {
      waitMs: PATIENCE_MS,
      subscribe: (onAlert) =>
        subscribe((alert) => {
          onAlert(alert)
          arrivals.reach(++alerts)
        }),
    },
  })
  // A test that fails before it waits for the end says why itself.
  done.catch(() => {})
  return { alerts: () => alerts, alerted: arrivals.reached, letOut: permits.reach, done }
}

/** Each planted hit raised exactly one alert, every read was stored, and nothing else happened. */
export function expectExactlyOnce({ published, alerts }: ReplayResult, { hits, readsAHit }: Load): void {
  const verdict: Verdict = {
    ...{ planted: hits, alerted: hits, missing: [], doubled: [], unexpected: [], elsewhere: 0 },
  }
  expect(alerts?.check).toEqual(verdict)
  expect(published).toBe(hits * readsAHit)
}

async function* holdBack(lines: ReturnType<Source['lines']>, permitted: (hits: number) => Promise<void>) {
  let hits = 0
  for await (const line of lines) {
    await permitted(hits + 1)
    if (line.planted !== null) hits++
    yield line
  }
}

/** A number that grows, and who waits for it. */
function createMark(what: string) {
  let mark = 0
  const waiting = new Set<{ count: number; go(): void }>()
  return {
    reach(count: number): void {
      mark = Math.max(mark, count)
      for (const one of waiting) if (one.count <= mark) one.go()
    },
    reached(count: number): Promise<void> {
      if (count <= mark) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const giveUp = () =>
          reject(new Error(`waited ${PATIENCE_MS} ms for ${what} ${count}; ${mark} have come`))
        const timer = setTimeout(giveUp, PATIENCE_MS)
        const one = {
          count,
          go() {
            clearTimeout(timer)
            waiting.delete(one)
            resolve()
          },
        }
        waiting.add(one)
      })
    },
  }
}
