import { newProduct, takeProductStep, withVersion } from '@sightline/api/cases/products'
import type { Product } from '@sightline/schemas/product'
import { describe, expect, it } from 'vitest'
import {
  daysLeft,
  findCases,
  isRevisable,
  lastOf,
  type Step,
  seenBy,
  stepsFor,
} from '../../../console/views/cases/whose.ts'

const now = Date.UTC(2026, 10, 24)
const text = { title: 'Three thefts', text: 'A text that says what was found out.' }
const draft = newProduct(text, { id: 'p1', workspace: 'c1' }, 'dana', now)
const STEPS: readonly Step[] = ['submit', 'return', 'publish', 'withdraw']

/** What the api allows, by trying. */
const allowed = (product: Product, by: string): Step[] =>
  STEPS.filter((step) => {
    try {
      return takeProductStep(product, step, by, 'why it is done, in words', now)
    } catch {
      return false
    }
  })

describe('the actions on a product', () => {
  const take = (product: Product, step: Step, by: string) =>
    takeProductStep(product, step, by, 'why it is done, in words', now)
  const submitted = take(draft, 'submit', 'dana')
  const published = take(submitted, 'publish', 'sam')
  const next = withVersion(published, text, 'sam', now)

  it.each([
    ['a draft', draft],
    ['a version under review', submitted],
    ['a returned version', take(submitted, 'return', 'sam')],
    ['a published version', published],
    ['a published version with a new draft', next],
    ['a withdrawn version', take(published, 'withdraw', 'dana')],
  ])('for %s are those that the api allows', (_what, product) => {
    for (const by of ['dana', 'sam']) {
      expect([by, [...stepsFor(product, by)].sort()]).toEqual([by, allowed(product, by).sort()])
    }
  })

  it('include a new version, except while one waits for review', () => {
    expect([isRevisable(draft), isRevisable(submitted), isRevisable(published)]).toEqual([true, false, true])
    expect(lastOf(next).number).toBe(2)
  })
})

describe('who sees a case (ACC-8)', () => {
  it('an event is visible to its owner alone, whatever else it names', () => {
    const people = { owner: 'dana', members: ['sam'] }
    expect(seenBy({ kind: 'event', ...people })).toEqual(['dana'])
    expect(seenBy({ kind: 'workspace', ...people })).toEqual(['dana', 'sam'])
  })
})

describe('a list of cases', () => {
  const cases = [
    { title: 'Trailers taken from port lots', caseRef: 'CASE-2026-31' },
    { title: 'Trailer stolen at San Ysidro', caseRef: 'CASE-2026-17' },
  ]

  it.each([
    ['', [0, 1]],
    ['  ', [0, 1]],
    ['TRAILER', [0, 1]],
    ['lots trailers', [0]],
    ['2026-17', [1]],
    ['port 2026-17', []],
  ])('is filtered by %j to those that contain all its words', (text, found) => {
    expect(findCases(cases, text)).toEqual(found.map((at) => cases[at]))
  })

  it('says how many days are left until something is deleted (AUD-6)', () => {
    const left = (until: string) => daysLeft(until, Date.parse('2026-11-24T12:00:00.000Z'))
    expect(left('2027-01-23T12:00:00.000Z')).toBe(60)
    expect(left('2026-11-25T11:59:59.000Z')).toBe(0)
    expect(left('2026-11-20T00:00:00.000Z')).toBe(0)
  })
})
