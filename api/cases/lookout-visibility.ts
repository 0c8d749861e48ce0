import type { Lookout } from '@sightline/schemas/lookout'
import type { Actor } from '../access/permit.ts'
import type { PeopleStores } from '../people/stores.ts'
import { valuesOf } from '../shared/records.ts'
import { isOver } from './retention.ts'
import type { CaseStore } from './store.ts'
import { mayReach, membershipOf } from './visibility.ts'

interface Deps extends Pick<PeopleStores, 'people'> {
  cases: Pick<CaseStore, 'select'>
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
  const live = cases.select(({ retention }) => !isOver(retention, now))
  const known = new Set(live.map(({ id }) => id))
  const usable = new Set(live.filter((one) => membershipOf(actor, one) !== null).map(({ id }) => id))
  const authors = new Set<string>()
  if (actor.roles.includes('supervisor')) {
    for (const { id, supervisor } of await valuesOf(people)) if (supervisor === actor.id) authors.add(id)
  }
  return ({ case: caseId, createdBy, provenance }) => {
    const from = 'vendors' in provenance ? provenance.vendors : [provenance.source]
    if (!mayReach(actor, from)) return false
    const isAuthors = createdBy === actor.id && !known.has(caseId)
    return actor.roles.includes('oversight') || usable.has(caseId) || isAuthors || authors.has(createdBy)
  }
}
