import { createRequire } from 'node:module'
import { countryOf, ISSUERS } from '@sightline/recognition/site/issuers'
import { isSite, mixAt } from '@sightline/recognition/site/mix'
import { describe, expect, it } from 'vitest'

const model = createRequire(import.meta.url)('../../../models/recognizer.json')
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const top = (site: string, count: number) =>
  Object.entries(mixAt(site))
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([issuer]) => issuer)

describe('ISSUERS', () => {
  it('has each issuer that the recognizer knows', () => {
    expect(model.output.region.names.filter((name: string) => !ISSUERS.has(name))).toEqual([])
  })

  it('has borders known from both sides, and no issuer twice', () => {
    for (const [code, { size, neighbors }] of ISSUERS) {
      expect(size, code).toBeGreaterThan(0)
      expect(new Set(neighbors).size, code).toBe(neighbors.length)
      for (const other of neighbors)
        expect(ISSUERS.get(other)!.neighbors, `${other} and ${code}`).toContain(code)
    }
    expect([...ISSUERS.get('us-ca')!.neighbors].sort()).toEqual(['mx-bcn', 'us-az', 'us-nv', 'us-or'])
    expect(ISSUERS.get('us-hi')!.neighbors).toEqual([])
  })
})

describe('mixAt', () => {
  it.each([...ISSUERS.keys(), 'us', 'mx', 'ca', 'au'])('%s: sums to 1, its own plates first', (site) => {
    const shares = mixAt(site)
    expect(sum(Object.values(shares))).toBeGreaterThan(0.79)
    expect(sum(Object.values(shares))).toBeLessThan(1.0000001)
    expect(top(site, 1)[0]!.startsWith(site)).toBe(true)
  })

  it('puts the neighbors of California before the states far away', () => {
    expect(top('us-ca', 3)).toEqual(['us-ca', 'us-az', 'us-or'])
    expect(top('us-ca', 12)).toContain('us-nv')
    const { 'mx-bcn': baja, 'mx-yuc': yucatan, 'us-me': maine, de } = mixAt('us-ca') as Record<string, number>
    expect(baja).toBeGreaterThan(50 * yucatan!)
    expect(maine).toBeGreaterThan(1e-4)
    expect(de ?? 0).toBe(0)
  })

  it('is broader for a camera that moves', () => {
    expect(mixAt('us-ca', true)['us-ca']).toBe(0.5)
    expect(mixAt('us-ca', true)['us-nv']).toBeCloseTo(2.5 * mixAt('us-ca')['us-nv']!, 9)
  })

  it('divides a whole country by population', () => {
    expect(top('us', 3)).toEqual(['us-ca', 'us-tx', 'us-fl'])
    const american = Object.entries(mixAt('us')).filter(([issuer]) => countryOf(issuer) === 'us')
    expect(sum(american.map(([, share]) => share))).toBeCloseTo(0.98, 9)
  })

  it('refuses an unknown site, and says what to write', () => {
    expect(isSite('jp')).toBe(false)
    expect(isSite('us-zz')).toBe(false)
    expect(() => mixAt('us-zz')).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('us-ca') }),
    )
  })
})
