import type { Verdict } from '@sightline/schemas/alert-work'
import type { Case } from '@sightline/schemas/case'
import type { Display, DisplayView } from '@sightline/schemas/display'
import type { Actor } from '../access/permit.ts'
import { isVerifier, withoutPlates } from '../alerts/cover.ts'
import type { AlertWorkStore } from '../alerts/work-store.ts'
import { isOver } from '../cases/retention.ts'
import type { CaseStore } from '../cases/store.ts'
import { membershipOf } from '../cases/visibility.ts'
import type { PeopleStores } from '../people/stores.ts'
import { valuesOf } from '../shared/records.ts'
import { namesPlate } from './case-check.ts'

/** Why a person knows the plate of a display; null: the api does not show it to them. */
export type Knows = NonNullable<Verdict['knew']> | null

type About = Pick<Display, 'owner' | 'caseRef' | 'plate' | 'createdAt'>

export interface VisibilityDeps extends Pick<PeopleStores, 'people'> {
  cases: Pick<CaseStore, 'select'>
  alertWork: Pick<AlertWorkStore, 'claimedBy'>
  clock(): number
}

/**
 * Whether a display is kept for a case with its reference. Anybody may open a case with any reference, and name
 * anything in it. So the case must name the plate, and belong to the display's owner, or have been open to them before
 * the display was stored.
 */
const isKeptFor = (one: Case, { owner, plate, createdAt }: About): boolean =>
  (one.owner === owner || (membershipOf({ id: owner }, one) !== null && one.createdAt <= createdAt)) &&
  namesPlate(one, plate)

/**
 * Who sees the plates of displays: the owner, the people who may use the case and so work on the plate (ACC-8), and the
 * owner's supervisor. Others see that a display exists, and cannot get from an alert to its plate (DSP-7).
 */
export async function knowledgeOf(
  { people, cases, clock }: Omit<VisibilityDeps, 'alertWork'>,
  { id, roles }: Pick<Actor, 'id' | 'roles'>,
): Promise<(display: About) => Knows> {
  const now = clock()
  const isUsable = (one: Case) => membershipOf({ id }, one) !== null && !isOver(one.retention, now)
  const matters = new Map<string, Case[]>()
  for (const one of cases.select(isUsable)) {
    for (const name of [one.id, one.caseRef]) matters.set(name, [...(matters.get(name) ?? []), one])
  }
  const own = new Set<string>()
  if (roles.includes('supervisor')) {
    for (const person of await valuesOf(people)) if (person.supervisor === id) own.add(person.id)
  }
  return (display) => {
    if (display.owner === id) return 'owner'
    if (matters.get(display.caseRef)?.some((one) => isKeptFor(one, display))) return 'case'
    return own.has(display.owner) ? 'supervisor' : null
  }
}

/**
 * Displays as an actor may see them. While verifying an alert of a display, the actor does not see its plate, not even
 * of their own display: they read it in the image.
 */
export async function displayVisibility(
  deps: VisibilityDeps,
  actor: Pick<Actor, 'id' | 'roles' | 'session'>,
): Promise<(display: Display) => DisplayView> {
  if (!isVerifier(actor)) return (display) => display
  const knows = await knowledgeOf(deps, actor)
  const comparing = deps.alertWork.claimedBy(actor.id, deps.clock())
  return (display) =>
    knows(display) !== null && !comparing.has(display.id) ? display : coverDisplay(display)
}

/** A display without anything that reveals its plate. */
export function coverDisplay(display: Display): DisplayView {
  const { plate, reason, caseRef, lastStep, review } = display
  const words = (text: string) => withoutPlates(text, [plate])
  return {
    ...display,
    plate: null,
    covered: true,
    reason: words(reason),
    caseRef: words(caseRef),
    ...(lastStep?.reason && { lastStep: { ...lastStep, reason: words(lastStep.reason) } }),
    ...(review && { review: { ...review, reason: words(review.reason) } }),
  }
}
