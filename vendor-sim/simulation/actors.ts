import type { Hit } from '../world/routes.ts'
import { STEP_LAT, STEP_LON, type Town } from '../world/towns.ts'
import { type Vehicle, vehicleOf } from '../world/vehicles.ts'
import type { World } from '../world/world.ts'

/** On which days an actor drives: always, except those in company, or only those. */
const MODE = { always: 0, alone: 1, company: 2 } as const

/**
 * A row of the table `sim_actors`: a vehicle as the simulation drives it. A vehicle that travels in company has two:
 * its own ways, and on other days those of the vehicle that it follows. Shares are in 1024ths, times in seconds of the
 * local day.
 */
export interface Actor {
  world: string
  /** The vehicle that is seen. */
  idx: number
  /** The vehicle whose days and ways it drives. */
  follows: number
  mode: number
  company: number
  /** Seconds behind the one that it follows. */
  gap: number
  plate: string
  region: string
  make: string
  model: string
  color: string
  presence: number
  errands: number
  crossings: number
  /** -1: does not work. */
  leaves: number
  /** Bit n: on weekday n, Sunday = 0. */
  appointment_days: number
  appointment_at: number
  /** To work, to four places, across the border, to the appointment; each camera as `hitCode` encodes it. */
  ways: number[][]
  /** South-west corner of the town, millionths of a degree, and the readers that roam in it. */
  south: number
  west: number
  roaming: number[]
}

/** How a way is stored: number of the reader and seconds after the start, together. */
export const HIT_SECONDS = 4096
const hitCode = (reader: number, after: number) => reader * HIT_SECONDS + after

/** Share of its days that a companion travels in company, and a follower in a story. */
const COMPANY = 256
const STORY_COMPANY = 512

/**
 * All actors of a world, in order of their vehicles.
 * @param numbers of the world's cameras as the history registered them, in the order of `world.places`
 */
export function* actorsOf(world: World, numbers: readonly number[]): Generator<Actor> {
  const towns = new Map(world.roads.towns.map((town) => [town.area, town]))
  const roaming = new Map(
    [...towns.keys()].map((area) => [
      area,
      world.places.flatMap(({ kind, area: own }, i) =>
        kind === 'mobile' && own === area ? [numbers[i]!] : [],
      ),
    ]),
  )
  const actor = (seen: Vehicle, driven: Vehicle, mode: number, company: number): Actor => ({
    world: world.name,
    idx: seen.index,
    follows: driven.index,
    mode,
    company,
    gap: mode === MODE.company ? 3 + (seen.index % 17) : 0,
    plate: seen.plate,
    region: seen.region,
    ...seen.seen,
    ...drivenBy(driven, numbers),
    ...cornerOf(towns.get(driven.area)!),
    roaming: roaming.get(driven.area)!,
  })
  for (let index = 0; index < world.vehicles; index++) {
    const vehicle = vehicleOf(world.seed, index, world.roads)
    if (vehicle.companion === null) yield actor(vehicle, vehicle, MODE.always, 0)
    else {
      const lead = vehicleOf(world.seed, vehicle.companion, world.roads)
      yield actor(vehicle, vehicle, MODE.alone, COMPANY)
      yield actor(vehicle, lead, MODE.company, COMPANY)
    }
  }
  for (const { vehicle, follows } of world.cast.players) {
    yield actor(vehicle, vehicle, follows ? MODE.alone : MODE.always, STORY_COMPANY)
    if (follows) yield actor(vehicle, follows, MODE.company, STORY_COMPANY)
  }
}

function drivenBy({ habits }: Vehicle, numbers: readonly number[]) {
  const { commute, visits, crossing, appointment } = habits
  const ways: (readonly Hit[])[] = [commute, ...visits, crossing, appointment?.way ?? []]
  return {
    presence: Math.round(habits.presence * 1024),
    errands: Math.round(habits.errands * 1024),
    crossings: Math.round(habits.crossings * 1024),
    leaves: habits.works ? Math.round(habits.leavesAt * 3600) : -1,
    appointment_days: (appointment?.days ?? []).reduce((bits, day) => bits | (1 << day), 0),
    appointment_at: (appointment?.hour ?? 0) * 3600,
    ways: ways.map((way) => way.map(({ camera, after }) => hitCode(numbers[camera]!, after))),
  }
}

function cornerOf({ lat, lon }: Town) {
  return { south: Math.round((lat + STEP_LAT / 2) * 1e6), west: Math.round((lon - 10 * STEP_LON) * 1e6) }
}
