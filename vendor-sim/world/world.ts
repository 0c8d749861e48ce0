import { createCameras, type PlacedCamera } from './cameras.ts'
import { createVehicles, type Vehicle } from './vehicles.ts'

export interface WorldSize {
  seed: number
  /** How many vehicles live there. */
  vehicles: number
  /** How many cameras the vendor's customers run. */
  cameras: number
}

/** Everything that the simulation knows; a pure function of its size and seed. */
export interface World extends Readonly<WorldSize> {
  /** Short name of exactly this world, for ledgers: the same name is the same world. */
  readonly name: string
  readonly fleet: readonly Vehicle[]
  readonly places: readonly PlacedCamera[]
}

/** A world whose 90 days come to a few hundred thousand reads. */
export const DEFAULT_WORLD: WorldSize = { seed: 1, vehicles: 4000, cameras: 80 }

export function createWorld(size: WorldSize): World {
  const places = createCameras(size.seed, size.cameras)
  return {
    ...size,
    name: `seed-${size.seed}-vehicles-${size.vehicles}-cameras-${size.cameras}`,
    places,
    fleet: createVehicles(size.seed, size.vehicles, places),
  }
}

/** Vehicles that keep coming by the rendered camera, so that a demo can put them on display. */
export function demoRegulars(world: World): readonly Vehicle[] {
  return ['us-ca', 'us-tx', 'us-az'].flatMap((region) => world.fleet.find((v) => v.region === region) ?? [])
}
