import type { Clock } from '@sightline/runtime/clock'
import type { About, Case, PlaceSearch } from '@sightline/schemas/case'
import { type ErrorCode, SightlineError } from '@sightline/schemas/errors'
import { type Actor, type Refusal, refusalError } from '../access/permit.ts'
import type { CaseGate, QuerySubject } from '../history/case-gate.ts'
import { covers, isSubject, namesVehicle } from './covers.ts'
import { isOver } from './retention.ts'
import type { CaseStore } from './store.ts'
import { membershipOf } from './visibility.ts'

/**
 * The cases with a reference, or with that id, that a person may use; the newest first. Several cases may carry the
 * reference of one matter.
 */
export async function* usableCases(
  cases: Pick<CaseStore, 'select' | 'find'>,
  actor: Pick<Actor, 'id'>,
  caseRef: string,
  now: number,
): AsyncGenerator<Case, void> {
  const mayUse = (one: Case) => membershipOf(actor, one) !== null && !isOver(one.retention, now)
  const found = cases.select((one) => (one.caseRef === caseRef || one.id === caseRef) && mayUse(one))
  for (const { id } of found) {
    // The copy in memory may be behind; the stored case decides.
    const one = (await cases.find(id))?.value
    if (one && mayUse(one)) yield one
  }
}

/** @param requirement that demands a case; @param remedy what to do about it */
export const noUsableCase = (caseRef: string, requirement: string, remedy: string): SightlineError =>
  new SightlineError(
    'NOT_ALLOWED',
    `you have no access to a case ${caseRef}, or there is none (${requirement})`,
    {
      hint: `${remedy} (POST /v1/cases), or ask its owner to add you as a member.`,
    },
  )

/**
 * The gate for queries (QRY-5, QRY-6): a person may query for a case that they may use, that is open and names the
 * subject. Of several cases with one reference, one must allow it.
 */
export function createCaseGate(
  cases: Pick<CaseStore, 'select' | 'find'>,
  rules: GateRules,
  clock: Clock,
): CaseGate {
  return {
    async mayQuery(actor, matter, subject) {
      const { caseRef } = matter
      const now = clock()
      let refused: Refusal | undefined
      for await (const one of usableCases(cases, actor, caseRef, now)) {
        const refusal = mayAsk(one, subject, rules, now)
        if (!refusal) return one.id
        refused ??= refusal
      }
      if (refused) throw refusalError(refused)
      throw noUsableCase(caseRef, 'QRY-5', 'Open a case that names what you search for')
    },
  }
}

/** Longest window of a search without a plate, days (QRY-6). */
export const PLACE_WINDOW_DAYS = 31

interface GateRules {
  /** A search without a plate needs a second person's approval (QRY-6). */
  secondPerson: boolean
}

/** Whether a case is open and its retention has not ended. */
export const isOngoing = ({ state, retention }: Case, now: number): boolean =>
  state === 'open' && !isOver(retention, now)

/**
 * Whether a query may be made for a case: it is open and names the subject. A plate must be named. Without a plate, the
 * query needs a place and a window, and a case that names the place or the vehicle (QRY-6).
 */
export function mayAsk(one: Case, asked: QuerySubject, rules: GateRules, now: number): Refusal | null {
  if (!isOngoing(one, now)) {
    return refusal(
      'CASE_CLOSED',
      'QRY-5',
      'the case is closed',
      'You can search only for an open case. Its owner may reopen it.',
    )
  }
  if (asked.plate !== undefined) {
    const { plate } = asked
    if (names(one, (about) => 'plate' in about && about.plate === plate)) return null
    return refusal(
      'SUBJECT_NOT_NAMED',
      'QRY-6',
      'the case does not name this plate',
      'Search only for subjects already identified, or found from one: add the plate with its reason (POST /v1/cases/{id}/subjects).',
    )
  }
  return mayAskPlace(one, asked, rules)
}

function mayAskPlace(one: Case, asked: QuerySubject, rules: GateRules): Refusal | null {
  const { area, vehicle, from, to } = asked
  if (!area || from === undefined || to === undefined) {
    return refusal(
      'RULE_BROKEN',
      'QRY-6',
      'a search without a whole plate needs a place and a time window',
      'Give area, from and to. The history cannot be searched without limits.',
    )
  }
  if (Date.parse(to) - Date.parse(from) > PLACE_WINDOW_DAYS * 86_400_000) {
    return refusal(
      'RULE_BROKEN',
      'QRY-6',
      `a search without a whole plate covers ${PLACE_WINDOW_DAYS} days at most`,
      'Search only the days that the case is about.',
    )
  }
  const namesIt = names(
    one,
    (about) =>
      ('place' in about && covers(about.place, area)) ||
      ('vehicle' in about &&
        vehicle !== undefined &&
        isSubject(about.vehicle) &&
        namesVehicle(about.vehicle, vehicle)),
  )
  if (!namesIt) {
    return refusal(
      'SUBJECT_NOT_NAMED',
      'QRY-6',
      'the case names neither this place nor this vehicle',
      'Add the place or vehicle to the case, with its reason (POST /v1/cases/{id}/subjects).',
    )
  }
  if (!rules.secondPerson || one.placeSearches.some((search) => approves(search, asked))) return null
  return refusal(
    'APPROVAL_MISSING',
    'QRY-6',
    'a search without a plate needs approval by a second person',
    'Request it with POST /v1/cases/{id}/place-searches. A member of the case, or your supervisor, approves it; then search again.',
  )
}

/** Whether a search was approved by another person and covers the query. */
function approves(search: PlaceSearch, { area, vehicle, from, to }: QuerySubject): boolean {
  if (search.approvedBy === null || search.approvedBy === search.askedBy) return false
  const sameVehicle = !search.vehicle || (vehicle !== undefined && namesVehicle(search.vehicle, vehicle))
  return sameVehicle && covers(search.area, area!) && search.from <= from! && to! <= search.to
}

/** Whether one of a case's subjects satisfies a test. */
export const names = (one: Case, is: (about: About) => boolean): boolean =>
  one.subjects.some(({ about }) => is(about))

const refusal = (code: ErrorCode, requirement: string, message: string, hint: string): Refusal => ({
  code,
  requirement,
  message,
  hint,
})
