import { approachTo, createApproaches, type Waypoint } from '@sightline/matcher/approach'
import { instant } from '@sightline/runtime/clock'
import { portOfEntry } from '@sightline/schemas/ports-of-entry'
import { expect, test } from 'vitest'
import { aDisplay } from '../support/displays.ts'
import { aRead } from '../support/reads.ts'

const noon = Date.parse('2026-11-24T12:00:00.000Z')
const sanYsidro = portOfEntry('2504')!
/** On the meridian of San Ysidro, so many degrees north of it, so many minutes after noon. */
const at = (north: number, minutes: number): Waypoint => ({
  ...{ lat: sanYsidro.lat + north, lon: sanYsidro.lon, at: noon + minutes * 60_000 },
})

test('a route toward a port gives its road distance and the time of arrival (DSP-6)', () => {
  // 22.24 km of great circle every 20 minutes, times 1.3: 86.7 km/h by road; 28.9 km are left.
  const approach = approachTo(sanYsidro, [at(0.6, 0), at(0.4, 20), at(0.2, 40)])
  expect(approach).toMatchObject({ portOfEntry: '2504', name: 'San Ysidro, California', distanceKm: 28.9 })
  expect((Date.parse(approach!.arrivesAt) - noon) / 60_000).toBeCloseTo(60, 1)
})

test.each([
  ['away', [at(0.2, 0), at(0.4, 20), at(0.6, 40)]],
  ['past and back', [at(0.4, 0), at(0.2, 20), at(0.3, 40)]],
  ['two sightings', [at(0.4, 0), at(0.2, 20)]],
  ['slower than a journey', [at(0.6, 0), at(0.59, 100), at(0.58, 200)]],
  ['faster than a vehicle', [at(6, 0), at(4, 20), at(2, 40)]],
  ['another day', [at(0.6, 0), at(0.4, 20), at(0.2, 24 * 60)]],
  ['near and then at rest, the time left no longer falls', [at(0.6, 0), at(0.3, 20), at(0.299, 300)]],
])('%s is no approach', (_what, way) => {
  expect(approachTo(sanYsidro, way)).toBeNull()
})

const display = aDisplay({ portsOfEntry: ['2304', '2504'] })
const read = ({ lat, lon, at: seen }: Waypoint) =>
  aRead({
    seenAt: instant(seen),
    position: { fix: 'gps', lat, lon, accuracyM: 5, headingDeg: null, speedMps: null },
  })

test('late and repeated reads are ordered by time', () => {
  const approaches = createApproaches()
  expect(approaches.see(display, read(at(0.4, 20)))).toBeNull()
  expect(approaches.see(display, read(at(0.4, 20)))).toBeNull()
  expect(approaches.see(display, read(at(0.2, 40)))).toBeNull()
  expect(approaches.see(display, read(at(0.6, 0)))).toMatchObject({ portOfEntry: '2504' })
})

test('a display without a port, and a read without a position, give no approach', () => {
  const approaches = createApproaches()
  for (const sighting of [at(0.6, 0), at(0.4, 20), at(0.2, 40)]) {
    expect(approaches.see(aDisplay(), read(sighting))).toBeNull()
    expect(approaches.see(display, { ...read(sighting), position: null })).toBeNull()
  }
})

test('memory is bounded: the vehicle seen longest ago is forgotten', () => {
  const approaches = createApproaches(1)
  approaches.see(display, read(at(0.6, 0)))
  approaches.see(display, read(at(0.4, 20)))
  approaches.see({ ...display, id: 'd2' }, read(at(0.4, 20)))
  expect(approaches.see(display, read(at(0.2, 40)))).toBeNull()
})
