import { worksAt } from '@sightline/api/oversight/signals/off-shift'
import { isVague } from '@sightline/api/oversight/signals/reasons'
import { median } from '@sightline/api/oversight/signals/volume'
import { instant } from '@sightline/runtime/clock'
import type { AuditContent } from '@sightline/schemas/audit-record'
import type { Shift } from '@sightline/schemas/misuse'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answered, asked, DAY, HOUR, kindsOf, NOW, purposeOf, signalsOf } from './support.ts'

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n))

describe('signs of unusual use (AUD-5)', () => {
  it('show a plate that is close to the person who names it, from the first time, also by pattern (AUD-5)', () => {
    const closePlates = [{ plate: '8XYZ999', relation: 'relative' as const, people: ['jane'] }]
    const acts: AuditContent[] = [
      asked('jane', NOW - 5 * DAY, { plate: '8XYZ999' }),
      asked('john', NOW - 4 * DAY, { plate: '8XYZ999' }),
      {
        at: '2026-11-21T10:00:00.000Z',
        actor: 'jane',
        action: 'display.create',
        subject: 'd1',
        parameters: { plate: '8xyz 9?9' },
      },
      {
        at: '2026-11-22T10:00:00.000Z',
        actor: 'jane',
        action: 'case.subject-add',
        subject: 'c1',
        parameters: { about: { plate: '8-XYZ-999' } },
      },
    ]
    const found = signalsOf(acts, { closePlates })
    expect(found).toMatchObject([
      { kind: 'close-plate', people: ['jane'], plate: '8XYZ999', evidence: { records: [1, 3, 4], count: 3 } },
    ])
    const forAll = signalsOf(acts, {
      closePlates: [{ ...closePlates[0]!, relation: 'protected', people: [] }],
    })
    expect(forAll.map(({ people }) => people[0])).toEqual(['jane', 'john'])
  })

  it('show many people at one plate for different cases, but not a team on one case (AUD-5)', () => {
    const crowd = (cases: number, gap: number) =>
      times(4, (n) => asked(`p${n}`, NOW - 10 * DAY + n * gap, { plate: 'STAR1', caseRef: `C-${n % cases}` }))
    expect(signalsOf(crowd(3, HOUR))).toMatchObject([
      { kind: 'spike', people: ['p0', 'p1', 'p2', 'p3'], plate: 'STAR1', evidence: { count: 4 } },
    ])
    expect(signalsOf(crowd(1, HOUR))).toEqual([])
    expect(signalsOf(crowd(3, 2 * DAY))).toEqual([])
  })

  it('show queries outside the shift, and prefer a person’s own shift to the common one (AUD-5)', () => {
    const shift: Shift = { timeZone: 'America/Los_Angeles', days: [1, 2, 3, 4, 5], fromHour: 7, toHour: 18 }
    const night = times(3, (n) => asked('jane', NOW - 7 * DAY + n * DAY - 6 * HOUR))
    const day = times(5, (n) => asked('jane', NOW - 7 * DAY + n * HOUR))
    expect(signalsOf([...day, ...night], { shift })).toMatchObject([
      { kind: 'off-shift', people: ['jane'], evidence: { records: [6, 7, 8], count: 3 } },
    ])
    expect(signalsOf([...day, ...night.slice(1)], { shift })).toEqual([])
    const own = { person: 'jane', ...shift, fromHour: 0, toHour: 24 }
    expect(signalsOf([...day, ...night], { shift, shifts: [own] })).toEqual([])
    expect(signalsOf(night)).toEqual([])
  })

  it('count a shift over midnight for the day on which it begins', () => {
    const works = worksAt({ timeZone: 'UTC', days: [5], fromHour: 22, toHour: 6 })
    const at = (day: number, hour: number) => works(Date.UTC(2026, 10, day, hour))
    // The 27th is a Friday.
    expect([at(27, 21), at(27, 22), at(28, 5), at(28, 6), at(28, 23), at(27, 3)]).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
    ])
  })

  it('show one person at one plate again and again, and count queries within an hour once (AUD-5)', () => {
    const again = (count: number, gap: number) =>
      times(count, (n) => asked('jane', NOW - 20 * DAY + n * gap, { plate: 'SAME1', caseRef: 'C-1' }))
    expect(signalsOf(again(8, HOUR))).toMatchObject([
      { kind: 'again-and-again', people: ['jane'], plate: 'SAME1' },
    ])
    expect(signalsOf(again(7, HOUR))).toEqual([])
    expect(signalsOf(again(50, 60_000))).toEqual([])
  })

  it.each([
    ['official law enforcement business', true],
    ['Checking the vehicle for information', true],
    ['investigation 1', true],
    ['Whereabouts of the vehicle after the seizure at San Ysidro', false],
    ['Ermittlung wegen Fahrerflucht, Zeuge nennt den Wagen', false],
  ])('tell whether a purpose says something: %s', (purpose, vague) => {
    expect(isVague(purpose)).toBe(vague)
  })

  it('show purposes that say nothing, from the third on (AUD-5)', () => {
    const vague = (count: number) =>
      times(count, (n) =>
        asked('jane', NOW - 9 * DAY + n * HOUR, { purpose: `routine check ${'of'.repeat(n)} vehicle` }),
      )
    expect(signalsOf(vague(3))).toMatchObject([
      { kind: 'vague-reason', people: ['jane'], evidence: { count: 3 } },
    ])
    expect(signalsOf(vague(2))).toEqual([])
  })

  it('show one purpose for different cases, whatever its capitals, but not within one case (AUD-5)', () => {
    const copied = (cases: number) =>
      times(6, (n) => {
        const purpose = n % 2 ? purposeOf(7) : purposeOf(7).toUpperCase()
        return asked('jane', NOW - 9 * DAY + n * HOUR, { purpose, caseRef: `C-${n % cases}` })
      })
    expect(signalsOf(copied(3))).toMatchObject([
      { kind: 'copied-reason', people: ['jane'], evidence: { count: 6 } },
    ])
    expect(signalsOf(copied(2))).toEqual([])
  })

  it('show a person who asks far more than their peers, and compare nobody with too few (AUD-5)', () => {
    const quiet = (peers: number) => times(peers, (n) => asked(`p${n}`, NOW - 9 * DAY + n * HOUR))
    const busy = times(20, (n) => asked('jane', NOW - 8 * DAY + n * 60_000))
    expect(signalsOf([...quiet(5), ...busy])).toMatchObject([
      { kind: 'volume', people: ['jane'], evidence: { count: 20 } },
    ])
    expect(signalsOf([...quiet(4), ...busy])).toEqual([])
    expect(signalsOf([...quiet(5), ...busy.slice(1)])).toEqual([])
  })

  it('do not count the next pages of an answer as new questions, whatever a client calls a page (AUD-5)', () => {
    const quiet = times(5, (n) => asked(`p${n}`, NOW - 9 * DAY + n * HOUR))
    const window = { from: instant(NOW - 39 * DAY), to: instant(NOW - 9 * DAY) }
    const first = asked('jane', NOW - 8 * DAY, { query: 'first', plate: '7ABC1', caseRef: 'C-1', window })
    const pages = (change: object, by = 'jane', of: AuditContent[] = [first]) => {
      const page = (n: number) =>
        asked(by, NOW - 8 * DAY + (n + 1) * 60_000, {
          ...{ plate: '7ABC1', caseRef: 'C-1', cursor: 'next', pageOf: 'first', window },
          ...change,
        })
      return kindsOf(signalsOf([...quiet, ...of, ...times(40, page)], {}, (records) => records.reverse()))
    }
    expect(pages({})).toEqual([])
    expect(pages({ window: { ...window, to: instant(NOW - 20 * DAY) } })).toEqual([])
    // A window that reaches further, another plate, another person's, and a cursor of no recorded query are questions.
    for (const change of [
      { window: { ...window, from: instant(NOW - 1800 * DAY) } },
      { window: { ...window, to: instant(NOW) } },
      { window: undefined },
      { plate: '7ABC2' },
      { pageOf: undefined },
    ]) {
      expect([change, pages(change)]).toEqual([change, ['volume']])
    }
    expect(pages({}, 'john')).toEqual(['volume'])
    // One of which the first page was before the time that is looked at is one question.
    expect(pages({}, 'jane', [])).toEqual([])
  })

  const found = (count: number, at: number) =>
    times(count, (n) => `query-${n}`).flatMap((query, n) => [
      asked('jane', at + n * DAY, { query, caseRef: 'C-1', purpose: purposeOf(1) }),
      answered(query, 'jane', at + n * DAY + 1000, 3),
    ])

  it('show queries that found something and led to nothing (AUD-5)', () => {
    const idle = found(10, NOW - 30 * DAY)
    expect(signalsOf(idle)).toMatchObject([
      { kind: 'no-follow-up', people: ['jane'], evidence: { count: 10 } },
    ])
    // Nine are not enough to say so, and what was asked lately may still lead to something.
    expect(signalsOf(found(9, NOW - 30 * DAY))).toEqual([])
    expect(signalsOf(found(10, NOW - 20 * DAY))).toEqual([])
  })

  it('count a saved result or work on the case as a result of a query (AUD-5)', () => {
    const idle = found(10, NOW - 30 * DAY)
    const act = (action: AuditContent['action'], subject: string, parameters: Record<string, unknown>) => ({
      ...{ at: new Date(NOW - 21 * DAY + 1).toISOString(), actor: 'john', action, subject, parameters },
    })
    const opened = {
      ...act('case.create', 'case-1', { caseRef: 'C-1' }),
      at: new Date(NOW - 59 * DAY).toISOString(),
    }
    const saved = times(2, (n) => act('saved.create', 'case-2', { query: `query-${n}` }))
    expect(signalsOf([...idle, ...saved])).toEqual([])
    expect(signalsOf([...idle, act('lookout.create', 'l1', { case: 'case-1' }), opened])).toEqual([])
    // To look at a case is no work on it.
    expect(kindsOf(signalsOf([...idle, opened, act('case.view', 'case-1', {})]))).toEqual(['no-follow-up'])
  })

  it('follow the thresholds that oversight sets (AUD-5)', () => {
    const few = times(2, (n) => asked('jane', NOW - 9 * DAY + n * HOUR, { purpose: 'official business' }))
    expect(kindsOf(signalsOf(few, { thresholds: { vague: 2 } }))).toEqual(['vague-reason'])
  })
})

const person = fc.constantFrom('ann', 'bob', 'cy', 'dee', 'eve', 'flo', 'gus')
const act = fc.oneof(
  fc
    .record({
      who: person,
      hour: fc.integer({ min: 0, max: 59 * 24 }),
      plate: fc.constantFrom('AAA1', 'BBB2', 'CCC3'),
      caseRef: fc.constantFrom('C-1', 'C-2', 'C-3', 'C-4'),
      purpose: fc.constantFrom('official business', purposeOf(1), purposeOf(2)),
    })
    .map(({ who, hour, ...more }) => asked(who, NOW - 60 * DAY + hour * HOUR, more)),
  fc
    .record({
      who: person,
      hour: fc.integer({ min: 0, max: 59 * 24 }),
      caseRef: fc.constantFrom('C-1', 'C-2'),
    })
    .map(
      ({ who, hour, caseRef }): AuditContent => ({
        ...{ at: new Date(NOW - 60 * DAY + hour * HOUR).toISOString(), actor: who, action: 'display.create' },
        ...{ subject: 'd', parameters: { plate: 'AAA1', caseRef } },
      }),
    ),
)
const settings = {
  closePlates: [{ plate: 'AAA1', relation: 'own' as const, people: ['ann', 'bob'] }],
  shift: { timeZone: 'America/New_York', days: [1, 2, 3], fromHour: 8, toHour: 16 },
}

describe('signs of unusual use, whatever people do', () => {
  it('do not depend on the order in which the records are read', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 120 }), fc.integer({ min: 1, max: 1000 }), (acts, turn) => {
        const turned = signalsOf(acts, settings, (records) => {
          const at = turn % (records.length || 1)
          return [...records.slice(at).reverse(), ...records.slice(0, at)]
        })
        const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
        expect(turned.sort(byId)).toEqual(signalsOf(acts, settings).sort(byId))
      }),
    )
  })

  it('cite only records of the person, explain themselves and have ids of their own', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 120 }), (acts) => {
        const found = signalsOf(acts, settings)
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
        for (const { people, evidence, explanation, perhaps, from, to } of found) {
          const actors = new Set(evidence.records.map((number) => acts[number - 1]!.actor))
          for (const actor of actors) expect(people).toContain(actor)
          expect(evidence.records.length).toBe(Math.min(20, evidence.count))
          expect(explanation).toMatch(/\d/)
          expect(perhaps.length).toBeGreaterThan(20)
          expect(from <= to).toBe(true)
        }
      }),
    )
  })

  it('about one person do not depend on others, except for spikes and volume, which compare', () => {
    const compares = ['spike', 'volume', 'no-follow-up']
    fc.assert(
      fc.property(fc.array(act, { maxLength: 120 }), person, (acts, who) => {
        const own = (of: readonly AuditContent[]) =>
          signalsOf(of, settings)
            .filter(({ kind, people }) => people.includes(who) && !compares.includes(kind))
            .map(({ kind, plate, evidence }) => ({ kind, plate, count: evidence.count }))
        expect(own(acts.filter(({ actor }) => actor === who))).toEqual(own(acts))
      }),
    )
  })

  it('compute a median that lies in the middle', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1 }), (values) => {
        const middle = median(values)
        const half = values.length / 2
        expect(values.filter((value) => value <= middle).length).toBeGreaterThanOrEqual(half)
        expect(values.filter((value) => value >= middle).length).toBeGreaterThanOrEqual(half)
      }),
    )
  })
})
