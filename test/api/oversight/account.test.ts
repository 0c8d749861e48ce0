import { foundCounts, type Holdings, heldAccount } from '@sightline/api/oversight/account'
import { csv } from '@sightline/api/oversight/csv'
import { savedAsCsv, savedAsGeoJson } from '@sightline/api/oversight/exports'
import { alertWorkParser } from '@sightline/schemas/alert-work'
import { caseParser } from '@sightline/schemas/case'
import { displayParser } from '@sightline/schemas/display'
import { disseminationParser } from '@sightline/schemas/dissemination'
import { lookoutParser } from '@sightline/schemas/lookout'
import { productParser } from '@sightline/schemas/product'
import { savedReadParser } from '@sightline/schemas/saved-read'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleHoldings, sampleSaved } from './holdings.ts'
import { NOW } from './support.ts'

const request = { law: 'Privacy Act' as const, requestRef: 'CBP-1' }
const about = (wanted: { plates?: string[]; words?: string[] }, holdings: Holdings = sampleHoldings()) =>
  heldAccount({ ...request, ...wanted }, holdings, 'ona', NOW)
const mark = { exportedBy: 'ona', exportedAt: '2026-11-24T17:00:00.000Z', exportId: 'e1' }

/** Without the apostrophes that keep spreadsheets from running a text. */
const unescaped = (text: string): string =>
  text
    .replace(/^'(?='*[\t\r\n])/, '')
    .replace(/(?<=(?:^|[;|\t\r\n])[\s\p{Cf}\p{Cc}"]*)'(?='*[=+\-@＝＋－＠])/gu, '')

describe('the account of what is held (AUD-8)', () => {
  it('is tested with everything that the stores may hold', () => {
    const { cases, saved, products, displays, alertWork, lookouts, disseminations } = sampleHoldings()
    expect(cases.every(caseParser.check) && saved.every(savedReadParser.check)).toBe(true)
    expect(products.every(productParser.check) && displays.every(displayParser.check)).toBe(true)
    expect(alertWork.every(alertWorkParser.check)).toBe(true)
    expect(lookouts.every(lookoutParser.check) && disseminations.every(disseminationParser.check)).toBe(true)
  })

  it('finds a plate in events, projects, workspaces, saved reads, products, displays, work on alerts, lookouts and shares, and nothing of another plate (AUD-8)', () => {
    const account = about({ plates: ['7abc 123'] })
    expect(account.request.plates).toEqual(['7ABC123'])
    expect(account.cases.map(({ value }) => value.kind)).toEqual(['event', 'project', 'workspace'])
    expect(account.displays.map(({ value }) => value.id)).toEqual(['d-exact', 'd-pattern'])
    expect(foundCounts(account)).toEqual({
      ...{ cases: 3, saved: 1, products: 1, displays: 2, alertWork: 3, lookouts: 1, disseminations: 3 },
    })
    expect(account.searched).toMatchObject({ cases: 4, displays: 3 })
    expect(account.cases[0]!.because).toEqual(['7ABC123 in subjects[0].about.plate'])
    expect(JSON.stringify(account)).not.toContain('9ZZZ999')
  })

  it('finds words, such as a name, in any text (AUD-8)', () => {
    const { cases } = about({ words: ['ROE'] })
    expect(cases.map(({ because }) => because)).toEqual([['"roe" in title']])
  })

  it('leaves out everything whose retention is over, swept or not (AUD-6, AUD-8)', () => {
    const holdings = sampleHoldings()
    const over = { until: new Date(NOW).toISOString(), renewals: [] }
    const saved = holdings.saved.map((one) => ({ ...one, retention: over }))
    const account = about({ plates: ['7ABC123'] }, { ...holdings, saved })
    expect(account.saved).toEqual([])
    expect(account.searched.saved).toBe(0)
  })

  it('finds the same whatever else is held, and says how many records it searched (AUD-8)', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^9[A-Z]{4}$/), { maxLength: 20 }), (others) => {
        const holdings = sampleHoldings()
        const saved = [...holdings.saved, ...others.map((plate) => sampleSaved(plate))]
        const account = about({ plates: ['7ABC123'] }, { ...holdings, saved })
        expect(account.saved).toEqual(about({ plates: ['7ABC123'] }).saved)
        expect(account.searched.saved).toBe(saved.length)
      }),
    )
  })
})

/** Any text, and often what the escape must tell apart: signs, apostrophes, separators and spaces beside each other. */
const exported = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom("'", '=', '+', '＠', '"', ';', '|', '\t', '\r', '\n', ' ', '\u200b', 'a'),
  }),
)

/** A plain reader of CSV, as the RFC says. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!)
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

describe('an exported file', () => {
  it('says in every row and feature who exported it and when (AUD-2)', () => {
    const saved = [sampleSaved('7ABC123'), sampleSaved('8ABC123')]
    const [head, ...rows] = rowsOf(savedAsCsv(saved, mark))
    expect(head!.slice(-5)).toEqual(['lon', 'lat', 'exported_by', 'exported_at', 'export_id'])
    expect(rows.map((row) => row.slice(-5))).toEqual(
      saved.map(() => ['-117.03', '32.54', 'ona', '2026-11-24T17:00:00.000Z', 'e1']),
    )
    const { features, sightline } = savedAsGeoJson(saved, mark)
    expect(sightline).toEqual(mark)
    expect(features[0]).toMatchObject({
      geometry: { type: 'Point', coordinates: [-117.03, 32.54] },
      properties: { plate: '7ABC123', ...mark },
    })
  })

  it('has how the vehicle looked, and how sure a network was of it', () => {
    const { read, ...one } = sampleSaved('7ABC123')
    const vehicle = {
      ...({ make: 'Kia', model: null, color: 'gray', kind: 'van', view: 'rear' } as const),
      certainty: { color: null, kind: 0.8, view: 0.99 },
    }
    const saved = [{ ...one, read: { ...read, vehicle } }]
    const [head, row] = rowsOf(savedAsCsv(saved, mark))
    const looks = Object.fromEntries(
      head!.flatMap((name, n) => (name.startsWith('vehicle_') ? [[name, row![n]]] : [])),
    )
    const expected = {
      ...{ vehicle_make: 'Kia', vehicle_model: null, vehicle_color: 'gray', vehicle_color_certainty: null },
      ...{ vehicle_kind: 'van', vehicle_kind_certainty: 0.8 },
      ...{ vehicle_view: 'rear', vehicle_view_certainty: 0.99 },
    }
    const texts = Object.entries(expected).map(([name, value]) => [name, String(value ?? '')])
    expect(looks).toEqual(Object.fromEntries(texts))
    expect(savedAsGeoJson(saved, mark).features[0]!.properties).toMatchObject(expected)
  })

  it('has no geometry when the position is unknown', () => {
    const { read, ...one } = sampleSaved('7ABC123')
    const unplaced = { ...one, read: { ...read, position: null } }
    expect(savedAsGeoJson([unplaced], mark).features[0]!.geometry).toBeNull()
    expect(rowsOf(savedAsCsv([unplaced], mark))[1]!.slice(-5, -3)).toEqual(['', ''])
  })

  it('returns every text unchanged, and runs nothing in a spreadsheet', () => {
    fc.assert(
      fc.property(fc.array(exported, { minLength: 1, maxLength: 4 }), (texts) => {
        const [, row] = rowsOf(
          csv(
            texts.map((_, i) => `c${i}`),
            [texts],
            mark,
          ),
        )
        expect(row!.slice(0, -3).map(unescaped)).toEqual(texts)
        for (const text of row!) expect(text).not.toMatch(/^[=+\-@\t\r]/)
      }),
      { numRuns: 1000, examples: [[["'+", '']], [["'\t", "''=1"]]] },
    )
    expect(csv(['n'], [[-1.5]], mark)).toContain('-1.5,ona')
  })
})
