import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { systemClock } from '@sightline/runtime/clock'
import type { Alert } from '@sightline/schemas/alert'
import { createPlantedCheck, type Verdict } from './check.ts'
import { type PlantedDisplays, plantDisplays } from './displays.ts'
import { createLatencies, type Latencies } from './latencies.ts'
import type { Line } from './line.ts'
import { type Published, type PublishOptions, publishReads } from './publish.ts'
import { type Subscription, takeBack } from './subscribe.ts'

export interface ReplayOptions extends Omit<PublishOptions, 'onDue'> {
  /** Displays for the planted hits, and the check; without it reads are only published. */
  plant?: {
    /** Subscribes as the client at which latency is measured. */
    subscribe: (onAlert: (alert: Alert) => void) => Promise<Subscription>
    /** Longest wait for alerts after the last read, milliseconds. */
    waitMs: number
  }
}

export interface ReplayResult extends Published {
  /** Where hits were planted. */
  alerts?: { check: Verdict; latencies: Latencies }
}

/**
 * Time for displays to reach the matchers (a change takes effect within 100 ms), and for unexpected alerts to appear.
 */
const SETTLE_MS = 1000

/**
 * Plays a stream of reads into the broker and, if requested, checks that each planted hit raises one alert.
 * @param connection of `options.user`, who may publish the reads; `replay` to plant
 * @throws BROKER_DENIED, BROKER_FAILED, BROKER_UNREACHABLE, API_UNREACHABLE
 */
export async function runReplay(connection: NatsConnection, options: ReplayOptions): Promise<ReplayResult> {
  const { user, source, identity, plant, signal } = options
  if (!plant) return publishReads(connection, { ...options, onDue: () => {} })
  const check = createPlantedCheck(identity.isOurs)
  const latencies = createLatencies()
  /** Whose alerts are taken back at the end: also displays of others, which recorded reads match. */
  const raised = new Set<string>()
  const subscription = await plant.subscribe(({ display, read }) => {
    const at = performance.now()
    if (identity.isOurs(read.id)) raised.add(display.id)
    const due = check.alert({ displayId: display.id, readId: read.id })
    if (due !== undefined) latencies.record(at - due)
  })
  let displays: PlantedDisplays | undefined
  try {
    displays = await plantDisplays(connection, user, source.planted, systemClock)
    const { idOf } = displays
    const onDue = ({ id, planted }: Line, due: number) => {
      if (planted !== null) check.planted(id, idOf(planted), due)
    }
    await pause(SETTLE_MS, signal)
    const published = await publishReads(connection, { ...options, onDue })
    const until = performance.now() + plant.waitMs
    while (check.outstanding() > 0 && performance.now() < until && !signal.aborted) await pause(20, signal)
    await pause(SETTLE_MS, signal)
    return { ...published, alerts: { check: check.verdict(), latencies } }
  } finally {
    await displays?.close()
    await subscription.close()
    await takeBack(connection, raised)
  }
}

/** Ends early, without an error, when `signal` is aborted. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {})
}
