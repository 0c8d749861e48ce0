import { createAskedTest } from '@sightline/api/federation/asked'
import { pointAhead } from '@sightline/geometry/great-circle'
import type { FederatedSearchRequest } from '@sightline/schemas/federated-search'
import type { Read } from '@sightline/schemas/read'
import type { VehicleKind } from '@sightline/schemas/vehicle-words'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PLATE, readAt } from './fake-vendor.ts'

const center = { lat: 32.5, lon: -117 }
const square = [
  [32, -118],
  [32, -117],
  [33, -117],
  [33, -118],
].map(([lat, lon]) => ({ lat: lat!, lon: lon! }))

const read = (change: Partial<Read> = {}) => readAt(0, change)
const at = ({ lat, lon }: { lat: number; lon: number }, more: Partial<Read> = {}) =>
  read({ position: { fix: 'gps', lat, lon, accuracyM: 5, headingDeg: null, speedMps: null }, ...more })
const living = (address: string | null) => read({ camera: { ...read().camera, address } })
const ofKind = (kind: VehicleKind | null) =>
  read({ vehicle: { make: 'Ford', model: null, color: null, kind } })
const driving = (make: string | null, model: string | null, color: string | null) =>
  read({ vehicle: { make, model, color } })
const isAsked = (request: FederatedSearchRequest, one: Read, others: Read[] = []) =>
  createAskedTest(request, [one, ...others])(one)

describe('a read that a vendor returns for a search (QRY-6)', () => {
  it.each<[string, FederatedSearchRequest, Read, boolean]>([
    ['another plate', { plate: PLATE }, read({ plate: 'OTHER1' }), false],
    ['a look-alike, where the plate itself is wanted', { plate: PLATE }, read({ plate: '7A8C123' }), false],
    ['a look-alike', { plate: PLATE, match: 'ocr' }, read({ plate: '7A8C123' }), true],
    ['one that looks different', { plate: PLATE, match: 'ocr' }, read({ plate: '7A8C128' }), false],
    ['a plate of the pattern', { pattern: '7A?C*' }, read(), true],
    ['a plate that only contains it', { pattern: 'A?C*' }, read(), false],
    ['a plate that only begins so', { pattern: '7A?' }, read(), false],
    ['the plate of the state', { plate: PLATE, region: 'us-ca' }, read({ region: 'us-ca' }), true],
    ['the plate of an unknown state', { plate: PLATE, region: 'us-ca' }, read({ region: null }), true],
    ['the plate of another state', { plate: PLATE, region: 'us-ca' }, read({ region: 'us-az' }), false],
    ['a vehicle', { vehicle: { make: 'toyota', color: 'red' } }, driving('Toyota', 'Camry', 'red'), true],
    ['another color', { vehicle: { make: 'Toyota', color: 'red' } }, driving('Toyota', null, 'blue'), false],
    ['a name of the same basic color', { vehicle: { color: 'gray' } }, driving(null, null, 'Silver'), true],
    ['the basic color', { vehicle: { color: 'charcoal' } }, driving(null, null, 'Grey'), true],
    ['a color with a name of its own', { vehicle: { color: 'Lilac' } }, driving(null, null, 'lilac'), true],
    ['an unknown color', { vehicle: { color: 'gray' } }, driving('Toyota', null, null), false],
    ['its kind', { vehicle: { kind: 'pickup' } }, ofKind('pickup'), true],
    ['another kind', { vehicle: { kind: 'pickup' } }, ofKind('van'), false],
    ['a pickup, for a truck', { vehicle: { kind: 'truck' } }, ofKind('pickup'), true],
    ['a kind that nobody told', { vehicle: { kind: 'pickup' } }, ofKind(null), true],
    ['no kind', { vehicle: { make: 'Kia', kind: 'bus' } }, driving('Kia', null, null), true],
    ['an unknown vehicle', { vehicle: { make: 'Toyota' } }, read(), false],
    ['an unknown model', { vehicle: { model: 'Camry' } }, driving('Toyota', null, null), false],
    ['a place on the polygon’s edge', { area: { polygon: square } }, at({ lat: 32.5, lon: -116.9999 }), true],
    ['a place beside it', { area: { polygon: square } }, at({ lat: 32.5, lon: -116.99 }), false],
    ['no place', { area: { polygon: square } }, read({ position: null }), false],
    ['no place in a circle', { area: { ...center, radiusM: 500 } }, read({ position: null }), false],
    ['a street', { area: { address: 'palm avenue' } }, living('101 Palm Avenue, San Ysidro, CA'), true],
    ['another house', { area: { address: '1 Palm Avenue' } }, living('101 Palm Avenue, San Ysidro'), false],
    ['no address', { area: { address: '1 Palm Avenue' } }, living(null), false],
  ])('%s', (_, request, one, expected) => {
    expect(isAsked(request, one)).toBe(expected)
  })

  const heading = fc.double({ min: 0, max: 359, noNaN: true })
  const radiusM = fc.integer({ min: 1, max: 50_000 })
  const place = fc.record({
    lat: fc.double({ min: -70, max: 70, noNaN: true }),
    lon: fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(180, -180, 179.9)),
  })

  it('by circle: accepts whatever lies in it, and nothing that is well outside', () => {
    fc.assert(
      fc.property(place, radiusM, heading, (middle, radiusM, heading) => {
        const request = { area: { ...middle, radiusM } }
        expect(isAsked(request, at(pointAhead(middle, heading, radiusM)))).toBe(true)
        expect(isAsked(request, at(pointAhead(middle, heading, radiusM * 1.02 + 60)))).toBe(false)
      }),
    )
  })

  it('by address and radius: accepts reads within one circle, wherever it is, and none of another town', () => {
    const offsets = fc.array(fc.tuple(heading, fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 3,
      maxLength: 30,
    })
    fc.assert(
      fc.property(place, radiusM, offsets, heading, (middle, radiusM, offsets, away) => {
        const request = { area: { address: '1 Palm Avenue', radiusM } }
        const honest = offsets.map(([heading, share]) => at(pointAhead(middle, heading, share * radiusM)))
        const stray = at(pointAhead(middle, away, 6 * radiusM + 200))
        const test = createAskedTest(request, [...honest, stray])
        expect(honest.every(test)).toBe(true)
        expect(test(stray)).toBe(false)
      }),
    )
  })
})
