import { testOf } from '@sightline/matching/restrictions'
import type { Position, Read } from '@sightline/schemas/read'
import type { Restrictions } from '@sightline/schemas/restrictions'
import { expect, test } from 'vitest'
import { aRead, gate } from '../support/reads.ts'

const position: Position = {
  fix: 'gps',
  lat: 32.71,
  lon: -117.17,
  accuracyM: 5,
  headingDeg: null,
  speedMps: null,
}
/** 2026-11-24 is a Tuesday; 03:05 UTC is Monday evening 19:05 in Los Angeles. */
const read = aRead({ position, confidence: 0.9, seenAt: '2026-11-24T03:05:00.000Z' })
const pacific = { timeZone: 'America/Los_Angeles' }
const polygon = [
  { lat: 32.6, lon: -117.3 },
  { lat: 32.8, lon: -117.3 },
  { lat: 32.8, lon: -117.1 },
  { lat: 32.6, lon: -117.1 },
]

const cases: [string, Restrictions, Partial<Read>, boolean][] = [
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
  expect(testOf(only)(one, Date.parse(one.seenAt))).toBe(holds)
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
