import type { Vehicle as SeenVehicle } from '../../schemas/read.ts'
import type { PlacedCamera } from './cameras.ts'
import { type IssuedPlate, issuePlate } from './plates.ts'
import { pickWeighted, type Random, random } from './random.ts'

/** Outline of a body, as far as a camera behind it can tell. */
export type Body = 'sedan' | 'suv' | 'pickup' | 'van'

/** A vehicle of the simulation, with its habits as places on the list of cameras. */
export interface Vehicle extends IssuedPlate {
  /** Place in `world.vehicles`. */
  readonly index: number
  readonly body: Body
  readonly seen: { readonly [K in keyof SeenVehicle]: NonNullable<SeenVehicle[K]> }
  /** Cameras of the area in which it lives; elsewhere it is hardly seen. */
  readonly around: readonly PlacedCamera[]
  /** Cameras on the way from home to work, in order of the way out. */
  readonly commute: readonly PlacedCamera[]
  /** Hour of the local day at which it leaves for work, e.g. 7.4. */
  readonly leavesAt: number
  /** Whether it goes to work on weekdays. */
  readonly works: boolean
  /** Errands and visits on a mean day, apart from work. */
  readonly errands: number
  /** Index of the vehicle in whose company it sometimes travels, or null (QRY-10: associates). */
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

const COLOURS = [
  { weight: 26, name: 'white' },
  { weight: 21, name: 'black' },
  { weight: 18, name: 'grey' },
  { weight: 13, name: 'silver' },
  { weight: 9, name: 'blue' },
  { weight: 8, name: 'red' },
  { weight: 3, name: 'green' },
  { weight: 2, name: 'brown' },
]

/**
 * The fleet of a world: plates are unique, habits are fixed.
 * @param cameras of the world, along each road in the order of the way
 */
export function createVehicles(seed: number, count: number, cameras: readonly PlacedCamera[]): Vehicle[] {
  const given = new Set<string>()
  const areas = [...new Set(cameras.map(({ area }) => area))].map((name) =>
    cameras.filter(({ area }) => area === name),
  )
  return Array.from({ length: count }, (_, index) => {
    const rng = random(seed, 'vehicle', index)
    const issued = unusedPlate(rng, given)
    const { make, model, body } = pickWeighted(MODELS, rng)
    const around = rng.pick(areas)
    return {
      ...issued,
      index,
      body,
      seen: { make, model, colour: pickWeighted(COLOURS, rng).name },
      around,
      commute: stretch(around, rng),
      leavesAt: rng.normal(7.6, 1.1),
      works: rng.chance(0.62),
      errands: rng.between(0.05, 0.5),
      companion: index > 0 && rng.chance(0.03) ? rng.whole(0, index - 1) : null,
    }
  })
}

function unusedPlate(rng: Random, given: Set<string>): IssuedPlate {
  for (;;) {
    const issued = issuePlate(rng)
    if (given.has(issued.plate)) continue
    given.add(issued.plate)
    return issued
  }
}

/** One or two neighbouring fixed cameras: what a way to work passes. Many ways pass none. */
function stretch(around: readonly PlacedCamera[], rng: Random): PlacedCamera[] {
  const fixed = around.filter(({ kind }) => kind === 'fixed')
  const length = Math.min(fixed.length, rng.pick([0, 0, 1, 1, 2]))
  const first = rng.whole(0, fixed.length - length)
  const way = fixed.slice(first, first + length)
  return rng.chance(0.5) ? way : way.reverse()
}
