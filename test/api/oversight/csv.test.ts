import { type CsvValue, csv } from '@sightline/api/oversight/csv'
import { auditAsCsv, savedAsCsv } from '@sightline/api/oversight/exports'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sampleSaved } from './holdings.ts'

/**
 * Somebody writes a formula where a reviewer exports it: the program that opens the file runs it, whatever divides values
 * in its country. Every text of every export passes here (csv.ts); numbers stay numbers.
 */

const mark = { exportedBy: 'ona', exportedAt: '2026-11-24T00:00:00.000Z', exportId: 'x' }

/** As a program reads it that takes `divider` for what divides values. */
function cellsOf(text: string, divider: string): string[] {
  const cells: string[] = []
  let cell = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (quoted && char === '"' && text[i + 1] === '"') cell += text[++i]
    else if (char === '"' && (quoted || cell === '')) quoted = !quoted
    else if (!quoted && (char === divider || char === '\r' || char === '\n')) {
      cells.push(cell)
      cell = ''
    } else cell += char
  }
  return [...cells, cell]
}

/** Would run, or already has the apostrophes that keep it from running. */
const escaped = (cell: string): boolean => /^[\s\p{Cf}\p{Cc}]*'*[=+\-@＝＋－＠]/u.test(cell)
const runs = (cell: string): boolean => /^[\s\p{Cf}\p{Cc}]*[=+\-@＝＋－＠]/u.test(cell)

const piece = fc.constantFrom(
  ...['=', '+', '-', '@', '\t', '\r', '\n', ' ', '"', ',', ';', '|', "'", '\u200b', '\ufeff', '\u00a0'],
  ...['＝', '＋', '－', '＠', 'cmd|calc!A1', 'HYPERLINK("http://x")', '1', 'a'],
)
const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))

it('no text runs as a formula, in any country’s spreadsheet', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (texts) => {
      const file = csv(
        texts.map((_, n) => `c${n}`),
        [texts],
        mark,
      )
      for (const divider of [',', ';', '\t', '|']) {
        expect(cellsOf(file, divider).filter(runs)).toEqual([])
      }
    }),
    { numRuns: 2000 },
  )
})

it.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  ' =1',
  '\u00a0=1',
  '\ufeff=1',
  '＝1',
  'a;=1',
  'a\t=1',
  'a|=1',
])('%j is escaped in the exports of cases and of the audit log', (evil) => {
  const saved = sampleSaved('7ABC123')
  const cases = savedAsCsv(
    [{ ...saved, reason: evil, read: { ...saved.read, camera: { ...saved.read.camera, address: evil } } }],
    mark,
  )
  const record = {
    v: 1,
    number: 1,
    previous: '',
    at: '',
    actor: evil,
    action: 'sign-on',
    subject: evil,
    parameters: { evil },
    hash: '',
  }
  for (const file of [cases, auditAsCsv([record as never], mark)]) {
    for (const divider of [',', ';', '\t', '|'])
      expect(cellsOf(file, divider).filter((cell) => runs(cell) && !/^-?\d+(\.\d+)?$/.test(cell))).toEqual([])
  }
})

it('values that begin no formula come back unchanged, and numbers as numbers', () => {
  const plain = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    text.filter((one) => !one.split(/[;|\t\r\n"]/).some(escaped) && !/^'*[\t\r\n]/.test(one)),
  )
  fc.assert(
    fc.property(fc.array(plain, { minLength: 1, maxLength: 4 }), (values: CsvValue[]) => {
      const columns = values.map((_, n) => `c${n}`)
      // By a reader of others that takes RFC 4180 alone.
      const [head, row, ...more] = parse(csv(columns, [values], mark)) as string[][]
      expect(head).toEqual([...columns, 'exported_by', 'exported_at', 'export_id'])
      expect(row).toEqual([...values.map(String), 'ona', mark.exportedAt, 'x'])
      expect(more).toEqual([])
    }),
  )
})
