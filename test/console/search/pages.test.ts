import { describe, expect, it } from 'vitest'
import { ProblemError } from '../../../console/api/problem.ts'
import { dropOver, firstEnd, type Page, reportsOf, rowsOf } from '../../../console/views/search/pages.ts'
import { type SaveState, saveAll } from '../../../console/views/search/save-run.ts'
import { binsOf } from '../../../console/views/search/strip-bins.ts'
import { NOTHING } from '../../../console/views/search/wanted.ts'
import { localOf, windowOf } from '../../../console/views/search/window.ts'
import { readAt } from '../../api/federation/fake-vendor.ts'

const NOW = Date.parse('2026-11-24T12:00:30.000Z')
const DAY = 86_400_000
const nothingLeftOut = { tooOld: 0, foreign: 0, malformed: 0, outside: 0, unasked: 0, surplus: 0 }
type Report = Page['answer']['vendors'][number]

const report = (part: Partial<Report> = {}): Report => ({
  ...{ vendor: 'one', state: 'complete', reason: null, refreshedAt: null, rows: 1, tookMs: 5 },
  filtered: nothingLeftOut,
  ...part,
})

const page = (query: string, instants: number[], part: Partial<Page['answer']> = {}): Page => ({
  body: { caseRef: 'CASE-1', purpose: 'because of the matter' },
  about: '8KTR521',
  caseId: 'case-1',
  answer: {
    ...{ v: 1, query, cached: null, askedAt: new Date(NOW).toISOString(), narrowed: [], older: null },
    ...{ expiresAt: new Date(NOW + DAY).toISOString(), complete: true, nextCursor: null },
    window: { from: new Date(NOW - 30 * DAY).toISOString(), to: new Date(NOW).toISOString() },
    reads: instants.map((at) => ({ read: readAt(at), vendors: ['one'] })),
    vendors: [report()],
    ...part,
  },
})

describe('results of several pages', () => {
  it('show each read once, newest first, with the latest query', () => {
    const rows = rowsOf([page('a', [NOW - 3000, NOW - 1000]), page('b', [NOW - 2000, NOW - 3000])])
    expect(rows.map(({ read, query }) => [Date.parse(read.seenAt) - NOW, query])).toEqual([
      [-1000, 'a'],
      [-2000, 'b'],
      [-3000, 'b'],
    ])
  })

  it('are forgotten when the cache deleted them, not sooner (QRY-7)', () => {
    const soon = page('a', [], { expiresAt: new Date(NOW + 1).toISOString() })
    const pages = [soon, page('b', []), page('c', [], { expiresAt: null })]
    expect(dropOver(pages, NOW)).toHaveLength(3)
    expect(dropOver(pages, NOW + 1).map(({ answer }) => answer.query)).toEqual(['b', 'c'])
    expect(firstEnd(pages)).toBe(soon.answer.expiresAt)
    expect(firstEnd([])).toBeNull()
  })

  it('stay incomplete when an earlier page was, even if a later one is complete', () => {
    const late = report({ state: 'late', reason: 'no answer', filtered: { ...nothingLeftOut, foreign: 2 } })
    const fine = report({ rows: 4, filtered: { ...nothingLeftOut, foreign: 1 } })
    const [both] = reportsOf([page('a', [], { vendors: [late] }), page('b', [], { vendors: [fine] })])
    expect(both).toMatchObject({ state: 'late', reason: 'no answer', rows: 5, filtered: { foreign: 3 } })
  })
})

describe('the window of a search', () => {
  const plate = { ...NOTHING, plate: '7ABC123' }

  it('leaves the last 30 days for a plate to the api, and states them for a place, to the minute (QRY-3, QRY-6)', () => {
    expect(windowOf({ kind: 'recent' }, plate, NOW)).toEqual({})
    expect(windowOf({ kind: 'recent' }, { ...NOTHING, place: '1 Harbor Drive' }, NOW)).toEqual({
      from: '2026-10-25T12:00:00.000Z',
      to: '2026-11-24T12:00:00.000Z',
    })
  })

  it('accepts local times, and writes them so that they can be read back', () => {
    const at = new Date('2026-11-24T12:00:00.000Z')
    const span = { kind: 'span' as const, from: localOf(new Date(at.getTime() - DAY)), to: localOf(at) }
    expect(windowOf(span, plate, NOW).to).toBe(at.toISOString())
  })
})

describe('reads along the time axis', () => {
  it('counts each read in one interval, and knows the newest', () => {
    const instants = [NOW, NOW - 1, NOW - 50, NOW - 100]
    const bins = binsOf(instants, 10)
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(4)
    expect(bins.at(-1)).toMatchObject({ count: 2, newest: 0 })
    expect(bins[0]).toMatchObject({ count: 1, newest: 3 })
  })

  it.each([[[]], [[NOW]], [[NOW, NOW]]])('handles %j', (instants) => {
    expect(binsOf(instants, 5).reduce((sum, { count }) => sum + count, 0)).toBe(instants.length)
  })
})

describe('saving one read after the other', () => {
  it('continues after a failure, and counts one that is already there as saved', async () => {
    const problem = (code: string) =>
      new ProblemError({ code, title: '', detail: code, hint: null, status: 409 })
    const told: string[] = []
    let last: ReadonlyMap<string, SaveState> = new Map()
    const save = async (id: string) => {
      if (id === 'b') throw problem('RULE_BROKEN')
      if (id === 'c') throw problem('CONFLICT')
    }
    await saveAll(['a', 'b', 'c', 'd'], save, (states) => {
      last = states
      told.push([...states.values()].map(({ state }) => state[0]).join(''))
    })
    expect(told).toEqual(['wwww', 'swww', 'sfww', 'sfsw', 'sfss'])
    expect(last.get('b')).toMatchObject({ problem: { detail: 'RULE_BROKEN' } })
  })
})
