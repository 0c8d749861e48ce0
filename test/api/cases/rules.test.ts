import { covers, namesVehicle } from '@sightline/api/cases/covers'
import { mayAsk, PLACE_WINDOW_DAYS } from '@sightline/api/cases/gate'
import {
  newProduct,
  STEPS as PRODUCT_STEPS,
  type ProductStep,
  takeProductStep as stepProduct,
  withVersion,
} from '@sightline/api/cases/products'
import { isOver, newRetention, RETENTION_YEARS, renewRetention } from '@sightline/api/cases/retention'
import {
  type CaseStep,
  newCase,
  STEPS,
  stepCase,
  withApproval,
  withMember,
  withOwner,
  withPlaceSearch,
  withSubject,
} from '@sightline/api/cases/steps'
import { hasSubstance } from '@sightline/api/cases/substance'
import { membershipOf, visibleVersions } from '@sightline/api/cases/visibility'
import { distanceM, pointAhead } from '@sightline/geometry/great-circle'
import { instant } from '@sightline/runtime/clock'
import type { Case } from '@sightline/schemas/case'
import { SightlineError } from '@sightline/schemas/errors'
import type { Product } from '@sightline/schemas/product'
import { yearsAfter } from '@sightline/schemas/year'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aCase, DAY, reason } from './support.ts'

const now = Date.UTC(2026, 10, 24)
const people = ['anna', 'bert', 'carl', 'dora']
const person = fc.constantFrom(...people)
const kind = fc.constantFrom('event', 'project', 'workspace' as const)
const opened = (more = {}): Case => newCase(aCase({ kind: 'project', ...more }), 'case-1', 'anna', now)
const code = (run: () => unknown): string => {
  try {
    run()
    return 'done'
  } catch (error) {
    return (error as SightlineError).code
  }
}

describe('access to a case (ACC-8)', () => {
  it('belongs to its owner and, unless it is an event, its members, whatever happens to it', () => {
    const step = fc.oneof(
      fc.record({ take: fc.constant('add' as const), person }),
      fc.record({ take: fc.constant('hand-over' as const), person }),
    )
    fc.assert(
      fc.property(kind, fc.array(step, { maxLength: 12 }), (of, steps) => {
        let one = opened({ kind: of })
        const members = new Set<string>()
        let owner = 'anna'
        for (const { take, person: who } of steps) {
          try {
            one = take === 'add' ? withMember(one, who) : withOwner(one, who)
          } catch {
            continue
          }
          if (take === 'add' && who !== owner) members.add(who)
          if (take === 'hand-over') {
            owner = who
            members.delete(who)
          }
        }
        for (const id of people) {
          const expected = id === owner ? 'owner' : members.has(id) ? 'member' : null
          expect(membershipOf({ id }, one)).toBe(expected === 'member' && of === 'event' ? null : expected)
        }
        if (of === 'event') expect(one.members).toEqual([])
      }),
    )
  })

  it('to an event that lists members all the same belongs to its owner alone', () => {
    expect(membershipOf({ id: 'bert' }, { kind: 'event', owner: 'anna', members: ['bert'] })).toBeNull()
  })
})

describe('the states of a case', () => {
  it('change by the steps of the table and by no other', () => {
    for (const state of ['open', 'closed'] as const) {
      for (const [step, { from, to }] of Object.entries(STEPS)) {
        const one = { ...opened(), state }
        const outcome = code(() => stepCase(one, step as CaseStep))
        const isKnown = (from as readonly string[]).includes(state)
        expect([state, step, outcome]).toEqual([state, step, isKnown ? 'done' : 'CONFLICT'])
        if (isKnown) expect(stepCase(one, step as CaseStep).state).toBe(to ?? state)
      }
    }
  })

  it('do not allow a subject twice, however it is written', () => {
    const one = withSubject(opened(), { about: { plate: '7 abc-123' }, reason }, 'anna', now)
    expect(code(() => withSubject(one, { about: { plate: '7ABC123' }, reason }, 'bert', now))).toBe(
      'CONFLICT',
    )
  })

  it('do not let anybody approve their own search (QRY-6)', () => {
    fc.assert(
      fc.property(person, person, (asks, approves) => {
        const search = { area: { address: '1 Main' }, from: instant(now - DAY), to: instant(now), reason }
        const one = withPlaceSearch(opened(), search, 's1', asks, now)
        expect(code(() => withApproval(one, 's1', approves, now))).toBe(
          asks === approves ? 'NOT_ALLOWED' : 'done',
        )
      }),
    )
  })
})

describe('a product', () => {
  const text = 'The vehicle crosses on Mondays.'
  type Deed = { by: string; step: ProductStep | 'revise' }
  const deed: fc.Arbitrary<Deed> = fc.record({
    by: person,
    step: fc.constantFrom(...(Object.keys(PRODUCT_STEPS) as ProductStep[]), 'revise' as const),
  })

  it('is published by somebody else than its author, one version at a time, and is visible outside only then (ACC-8)', () => {
    const workspace = opened({ kind: 'workspace', members: ['bert', 'carl'] })
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
        let product: Product = newProduct(
          { title: 'Ring', text },
          { id: 'p1', workspace: 'case-1' },
          'anna',
          now,
        )
        for (const { by, step } of deeds) {
          const before = product
          try {
            product =
              step === 'revise'
                ? withVersion(product, { title: 'Ring', text }, by, now)
                : stepProduct(product, step, by, reason, now)
          } catch (error) {
            expect(error).toBeInstanceOf(SightlineError)
            expect(product).toBe(before)
          }
          const published = product.versions.filter(({ state }) => state === 'published')
          expect(published.length).toBeLessThanOrEqual(1)
          for (const { author, review, state } of product.versions) {
            if (state === 'published') expect(review!.by).not.toBe(author)
          }
          expect(visibleVersions({ id: 'dora' }, product, workspace)).toEqual(published)
          expect(visibleVersions({ id: 'bert' }, product, workspace)).toEqual(product.versions)
          expect(visibleVersions({ id: 'bert' }, product, undefined)).toEqual(published)
          expect(product.versions.map(({ number }) => number)).toEqual(product.versions.map((_, n) => n + 1))
        }
      }),
    )
  })
})

describe('retention (AUD-6)', () => {
  const thing = { retention: newRetention(undefined, now) }

  it('is a year, or the stated time up to five years, to the millisecond', () => {
    expect(thing.retention.until).toBe(yearsAfter(new Date(now), RETENTION_YEARS.default).toISOString())
    const latest = yearsAfter(new Date(now), RETENTION_YEARS.longest).getTime()
    fc.assert(
      fc.property(fc.integer({ min: now - 400 * DAY, max: latest + 400 * DAY }), (end) => {
        const outcome = code(() => newRetention(instant(end), now))
        expect(outcome).toBe(end > now && end <= latest ? 'done' : 'RULE_BROKEN')
      }),
    )
    expect([
      isOver({ until: instant(now), renewals: [] }, now - 1),
      isOver({ until: instant(now), renewals: [] }, now),
    ]).toEqual([...[false, true]])
  })

  it('ends within five years of the last renewal, however often it is renewed, each time with a reason', () => {
    const renewal = fc.record({
      days: fc.integer({ min: -100, max: 2200 }),
      pass: fc.integer({ min: 0, max: 500 }),
    })
    fc.assert(
      fc.property(fc.array(renewal, { maxLength: 10 }), (renewals) => {
        let one = thing
        let at = now
        let last = now
        for (const { days, pass } of renewals) {
          at += pass * DAY
          const until = instant(at + days * DAY)
          const before = one
          if (code(() => renewRetention(before, { until, reason }, 'anna', at)) !== 'done') continue
          one = renewRetention(before, { until, reason }, 'anna', at)
          last = at
          expect(isOver(before.retention, at)).toBe(false)
          expect(one.retention.until > before.retention.until).toBe(true)
        }
        const end = yearsAfter(new Date(last), RETENTION_YEARS.longest).toISOString()
        expect(one.retention.until <= end).toBe(true)
        expect(one.retention.renewals.every(({ reason: why }) => hasSubstance(why))).toBe(true)
      }),
    )
  })

  it('that is over cannot be renewed', () => {
    const late = Date.parse(thing.retention.until)
    const renewal = { until: instant(late + DAY), reason }
    expect(code(() => renewRetention(thing, renewal, 'anna', late))).toBe('NOT_FOUND')
    expect(code(() => renewRetention(thing, renewal, 'anna', late - 1))).toBe('done')
  })
})

describe('a place that a case names (QRY-6)', () => {
  const point = fc.record({
    lat: fc.double({ min: -80, max: 80, noNaN: true }),
    lon: fc.double({ min: -180, max: 180, noNaN: true }),
  })
  const radiusM = fc.double({ min: 1, max: 50_000, noNaN: true })
  const inner = fc.record({
    share: fc.double({ min: 0, max: 3, noNaN: true }),
    heading: fc.double({ min: 0, max: 359, noNaN: true }),
  })

  it('covers a circle exactly when distance and radius fit', () => {
    fc.assert(
      fc.property(point, radiusM, inner, radiusM, (center, radius, { share, heading }, small) => {
        const asked = { ...pointAhead(center, heading, radius * share), radiusM: small }
        const reach = distanceM(center, asked) + small
        // Within a meter either answer is right.
        fc.pre(Math.abs(reach - radius) > Math.max(2, radius * 0.01))
        const named = { ...center, radiusM: radius }
        // The farthest point of the asked circle is looked at to within 1/32 of a turn.
        if (reach < radius) expect(covers(named, asked)).toBe(true)
        if (distanceM(center, asked) + small * 0.98 > radius + 2) expect(covers(named, asked)).toBe(false)
      }),
    )
  })

  it.each<[string, Parameters<typeof covers>, boolean]>([
    [
      'an address holds itself, however it is written',
      [{ address: '1 Main Street' }, { address: '1, main street' }],
      true,
    ],
    [
      'an address holds no wider circle',
      [{ address: '1 Main Street' }, { address: '1 Main Street', radiusM: 100 }],
      false,
    ],
    [
      'an address holds a narrower circle',
      [
        { address: '1 Main', radiusM: 500 },
        { address: '1 Main', radiusM: 100 },
      ],
      true,
    ],
    ['an address holds no other', [{ address: '1 Main Street' }, { address: '1 Main' }], false],
    ['a polygon holds itself', [square(0, 2), square(0, 2)], true],
    ['a polygon holds a smaller one', [square(0, 2), square(0.5, 1)], true],
    ['a polygon holds no larger one', [square(0.5, 1), square(0, 2)], false],
    ['a polygon holds a circle inside', [square(0, 2), { lat: 1, lon: 1, radiusM: 50_000 }], true],
    ['a polygon holds no circle over its edge', [square(0, 2), { lat: 0.1, lon: 1, radiusM: 50_000 }], false],
    [
      'a polygon with a bay holds no circle over the bay',
      [bay(), { lat: 1, lon: 1, radiusM: 50_000 }],
      false,
    ],
    ['a circle holds a polygon inside', [{ lat: 1, lon: 1, radiusM: 50_000 }, square(0.9, 0.2)], true],
    ['a circle holds no polygon over its edge', [{ lat: 1, lon: 1, radiusM: 50_000 }, square(0.9, 2)], false],
  ])('%s', (_, [named, asked], expected) => {
    expect(covers(named, asked)).toBe(expected)
  })

  it('a vehicle is named when everything the case says about it is asked for', () => {
    expect(namesVehicle({ make: 'Toyota' }, { make: 'TOYOTA', model: 'Camry' })).toBe(true)
    expect(namesVehicle({ make: 'Toyota', model: 'Camry' }, { make: 'Toyota' })).toBe(false)
    expect(namesVehicle({ color: 'red' }, { make: 'Toyota' })).toBe(false)
    expect(namesVehicle({ color: 'silver' }, { make: 'Toyota', color: 'Gray' })).toBe(true)
    expect(namesVehicle({ color: 'silver' }, { make: 'Toyota', color: 'blue' })).toBe(false)
  })
})

describe('a search for a case (QRY-6)', () => {
  const rules = { secondPerson: false }
  const plate = fc.constantFrom('A1', 'B2', 'C3')

  it('may ask for a plate that the case names, and no other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(plate), plate, (plates, asked) => {
        const one = opened({ subjects: plates.map((each) => ({ about: { plate: each }, reason })) })
        expect(mayAsk(one, { plate: asked }, rules, now) === null).toBe(plates.includes(asked))
        expect(mayAsk({ ...one, state: 'closed' }, { plate: asked }, rules, now)).toMatchObject({
          requirement: 'QRY-5',
        })
        expect(mayAsk(one, { plate: asked }, rules, now + 500 * DAY)).toMatchObject({ requirement: 'QRY-5' })
      }),
    )
  })

  it('is refused without a plate when it lacks a place, a window or a named thing', () => {
    const area = { lat: 32, lon: -117, radiusM: 100 }
    const some = <T>(value: T) => fc.option(fc.constant(value), { nil: undefined })
    fc.assert(
      fc.property(
        some(area),
        fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom('none', 'own', 'approved'),
        some('7AB*'),
        (place, days, isNamed, secondPerson, approval, pattern) => {
          let one = opened({ subjects: [{ about: isNamed ? { place: area } : { plate: 'A1' }, reason }] })
          const window = days === undefined ? {} : { from: instant(now - days * DAY), to: instant(now) }
          if (approval !== 'none' && days !== undefined) {
            const asked = { area, from: instant(now - days * DAY), to: instant(now), reason }
            one = withPlaceSearch(one, asked, 's1', 'anna', now)
            if (approval === 'approved') one = withApproval(one, 's1', 'bert', now)
          }
          const asked = { ...(place && { area: place }), ...(pattern && { pattern }), ...window }
          const may = mayAsk(one, asked, { secondPerson }, now) === null
          const isBounded = place !== undefined && days !== undefined && days <= PLACE_WINDOW_DAYS
          expect(may).toBe(isBounded && isNamed && (!secondPerson || approval === 'approved'))
        },
      ),
    )
  })
})

/** A square of so many degrees, from a corner on. */
function square(from: number, size: number) {
  const to = from + size
  return {
    polygon: [
      { lat: from, lon: from },
      { lat: from, lon: to },
      { lat: to, lon: to },
      { lat: to, lon: from },
    ],
  }
}

/** A square with a narrow bay that reaches to its middle. */
function bay() {
  const [first, second, ...rest] = square(0, 2).polygon
  const inlet = [
    { lat: 0, lon: 0.999 },
    { lat: 1.05, lon: 1 },
    { lat: 0, lon: 1.001 },
  ]
  return { polygon: [first!, ...inlet, second!, ...rest] }
}
