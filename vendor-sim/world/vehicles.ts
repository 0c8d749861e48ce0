import type { Vehicle as SeenVehicle } from '@sightline/schemas/read'
import type { PlacedCamera } from './cameras.ts'
import { type IssuedPlate, nthPlate, pickIssue } from './plates.ts'
import { pickWeighted, type Random, random } from './random.ts'
import { type Hit, hitsOf, type Watched, watchedRoads } from './routes.ts'
import { COLUMNS, type Node, nodeAt, ROWS, ROWS_ACROSS, type Town } from './towns.ts'

/** Outline of a body, as far as a camera behind it can tell. */
export type Body = 'sedan' | 'suv' | 'pickup' | 'van'

/** What a vehicle does, as probabilities and ways; when it does so is drawn by the day (simulation/reads.ts). */
export interface Habits {
  /** Share of the days on which it is in town and driven at all. */
  readonly presence: number
  /** Whether it goes to work on weekdays. */
  readonly works: boolean
  /** Hour of the local day at which it leaves for work, e.g. 7.4. */
  readonly leavesAt: number
  /** Share of its days with an errand or a visit. */
  readonly errands: number
  /** Share of its days with a trip across the border. */
  readonly crossings: number
  readonly commute: readonly Hit[]
  /** Ways to the four places that it goes to. */
  readonly visits: readonly (readonly Hit[])[]
  /** The way across the border. */
  readonly crossing: readonly Hit[]
  /** A fixed appointment, whatever else it does on that day. */
  readonly appointment: Appointment | null
}

export interface Appointment {
  /** Weekdays, Sunday = 0. */
  readonly days: readonly number[]
  /** Hour of the local day at which it leaves. */
  readonly hour: number
  readonly way: readonly Hit[]
}

/** A vehicle of the simulation. */
export interface Vehicle extends IssuedPlate {
  /** Its number in the world. */
  readonly index: number
  readonly body: Body
  readonly seen: { readonly [K in keyof SeenVehicle]: NonNullable<SeenVehicle[K]> }
  /** The town in which it lives. */
  readonly area: string
  readonly home: Node
  readonly habits: Habits
  /** Number of the vehicle in whose company it sometimes travels, or null (QRY-10: associates). */
  readonly companion: number | null
}

const MODELS: readonly { weight: number; make: string; model: string; body: Body }[] = [
  { weight: 9, make: 'Toyota', model: 'Camry', body: 'sedan' },
  { weight: 8, make: 'Toyota', model: 'RAV4', body: 'suv' },
  { weight: 6, make: 'Toyota', model: 'Tacoma', body: 'pickup' },
  { weight: 8, make: 'Honda', model: 'Civic', body: 'sedan' },
  { weight: 7, make: 'Honda', model: 'CR-V', body: 'suv' },
  { weight: 9, make: 'Ford', model: 'F-150', body: 'pickup' },
  { weight: 4, make: 'Ford', model: 'Explorer', body: 'suv' },
  { weight: 4, make: 'Ford', model: 'Transit', body: 'van' },
  { weight: 8, make: 'Chevrolet', model: 'Silverado', body: 'pickup' },
  { weight: 5, make: 'Chevrolet', model: 'Malibu', body: 'sedan' },
  { weight: 6, make: 'Nissan', model: 'Altima', body: 'sedan' },
  { weight: 5, make: 'Nissan', model: 'Rogue', body: 'suv' },
  { weight: 5, make: 'Tesla', model: 'Model 3', body: 'sedan' },
  { weight: 4, make: 'Tesla', model: 'Model Y', body: 'suv' },
  { weight: 4, make: 'Hyundai', model: 'Elantra', body: 'sedan' },
  { weight: 4, make: 'Jeep', model: 'Wrangler', body: 'suv' },
  { weight: 3, make: 'Chrysler', model: 'Pacifica', body: 'van' },
]

const COLORS = [
  { weight: 26, name: 'white' },
  { weight: 21, name: 'black' },
  { weight: 18, name: 'gray' },
  { weight: 13, name: 'silver' },
  { weight: 9, name: 'blue' },
  { weight: 8, name: 'red' },
  { weight: 3, name: 'green' },
  { weight: 2, name: 'brown' },
]

/** The towns and what watches them: all that a vehicle has to know of its world. */
export interface Roads {
  readonly towns: readonly Town[]
  /** By area. */
  readonly watched: ReadonlyMap<string, Watched>
}

export function roadsOf(towns: readonly Town[], places: readonly PlacedCamera[]): Roads {
  return { towns, watched: new Map(towns.map(({ area }) => [area, watchedRoads(area, places)])) }
}

/** A vehicle by its number: the same whichever others there are. */
export function vehicleOf(seed: number, index: number, roads: Roads): Vehicle {
  const rng = random(seed, 'vehicle', index)
  const town = rng.pick(roads.towns)
  const issued = nthPlate(pickIssue(regionOf(town), rng), seed, index)
  const { make, model, body } = pickWeighted(MODELS, rng)
  const home = anywhere(rng)
  return {
    ...issued,
    index,
    body,
    seen: { make, model, color: pickWeighted(COLORS, rng).name },
    area: town.area,
    home,
    habits: habitsOf(home, issued.region, roads.watched.get(town.area)!, rng),
    companion: index > 0 && rng.chance(0.03) ? rng.whole(0, index - 1) : null,
  }
}

function habitsOf(home: Node, region: string, watched: Watched, rng: Random): Habits {
  const way = (to: Node) => hitsOf(watched, home, to, rng.chance(0.5))
  const crosses = region.startsWith('mx') || rng.chance(0.06)
  return {
    presence: rng.between(0.05, 0.7),
    works: rng.chance(0.62),
    leavesAt: Math.min(11, Math.max(4, rng.normal(7.6, 1.1))),
    errands: rng.between(0.2, 0.7),
    crossings: crosses ? rng.between(0.1, 0.3) : 0,
    commute: way(anywhere(rng)),
    visits: [0, 1, 2, 3].map(() => way(anywhere(rng))),
    crossing: crosses ? way(anywhere(rng, 0, ROWS_ACROSS - 1)) : [],
    appointment: null,
  }
}

/** A crossing of streets, in the United States by default. */
const anywhere = (rng: Random, low = ROWS_ACROSS, high = ROWS - 1): Node =>
  nodeAt(rng.whole(0, COLUMNS - 1), rng.whole(low, high))

/** The town's state as plates have it: `us-tx` for `El Paso, TX`. */
const regionOf = ({ name }: Town) => `us-${name.slice(-2).toLowerCase()}`
