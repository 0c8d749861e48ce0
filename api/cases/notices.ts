import { createHash } from 'node:crypto'
import type { Case } from '@sightline/schemas/case'
import type { Lookout } from '@sightline/schemas/lookout'
import type { Mail } from '@sightline/schemas/mail'
import type { Person } from '@sightline/schemas/person'
import type { Product } from '@sightline/schemas/product'
import type { SavedRead } from '@sightline/schemas/saved-read'
import { several } from '@sightline/schemas/several'
import { mail, noticeDay } from '../access/notices.ts'

/** Objects with a retention period. */
export interface Kept {
  readonly cases: readonly Case[]
  readonly saved: readonly SavedRead[]
  readonly products: readonly Product[]
  readonly lookouts: readonly Lookout[]
}

/** One object whose retention ends, and who decides whether to keep it. */
interface Ending {
  what: 'case' | 'saved read' | 'product' | 'lookout'
  person: string
  case: string
  until: string
}

const endingsOf = ({ cases, saved, products, lookouts }: Kept): Ending[] => [
  ...cases.map(
    ({ id, owner, retention: { until } }): Ending => ({ what: 'case', person: owner, case: id, until }),
  ),
  ...saved.map(
    (one): Ending => ({
      what: 'saved read',
      person: one.savedBy,
      case: one.case,
      until: one.retention.until,
    }),
  ),
  ...products.map(
    (one): Ending => ({
      what: 'product',
      person: one.versions.at(-1)!.author,
      case: one.workspace,
      until: one.retention.until,
    }),
  ),
  ...lookouts
    .filter(({ state }) => state === 'active')
    .map(
      (one): Ending => ({
        what: 'lookout',
        person: one.createdBy,
        case: one.case,
        until: one.retention.until,
      }),
    ),
]

/**
 * E-mails 60, 30 and 7 days before a retention period ends, and at its end (AUD-6): one for all objects of a kind in a
 * case that end on a day. They go to the person who kept it, or to the owner of the case when that person has left.
 * Pure: the id says what each e-mail is about, so a sweep that was down sends what it missed and none is sent twice.
 * They name cases, no plates.
 */
export function retentionNotices(kept: Kept, people: ReadonlyMap<string, Person>, now: number): Mail[] {
  const caseOf = new Map(kept.cases.map((one) => [one.id, one]))
  const active = (id: string | undefined) => {
    const person = id === undefined ? undefined : people.get(id)
    return person?.state === 'active' ? person : undefined
  }
  const groups = new Map<string, { to: Person; ending: Ending; days: number; count: number }>()
  for (const ending of endingsOf(kept)) {
    const days = noticeDay(ending.until, now)
    const to = active(ending.person) ?? active(caseOf.get(ending.case)?.owner)
    if (days === null || !to) continue
    const day = ending.until.slice(0, 10)
    const id = `retention-${hashOf(ending.what, ending.case, to.id)}-${day}-${days}`
    const group = groups.get(id) ?? { to, ending, days, count: 0 }
    groups.set(id, { ...group, count: group.count + 1 })
  }
  return [...groups].map(([id, { to, ending, days, count }]) => {
    const name = caseOf.get(ending.case)?.caseRef ?? ending.case
    const what =
      ending.what === 'case' ? `The case ${name}` : `${several(count, ending.what)} of the case ${name}`
    const day = ending.until.slice(0, 10)
    const subject = days === 0 ? `${what}: deleted on ${day}` : `${what}: kept until ${day}`
    const next =
      days === 0
        ? 'Nobody renewed it in time, so it is deleted.'
        : 'If it still matters, renew it and state the reason. Anything not renewed is deleted on that day.'
    const text = `${to.name},\n\n${subject}. ${next}\nOpen the case in the console: /cases/${ending.case}\n`
    return mail(id, to, subject.slice(0, 200), text, now)
  })
}

const hashOf = (...parts: string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('base64url').slice(0, 22)
