import { isWithin } from '@sightline/geometry/area'
import { distanceM, type Point, pointAhead } from '@sightline/geometry/great-circle'
import type { FederatedQuestion } from '@sightline/schemas/federated-search'
import type { Read } from '@sightline/schemas/read'
import { kindsMeant } from '@sightline/schemas/vehicle-words'
import type { SearchArea } from '@sightline/schemas/vendor-search'
import { plainText, samePart } from './plain-text.ts'
import type { Wanted } from './vendor-pages.ts'

/** Whether a read matches the question (QRY-6); the vendor is not trusted on this. */
export type AskedTest = (read: Read) => boolean

/** Meters, in addition to a hundredth of the radius: vendors use other spheres, and round positions. */
const SLACK_M = 50

/** When all rows are within r of one unknown point, none is farther from their median than r (1 + √2). */
const AROUND_MEDIAN = 2.5

/** @param reads the rows of one answer: rows of one address must be from one place */
export function createAskedTest(request: Wanted, reads: readonly Read[]): AskedTest {
  const isPlate = plateTest(request)
  const { region: wanted, listed } = request
  const isRegion = ({ region }: Read) => wanted === undefined || region === null || region === wanted
  const isPlace = request.area ? placeTest(request.area, reads) : () => true
  const isListed = ({ camera }: Read) => !listed || camera.kind !== 'fixed' || listed.has(camera.id)
  const { kind, ...looks } = request.vehicle ?? {}
  const parts = Object.entries(looks) as [keyof typeof looks, string][]
  const isVehicle = ({ vehicle }: Read) =>
    parts.every(([part, value]) => samePart(part, vehicle?.[part] ?? '', value)) &&
    (kind === undefined || vehicle?.kind == null || kindsMeant(kind).includes(vehicle.kind))
  return (read) => isPlate(read.plate) && isRegion(read) && isListed(read) && isVehicle(read) && isPlace(read)
}

function plateTest({ plate, match, pattern }: FederatedQuestion): (plate: string) => boolean {
  if (pattern !== undefined) {
    const wanted = new RegExp(`^${pattern.replaceAll('?', '.').replaceAll('*', '.*')}$`)
    return (seen) => wanted.test(seen)
  }
  if (plate === undefined) return () => true
  return match === 'ocr' ? (seen) => isOneCharacterOff(plate, seen) : (seen) => seen === plate
}

/** Whether two plates differ in at most one character. */
function isOneCharacterOff(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let different = 0
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) different++
  return different <= 1
}

/** A read without a position counts as being elsewhere. */
function placeTest(area: SearchArea, reads: readonly Read[]): AskedTest {
  if ('polygon' in area) {
    return ({ position }) => position !== null && nearby(position).some((point) => isWithin(area, point))
  }
  if (!('address' in area)) return isNear(area, area.radiusM)
  const { address, radiusM } = area
  if (!radiusM) {
    const wanted = ` ${plainText(address)} `
    return ({ camera }) => ` ${plainText(camera.address ?? '')} `.includes(wanted)
  }
  // Only the vendor knows where the address is.
  const places = reads.flatMap(({ position }) => position ?? [])
  if (places.length === 0) return () => false
  return isNear(
    { lat: median(places.map(({ lat }) => lat)), lon: median(places.map(({ lon }) => lon)) },
    radiusM * AROUND_MEDIAN,
  )
}

const isNear =
  (center: Point, radiusM: number): AskedTest =>
  ({ position }) =>
    position !== null && distanceM(center, position) <= radiusM * 1.01 + SLACK_M

/** A point, and those around it at a tolerable distance. */
const nearby = ({ lat, lon }: Point): Point[] => [
  { lat, lon },
  ...[0, 45, 90, 135, 180, 225, 270, 315].map((heading) => pointAhead({ lat, lon }, heading, SLACK_M)),
]

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
