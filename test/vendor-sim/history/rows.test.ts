import type { Read } from '@sightline/schemas/read'
import { registrationOf } from '@sightline/vendor-sim/history/registrations'
import { lineOf, READ_COLUMNS, type ReadRow, readOfRow } from '@sightline/vendor-sim/history/rows'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { arbitraryRead } from '../../support/arbitrary-reads.ts'
import { aRead } from '../../support/reads.ts'

/** A line as the engine reads and returns it. */
function rowOf(line: string): ReadRow {
  const unescaped = (value: string) =>
    value.replace(/\\(.)/g, (_, char) => ({ t: '\t', n: '\n' })[char as string] ?? char)
  const values = line.slice(0, -1).split('\t').map(unescaped)
  const columns = READ_COLUMNS.split(', ')
  expect(values).toHaveLength(columns.length)
  const row = Object.fromEntries(columns.map((column, i) => [column, values[i]!])) as unknown as ReadRow
  return { ...row, seen_at: `${row.seen_at.replace(' ', 'T')}Z`, lat: Number(row.lat), lon: Number(row.lon) }
}

it('a read comes back from its row unchanged, in every field of the schema (CAP-1, CAP-4)', () => {
  fc.assert(
    fc.property(arbitraryRead(['7ABC123', 'B8O0']), (read) => {
      // As on the wire: it knows no negative zero.
      const sent = JSON.parse(JSON.stringify(read))
      expect(readOfRow(rowOf(lineOf(sent, 7)), registrationOf(sent))).toEqual(sent)
    }),
    { numRuns: 1000 },
  )
})

it.each<[string, Partial<Read>]>([
  ['an unsure confidence on a scale of 255', { confidence: 55 / 255 }],
  ['a character that is not the plate’s', { chars: [{ char: 'X', confidence: 0.5, alternatives: [] }] }],
  ['a vehicle of which nothing is known', { vehicle: { make: null, model: null, color: null } }],
  ['an empty make', { vehicle: { make: '', model: null, color: 'red' } }],
  ['a kind that is unknown, and no view', { vehicle: { make: null, model: null, color: null, kind: null } }],
  ['a plate that is cut', { cut: true }],
  [
    'what a plate reader says of itself',
    { engine: { name: 'axis', version: '1', ownConfidence: { value: 87, best: 100 } } },
  ],
  ['a plate reader that says nothing', { engine: { name: 'axis', version: '1', ownConfidence: null } }],
])('keeps %s', (_, change) => {
  const read = aRead(change)
  expect(readOfRow(rowOf(lineOf(read, 7)), registrationOf(read))).toEqual(read)
})

it('a kind and a view are in a column, so that most reads pay nothing for them', () => {
  const vehicle = { make: null, model: null, color: 'gray', kind: 'pickup', view: 'rear' } as const
  const row = rowOf(lineOf(aRead({ vehicle }), 7))
  expect(row).toMatchObject({ color: 'gray', look: 'pickup rear', rest: '' })
})

it('an ordinary read is stored in columns alone, in few ways', () => {
  const chars = [...'7ABC123'].map((char) => ({ char, confidence: 0.999, alternatives: [] }))
  const row = rowOf(lineOf(aRead({ plate: '7ABC123', chars, confidence: 0.993, regionConfidence: 0.99 }), 7))
  expect(row).toMatchObject({ certainty: '9900 9990 9930', rest: '' })
})
