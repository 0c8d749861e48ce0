import { type Random, random } from '@sightline/vendor-sim/world/random'

/** How many reads a network of cameras makes, and when they reach the broker. Pure; drawn from a seed. */

export interface NetworkOptions {
  readonly seed: number
  readonly cameras: number
  /** Mean reads a second of a camera. */
  readonly readsASecond: number
  readonly partitions: number
  readonly hours: number
}

/** Regions of the network; what happens to one does not happen to the others. */
export const REGIONS = 20
/** Share of the rate at noon that is left at night. */
const NIGHT = 0.15
/** Many vehicles at once at one region's cameras: so many times the rate, in one of so many stretches. */
const BURST = { times: 4, oneOf: 50, seconds: 60 }
/** Region 0 is cut off from the broker; its agents keep the reads, and send them afterwards. Hours of the day. */
export const OUTAGE = { region: 0, from: 9, to: 11 }
/** Region 1 sends the reads of the day before at once. */
export const LATE = { region: 1, at: 15 }
const DAY_S = 86_400
/** How many times its usual rate a region's link carries. */
const LINK_TIMES = 20

/** Reads of a region that reach the broker in a second, and how old they are. */
export interface Arrivals {
  /** Seen in this second, and seen before. */
  readonly fresh: number
  readonly old: number
  /** Age of the oldest that waits, seconds. */
  readonly ageS: number
}

export interface Region {
  /** What reaches the broker in a second. */
  at(second: number): Arrivals
  /** What the broker does not take waits with the agents, behind everything else. */
  refuse(reads: number): void
  /** Reads that wait with the agents. */
  waiting(): number
}

const rateAt = (hour: number) => NIGHT + (1 - NIGHT) * (0.5 - 0.5 * Math.cos((2 * Math.PI * hour) / 24))
/** So that the mean over a day is 1. */
const MEAN = NIGHT + (1 - NIGHT) * 0.5

export function createRegion(region: number, { seed, cameras, readsASecond }: NetworkOptions): Region {
  const draw = random(seed, 'region', region)
  const mean = (cameras / REGIONS) * readsASecond
  const most = mean * LINK_TIMES
  let waiting = 0
  let oldestAt = 0
  let stretch = -1
  let isBurst = false

  function seenIn(second: number): number {
    const hour = (second / 3600) % 24
    if (stretch !== Math.floor(second / BURST.seconds)) {
      stretch = Math.floor(second / BURST.seconds)
      isBurst = random(seed, 'burst', region, stretch).chance(1 / BURST.oneOf)
    }
    return around(draw, ((mean * rateAt(hour)) / MEAN) * (isBurst ? BURST.times : 1))
  }

  return {
    at(second) {
      const hour = second / 3600
      const fresh = seenIn(second)
      if (region === OUTAGE.region && hour >= OUTAGE.from && hour < OUTAGE.to) {
        if (waiting === 0) oldestAt = second
        waiting += fresh
        return { fresh: 0, old: 0, ageS: 0 }
      }
      if (region === LATE.region && second === LATE.at * 3600) {
        waiting += Math.round(mean * DAY_S)
        oldestAt = second - DAY_S
      }
      const old = Math.min(waiting, Math.max(0, Math.floor(most - fresh)))
      const ageS = waiting > 0 ? second - oldestAt : 0
      waiting -= old
      return { fresh, old, ageS }
    },
    refuse(reads) {
      waiting += reads
    },
    waiting: () => waiting,
  }
}

/** A number of events whose mean is given, as independent events have it (normal, from ten on). */
function around(draw: Random, mean: number): number {
  return Math.max(0, Math.round(mean >= 10 ? draw.normal(mean, Math.sqrt(mean)) : mean + draw.next() - 0.5))
}

/** The share of a region's reads that go to each partition: the broker divides by the name of the camera (FNV-1a). */
export function sharesOf(region: number, { cameras, partitions }: NetworkOptions): Float64Array {
  const shares = new Float64Array(partitions)
  let all = 0
  for (let camera = region; camera < cameras; camera += REGIONS, all++)
    shares[partitionOf(cameraName(camera), partitions)]!++
  return shares.map((count) => (all === 0 ? 0 : count / all))
}

export const cameraName = (camera: number): string => `c${camera}`

/** As the broker does it. */
export function partitionOf(name: string, partitions: number): number {
  let h = 0x811c9dc5
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193)
  return (h >>> 0) % partitions
}
