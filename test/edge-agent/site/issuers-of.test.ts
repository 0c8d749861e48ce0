import { issuersOf } from '@sightline/edge-agent/site/issuers-of'
import { mixAt } from '@sightline/recognition/site/mix'
import type { Position } from '@sightline/schemas/read'
import { expect, test } from 'vitest'
import { gate } from '../../support/reads.ts'

const YSIDRO = { lat: 32.552, lon: -117.045 }
const nowhere = { positionAt: () => null }
const at = (lat: number, lon: number): Position => ({
  fix: 'gps',
  lat,
  lon,
  accuracyM: 3,
  headingDeg: null,
  speedMps: null,
})
const fixed = { camera: { ...gate, kind: 'fixed' as const }, position: null }
const mobile = { camera: { ...gate, kind: 'mobile' as const }, position: { type: 'gpsd' as const } }
const own = (shares: Readonly<Record<string, number>> | undefined, region: string) =>
  shares && shares[region]! / Object.values(shares).reduce((sum, value) => sum + value, 0)

test('a fixed camera has the mix of its site: the configured one, else that of its position, else none', () => {
  expect(own(issuersOf({ ...fixed, site: 'us-nv' }, nowhere).mix(0), 'us-nv')).toBeCloseTo(0.8, 9)
  expect(own(issuersOf({ ...fixed, position: YSIDRO }, nowhere).mix(0), 'us-ca')).toBeCloseTo(0.8, 9)
  expect(
    own(issuersOf({ ...fixed, position: YSIDRO, site: 'mx-bcn' }, nowhere).mix(0), 'mx-bcn'),
  ).toBeCloseTo(0.8, 9)
  expect(issuersOf(fixed, nowhere).mix(0)).toBeUndefined()
  expect(issuersOf({ ...fixed, position: { lat: 35.68, lon: 139.69 } }, nowhere).mix(0)).toBeUndefined()
})

test('a fixed camera learns, and remembers', () => {
  const issuers = issuersOf({ ...fixed, site: 'us-ca' }, nowhere)
  const before = own(issuers.mix(0), 'us-az')!
  issuers.count({ withoutSite: { region: 'us-az', confidence: 0.97 } }, 0)
  expect(own(issuers.mix(0), 'us-az')).toBeGreaterThan(before)
  expect(issuersOf({ ...fixed, site: 'us-ca' }, nowhere, issuers.save()).mix(0)).toEqual(issuers.mix(0))
})

test('a mobile camera has the broader mix of where it is at the instant, and learns nothing', () => {
  const drive = {
    positionAt: (instant: number) =>
      instant < 10 ? at(32.7, -117.1) : instant < 20 ? at(36.17, -115.14) : null,
  }
  const issuers = issuersOf(mobile, drive)
  expect(issuers.mix(5)).toEqual(mixAt('us-ca', true))
  expect(issuers.mix(15)).toEqual(mixAt('us-nv', true))
  expect(issuers.mix(25)).toBeUndefined()
  issuers.count({ withoutSite: { region: 'us-az', confidence: 0.97 } }, 5)
  expect(issuers.mix(5)).toEqual(mixAt('us-ca', true))
  expect(issuers.save()).toBeUndefined()
  expect(issuersOf({ ...mobile, site: 'us-az' }, drive).mix(15)).toEqual(mixAt('us-az', true))
})
