import type { PlacedCamera } from './cameras.ts'
import { hitsOf } from './routes.ts'
import { CROSSING_COLUMN, isAcross, type Node, nodeAt, ROWS, ROWS_ACROSS, type Town } from './towns.ts'
import { type Appointment, type Habits, type Roads, type Vehicle, vehicleOf } from './vehicles.ts'

/** Something that is known to have happened in a world, so that tests can find it. */
export type Story =
  /** Two vehicles travel together on about half of the first one's days. */
  | { readonly kind: 'companions'; readonly plates: readonly [lead: string, follows: string] }
  /** A vehicle comes to an address twice a week. */
  | { readonly kind: 'visitor'; readonly plate: string; readonly camera: string; readonly address: string }
  /** A vehicle drives down to the port of entry every Thursday night and turns; cameras in order of its way. */
  | { readonly kind: 'port-of-entry'; readonly plate: string; readonly cameras: readonly string[] }
  /** Two vehicles in two towns carry the same plate, and are seen every noon. */
  | { readonly kind: 'clone'; readonly plate: string; readonly areas: readonly [string, string] }

export interface Cast {
  readonly stories: readonly Story[]
  readonly players: readonly Player[]
}

/** A vehicle that plays in a story. */
export interface Player {
  readonly vehicle: Vehicle
  /** The vehicle in whose company it travels half of its days. */
  readonly follows?: Vehicle
}

/** What a story is made of. */
interface Stage {
  readonly roads: Roads
  readonly places: readonly PlacedCamera[]
  /** An ordinary vehicle that lives in a town, except for `habits`. */
  vehicle(town: Town, habits: Partial<Habits>): Vehicle
}

/**
 * The planted stories of a world; its vehicles are numbered after the others.
 * @param first number of the first of them
 */
export function castOf(seed: number, first: number, roads: Roads, places: readonly PlacedCamera[]): Cast {
  let next = first
  const stage: Stage = {
    roads,
    places,
    vehicle: (town, habits) => {
      const vehicle = vehicleOf(seed, next++, { ...roads, towns: [town] })
      return {
        ...vehicle,
        companion: null,
        habits: { ...vehicle.habits, presence: 0.6, crossings: 0, ...habits },
      }
    },
  }
  const told = [companions(stage), portOfEntry(stage), visitor(stage), clone(stage)].flatMap(
    (scene) => scene ?? [],
  )
  return { stories: told.map(({ story }) => story), players: told.flatMap(({ players }) => players) }
}

type Scene = { story: Story; players: Player[] } | undefined

function companions({ roads, vehicle }: Stage): Scene {
  const [town] = roads.towns
  const cameras = [...roads.watched.get(town!.area)!].filter(([node]) => !isAcross(node)).slice(0, 4)
  // It passes several cameras; otherwise the company would hardly be visible.
  const commute = cameras.map(([, camera], n) => ({ camera, after: 300 * (n + 1) }))
  const lead = vehicle(town!, { works: true, presence: 0.75, commute })
  const follower = vehicle(town!, {})
  return {
    story: { kind: 'companions', plates: [lead.plate, follower.plate] },
    players: [{ vehicle: lead }, { vehicle: follower, follows: lead }],
  }
}

function portOfEntry({ roads, places, vehicle }: Stage): Scene {
  const [town] = roads.towns
  const port = nodeAt(CROSSING_COLUMN, ROWS_ACROSS)
  const way = hitsOf(roads.watched.get(town!.area)!, nodeAt(CROSSING_COLUMN, ROWS - 1), port, false)
  const runner = vehicle(town!, { appointment: { days: [4], hour: 21, way } })
  const cameras = way.map(({ camera }) => places[camera]!.id)
  return { story: { kind: 'port-of-entry', plate: runner.plate, cameras }, players: [{ vehicle: runner }] }
}

/** There must be a business with a camera that is not on everybody's way. */
function visitor({ roads, places, vehicle }: Stage): Scene {
  const [town] = roads.towns
  const shop = places.find(
    ({ ownerType, country, area }) =>
      ownerType === 'private-business' && country === 'US' && area === town!.area,
  )
  if (!shop?.address) return undefined
  const way = [{ camera: places.indexOf(shop), after: 600 }]
  const guest = vehicle(town!, { appointment: { days: [2, 5], hour: 14, way } })
  return {
    story: { kind: 'visitor', plate: guest.plate, camera: shop.id, address: shop.address },
    players: [{ vehicle: guest }],
  }
}

/** There must be a second town. */
function clone({ roads, vehicle }: Stage): Scene {
  const [town, other] = roads.towns
  if (!town || !other) return undefined
  const original = vehicle(town, { appointment: everyNoon(roads, town) })
  const { plate, print, region } = original
  const copy = { ...vehicle(other, { appointment: everyNoon(roads, other) }), plate, print, region }
  return {
    story: { kind: 'clone', plate, areas: [town.area, other.area] },
    players: [{ vehicle: original }, { vehicle: copy }],
  }
}

function everyNoon({ watched }: Roads, { area }: Town): Appointment {
  const cameras = [...watched.get(area)!].filter(([node]: readonly [Node, number]) => !isAcross(node))
  return { days: [0, 1, 2, 3, 4, 5, 6], hour: 12, way: [{ camera: cameras.at(-1)![1], after: 300 }] }
}
