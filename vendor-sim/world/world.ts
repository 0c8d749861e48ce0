import { createCameras, type PlacedCamera, townsOf } from './cameras.ts'
import { type Cast, castOf } from './stories.ts'
import { type Roads, roadsOf, type Vehicle, vehicleOf } from './vehicles.ts'

export interface WorldSize {
  seed: number
  /** How many vehicles live there. */
  vehicles: number
  /** How many cameras the vendor's customers run. */
  cameras: number
}

/** Everybody and everything in the simulation; a pure function of its size and seed. */
export interface World extends Readonly<WorldSize> {
  /** Short name of exactly this world, for ledgers: the same name means the same world. */
  readonly name: string
  readonly places: readonly PlacedCamera[]
  readonly roads: Roads
  /** All vehicles but those of the stories; made when first asked for, as a large world has many. */
  readonly fleet: readonly Vehicle[]
  readonly cast: Cast
}

/** A world whose 90 days come to some hundred thousand reads. */
export const DEFAULT_WORLD: WorldSize = { seed: 1, vehicles: 4000, cameras: 80 }

/** Changes with the rules of the simulation, so that a history from older rules is not mistaken for one from these. */
const RULES = 3

export function createWorld({ seed, vehicles, cameras }: WorldSize): World {
  const places = createCameras(seed, cameras)
  const roads = roadsOf(townsOf(cameras), places)
  let fleet: readonly Vehicle[] | undefined
  return {
    seed,
    vehicles,
    cameras,
    name: `rules-${RULES}-seed-${seed}-vehicles-${vehicles}-cameras-${cameras}`,
    places,
    roads,
    get fleet() {
      fleet ??= Array.from({ length: vehicles }, (_, index) => vehicleOf(seed, index, roads))
      return fleet
    },
    cast: castOf(seed, vehicles, roads, places),
  }
}

/**
 * Three vehicles of three issuers that keep coming by the rendered camera, so that a demo can put them on display. The first
 * travels in company (see stories.ts): who looks further into it finds something.
 */
export function demoRegulars({ cast, fleet }: World): readonly Vehicle[] {
  const lead = cast.players[0]!.vehicle
  const issuers = ['us-tx', 'us-az', 'us-ca'].filter((issuer) => issuer !== lead.region)
  const others = issuers.flatMap((issuer) => fleet.find(({ region }) => region === issuer) ?? [])
  return [lead, ...others.slice(0, 2)]
}
