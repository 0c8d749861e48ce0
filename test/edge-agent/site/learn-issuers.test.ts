import { learnIssuers, type SavedIssuers } from '@sightline/edge-agent/site/learn-issuers'
import type { IssuerMix } from '@sightline/recognition/engine'
import { mixAt } from '@sightline/recognition/site/mix'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const DAY = 86_400_000
const BEGIN = Date.parse('2026-11-24T08:00:00Z')
const sure = (region: string, confidence = 0.99) => ({ withoutSite: { region, confidence } })
const total = (shares: IssuerMix) => Object.values(shares).reduce((sum, share) => sum + share, 0)
const share = (shares: IssuerMix, region: string) => (shares[region] ?? 0) / total(shares)

describe('learnIssuers', () => {
  it('starts with what the map says', () => {
    const shares = learnIssuers('us-ca').mix()
    for (const [region, guess] of Object.entries(mixAt('us-ca')))
      expect(share(shares, region)).toBeCloseTo(guess, 9)
  })

  it('learns whose plates come by: at San Ysidro those of Baja California', () => {
    const here = learnIssuers('us-ca')
    for (let day = 0; day < 60; day++) {
      for (let n = 0; n < 100; n++)
        here.count(sure(n % 3 === 0 ? 'mx-bcn' : 'us-ca'), BEGIN + day * DAY + n * 1000)
    }
    expect(share(here.mix(), 'mx-bcn')).toBeGreaterThan(0.28)
    expect(share(here.mix(), 'us-ca')).toBeGreaterThan(0.6)
  })

  it('counts only plates whose region was sure without any mix', () => {
    const here = learnIssuers('us-ca')
    for (let n = 0; n < 50; n++) {
      here.count(sure('us-tx', 0.89), BEGIN + n)
      here.count({}, BEGIN + n)
    }
    expect(here.mix()).toEqual(learnIssuers('us-ca').mix())
  })

  it('is not carried away by one unusual day', () => {
    const here = learnIssuers('us-ca')
    for (let day = 0; day < 40; day++)
      for (let n = 0; n < 100; n++) here.count(sure('us-ca'), BEGIN + day * DAY)
    for (let n = 0; n < 10_000; n++) here.count(sure('us-tx'), BEGIN + 41 * DAY + n)
    expect(share(here.mix(), 'us-tx')).toBeLessThan(0.06)
    expect(share(here.mix(), 'us-ca')).toBeGreaterThan(0.9)
  })

  it('continues to learn after the clock was once far ahead', () => {
    const here = learnIssuers('us-ca')
    for (let n = 0; n < 200; n++) here.count(sure('us-ca'), BEGIN + 40_000 * DAY)
    here.count(sure('us-tx'), BEGIN)
    expect(here.save().counts).toEqual({ 'us-ca': 100, 'us-tx': 1 })
  })

  it('keeps at least a part of what the map says, whatever came by and for however long', () => {
    const regions = fc.constantFrom('us-ca', 'us-tx', 'de', 'mx-bcn', 'xx')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(regions, fc.integer({ min: 1, max: 100 })), { maxLength: 200 }),
        (days) => {
          const here = learnIssuers('us-ca')
          for (const [day, [region, count]] of days.entries()) {
            for (let n = 0; n < count; n++) here.count(sure(region), BEGIN + day * DAY)
          }
          const shares = here.mix()
          expect(total(shares)).toBeLessThanOrEqual(2_200 + 1e-6)
          for (const [region, guess] of Object.entries(mixAt('us-ca'))) {
            expect(share(shares, region)).toBeGreaterThanOrEqual((guess * 200) / 2_200 - 1e-9)
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('continues after a restart, and starts again at another site', () => {
    const before = learnIssuers('us-ca')
    for (let n = 0; n < 80; n++) before.count(sure('us-az'), BEGIN + n)
    const saved: SavedIssuers = JSON.parse(JSON.stringify(before.save()))
    const after = learnIssuers('us-ca', saved)
    expect(after.mix()).toEqual(before.mix())
    for (const camera of [before, after])
      for (let n = 0; n < 80; n++) camera.count(sure('us-az'), BEGIN + 90 + n)
    expect(after.save()).toEqual(before.save())
    expect(after.save().counts['us-az']).toBe(100)
    expect(learnIssuers('us-nv', saved).mix()).toEqual(learnIssuers('us-nv').mix())
  })
})
