import { type Random, random } from '@sightline/vendor-sim/world/random'

/** What a long run does, and when: drawn from a seed alone, so that a run can be made again. Pure. */

/**
 * - `kill`: the process is killed (SIGKILL), and started again by what supervises it
 * - `freeze`: it stands still (SIGSTOP), then goes on
 * - `cut`: its connections to the broker are reset, and new ones refused
 * - `stall`: its connections stay, and nothing passes
 * - `leave`: it ends as its host asks it to, and comes back later
 * - `fill`: the disk of the broker has no room
 * - `ahead`, `behind`: its clock steps by an hour, and later back
 */
export type FaultKind = 'kill' | 'freeze' | 'cut' | 'stall' | 'leave' | 'fill' | 'ahead' | 'behind'

/** The parts of the system, and what can happen to each. */
export type Parts = Readonly<Record<string, readonly FaultKind[]>>

export interface Fault {
  /** Milliseconds after the start. */
  readonly at: number
  readonly kind: FaultKind
  readonly part: string
  /** Milliseconds until it is over; 0 for a kill. */
  readonly lasts: number
}

export interface PlanOptions {
  readonly seed: number
  /** Of the run, milliseconds. */
  readonly duration: number
  /** Mean time between two faults, milliseconds. */
  readonly everyMs: number
  readonly parts: Parts
}

/** Without faults at the beginning, so that all is up, and at the end, so that what waits can arrive. Shares of the run. */
const CALM = { begin: 0.05, end: 0.1 }
/** How long a fault lasts, milliseconds. */
const LASTS = { min: 1000, max: 20_000 }
/** A part has this long to come back before its next fault, milliseconds. */
const REST_MS = 5000

/** The faults of a run, by time. No part has two at once. */
export function planFaults({ seed, duration, everyMs, parts }: PlanOptions): Fault[] {
  const draw = random(seed, 'faults')
  const names = Object.keys(parts)
  const freeAt = new Map<string, number>()
  const faults: Fault[] = []
  const end = duration * (1 - CALM.end)
  const longest = Math.min(LASTS.max, duration * CALM.end)
  for (let at = duration * CALM.begin + waitOf(draw, everyMs); at < end; at += waitOf(draw, everyMs)) {
    const part = draw.pick(names)
    const kind = draw.pick(parts[part]!)
    const lasts = kind === 'kill' ? 0 : Math.round(draw.between(Math.min(LASTS.min, longest), longest))
    if (at < (freeAt.get(part) ?? 0)) continue
    freeAt.set(part, at + lasts + REST_MS)
    faults.push({ at: Math.round(at), kind, part, lasts })
  }
  return faults
}

/** Time to the next of events that are independent of each other (exponential), milliseconds. */
const waitOf = (draw: Random, mean: number) => -Math.log(1 - draw.next()) * mean

/** The run is a day: so much of the rate at noon is left at night. */
const NIGHT = 0.15
/** A burst, as when a ferry lands: this many times the rate, in one of so many stretches of ten seconds. */
const BURST = { times: 4, oneOf: 20, ms: 10_000 }

/** Vehicles a second at a moment of the run. @param noon vehicles a second at noon */
export function trafficAt(seed: number, at: number, duration: number, noon: number): number {
  const day = NIGHT + (1 - NIGHT) * (0.5 - 0.5 * Math.cos((2 * Math.PI * at) / duration))
  const isBurst = random(seed, 'burst', Math.floor(at / BURST.ms)).chance(1 / BURST.oneOf)
  return noon * day * (isBurst ? BURST.times : 1)
}

/** Letters and digits that no camera takes for each other: the run counts reads, and does not test the matching of misreads. */
const SYMBOLS = 'ACEHKMRTX347'
const PLACES = 6
/** The number of plates that `plateOf` knows. */
export const PLATES = SYMBOLS.length ** PLACES
/** A prime, so that vehicles of one minute have plates that are nothing like each other; and what undoes it. */
const STRIDE = 1_000_003
const UNDO = 2_636_395

/**
 * The plate of a vehicle, by its number: 6 symbols and a sum of them, so that two plates differ in two places or more.
 * @param n 0 to PLATES - 1
 */
export function plateOf(n: number): string {
  let text = ''
  let sum = 0
  for (
    let place = 0, rest = times(n, STRIDE);
    place < PLACES;
    place++, rest = Math.floor(rest / SYMBOLS.length)
  ) {
    const symbol = rest % SYMBOLS.length
    sum += symbol
    text += SYMBOLS[symbol]
  }
  return `${text}${SYMBOLS[sum % SYMBOLS.length]}`
}

/** The number of a vehicle, by its plate; null for a plate that is none of the run's. */
export function vehicleOf(plate: string): number | null {
  if (plate.length !== PLACES + 1) return null
  let n = 0
  for (let place = PLACES - 1; place >= 0; place--) {
    const symbol = SYMBOLS.indexOf(plate[place]!)
    if (symbol < 0) return null
    n = n * SYMBOLS.length + symbol
  }
  const vehicle = times(n, UNDO)
  return plateOf(vehicle) === plate ? vehicle : null
}

/** Both are below 2²³, so that their product is exact. */
const times = (n: number, factor: number) => (n * factor) % PLATES
