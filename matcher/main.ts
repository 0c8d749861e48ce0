import { hostname } from 'node:os'
import { Kvm } from '@nats-io/kv'
import { followBrokerClock } from '@sightline/broker/clock'
import { connectBroker, disconnect } from '@sightline/broker/connect'
import { ask, type Link, openLink } from '@sightline/broker/link'
import { messageIdsOf } from '@sightline/broker/message-ids'
import { publishUntilStored, retryUntilDone } from '@sightline/broker/publish'
import { createDisplayIndex, type DisplayIndex } from '@sightline/matching'
import { loadRecognizerFacts } from '@sightline/matching/recognizer-facts'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { type ErrorCode, SightlineError } from '@sightline/schemas/errors'
import { isReadStream, LEASES, POSITIONS } from '@sightline/schemas/streams'
import { alertSubject, sightingsSubject, testAlertSubject } from '@sightline/schemas/subjects'
import type { Registry } from 'prom-client'
import { createApproaches } from './approach.ts'
import { createCanaryAnswers } from './canary.ts'
import { type DisplaysInto, followDisplays } from './displays.ts'
import { createHandling } from './handle.ts'
import { holdPartitions } from './leases.ts'
import { makeRoom, type Rooms } from './make-room.ts'
import { createMatcherMetrics } from './metrics.ts'
import { matchOfOne } from './one-display.ts'
import { type Partition, startPartition } from './partition.ts'
import { createRaiser } from './raise.ts'
import { followRecent } from './recent.ts'
import { createSetAside, type Refused } from './set-aside.ts'
import { createSightingCounter } from './sighting-counts.ts'
import { createSuppression } from './suppression.ts'

export interface MatcherOptions {
  servers: string | string[]
  keys: string
  /** Identifies this matcher among those that share the reads: a token; default: the host name. */
  name?: string
  /** Sightings of one vehicle at one camera within this time are one alert; 0: each is one. Default: five minutes. */
  suppressMs?: number
  /** Another matcher with the same name has taken over (CONFLICT); this one has stopped. */
  onSuperseded?(error: SightlineError): void
  log: Logger
  /** The time of day; by default the broker's, which the clock of this host is compared with. */
  clock?: Clock
  /** The clock of this host. */
  hostClock?: Clock
}

export interface Matcher {
  /** Counts since the start. */
  counts: Readonly<Counts>
  /** The same and more, for Prometheus. */
  registry: Registry
  /** Number of displays in the index. */
  displays(): number
  /** The streams of reads that this matcher handles now, each with the sequence it has reached. */
  partitions(): { stream: string; reached: number }[]
  /** Whether the broker is connected, so that reads can be matched. */
  healthy(): boolean
  /** What keeps new reads from becoming alerts in time, and what to do. */
  troubles(): SightlineError[]
  /** Finishes the work in hand, stores the positions, releases the partitions, and disconnects. */
  close(): Promise<void>
}

interface Counts {
  reads: number
  alerts: number
  /** Alerts of test traffic. */
  testAlerts: number
  /** Matches counted on an existing alert. */
  repeats: number
  refused: number
  /** Of the refused, messages with a wrong origin or an impossible time (schemas/origin.ts). */
  forged: number
  /** Of the refused, messages that could not be set aside either: too large, or not accepted by the broker. */
  lost: number
  /** Entries in the streams of alerts and counts that no matcher can have written. */
  malformed: number
  foreign: number
}

export const DEFAULT_SUPPRESS_MS = 5 * 60_000
/** Messages requested ahead of the work, for all partitions together; limits memory. */
const IN_FLIGHT = 10_000
/** Shortest time between two messages about an alert's count. */
const SIGHTINGS_EVERY_MS = 2000
/** How long work in hand may take at the end, milliseconds. */
const FINISH_MS = 5000

const FORGED: readonly ErrorCode[] = ['ORIGIN_WRONG', 'INSTANT_WRONG']

/** The host name, made valid as part of a key. */
const hostToken = () =>
  hostname()
    .replace(/[^A-Za-z0-9_-]/g, '-')
    .slice(0, 64)

/**
 * Connects the parts of the matcher: displays into the index, reads through it, alerts out. The position moves past a
 * read only after its alerts are stored.
 * @throws BROKER_UNREACHABLE, BROKER_DENIED, BROKER_FAILED, CONFIG_INVALID
 */
export async function startMatcher(options: MatcherOptions): Promise<Matcher> {
  const { servers, keys, name = hostToken(), suppressMs = DEFAULT_SUPPRESS_MS, log } = options
  const connection = await connectBroker({ servers, keys, user: 'matcher' }, log)
  /** The reads are in the matcher's own account, everything else in the agency's. */
  const [link, agency] = [await openLink(connection), await openLink(connection, 'AGENCY')]
  const { js } = agency
  const messageIds = await messageIdsOf({ keys, user: 'matcher' })
  const stopping = new AbortController()
  const { signal } = stopping
  const streams = await readStreamsOf(link)
  const brokerClock = await followBrokerClock({
    ...{ manager: link.manager, stream: streams[0]!, host: options.hostClock, log, signal },
  })
  const clock = options.clock ?? brokerClock.now
  const facts = await loadRecognizerFacts()
  const createIndex = () => createDisplayIndex(facts)
  const index = createIndex()
  const ofOne = createIndex()
  const counts: Counts = {
    reads: 0,
    alerts: 0,
    testAlerts: 0,
    repeats: 0,
    refused: 0,
    forged: 0,
    lost: 0,
    malformed: 0,
    foreign: 0,
  }
  const held = new Map<string, Partition>()
  const partitions = () => [...held.values()].map(({ stream, reached }) => ({ stream, reached: reached() }))
  let rooms: Rooms | undefined
  const metrics = createMatcherMetrics({
    counts,
    index,
    partitions,
    rooms: () => rooms?.states() ?? [],
    async stateOf(stream) {
      const { state, config } = await ask(link, 'describe the reads', () => link.manager.streams.info(stream))
      return { last: state.last_seq, used: state.bytes / config.max_bytes }
    },
  })

  const setAside = createSetAside(agency, messageIds, log, signal, () => counts.lost++)
  const refuse = (refused: Refused): Promise<void> => {
    counts.refused++
    if (FORGED.includes(refused.error.code)) counts.forged++
    return setAside(refused)
  }
  const kvm = new Kvm(js)
  // Messages refused while the matcher stops come again at its next start.
  const onRefused = (refused: Refused) => void refuse(refused).catch(() => {})
  const approaches = createApproaches()
  const suppression = createSuppression(suppressMs)
  const testSuppression = createSuppression(suppressMs)
  const onMalformed = (stream: string, sequence: number) => {
    counts.malformed++
    log.warn({ stream, sequence }, 'left out a malformed message in a stream that only matchers write')
  }
  const [recent, displays] = await Promise.all([
    followRecent(agency, { suppression, testSuppression, approaches, onMalformed }, signal),
    followDisplays(agency, everywhere(index, held), onRefused, signal),
  ])
  log.info({ displays: index.size, windows: suppression.size }, 'displays loaded')

  const counter = createSightingCounter((message) => {
    // No message id: the same count may come from another matcher, and replaces itself.
    return retryUntilDone(
      () => js.publish(sightingsSubject(message.alertId), JSON.stringify(message)),
      signal,
    )
  }, SIGHTINGS_EVERY_MS)
  const raise = createRaiser({
    loadDisplay: displays.get,
    matchOf: (display, { read, storedAt }, now) =>
      matchOfOne(ofOne, display, read, { time: new Date(storedAt) }, now),
    async publish(alert) {
      const text = JSON.stringify(alert)
      const subject = (alert.test ? testAlertSubject : alertSubject)(alert.display.id)
      if (alert.test) counts.testAlerts++
      else counts.alerts++
      await publishUntilStored(js, subject, text, { msgID: alert.id }, signal)
      metrics.alertStored(clock() - Date.parse(alert.readStoredAt))
    },
    counter: {
      note(message) {
        counts.repeats++
        return counter.note(message)
      },
    },
    suppression,
    testSuppression,
    approaches,
    clock,
  })

  const { handle, handleAgain } = createHandling({
    index,
    raise,
    refuse,
    answerCanary: createCanaryAnswers({
      ...{ name, index: createIndex(), js, clock, aheadMs: brokerClock.aheadMs, log },
    }),
    counts,
    onMatch: metrics.matched,
    clock,
    signal,
  })

  const positions = await kvm.open(POSITIONS)
  const parts = {
    link,
    positions,
    handle,
    handleAgain,
    createIndex,
    displaysKnown: displays.caughtUp,
    hurry: counter.flush,
    ready: recent.caughtUp,
    log,
    signal,
    inFlight: Math.max(500, Math.floor(IN_FLIGHT / streams.length)),
  }
  let superseded = false
  const leases = await holdPartitions({
    link: agency,
    name,
    log,
    kv: await kvm.open(LEASES),
    partitions: streams,
    onGained: (stream) => void held.set(stream, startPartition(stream, parts)),
    onLost(stream) {
      held.get(stream)?.abandon()
      held.delete(stream)
    },
    async onRelease(stream) {
      const partition = held.get(stream)
      await partition?.finish()
      if (held.get(stream) === partition) held.delete(stream)
    },
    onSuperseded() {
      superseded = true
      const hint = 'Give each matcher of a host its own name with --name.'
      const message = `another matcher named ${name} has taken over`
      options.onSuperseded?.(new SightlineError('CONFLICT', message, { hint }))
    },
  })

  rooms = makeRoom({ name, link, agency, partitions: () => held.values(), log })

  return {
    counts,
    displays: () => index.size,
    registry: metrics.registry,
    partitions,
    healthy: () => link.connected() && !superseded,
    troubles: () => [
      ...[...held.values()].flatMap((partition) => partition.trouble() ?? []),
      ...(rooms?.troubles() ?? []),
    ],
    async close() {
      const giveUp = setTimeout(() => stopping.abort(new Error('the matcher is stopping')), FINISH_MS)
      rooms?.close()
      await leases.close()
      clearTimeout(giveUp)
      stopping.abort(new Error('the matcher has stopped'))
      await disconnect(connection)
    },
  }
}

/** Displays go into the index, and to those streams whose last reads they may concern. */
const everywhere = (index: DisplayIndex, held: ReadonlyMap<string, Partition>): DisplaysInto => ({
  reserve: index.reserve,
  set(display, storedAt) {
    index.set(display, storedAt)
    for (const partition of held.values()) partition.setDisplay(display, storedAt)
  },
  remove(id) {
    index.remove(id)
    for (const partition of held.values()) partition.removeDisplay(id)
  },
})

/** The streams over which the broker distributes the reads, including leftovers of an earlier number of partitions. */
async function readStreamsOf({ manager }: Link): Promise<string[]> {
  const names: string[] = []
  for await (const name of manager.streams.names()) if (isReadStream(name)) names.push(name)
  return names.sort()
}
