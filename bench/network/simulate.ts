import { createReadsStates, type ReadsCondition } from '@sightline/broker/reads-state'
import { judgedToDrop } from '@sightline/matcher/make-room'
import { random } from '@sightline/vendor-sim/world/random'
import { createJudging } from './judging.ts'
import { cameraName, createRegion, type NetworkOptions, partitionOf, REGIONS, sharesOf } from './traffic.ts'

/**
 * A network of cameras in simulated time. Every read is counted in its stream, and the streams' states and room follow the rules of the
 * product; the planted hits and a sample of the others go through the matcher's own code. Pure: the same options, the same result.
 */

export interface SimulationOptions extends NetworkOptions {
  readonly matchers: number
  /** CPU time of a matcher for a read, and for an alert besides, microseconds (`bench cluster`). */
  readonly readUs: number
  readonly alertUs: number
  /** Of each partition's stream, bytes. */
  readonly streamBytes: number
  /** One in so many reads is a planted hit, and one in so many others goes through the matcher's code. */
  readonly readsAHit: number
  readonly readsASample: number
}

/** One hour of the simulated day. */
export interface Hour {
  readonly hour: number
  /** Mean reads a second that the broker stored. */
  readonly stored: number
  /** The longest that a read waited for its matcher, seconds. */
  readonly lagS: number
  /** The most reads that waited in streams, and with agents. */
  readonly backlog: number
  readonly atAgents: number
  /** Seconds in which the worst stream was in each state. */
  readonly states: Readonly<Partial<Record<ReadsCondition, number>>>
  readonly alerts: number
}

export interface Simulation {
  readonly hours: readonly Hour[]
  readonly reads: number
  readonly refusals: number
  readonly hits: number
  readonly sampled: number
  readonly alerts: number
  /** Hits that are no alert, and alerts more than one of a hit. */
  readonly missing: number
  readonly doubled: number
  readonly setAside: number
  /** From stored to raised, and from seen to raised, milliseconds: half, 99 of 100, the slowest. */
  readonly fromStored: readonly [number, number, number]
  readonly fromSeen: readonly [number, number, number]
  /** Of a matcher: index, reads in hand at most, windows of alerts. */
  readonly indexBytes: number
  readonly inHandBytes: number
  readonly windows: number
  /** Share of its time that the busiest matcher worked in its busiest hour. */
  readonly busiest: number
}

/** A read on the disk, and the reads that a matcher asks for ahead, for all its streams together (matcher/main.ts). */
const READ_BYTES = 930
const IN_FLIGHT = 10_000
/** From a batch's arrival to its alert at the least: a message's way, twice. Milliseconds. */
const WAY_MS = 5
const START = Date.parse('2026-11-24T00:00:00.000Z')
const WORST: readonly ReadsCondition[] = ['full', 'still', 'behind', 'judged']
const MICRO = 1e6
/** Time between two looks at the streams, seconds. */
const LOOK_S = 2
/** All matchers stand still at this hour, for so long. */
export const STOPPED = { at: 18, seconds: 600 }

interface Followed {
  readonly camera: string
  readonly seenAt: number
  readonly storedAt: number
  readonly sequence: number
  readonly hit: number | null
  readonly number: number
}

interface Stream {
  readonly name: string
  first: number
  last: number
  judged: number
  /** Those of its reads that go through the matcher's code, in order. */
  followed: Followed[]
  /** Since when the oldest read waits: stored counts by second, oldest first. */
  waiting: { second: number; upTo: number }[]
}

export async function simulate(options: SimulationOptions): Promise<Simulation> {
  const { seed, cameras, partitions, matchers, readUs, alertUs, streamBytes, readsAHit, readsASample } =
    options
  const seconds = Math.round(options.hours * 3600)
  const regions = Array.from({ length: REGIONS }, (_, region) => createRegion(region, options))
  const shares = regions.map((_, region) => sharesOf(region, options))
  const expected = Math.ceil(((cameras * options.readsASecond * seconds) / readsAHit) * 3) + 10
  const judging = createJudging(Math.min(expected, MOST_HITS))
  const states = createReadsStates()
  const streams: Stream[] = Array.from({ length: partitions }, (_, n) => ({
    ...{ name: `READS_${n}`, first: 1, last: 0, judged: 0, followed: [], waiting: [] },
  }))
  const draw = random(seed, 'followed')
  const hours: Hour[] = []
  let hour = emptyHour()
  const sums = { reads: 0, refusals: 0, hits: 0, sampled: 0, inHand: 0, busiest: 0 }
  const worked = new Float64Array(matchers)

  /** Stores so many reads; those that the matcher's code will judge are chosen among them. @returns how many had no room */
  function store(stream: Stream, reads: number, second: number, ageS: number, region: number): number {
    if (reads === 0) return 0
    const room = Math.floor(streamBytes / READ_BYTES) - (stream.last - stream.first + 1)
    const taken = Math.min(reads, Math.max(0, room))
    if (taken > 0) {
      follow(stream, taken, second, ageS, region)
      stream.last += taken
      const newest = stream.waiting.at(-1)
      if (newest?.second === second) newest.upTo = stream.last
      else stream.waiting.push({ second, upTo: stream.last })
      sums.reads += taken
    }
    return reads - taken
  }

  function follow(stream: Stream, reads: number, second: number, ageS: number, region: number): void {
    const storedAt = START + second * 1000 + draw.whole(0, 999)
    const add = (hit: number | null) => {
      const seenAt = storedAt - Math.round(ageS * 1000 * draw.next())
      const number = sums.hits + sums.sampled
      const sequence = stream.last + draw.whole(1, reads)
      const camera = cameraIn(stream, region)
      const at = stream.followed.findLastIndex((one) => one.sequence <= sequence) + 1
      stream.followed.splice(at, 0, { camera, seenAt, storedAt, sequence, hit, number })
    }
    if (draw.chance(Math.min(1, reads / readsAHit)) && sums.hits < MOST_HITS) add(sums.hits++)
    if (draw.chance(Math.min(1, reads / readsASample))) {
      add(null)
      sums.sampled++
    }
  }

  /** A camera of a region whose reads go into a stream. */
  function cameraIn(stream: Stream, region: number): string {
    const n = streams.indexOf(stream)
    for (let tries = 0; tries < 10_000; tries++) {
      const camera = cameraName(
        region + REGIONS * draw.whole(0, Math.max(0, Math.floor((cameras - 1 - region) / REGIONS))),
      )
      if (partitionOf(camera, partitions) === n) return camera
    }
    return cameraName(region)
  }

  /** A second of a matcher's work: its streams in turn. */
  async function work(matcher: number, second: number): Promise<void> {
    if (second >= STOPPED.at * 3600 && second < STOPPED.at * 3600 + STOPPED.seconds) return
    const own = streams.filter((_, n) => n % matchers === matcher)
    let left = MICRO
    const inHand = own.reduce(
      (sum, { last, judged }) => sum + Math.min(last - judged, IN_FLIGHT / own.length),
      0,
    )
    sums.inHand = Math.max(sums.inHand, inHand)
    // The stream whose turn is first changes, so that no stream waits for the others alone.
    for (let n = 0; n < own.length; n++) {
      const stream = own[(n + second) % own.length]!
      const share = left / (own.length - n)
      const can = Math.min(stream.last - stream.judged, Math.floor(share / readUs))
      const upTo = stream.judged + can
      const before = MICRO - left
      left -= can * readUs
      while (stream.followed[0] && stream.followed[0].sequence <= upTo) {
        const one = stream.followed.shift()!
        const place = can > 0 ? (one.sequence - stream.judged) / can : 1
        const at = START + second * 1000 + (before + place * can * readUs) / 1000
        // Reads of this second come all through it: none is judged before it is stored.
        await judging.judge({ ...one, judgedAt: Math.round(Math.max(at, one.storedAt) + WAY_MS) })
        if (one.hit !== null) left -= alertUs
      }
      stream.judged = upTo
      while (stream.waiting[0] && stream.waiting[0].upTo <= upTo) stream.waiting.shift()
    }
    worked[matcher]! += (MICRO - Math.max(0, left)) / MICRO
  }

  for (let second = 0; second < seconds; second++) {
    for (const [region, source] of regions.entries()) {
      const { fresh, old, ageS } = source.at(second)
      for (const [n, stream] of streams.entries()) {
        const share = shares[region]![n]!
        if (share === 0 || fresh + old === 0) continue
        const parts = [
          store(stream, rounded(fresh * share), second, 0, region),
          store(stream, rounded(old * share), second, ageS, region),
        ]
        const refused = parts[0]! + parts[1]!
        if (refused === 0) continue
        source.refuse(refused)
        sums.refusals += refused
      }
    }
    for (let matcher = 0; matcher < matchers; matcher++) await work(matcher, second)
    if (second % LOOK_S === 0) look(second)
    if ((second + 1) % 3600 === 0 || second + 1 === seconds) closeHour(second)
  }

  /** As a matcher makes room, and the api looks at the streams. */
  function look(second: number): void {
    let worst: ReadsCondition = 'judged'
    for (const stream of streams) {
      const messages = stream.last - stream.first + 1
      const figures = { messages, bytes: messages * READ_BYTES, first: stream.first, last: stream.last }
      const upTo = judgedToDrop({ ...figures, maxBytes: streamBytes }, stream.judged)
      if (upTo > 0) stream.first = upTo + 1
      const slowest = { who: 'matcher', done: stream.judged }
      const look = { ...figures, maxBytes: streamBytes, judged: stream.judged, slowest, stream: stream.name }
      const { state, backlog } = states.take({ ...look, at: second * 1000 })
      if (WORST.indexOf(state) < WORST.indexOf(worst)) worst = state
      hour.waiting += backlog
      if (stream.waiting[0]) hour.lagS = Math.max(hour.lagS, second - stream.waiting[0].second)
    }
    hour.backlog = Math.max(hour.backlog, hour.waiting)
    hour.waiting = 0
    hour.atAgents = Math.max(
      hour.atAgents,
      regions.reduce((sum, one) => sum + one.waiting(), 0),
    )
    hour.states[worst] = (hour.states[worst] ?? 0) + LOOK_S
  }

  function closeHour(second: number): void {
    const length = (second % 3600) + 1
    const { lagS, backlog, atAgents, states, readsBefore, alertsBefore } = hour
    const stored = (sums.reads - readsBefore) / length
    const alerts = judging.alerts.length - alertsBefore
    hours.push({ hour: Math.floor(second / 3600), stored, lagS, backlog, atAgents, states, alerts })
    sums.busiest = Math.max(sums.busiest, Math.max(...worked) / length)
    worked.fill(0)
    hour = { ...emptyHour(), readsBefore: sums.reads, alertsBefore: judging.alerts.length }
  }

  const times = new Map<number, number>()
  for (const { hit } of judging.alerts) times.set(hit, (times.get(hit) ?? 0) + 1)
  const stillWaiting = streams.flatMap(({ followed }) => followed).filter(({ hit }) => hit !== null).length
  const { indexBytes, windows } = judging.memory()
  return {
    ...{ hours, reads: sums.reads, refusals: sums.refusals, hits: sums.hits, sampled: sums.sampled },
    alerts: judging.alerts.length,
    missing: sums.hits - stillWaiting - times.size,
    doubled: [...times.values()].filter((count) => count > 1).length,
    setAside: judging.refused(),
    fromStored: delays(judging.alerts.map(({ storedAt, raisedAt }) => raisedAt - storedAt)),
    fromSeen: delays(judging.alerts.map(({ seenAt, raisedAt }) => raisedAt - seenAt)),
    ...{ indexBytes, windows, inHandBytes: sums.inHand * READ_BYTES, busiest: sums.busiest },
  }

  /** To a whole number, up or down, so that the mean is right. */
  function rounded(reads: number): number {
    const whole = Math.floor(reads)
    return whole + (draw.chance(reads - whole) ? 1 : 0)
  }
}

/** As many planted plates are unlike each other. */
const MOST_HITS = 100_000

const emptyHour = () => ({
  ...{ lagS: 0, backlog: 0, waiting: 0, atAgents: 0, readsBefore: 0, alertsBefore: 0 },
  states: {} as Partial<Record<ReadsCondition, number>>,
})

function delays(times: readonly number[]): [number, number, number] {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
  return [at(0.5), at(0.99), at(1)]
}
