import type { Case } from '@sightline/schemas/case'
import type { Lookout } from '@sightline/schemas/lookout'
import type { Actor } from '../access/permit.ts'
import type { PeopleStores } from '../people/stores.ts'
import { valuesOf } from '../shared/records.ts'
import { isOver } from './retention.ts'
import type { CaseStore } from './store.ts'
import { mayReach, membershipOf } from './visibility.ts'

interface Deps extends Pick<PeopleStores, 'people'> {
  cases: Pick<CaseStore, 'glance'>
  clock(): number
}

/**
 * Which lookouts an actor sees: those of sources granted to them (ACC-6), of cases that they may use (ACC-8). A lookout
 * outlives its case; then it belongs to its author. The author's supervisor keeps it when they leave; oversight reviews
 * all.
 */
export async function lookoutVisibility(
  { people, cases, clock }: Deps,
  actor: Actor,
): Promise<(lookout: Lookout) => boolean> {
  const now = clock()
  /** Only those of the lookouts: there are many more cases. */
  const liveCase = (id: string): Case | undefined => {
    const one = cases.glance(id)?.value
    return one && !isOver(one.retention, now) ? one : undefined
  }
  const authors = new Set<string>()
  if (actor.roles.includes('supervisor')) {
    for (const { id, supervisor } of await valuesOf(people)) if (supervisor === actor.id) authors.add(id)
  }
  return ({ case: caseId, createdBy, provenance }) => {
    const from = 'vendors' in provenance ? provenance.vendors : [provenance.source]
    if (!mayReach(actor, from)) return false
    const of = liveCase(caseId)
    const isUsable = of !== undefined && membershipOf(actor, of) !== null
    const isAuthors = createdBy === actor.id && !of
    return actor.roles.includes('oversight') || isUsable || isAuthors || authors.has(createdBy)
  }
}
