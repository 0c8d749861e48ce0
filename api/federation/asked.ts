import { isWithin } from '@sightline/geometry/area'
import { ahead, distanceM, type Point } from '@sightline/geometry/great-circle'
import type { FederatedQuestion } from '@sightline/schemas/federated-search'
import type { Read } from '@sightline/schemas/read'
import type { SearchArea } from '@sightline/schemas/vendor-search'
import { plainText, sameText } from './plain-text.ts'
import type { Wanted } from './sweep.ts'

/** Whether a read is of what was asked for (QRY-6); a vendor's word is not taken for it. */
export type AskedTest = (read: Read) => boolean

/** Meters, beside a hundredth of the radius: vendors measure on other spheres, and round positions. */
const SLACK_M = 50

/** Where all rows are within r of one unknown point, none is farther from their median than r (1 + √2). */
const AROUND_MEDIAN = 2.5

/** @param reads what came together: rows of one address must be of one place */
export function askedTest(request: Wanted, reads: readonly Read[]): AskedTest {
  const isPlate = plateTest(request)
  const { region: wanted, listed } = request
  const isRegion = ({ region }: Read) => wanted === undefined || region === null || region === wanted
  const isPlace = request.area ? placeTest(request.area, reads) : () => true
  const isListed = ({ camera }: Read) => !listed || camera.kind !== 'fixed' || listed.has(camera.id)
  const vehicle = Object.entries(request.vehicle ?? {})
  return (read) =>
    isPlate(read.plate) &&
    isRegion(read) &&
    isListed(read) &&
    vehicle.every(([part, value]) => sameText(read.vehicle?.[part as 'make'] ?? '', value)) &&
    isPlace(read)
}

function plateTest({ plate, match, pattern }: FederatedQuestion): (plate: string) => boolean {
  if (pattern !== undefined) {
    const wanted = new RegExp(`^${pattern.replaceAll('?', '.').replaceAll('*', '.*')}$`)
    return (seen) => wanted.test(seen)
  }
  if (plate === undefined) return () => true
  return match === 'ocr' ? (seen) => isOneCharacterOff(plate, seen) : (seen) => seen === plate
}

/** Whether two plates are the same but for one character at most. */
function isOneCharacterOff(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let different = 0
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) different++
  return different <= 1
}

/** A read that does not say where it was made is not known to be from there. */
function placeTest(area: SearchArea, reads: readonly Read[]): AskedTest {
  if ('polygon' in area) {
    const polygon = { corners: area.polygon.map(({ lat, lon }): [number, number] => [lat, lon]) }
    return ({ position }) => position !== null && nearby(position).some((point) => isWithin(polygon, point))
  }
  if (!('address' in area)) return isNear(area, area.radiusM)
  const { address, radiusM } = area
  if (!radiusM) {
    const wanted = ` ${plainText(address)} `
    return ({ camera }) => ` ${plainText(camera.address ?? '')} `.includes(wanted)
  }
  // Where the address lies only the vendor knows.
  const places = reads.flatMap(({ position }) => position ?? [])
  if (places.length === 0) return () => false
  return isNear(
    { lat: median(places.map(({ lat }) => lat)), lon: median(places.map(({ lon }) => lon)) },
    radiusM * AROUND_MEDIAN,
  )
}

const isNear =
  (centre: Point, radiusM: number): AskedTest =>
  ({ position }) =>
    position !== null && distanceM(centre, position) <= radiusM * 1.01 + SLACK_M

/** A point, and those around it at the distance that is no fault. */
const nearby = ({ lat, lon }: Point): Point[] => [
  { lat, lon },
  ...[0, 45, 90, 135, 180, 225, 270, 315].map((heading) => ahead({ lat, lon }, heading, SLACK_M)),
]

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
