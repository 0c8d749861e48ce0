import { quarterAt } from '@sightline/api/displays/quarter'
import { dueList } from '@sightline/api/oversight/due'
import {
  foldQuarter,
  newReview,
  reviewableQuarter,
  seedOf,
  signOffReview,
  withFinding,
} from '@sightline/api/oversight/review'
import { createSampler, SAMPLE } from '@sightline/api/oversight/sample'
import { auditReviewNotices } from '@sightline/api/oversight/sweep'
import type { AccessFile } from '@sightline/schemas/access-request'
import type { AuditContent, AuditRecord } from '@sightline/schemas/audit-record'
import { type AuditReview, auditReviewParser } from '@sightline/schemas/audit-review'
import type { Person } from '@sightline/schemas/person'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asked, chained, DAY, HOUR, NOW, signalsOf } from './support.ts'

const REASON = 'The case names this plate, and its purpose says why.'
const person = fc.constantFrom('ann', 'bob', 'cy', 'dee')
const act: fc.Arbitrary<AuditContent> = fc.record({
  at: fc.constant('2026-08-01T00:00:00.000Z'),
  actor: person,
  action: fc.constantFrom('query.search' as const, 'case.view' as const, 'saved.export' as const),
  subject: fc.constant('s'),
  parameters: fc.constant({}),
})
const drawOf = (records: readonly AuditRecord[], seed = 'seed', sizes = SAMPLE) => {
  const sampler = createSampler(seed, sizes)
  for (const record of records) sampler.add(record)
  return sampler.end()
}

describe('the sample of a quarter (AUD-3)', () => {
  it('is the same for the same records and seed, in whatever order they are read (AUD-3)', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
        const records = chained(acts)
        expect(drawOf([...records].reverse())).toEqual(drawOf(records))
      }),
    )
  })

  it('includes queries of everybody who made any, and at most the stated number of each (AUD-3)', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), fc.string(), (acts, seed) => {
        const records = chained(acts)
        const sizes = { ...SAMPLE, any: 0 }
        const drawn = drawOf(records, seed, sizes).map(({ record }) => record)
        expect(new Set(drawn.map(({ number }) => number)).size).toBe(drawn.length)
        const count = (of: readonly { actor: string; action: string }[], who: string) =>
          of.filter(({ actor, action }) => actor === who && action === 'query.search').length
        for (const who of ['ann', 'bob', 'cy', 'dee']) {
          expect(count(drawn, who)).toBe(Math.min(sizes.queries, count(records, who)))
        }
      }),
    )
  })

  it('chooses by the seed when there are more people than can be reviewed, and says so (AUD-3)', () => {
    const records = chained(Array.from({ length: 300 }, (_, n) => asked(`p${n % 150}`, NOW)))
    const of = (seed: string) => drawOf(records, seed, { ...SAMPLE, any: 0 })
    expect(new Set(of('a').map(({ record }) => record.actor)).size).toBe(100)
    expect(of('a')).not.toEqual(of('b'))
    expect(of('a')[0]!.why).toMatch(/^2 of 2 queries of p\d+ \(100 of 150 people were drawn\)$/)
  })

  it('is equally likely to draw each record', () => {
    const records = chained(Array.from({ length: 40 }, () => asked('ann', NOW)))
    const counts = new Array<number>(41).fill(0)
    for (let n = 0; n < 400; n++) {
      for (const { record } of drawOf(records, `${n}`, { ...SAMPLE, queries: 0, any: 10 }))
        counts[record.number]!++
    }
    // 400 draws of 10 out of 40: 100 each; five standard deviations are 43.
    for (const count of counts.slice(1)) expect(Math.abs(count - 100)).toBeLessThan(43)
  })
})

const QUARTER = quarterAt(NOW, -1)
const inQuarter = QUARTER.start + 10 * DAY

function review(
  contents: readonly AuditContent[] = [asked('jane', inQuarter), asked('john', inQuarter)],
): AuditReview {
  const records = chained(contents)
  const fold = foldQuarter(seedOf(QUARTER.name, records.at(-1)!.hash))
  for (const record of records) fold.add(record)
  const signals = signalsOf(
    Array.from({ length: 3 }, (_, n) =>
      asked('john', NOW - n * HOUR, { purpose: 'official business', caseRef: 'C-1' }),
    ),
  )
  return newReview(QUARTER, seedOf(QUARTER.name, 'x'), fold.end(), signals, 'ona', NOW)
}

describe('the review of a quarter (AUD-3)', () => {
  it('cannot be opened before the quarter is over (AUD-3)', () => {
    expect(() => reviewableQuarter('2026-Q4', NOW)).toThrow(/not over yet/)
    expect(() => reviewableQuarter('2026-Q3', QUARTER.end - 1)).toThrow(/not over yet/)
    expect(reviewableQuarter('2026-Q3', QUARTER.end)).toEqual(QUARTER)
  })

  it('says what it was drawn from, and includes signals besides the sample (AUD-3, AUD-5)', () => {
    const open = review()
    expect(auditReviewParser.parse(open)).toBe(open)
    expect(open.population).toMatchObject({
      ...{ records: 2, people: 2, first: 1, last: 2, actions: { 'query.search': 2 } },
    })
    expect(open.items.map(({ id, record }) => record?.actor ?? (id.length === 22 && 'signal'))).toEqual([
      'signal',
      'jane',
      'john',
    ])
  })

  it('is signed when every item was judged, and is final then (AUD-3)', () => {
    let one = review()
    const statement = 'All of the sample was looked at; one signal is explained.'
    expect(() => signOffReview(one, statement, 'ona', NOW)).toThrow(/3 of 3 items have no verdict yet/)
    for (const { id } of one.items)
      one = withFinding(one, id, { verdict: 'in order', reason: REASON }, 'ona', NOW)
    expect(() => signOffReview(one, 'x'.repeat(30), 'ona', NOW)).toThrow(/says too little/)
    const signed = signOffReview(one, statement, 'otto', NOW)
    expect(signed.signOff).toEqual({ by: 'otto', at: new Date(NOW).toISOString(), statement })
    const again = { verdict: 'investigate' as const, reason: REASON }
    expect(() => withFinding(signed, one.items[0]!.id, again, 'ona', NOW)).toThrow(/otto has already signed/)
    expect(() => signOffReview(signed, statement, 'ona', NOW)).toThrow(/otto has already signed/)
    expect(auditReviewParser.check(signed)).toBe(true)
  })

  it('lets nobody judge their own actions, nor a signal about themselves (AUD-3)', () => {
    const one = review()
    const finding = { verdict: 'in order' as const, reason: REASON }
    for (const { id, record, signal } of one.items) {
      const self = record?.actor ?? signal!.people[0]!
      expect(() => withFinding(one, id, finding, self, NOW)).toThrow(/their own actions/)
    }
  })

  it('refuses a verdict without a reason in words, and one on an item that is not in it (AUD-3)', () => {
    const one = review()
    const finding = { verdict: 'in order' as const, reason: 'aaaaaaaaaaaaaaaaaaaaaaaa' }
    expect(() => withFinding(one, '1', finding, 'ona', NOW)).toThrow(/says too little/)
    expect(() => withFinding(one, '77', { ...finding, reason: REASON }, 'ona', NOW)).toThrow(/no item 77/)
  })
})

const somebody = (id: string, more: Partial<Person> = {}): Person => ({
  ...{ v: 1, id, name: id, email: `${id}@agency.example`, offices: ['supervisor'], supervisor: null },
  ...{
    state: 'active',
    createdAt: '2026-01-01T00:00:00.000Z',
    createdBy: 'ada',
    passwordHash: null,
    totp: null,
  },
  ...{ singleSignOn: null, setUp: null, generation: 0, ...more },
})
const fileOf = (id: string, end: number): AccessFile => {
  const validUntil = new Date(end).toISOString()
  return {
    ...{ v: 1, person: id, requests: [] },
    training: { completedAt: validUntil, validUntil, certificate: 'C-1', recordedBy: 'ada' },
    certification: { at: validUntil, by: 'ada', validUntil },
  }
}
const facts = { reviews: [], firstRecordAt: null, displays: [], people: [], files: [] }

describe('what is due', () => {
  it('names every quarter that is over and not signed, the oldest first (AUD-3)', () => {
    const firstRecordAt = quarterAt(NOW, -3).end - 1
    const open = review()
    const signed = { ...open, signOff: { by: 'ona', at: open.openedAt, statement: REASON } }
    const { auditReviews } = dueList({ ...facts, firstRecordAt, reviews: [open] }, NOW)
    expect(auditReviews).toEqual([
      { quarter: '2026-Q1', state: 'not opened', left: null },
      { quarter: '2026-Q2', state: 'not opened', left: null },
      { quarter: '2026-Q3', state: 'open', left: 3 },
    ])
    expect(dueList({ ...facts, firstRecordAt, reviews: [signed] }, NOW).auditReviews).toHaveLength(2)
    expect(dueList({ ...facts, firstRecordAt: QUARTER.end }, NOW).auditReviews).toEqual([])
    expect(dueList(facts, NOW).auditReviews).toEqual([])
  })

  it('names those whose certification ends within 60 days or has ended, and nobody who has left or has no access (ACC-4)', () => {
    const people = [
      ...[somebody('soon'), somebody('fine'), somebody('gone', { state: 'suspended' }), somebody('late')],
      ...[somebody('never'), somebody('none', { offices: [] })],
    ]
    const files = [
      ...[fileOf('soon', NOW + 60 * DAY), fileOf('fine', NOW + 60 * DAY + 1), fileOf('gone', NOW - 1)],
      fileOf('late', NOW),
    ]
    const { certifications, trainings } = dueList({ ...facts, people, files }, NOW)
    expect(certifications.map(({ person: id, state }) => [id, state])).toEqual([
      ['never', 'lapsed'],
      ['late', 'lapsed'],
      ['soon', 'due'],
    ])
    expect(trainings).toEqual(certifications)
  })
})

describe('reminders of a review', () => {
  it('go to oversight when the quarter ends and every 30 days after, once, also when the service was down (AUD-3)', () => {
    const firstRecordAt = QUARTER.start
    const sent = new Map<string, number>()
    for (let day = -5; day < 100; day++) {
      // Down from the 25th to the 44th day.
      if (day >= 25 && day < 45) continue
      const now = QUARTER.end + day * DAY
      const { auditReviews } = dueList({ ...facts, firstRecordAt }, now)
      const quarter3 = auditReviews.filter(({ quarter }) => quarter === QUARTER.name)
      for (const { id } of auditReviewNotices(quarter3, [somebody('ona')], now)) {
        if (!sent.has(id)) sent.set(id, day)
      }
    }
    expect([...sent]).toEqual([
      ['audit-review-2026-Q3-ona-0', 0],
      ['audit-review-2026-Q3-ona-30', 45],
      ['audit-review-2026-Q3-ona-60', 60],
      ['audit-review-2026-Q3-ona-90', 90],
    ])
  })
})
