import { createHash } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import type {
  About,
  Case,
  CaseChange,
  CaseSubject,
  NewCase,
  NewPlaceSearch,
  NewSubject,
  PlaceSearch,
} from '@sightline/schemas/case'
import { SightlineError } from '@sightline/schemas/errors'
import { normalizePlate } from '@sightline/schemas/plate'
import { isSubject } from './covers.ts'
import { newRetention } from './retention.ts'
import { requireSubstance } from './substance.ts'

/** Every step of a case, and the states in which it is possible; all others are impossible. */
export const STEPS = {
  change: { from: ['open'], to: 'open' },
  'subject-add': { from: ['open'], to: 'open' },
  'subject-remove': { from: ['open'], to: 'open' },
  'member-add': { from: ['open'], to: 'open' },
  'member-remove': { from: ['open', 'closed'], to: null },
  'hand-over': { from: ['open', 'closed'], to: null },
  close: { from: ['open'], to: 'closed' },
  reopen: { from: ['closed'], to: 'open' },
  renew: { from: ['open', 'closed'], to: null },
  delete: { from: ['open', 'closed'], to: null },
  save: { from: ['open'], to: 'open' },
  'place-search': { from: ['open'], to: 'open' },
} as const satisfies Record<string, { from: readonly Case['state'][]; to: Case['state'] | null }>
export type CaseStep = keyof typeof STEPS

/**
 * The case in the state after a step; null keeps the state.
 * @throws CONFLICT when the step is not possible in its state
 */
export function stepCase(one: Case, step: CaseStep): Case {
  const { from, to } = STEPS[step]
  if (!(from as readonly string[]).includes(one.state)) {
    throw new SightlineError(
      'CONFLICT',
      `the step "${step}" is not possible for a case that is ${one.state}`,
      {
        hint: one.state === 'closed' ? 'Its owner may reopen it.' : 'It is already open.',
      },
    )
  }
  return to === null ? one : { ...one, state: to }
}

/** @throws PLATE_IMPOSSIBLE, MESSAGE_INVALID, RULE_BROKEN */
export function newCase(asked: NewCase, id: string, owner: string, now: number): Case {
  const { kind, caseRef, purpose, title, authority, subjects = [], members = [], retainUntil } = asked
  requireSubstance(purpose, 'purpose of a case', 'QRY-5')
  const empty: Case = {
    v: 1,
    id,
    kind,
    caseRef,
    title,
    authority,
    purpose,
    owner,
    state: 'open',
    subjects: [],
    members: [],
    placeSearches: [],
    createdAt: instant(now),
    retention: newRetention(retainUntil, now),
  }
  const named = members.reduce(withMember, empty)
  return subjects.reduce((one, subject) => withSubject(one, subject, owner, now), named)
}

/** @throws RULE_BROKEN, CONFLICT */
export function applyCaseChange(one: Case, change: CaseChange): Case {
  if (change.purpose !== undefined) requireSubstance(change.purpose, 'purpose of a case', 'QRY-5')
  return { ...stepCase(one, 'change'), ...change }
}

/** Id of a subject: the same subject is named once. */
const subjectId = (about: About): string =>
  createHash('sha256').update(JSON.stringify(about)).digest('base64url').slice(0, 12)

/** @throws PLATE_IMPOSSIBLE, RULE_BROKEN, CONFLICT, NOT_FOUND when it leads from a subject that does not exist */
export function withSubject(
  one: Case,
  { about, reason, ledFrom }: NewSubject,
  by: string,
  now: number,
): Case {
  requireSubstance(reason, 'reason for a subject', 'QRY-6')
  const normal: About = 'plate' in about ? { plate: normalizePlate(about.plate) } : about
  if ('vehicle' in normal && !isSubject(normal.vehicle)) {
    throw new SightlineError('RULE_BROKEN', 'a color or a kind alone does not name a vehicle (QRY-6)', {
      hint: 'Add its make or model. Or name the place, and search there for the color or the kind.',
    })
  }
  const id = subjectId(normal)
  if (one.subjects.some((other) => other.id === id)) {
    throw new SightlineError('CONFLICT', 'the case already names this')
  }
  if (ledFrom !== undefined) requireSubject(one, ledFrom)
  const subject: CaseSubject = {
    id,
    about: normal,
    reason,
    ledFrom: ledFrom ?? null,
    addedBy: by,
    addedAt: instant(now),
  }
  return withinLimit({ ...stepCase(one, 'subject-add'), subjects: [...one.subjects, subject] })
}

const MAX_SUBJECTS = 500

function withinLimit(one: Case): Case {
  if (one.subjects.length <= MAX_SUBJECTS) return one
  throw new SightlineError('RULE_BROKEN', `a case can name at most ${MAX_SUBJECTS} subjects (QRY-6)`, {
    hint: 'Remove subjects that no longer matter.',
  })
}

/** @throws NOT_FOUND, CONFLICT */
export function withoutSubject(one: Case, id: string): Case {
  requireSubject(one, id)
  return { ...stepCase(one, 'subject-remove'), subjects: one.subjects.filter((subject) => subject.id !== id) }
}

function requireSubject({ subjects }: Case, id: string): void {
  if (!subjects.some((subject) => subject.id === id)) {
    throw new SightlineError('NOT_FOUND', `the case has no subject ${id}`)
  }
}

const MAX_MEMBERS = 200

/** @throws RULE_BROKEN for an event, which only its owner may use (ACC-8), or too many members; CONFLICT */
export function withMember(one: Case, person: string): Case {
  if (one.kind === 'event') {
    throw new SightlineError('RULE_BROKEN', 'only its owner may use an event (ACC-8)', {
      hint: 'Open a project or a workspace to share a case.',
    })
  }
  const open = stepCase(one, 'member-add')
  if (person === one.owner || one.members.includes(person)) return open
  if (one.members.length >= MAX_MEMBERS) {
    throw new SightlineError('RULE_BROKEN', `a case can have at most ${MAX_MEMBERS} members (ACC-8)`)
  }
  return { ...open, members: [...one.members, person] }
}

/** @throws NOT_FOUND */
export function withoutMember(one: Case, person: string): Case {
  if (!one.members.includes(person)) {
    throw new SightlineError('NOT_FOUND', `${person} is not a member of the case`)
  }
  return { ...stepCase(one, 'member-remove'), members: one.members.filter((other) => other !== person) }
}

/** The case with another owner; the former owner no longer has access to it (ACC-8). */
export function withOwner(one: Case, to: string): Case {
  if (to === one.owner) throw new SightlineError('CONFLICT', `${to} already owns the case`)
  return { ...stepCase(one, 'hand-over'), owner: to, members: one.members.filter((person) => person !== to) }
}

/** @throws RULE_BROKEN, CONFLICT */
export function withPlaceSearch(one: Case, asked: NewPlaceSearch, id: string, by: string, now: number): Case {
  requireSubstance(asked.reason, 'reason for a search', 'QRY-6')
  const search: PlaceSearch = {
    id,
    ...asked,
    askedBy: by,
    askedAt: instant(now),
    approvedBy: null,
    approvedAt: null,
  }
  // Keeps the last hundred; older ones are in the audit log.
  return { ...stepCase(one, 'place-search'), placeSearches: [...one.placeSearches.slice(-99), search] }
}

/** Requires four eyes for a search without a plate (QRY-6). @throws NOT_FOUND, NOT_ALLOWED, CONFLICT */
export function withApproval(one: Case, id: string, by: string, now: number): Case {
  const open = stepCase(one, 'place-search')
  const search = one.placeSearches.find((other) => other.id === id)
  if (!search) throw new SightlineError('NOT_FOUND', `the case has no search ${id} to approve`)
  if (search.askedBy === by) {
    throw new SightlineError('NOT_ALLOWED', 'nobody approves their own search (QRY-6)', {
      hint: 'Another member of the case, or your supervisor, must approve it.',
    })
  }
  if (search.approvedBy !== null) throw new SightlineError('CONFLICT', 'the search is already approved')
  const approved = { ...search, approvedBy: by, approvedAt: instant(now) }
  return { ...open, placeSearches: one.placeSearches.map((other) => (other.id === id ? approved : other)) }
}
