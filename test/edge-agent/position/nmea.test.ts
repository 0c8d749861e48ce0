import { parseSentence } from '@sightline/edge-agent/position/nmea'
import { joinSentences } from '@sightline/edge-agent/position/nmea-fixes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fixSentences, sentence } from './drive.ts'

/** Sentences as they stand in manuals of receivers. */
const RMC = '$GPRMC,123519.00,A,4807.038,N,01131.000,E,022.4,084.4,230324,003.1,W*49'
const GGA = sentence('GPGGA,123519.00,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,')
const GSA = sentence('GNGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1')

test('RMC: position, instant, motion', () => {
  expect(parseSentence(sentence(RMC.slice(1, -3)))).toEqual({
    type: 'RMC',
    valid: true,
    at: Date.parse('2024-03-23T12:35:19.000Z'),
    lat: 48 + 7.038 / 60,
    lon: 11 + 31 / 60,
    speedMps: expect.closeTo(11.5235, 3),
    headingDeg: 84.4,
  })
})

test('GGA and GSA: the quality of the fix', () => {
  expect(parseSentence(GGA)).toEqual({ type: 'GGA', quality: 1, hdop: 0.9 })
  expect(parseSentence(GSA)).toEqual({ type: 'GSA', mode: 3, hdop: 1.3 })
})

test('positions and instants survive, all over the earth', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -89.99, max: 89.99, noNaN: true }),
      fc.double({ min: -179.99, max: 179.99, noNaN: true }),
      fc.integer({ min: Date.parse('2001-01-01'), max: Date.parse('2099-12-31') }),
      (lat, lon, ms) => {
        const at = Math.floor(ms / 100) * 100
        const [, line = ''] = fixSentences(at, { lat, lon })
        const parsed = parseSentence(line)
        if (parsed?.type !== 'RMC') throw new Error(`not parsed: ${line}`)
        expect(parsed.at).toBe(at)
        expect(parsed.lat).toBeCloseTo(lat, 6)
        expect(parsed.lon).toBeCloseTo(lon, 6)
      },
    ),
  )
})

test('a sentence with one changed character is refused', () => {
  fc.assert(
    fc.property(fc.nat(GGA.length - 4), fc.integer({ min: 32, max: 126 }), (place, code) => {
      const changed = GGA.slice(0, place) + String.fromCharCode(code) + GGA.slice(place + 1)
      if (changed !== GGA) expect(parseSentence(changed)).toBeNull()
    }),
  )
})

test('garbage is no sentence and no error', () => {
  fc.assert(fc.property(fc.string(), (text) => parseSentence(text) === null))
})

describe.each([
  ['cut', GGA.slice(0, 40)],
  ['without a checksum', GGA.split('*')[0]!],
  ['of another kind', sentence('GPVTG,084.4,T,,M,022.4,N,41.5,K')],
  ['beyond the pole', sentence('GPRMC,123519,A,9107.038,N,01131.000,E,022.4,084.4,230324,,,A')],
  ['with 60 minutes', sentence('GPRMC,123519,A,4860.000,N,01131.000,E,022.4,084.4,230324,,,A')],
  ['of the 31st of February', sentence('GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,310224,,,A')],
  ['without a place', sentence('GPRMC,123519,V,,,,,,,230324,,,N')],
])('a sentence %s', (_, line) => {
  test('is refused', () => expect(parseSentence(line)).toBeNull())
})

describe('sentences become fixes', () => {
  const at = Date.parse('2026-11-24T03:05:01.200Z')
  const [gga = '', rmc = ''] = fixSentences(at, { lat: 32.7, lon: -117.17 })

  test('with the accuracy from the dilution of precision', () => {
    const join = joinSentences()
    expect(join(gga, 1000)).toBeNull()
    expect(join(rmc, 1050)).toMatchObject({ at, receivedAt: 1050, accuracyM: 4.5, headingDeg: 90 })
  })

  test('ignoring an old dilution of precision', () => {
    const join = joinSentences()
    join(gga, 1000)
    expect(join(rmc, 7000)).toMatchObject({ accuracyM: null })
  })

  test('with unknown accuracy from RMC alone', () => {
    expect(joinSentences()(rmc, 0)).toMatchObject({ accuracyM: null })
  })

  test('not changed by a constellation without satellites', () => {
    const join = joinSentences()
    join(gga, 0)
    join(sentence('GLGSA,A,1,,,,,,,,,,,,,99.9,99.9,99.9'), 0)
    expect(join(rmc, 0)).toMatchObject({ accuracyM: 4.5 })
  })

  test.each([
    ['void', rmc.replace(',A,', ',V,')],
    ['estimated', rmc.replace(',A*', ',E*')],
    ['simulated', rmc.replace(',A*', ',S*')],
  ])('never from one that is %s', (_, changed) => {
    expect(joinSentences()(sentence(changed.slice(1, -3)), 0)).toBeNull()
  })

  test('not from an RMC whose GGA has no fix, or one entered by hand', () => {
    for (const quality of ['0', '7']) {
      const join = joinSentences()
      join(sentence(gga.slice(1, -3).replace(',1,08,', `,${quality},08,`)), 0)
      expect(join(rmc, 0)).toBeNull()
    }
  })
})
