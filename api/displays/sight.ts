import type { Verdict } from '@sightline/schemas/alert-work'
import type { Case } from '@sightline/schemas/case'
import type { Display } from '@sightline/schemas/display'
import type { DisplayView } from '@sightline/schemas/display-view'
import type { Actor } from '../access/permit.ts'
import { isVerifier, withoutPlates } from '../alerts/cover.ts'
import type { AlertWorkStore } from '../alerts/work-store.ts'
import { isOver } from '../cases/retention.ts'
import type { CaseStore } from '../cases/store.ts'
import { standing } from '../cases/visibility.ts'
import type { PeopleStores } from '../people/stores.ts'
import { valuesOf } from '../shared/records.ts'
import { namesPlate } from './case-check.ts'

/** Why somebody knows what a display waits for; null: the api does not tell them. */
export type Knows = NonNullable<Verdict['knew']> | null

type About = Pick<Display, 'owner' | 'caseRef' | 'plate' | 'createdAt'>

export interface SightDeps extends Pick<PeopleStores, 'people'> {
  cases: Pick<CaseStore, 'select'>
  alertWork: Pick<AlertWorkStore, 'claimedBy'>
  clock(): number
}

/**
 * Whether a display is kept for a case of its reference. Anybody may open a case of any reference, and name whom they like in it: so it has to
 * name the plate, and to be its owner's, or theirs to use before the display was stored.
 */
const isKeptFor = (one: Case, { owner, plate, createdAt }: About): boolean =>
  (one.owner === owner || (standing({ id: owner }, one) !== null && one.createdAt <= createdAt)) &&
  namesPlate(one, plate)

/**
 * Who is told what displays wait for: who keeps one, who may use its case and so works on the plate (ACC-8), and the
 * supervisor of its owner. Others see that it is there, and from an alert no way leads to its plate (DSP-7).
 */
export async function knowledgeOf(
  { people, cases, clock }: Omit<SightDeps, 'alertWork'>,
  { id, roles }: Pick<Actor, 'id' | 'roles'>,
): Promise<(display: About) => Knows> {
  const now = clock()
  const isUsable = (one: Case) => standing({ id }, one) !== null && !isOver(one.retention, now)
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
 * Displays as somebody may see them. Whoever compares an alert of a display at this moment is not told its plate, even if
 * it is their own: they read it in the picture.
 */
export async function displaySight(
  deps: SightDeps,
  actor: Pick<Actor, 'id' | 'roles' | 'session'>,
): Promise<(display: Display) => DisplayView> {
  if (!isVerifier(actor)) return (display) => display
  const knows = await knowledgeOf(deps, actor)
  const comparing = deps.alertWork.claimedBy(actor.id, deps.clock())
  return (display) =>
    knows(display) !== null && !comparing.has(display.id) ? display : coveredDisplay(display)
}

/** A display without what tells its plate. */
export function coveredDisplay(display: Display): DisplayView {
  const { plate, reason, caseRef, lastStep, review } = display
  const words = (text: string) => withoutPlates(text, [plate])
  return {
    ...display,
    ...{ plate: null, covered: true, reason: words(reason), caseRef: words(caseRef) },
    ...(lastStep?.reason && { lastStep: { ...lastStep, reason: words(lastStep.reason) } }),
    ...(review && { review: { ...review, reason: words(review.reason) } }),
  }
}
