import { testOf, vehicleTestOf } from '@sightline/matching/restrictions'
import type { Position, Read } from '@sightline/schemas/read'
import type { Restrictions } from '@sightline/schemas/restrictions'
import { expect, test } from 'vitest'
import { aRead, gate } from '../support/reads.ts'

const vehicle = { make: 'Toyota', model: 'RAV4', color: 'silver' }
const position: Position = {
  fix: 'gps',
  lat: 32.71,
  lon: -117.17,
  accuracyM: 5,
  headingDeg: null,
  speedMps: null,
}
/** 2026-11-24 is a Tuesday; 03:05 UTC is Monday evening 19:05 in Los Angeles. */
const read = aRead({ vehicle, position, confidence: 0.9, seenAt: '2026-11-24T03:05:00.000Z' })
const pacific = { timeZone: 'America/Los_Angeles' }
const polygon = [
  { lat: 32.6, lon: -117.3 },
  { lat: 32.8, lon: -117.3 },
  { lat: 32.8, lon: -117.1 },
  { lat: 32.6, lon: -117.1 },
]

const guess = { ...vehicle, make: null, model: null, certainty: { color: 0.9, kind: null, view: null } }

const cases: [string, Restrictions, Partial<Read>, boolean][] = [
  ['its make, in any capitals', { makes: ['toyota', 'Honda'] }, {}, true],
  ['another make', { makes: ['Honda'] }, {}, false],
  ['an unknown make, which leaves a doubt', { makes: ['Toyota'] }, { vehicle: null }, true],
  ['its model and color', { models: ['rav4'], colors: ['Silver'] }, {}, true],
  ['its model, another color', { models: ['RAV4'], colors: ['red'] }, {}, false],
  ['its color by its basic name', { colors: ['gray'] }, {}, true],
  ['a paint whose basic name it has', { colors: ['charcoal'] }, {}, true],
  ['another color, told from a picture, which leaves a doubt', { colors: ['red'] }, { vehicle: guess }, true],
  ['a make of the name of a color', { makes: ['Gold'] }, { vehicle: { ...vehicle, make: 'tan' } }, false],
  ['its kind', { kinds: ['van', 'pickup'] }, { vehicle: { ...vehicle, kind: 'pickup' } }, true],
  ['another kind', { kinds: ['van'] }, { vehicle: { ...vehicle, kind: 'pickup' } }, false],
  ['a pickup, for a truck', { kinds: ['truck'] }, { vehicle: { ...vehicle, kind: 'pickup' } }, true],
  ['a truck, for a pickup', { kinds: ['pickup'] }, { vehicle: { ...vehicle, kind: 'truck' } }, false],
  ['its camera', { cameras: [gate.id] }, {}, true],
  ['another camera', { cameras: ['other'] }, {}, false],
  ['its owner type', { ownerTypes: [gate.ownerType] }, {}, true],
  ['another owner type', { ownerTypes: ['repossession'] }, {}, false],
  ['enough confidence', { minConfidence: 0.9 }, {}, true],
  ['too little confidence', { minConfidence: 0.91 }, {}, false],
  ['a circle around it', { area: { lat: 32.72, lon: -117.17, radiusM: 1200 } }, {}, true],
  ['a circle short of it', { area: { lat: 32.72, lon: -117.17, radiusM: 1000 } }, {}, false],
  ['a polygon around it', { area: { polygon } }, {}, true],
  ['a polygon beside it', { area: { polygon } }, { position: { ...position, lon: -117 } }, false],
  ['an unknown position', { area: { polygon } }, { position: null }, false],
  ['its day where the display says', { times: { ...pacific, days: ['mon'] } }, {}, true],
  ['the day of another zone', { times: { ...pacific, days: ['tue'] } }, {}, false],
  ['its hours', { times: { ...pacific, from: '19:05', to: '19:06' } }, {}, true],
  [
    'the hour that has just begun to be excluded',
    { times: { ...pacific, from: '18:00', to: '19:05' } },
    {},
    false,
  ],
  [
    'hours over midnight, the evening',
    { times: { ...pacific, days: ['mon'], from: '19:00', to: '05:00' } },
    {},
    true,
  ],
  [
    'hours over midnight, the morning after',
    { times: { ...pacific, days: ['mon'], from: '22:00', to: '05:00' } },
    { seenAt: '2026-11-24T12:59:00.000Z' },
    true,
  ],
  [
    'hours over midnight, the morning of the day named',
    { times: { ...pacific, days: ['mon'], from: '22:00', to: '05:00' } },
    { seenAt: '2026-11-23T12:59:00.000Z' },
    false,
  ],
]

test.each(cases)('%s', (_what, only, change, holds) => {
  const one = { ...read, ...change }
  const vehicle = vehicleTestOf(only)
  expect(testOf(only)(one, Date.parse(one.seenAt)) && (vehicle === null || vehicle(one) !== null)).toBe(holds)
})

test('a polygon over the date line is one piece', () => {
  const over: Restrictions = {
    area: {
      polygon: [
        { lat: 50, lon: 179 },
        { lat: 53, lon: 179 },
        { lat: 53, lon: -179 },
        { lat: 50, lon: -179 },
      ],
    },
  }
  const at = (lon: number) => testOf(over)({ ...read, position: { ...position, lat: 52, lon } }, 0)
  expect([178, 179.5, -179.5, -178].map(at)).toEqual([false, true, true, false])
})

test.each([-8, -3, 0, 3, 8])('hours match by either clock, with the camera’s %i hours off', (off) => {
  const hours = testOf({ times: { ...pacific, from: '19:00', to: '20:00' } })
  const at = Date.parse(read.seenAt)
  const seenAt = new Date(at + off * 3_600_000).toISOString()
  expect(hours({ ...read, seenAt }, at)).toBe(true)
  // And of what is stored hours after it was seen.
  expect(hours(read, at + off * 3_600_000)).toBe(true)
  expect(hours({ ...read, seenAt: new Date(at - 2 * 3_600_000).toISOString() }, at - 2 * 3_600_000)).toBe(
    false,
  )
})

test('a color guessed from an image counts as seen only where it agrees', () => {
  const wanted = vehicleTestOf({ colors: ['silver'] })!
  const seen = (color: string) => wanted(aRead({ vehicle: { ...guess, color } }))
  expect(seen('gray')).toEqual([])
  expect(seen('blue')).toEqual(['color'])
  expect(wanted(aRead({ vehicle: { ...vehicle, color: 'blue' } }))).toBeNull()
})

test('a kind that nobody told, or that is a guess and differs, was not checked', () => {
  const wanted = vehicleTestOf({ kinds: ['pickup'] })!
  const seen = (vehicle: Read['vehicle']) => wanted(aRead({ vehicle }))
  const guessed = { ...guess, certainty: { color: 0.9, kind: 0.6, view: null } }
  for (const nothing of [null, vehicle, { ...vehicle, kind: null }]) expect(seen(nothing)).toEqual(['kind'])
  expect(seen({ ...guessed, kind: 'pickup' })).toEqual([])
  expect(seen({ ...guessed, kind: 'car' })).toEqual(['kind'])
  // Which fact a network told, and which the maker of a plate reader, is said for each.
  expect(seen({ ...guess, kind: 'car' })).toBeNull()
})

test('colors compare by their basic names, whatever their case', () => {
  const wanted = vehicleTestOf({ colors: ['Charcoal', 'teal'] })!
  const seen = (color: string) => wanted(aRead({ vehicle: { ...vehicle, color } }))
  for (const color of ['gray', 'GREY', 'silver', 'green']) expect(seen(color)).toEqual([])
  expect(seen('blue')).toBeNull()
})

test('a color is a word, whatever it is called', () => {
  const wanted = vehicleTestOf({ colors: ['constructor'] })!
  expect(wanted(aRead({ vehicle: { ...vehicle, color: 'Constructor' } }))).toEqual([])
  expect(wanted(aRead({ vehicle: { ...vehicle, color: 'toString' } }))).toBeNull()
})
