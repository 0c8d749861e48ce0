import { issuerNamed } from '@sightline/recognition/issuers'
import { fragmentSyntax, plateSyntax } from '@sightline/recognition/syntax'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const judged = (raw: string) => plateSyntax(raw.toUpperCase().replace(/[^A-Z0-9]/g, ''), raw)

describe('plateSyntax', () => {
  it.each(['7ABC123', 'ABC 1234', 'RK-828AG', 'AYO-9034', 'B MW 1234'])('takes %s for a plate', (raw) => {
    expect(judged(raw)).toBeGreaterThanOrEqual(0.8)
  })

  it.each([
    'www.dealer7.com',
    'bob@cars4.net',
    '(555) 123-4567',
    '555-0199',
    '2014-05-09',
    '07:05:37',
    '12/11/2013',
    '80 km/h',
    'A1234567890',
  ])('rules out %s', (raw) => {
    expect(judged(raw)).toBe(0)
  })

  it.each(['TOYOTA', 'POLICE', 'CALIFORNIA', 'TEXAS', 'NEWYORK'])('knows %s as a word', (raw) => {
    expect(judged(raw)).toBeLessThan(0.05)
  })

  it('prefers digits among letters to letters or digits alone, and capitals to small letters', () => {
    expect(judged('ABC123')).toBeGreaterThan(judged('123456'))
    expect(judged('123456')).toBeGreaterThan(judged('ABCDEF'))
    expect(judged('Cafe 24')).toBeLessThan(judged('CAFE 24'))
  })

  it('is a factor for any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, raw) => {
        for (const value of [plateSyntax(text, raw), fragmentSyntax(text, raw)]) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})

describe('issuerNamed', () => {
  it('finds issuers, with one misread letter in longer names', () => {
    expect(issuerNamed('TEXAS')).toEqual({ region: 'us-tx', agreement: 1 })
    expect(issuerNamed('CALIFORN1A')).toEqual({ region: 'us-ca', agreement: 0.9 })
    expect(issuerNamed('CALIFRNIA')?.region).toBe('us-ca')
    expect(issuerNamed('CCALIFORNIA')?.region).toBe('us-ca')
  })

  it('does not guess for short names or none', () => {
    expect(issuerNamed('TEXAZ')).toBeNull()
    expect(issuerNamed('')).toBeNull()
    expect(issuerNamed('constructor')).toBeNull()
  })
})
