import { splitLines } from '@sightline/edge-agent/position/lines'
import { fixOfTpv } from '@sightline/edge-agent/position/tpv'
import fc from 'fast-check'
import { expect, test } from 'vitest'

/** As gpsd 3.22 wrote it. */
const TPV = {
  class: 'TPV',
  device: '/dev/pts/1',
  mode: 3,
  time: '2026-11-24T03:05:08.000Z',
  ept: 0.005,
  lat: 32.7,
  lon: -117.168291667,
  altHAE: -25,
  epv: 27.6,
  track: 90,
  speed: 20.002,
  eph: 17.1,
}
const fix = (fields: object) => fixOfTpv(JSON.stringify({ ...TPV, ...fields }), 7)

test('a report with a fix', () => {
  expect(fix({})).toEqual({
    at: Date.parse(TPV.time),
    receivedAt: 7,
    lat: 32.7,
    lon: -117.168291667,
    accuracyM: 17.1,
    headingDeg: 90,
    speedMps: 20.002,
  })
})

test('what gpsd leaves out is unknown; a heading of 360 is 0; errors along both axes give a radius', () => {
  expect(fix({ eph: undefined, track: undefined, speed: undefined })).toMatchObject({
    accuracyM: null,
    headingDeg: null,
    speedMps: null,
  })
  expect(fix({ track: 360 })).toMatchObject({ headingDeg: 0 })
  expect(fix({ eph: undefined, epx: 3, epy: 4 })).toMatchObject({ accuracyM: 5 })
})

test.each([
  ['without a fix', { mode: 1 }],
  ['without a time', { time: undefined }],
  ['with an invalid time', { time: 'yesterday' }],
  ['at an impossible position', { lat: 91 }],
  ['of a simulator', { status: 8 }],
  ['of dead reckoning', { status: 5 }],
  ['of another class', { class: 'SKY' }],
])('a report %s is no fix', (_, fields) => expect(fix(fields)).toBeNull())

test('garbage is no fix and no error', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => fixOfTpv(line, 0) === null))
})

test('lines are the same however the bytes are cut', () => {
  const line = fc.stringMatching(/^[ -~]{1,30}$/)
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(400)), fc.boolean(), (lines, cuts, fromStart) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\r\n`).join(''))
      const got: string[] = []
      const split = splitLines((text) => got.push(text), fromStart)
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
      for (let n = 1; n < places.length; n++) split(bytes.subarray(places[n - 1], places[n]))
      expect(got).toEqual(fromStart ? lines : lines.slice(1))
    }),
  )
})

test('bytes without a line end do not pile up, and the line that ends them is not accepted', () => {
  const got: string[] = []
  const split = splitLines((text) => got.push(text), true)
  for (let n = 0; n < 100; n++) split(Buffer.alloc(4096, 120))
  split(Buffer.from('rest\nwhole\n'))
  expect(got).toEqual(['whole'])
})
