import type { Camera, OwnerType } from '../../schemas/camera.ts'
import { type Random, random } from './random.ts'

/** The two border towns with their neighbours across; nobody commutes between them. */
export type Area = 'san-diego' | 'el-paso'

/** A camera and where it stands; a mobile one is somewhere around its base. */
export interface PlacedCamera extends Camera {
  readonly area: Area
  readonly lat: number
  readonly lon: number
  /** Direction in which passing vehicles travel, degrees clockwise from north. */
  readonly headingDeg: number
}

/** A road along which fixed cameras stand in a row. */
interface Road {
  readonly area: Area
  readonly name: string
  readonly town: string
  readonly country: 'US' | 'MX'
  readonly from: readonly [lat: number, lon: number]
  readonly to: readonly [lat: number, lon: number]
}

const ROADS: readonly Road[] = [
  {
    area: 'san-diego',
    name: 'Camino de la Plaza',
    town: 'San Ysidro, CA',
    country: 'US',
    from: [32.5446, -117.0297],
    to: [32.5552, -117.0505],
  },
  {
    area: 'san-diego',
    name: 'Palm Avenue',
    town: 'Imperial Beach, CA',
    country: 'US',
    from: [32.5838, -117.1131],
    to: [32.5861, -117.0366],
  },
  {
    area: 'san-diego',
    name: 'Otay Mesa Road',
    town: 'San Diego, CA',
    country: 'US',
    from: [32.5661, -117.0201],
    to: [32.5673, -116.9386],
  },
  {
    area: 'san-diego',
    name: 'Harbor Drive',
    town: 'San Diego, CA',
    country: 'US',
    from: [32.6849, -117.1306],
    to: [32.7332, -117.2003],
  },
  {
    area: 'el-paso',
    name: 'Paisano Drive',
    town: 'El Paso, TX',
    country: 'US',
    from: [31.7646, -106.5069],
    to: [31.7745, -106.4263],
  },
  {
    area: 'el-paso',
    name: 'Alameda Avenue',
    town: 'El Paso, TX',
    country: 'US',
    from: [31.7699, -106.4401],
    to: [31.6935, -106.3241],
  },
  {
    area: 'san-diego',
    name: 'Paseo de los Heroes',
    town: 'Tijuana, BC',
    country: 'MX',
    from: [32.5338, -117.0219],
    to: [32.5201, -116.9992],
  },
  {
    area: 'el-paso',
    name: 'Avenida Juarez',
    town: 'Ciudad Juarez, CHIH',
    country: 'MX',
    from: [31.7474, -106.4871],
    to: [31.7372, -106.4849],
  },
]

const FIXED_OWNERS: readonly { owner: string; ownerType: OwnerType }[] = [
  { owner: 'Harbor Parking LLC', ownerType: 'private-business' },
  { owner: 'Mesa Shopping Centers', ownerType: 'private-business' },
  { owner: 'South Bay Expressway', ownerType: 'toll-operator' },
  { owner: 'Imperial Beach Police Department', ownerType: 'law-enforcement' },
]

/** Every tenth camera rides on a tow truck. */
const MOBILE_SHARE = 0.1

/**
 * The cameras of a world: fixed ones along roads in the order of the way, then mobile ones. About one in six
 * of the fixed stands in Mexico; its reads stay with the vendor (CAP-5).
 */
export function createCameras(seed: number, count: number): PlacedCamera[] {
  const mobile = Math.floor(count * MOBILE_SHARE)
  return Array.from({ length: count }, (_, index) => {
    const rng = random(seed, 'camera', index)
    const id = `cam-${String(index + 1).padStart(3, '0')}`
    return index < count - mobile ? fixedCamera(id, index, count - mobile, rng) : mobileCamera(id, rng)
  })
}

function fixedCamera(id: string, index: number, count: number, rng: Random): PlacedCamera {
  const along = (index / count) * ROADS.length
  const road = ROADS[Math.floor(along)]!
  const part = along - Math.floor(along)
  const [lat, lon] = road.from.map((start, axis) => start + (road.to[axis]! - start) * part) as [
    number,
    number,
  ]
  return {
    id,
    ...rng.pick(FIXED_OWNERS),
    kind: 'fixed',
    country: road.country,
    area: road.area,
    address: `${100 + Math.round(part * 80) * 10} ${road.name}, ${road.town}`,
    lat: round(lat),
    lon: round(lon),
    headingDeg: bearing(road),
  }
}

function mobileCamera(id: string, rng: Random): PlacedCamera {
  const road = rng.pick(ROADS.filter(({ country }) => country === 'US'))
  return {
    id,
    owner: 'Borderland Recovery Inc',
    ownerType: 'repossession',
    kind: 'mobile',
    country: 'US',
    area: road.area,
    address: null,
    lat: road.from[0],
    lon: road.from[1],
    headingDeg: bearing(road),
  }
}

/** Direction of a road, whole degrees; flat-earth geometry is good enough over a few kilometres. */
function bearing({ from, to }: Road): number {
  const east = (to[1] - from[1]) * Math.cos((from[0] * Math.PI) / 180)
  const degrees = (Math.atan2(east, to[0] - from[0]) * 180) / Math.PI
  return Math.floor((degrees + 360) % 360)
}

/** Six digits of a degree are a decimetre. */
const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6
