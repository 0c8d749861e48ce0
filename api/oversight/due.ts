import type { AccessFile } from '@sightline/schemas/access-request'
import type { AuditReview } from '@sightline/schemas/audit-review'
import type { Display } from '@sightline/schemas/display'
import type { Person } from '@sightline/schemas/person'
import { emptyFile } from '../access/requests.ts'
import { isAnalyst } from '../access/validity.ts'
import { quarterAt } from '../displays/quarter.ts'
import { reviewIsDue } from '../displays/steps.ts'

/** How long before its end something is due, days: the time of the first reminder. */
const AHEAD_MS = 60 * 86_400_000

/** Something about a person that ends within 60 days, has ended, or never existed. */
interface DueOfPerson {
  person: string
  /** Its end; null when it never existed. */
  validUntil: string | null
  state: 'due' | 'lapsed'
}

export interface DueList {
  auditReviews: { quarter: string; state: 'not opened' | 'open'; left: number | null }[]
  displayReviews: { quarter: string; due: number }
  certifications: DueOfPerson[]
  trainings: DueOfPerson[]
}

export interface DueFacts {
  reviews: readonly AuditReview[]
  /** When the first audit record was written, milliseconds; null for an empty log. */
  firstRecordAt: number | null
  displays: readonly Display[]
  people: readonly Person[]
  files: readonly AccessFile[]
}

/** Open tasks of oversight and of those who certify (AUD-3, DSP-4, ACC-4), from stored dates alone. Pure. */
export function dueList({ reviews, firstRecordAt, displays, people, files }: DueFacts, now: number): DueList {
  const quarter = quarterAt(now)
  const byPerson = new Map(files.map((file) => [file.person, file]))
  const using = people
    .filter(({ state }) => state === 'active')
    .map(({ id, offices }) => ({ id, offices, file: byPerson.get(id) ?? emptyFile(id) }))
    .filter(({ offices, file }) => offices.length > 0 || isAnalyst(file))
  const dueOf = (endOf: (file: AccessFile) => string | undefined) =>
    using
      .flatMap(({ id, file }) => dueOfPerson(id, endOf(file), now))
      .sort((a, b) => ((a.validUntil ?? '') < (b.validUntil ?? '') ? -1 : 1))
  return {
    auditReviews: dueReviews(reviews, firstRecordAt, now),
    displayReviews: {
      quarter: quarter.name,
      due: displays.filter((display) => reviewIsDue(display, quarter, now)).length,
    },
    certifications: dueOf(({ certification }) => certification?.validUntil),
    trainings: dueOf(({ training }) => training?.validUntil),
  }
}

function dueOfPerson(person: string, validUntil: string | undefined, now: number): DueOfPerson[] {
  if (validUntil === undefined) return [{ person, validUntil: null, state: 'lapsed' }]
  const end = Date.parse(validUntil)
  if (now >= end) return [{ person, validUntil, state: 'lapsed' }]
  return now >= end - AHEAD_MS ? [{ person, validUntil, state: 'due' }] : []
}

/** Every past quarter with records and without a signed review; the oldest first. */
export function dueReviews(
  reviews: readonly AuditReview[],
  firstRecordAt: number | null,
  now: number,
): DueList['auditReviews'] {
  if (firstRecordAt === null) return []
  const byQuarter = new Map(reviews.map((review) => [review.quarter, review]))
  const due: DueList['auditReviews'] = []
  for (let offset = -1; quarterAt(now, offset).end > firstRecordAt; offset--) {
    const { name } = quarterAt(now, offset)
    const review = byQuarter.get(name)
    if (review?.signOff) continue
    const left = review ? review.items.filter(({ finding }) => finding === null).length : null
    due.unshift({ quarter: name, state: review ? 'open' : 'not opened', left })
  }
  return due
}
