import type { Camera, OwnerType } from '@sightline/schemas/camera'
import { type Random, random } from './random.ts'
import {
  addressOf,
  COLUMNS,
  CROSSING_COLUMN,
  isAcross,
  type Node,
  nodeAt,
  placeOf,
  ROWS,
  ROWS_ACROSS,
  TOWNS,
  type Town,
} from './towns.ts'

/** A camera and its place; a mobile one is somewhere in its town. */
export interface PlacedCamera extends Camera {
  readonly area: string
  /** The street crossing of a fixed camera; null for a mobile one. */
  readonly node: Node | null
  readonly lat: number
  readonly lon: number
  /** Direction in which passing vehicles travel, degrees clockwise from north. */
  readonly headingDeg: number
}

interface Owner {
  owner: string
  ownerType: OwnerType
}

/** The kinds of owner that the source document lists. */
const TOLL: Owner = { owner: 'South Bay Expressway', ownerType: 'toll-operator' }
const POLICE: Owner = { owner: 'Imperial Beach Police Department', ownerType: 'law-enforcement' }
const REPOSSESSION: Owner = { owner: 'Borderland Recovery Inc', ownerType: 'repossession' }
const OWNERS: readonly Owner[] = [
  { owner: 'Harbor Parking LLC', ownerType: 'private-business' },
  { owner: 'Mesa Shopping Centers', ownerType: 'private-business' },
  TOLL,
  POLICE,
]

/** Every tenth camera rides on a tow truck of a repossession company. */
const MOBILE_SHARE = 0.1
/** Every seventh fixed camera of a town is across the border; its reads stay with the vendor (CAP-5). */
const ACROSS_EVERY = 7
/** Cameras per town. */
const CAMERAS_A_TOWN = 40
/** Most fixed cameras of a town: there is one at a crossing of streets. */
const ROOM = (COLUMNS * ROWS) / 2

/** The towns of a world with this many cameras. */
export const townsOf = (cameras: number): readonly Town[] =>
  TOWNS.slice(0, Math.max(1, Math.floor(cameras / CAMERAS_A_TOWN)))

/** The cameras of a world: fixed ones, town by town in turn, then the mobile ones. */
export function createCameras(seed: number, count: number): PlacedCamera[] {
  const towns = townsOf(count)
  const mobile = Math.floor(count * MOBILE_SHARE)
  const taken = towns.map(() => new Set<Node>())
  return Array.from({ length: count }, (_, index) => {
    const rng = random(seed, 'camera', index)
    const id = `cam-${String(index + 1).padStart(3, '0')}`
    const which = index % towns.length
    const isMobile = index >= count - mobile || taken[which]!.size >= ROOM
    return isMobile
      ? mobileCamera(id, towns[which]!, rng)
      : fixedCamera(id, towns[which]!, taken[which]!, rng)
  })
}

/** The first two of a town watch the way to the border; the others stand anywhere. */
function fixedCamera(id: string, town: Town, taken: Set<Node>, rng: Random): PlacedCamera {
  const place = taken.size
  const node =
    place < 2
      ? nodeAt(CROSSING_COLUMN, ROWS_ACROSS + 2 * place)
      : freeNode(place % ACROSS_EVERY === 3, taken, rng)
  taken.add(node)
  return {
    id,
    ...(place < 2 ? [POLICE, TOLL][place]! : rng.pick(OWNERS)),
    kind: 'fixed',
    country: isAcross(node) ? 'MX' : 'US',
    area: town.area,
    address: addressOf(town, node),
    node,
    ...placeOf(town, node),
    headingDeg: 90 * rng.whole(0, 3),
  }
}

function freeNode(across: boolean, taken: ReadonlySet<Node>, rng: Random): Node {
  const [low, high] = across ? [0, ROWS_ACROSS - 1] : [ROWS_ACROSS, ROWS - 1]
  for (;;) {
    const node = nodeAt(rng.whole(0, COLUMNS - 1), rng.whole(low, high))
    if (!taken.has(node)) return node
  }
}

function mobileCamera(id: string, town: Town, rng: Random): PlacedCamera {
  return {
    id,
    ...REPOSSESSION,
    kind: 'mobile',
    country: 'US',
    area: town.area,
    address: null,
    node: null,
    ...placeOf(town, nodeAt(CROSSING_COLUMN, ROWS_ACROSS)),
    headingDeg: rng.whole(0, 359),
  }
}
