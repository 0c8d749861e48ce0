import { createHash } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import type { AuditReview, NewFinding, ReviewItem } from '@sightline/schemas/audit-review'
import { SightlineError } from '@sightline/schemas/errors'
import type { Signal } from '@sightline/schemas/misuse'
import { requireSubstance } from '../cases/substance.ts'
import { type Quarter, quarterAt } from '../displays/quarter.ts'
import { createSampler } from './sample.ts'

/** Maximum number of signals in one review; more signals need another kind of work than a review. */
const MOST_SIGNALS = 500

/** A quarter by its name, as QuarterName has it. */
export function quarterNamed(name: string): Quarter {
  const [year, number] = name.split('-Q').map(Number) as [number, number]
  return quarterAt(Date.UTC(year, (number - 1) * 3))
}

/** A quarter that may be reviewed. @throws RULE_BROKEN while it is not over */
export function reviewableQuarter(name: string, now: number): Quarter {
  const quarter = quarterNamed(name)
  if (now >= quarter.end) return quarter
  throw new SightlineError('RULE_BROKEN', `${name} is not over yet (AUD-3)`, {
    hint: `You can open its review from ${instant(quarter.end)}. Until then use GET /v1/oversight/signals.`,
  })
}

/** Seed for drawing the sample of a quarter: nobody knows it before the last record is written. */
export const seedOf = (quarter: string, lastHash: string): string =>
  createHash('sha256').update(`${quarter} ${lastHash}`).digest('hex')

/** Collects from the records of a quarter what is to be reviewed. */
export function foldQuarter(seed: string) {
  const sampler = createSampler(seed)
  const actions = new Map<string, number>()
  const people = new Set<string>()
  let first: AuditRecord | null = null
  let last: AuditRecord | null = null
  let records = 0
  return {
    add(record: AuditRecord): void {
      sampler.add(record)
      actions.set(record.action, (actions.get(record.action) ?? 0) + 1)
      people.add(record.actor)
      first ??= record
      last = record
      records++
    },
    end: () => ({
      drawn: sampler.end(),
      population: {
        records,
        people: people.size,
        first: first?.number ?? null,
        last: last?.number ?? null,
        lastHash: last?.hash ?? null,
        actions: Object.fromEntries([...actions].sort(([a], [b]) => (a < b ? -1 : 1))),
      },
    }),
  }
}

/** The review of a quarter, without verdicts: the signals first, then the sample. */
export function newReview(
  { name, start, end }: Quarter,
  seed: string,
  { drawn, population }: ReturnType<ReturnType<typeof foldQuarter>['end']>,
  signals: readonly Signal[],
  by: string,
  now: number,
): AuditReview {
  const shown = signals.slice(0, MOST_SIGNALS)
  const left = signals.length - shown.length
  const pointed = shown.map((signal): ReviewItem => {
    const why = `a signal of unusual use${left > 0 ? `; ${left} more are left out here` : ''}`
    return { id: signal.id, record: null, signal, why, finding: null }
  })
  const sampled = drawn.map(
    ({ record, why }): ReviewItem => ({
      id: String(record.number),
      record,
      signal: null,
      why,
      finding: null,
    }),
  )
  return {
    v: 1,
    quarter: name,
    from: instant(start),
    to: instant(end),
    openedBy: by,
    openedAt: instant(now),
    population,
    seed,
    items: [...pointed, ...sampled],
    signOff: null,
  }
}

/**
 * The review with a verdict on one item. A verdict can be changed until the review is signed.
 * @throws NOT_FOUND; CONFLICT once it is signed; NOT_ALLOWED for one's own actions; RULE_BROKEN for a reason without
 * substance
 */
export function withFinding(
  review: AuditReview,
  id: string,
  { verdict, reason }: NewFinding,
  by: string,
  now: number,
): AuditReview {
  mustBeOpen(review)
  const item = review.items.find((one) => one.id === id)
  if (!item) throw new SightlineError('NOT_FOUND', `the review of ${review.quarter} has no item ${id}`)
  if (item.record?.actor === by || item.signal?.people.includes(by)) {
    throw new SightlineError('NOT_ALLOWED', 'nobody judges their own actions (AUD-3)', {
      hint: 'Another person in oversight must judge this item.',
    })
  }
  requireSubstance(reason, 'reason for a verdict', 'AUD-3')
  const finding = { verdict, reason, by, at: instant(now) }
  return { ...review, items: review.items.map((one) => (one === item ? { ...one, finding } : one)) }
}

/**
 * @throws CONFLICT once it is signed; RULE_BROKEN while an item has no verdict, or for a statement without substance
 */
export function signOffReview(review: AuditReview, statement: string, by: string, now: number): AuditReview {
  mustBeOpen(review)
  const open = review.items.filter(({ finding }) => finding === null).length
  if (open > 0) {
    throw new SightlineError(
      'RULE_BROKEN',
      `${open} of ${review.items.length} items have no verdict yet (AUD-3)`,
      {
        hint: 'Give a verdict on each item. If you cannot explain one, choose "investigate".',
      },
    )
  }
  requireSubstance(statement, 'statement of a review', 'AUD-3')
  return { ...review, signOff: { by, at: instant(now), statement } }
}

function mustBeOpen({ quarter, signOff }: AuditReview): void {
  if (!signOff) return
  throw new SightlineError('CONFLICT', `${signOff.by} has already signed the review of ${quarter} (AUD-3)`, {
    hint: 'It cannot be changed. Add anything found since to the next review.',
  })
}
