import { instant } from '@sightline/runtime/clock'
import type { AccessFile } from '@sightline/schemas/access-request'
import type { Office, Person } from '@sightline/schemas/person'
import { EDGE_SOURCE } from '@sightline/schemas/read'
import { SYSTEM } from '@sightline/schemas/reserved-ids'
import { emptyFile, withRequest, withStep } from '../access/requests.ts'
import { certifyAccess, isCertified, isTrained, withTraining } from '../access/validity.ts'
import type { AuditLog } from '../audit/log.ts'
import type { PeopleStores } from '../people/stores.ts'
import { newPerson } from './set-up.ts'

/** A made-up person for development: they have no password, and sign in only by the development token. */
export interface CastMember {
  id: string
  name: string
  /** Their part, in words. */
  does: string
  offices: readonly Office[]
  /** Whether they are granted every source. */
  analyst: boolean
}

const SUPERVISOR = 'lee-novak'
const SYSTEM_OWNER = 'mara-stein'

const member = (id: string, name: string, does: string, offices: readonly Office[] = []): CastMember => ({
  id,
  name,
  does,
  offices,
  analyst: offices.length === 0,
})

/** One of each role, and two analysts: some steps need two. */
export const CAST: readonly CastMember[] = [
  member('dana-reyes', 'Dana Reyes', 'Analyst: alerts, searches, watchlist, cases'),
  member('sam-okafor', 'Sam Okafor', 'A second analyst, on another case'),
  member(SUPERVISOR, 'Lee Novak', 'Supervisor of both analysts', ['supervisor']),
  member(SYSTEM_OWNER, 'Mara Stein', 'System owner: grants and certifies access', ['system-owner']),
  member('iris-wong', 'Iris Wong', 'Oversight: reviews the watchlist and the audit log', ['oversight']),
  member('tom-berg', 'Tom Berg', 'Administrator: accounts and cameras', ['administrator']),
]

interface Deps extends Pick<PeopleStores, 'people' | 'access'> {
  audit: Pick<AuditLog, 'record'>
  federation: { readonly vendors: readonly string[] }
}

/**
 * One of the cast. At the first use all of them are opened and granted; lapsed training and certification are renewed.
 * Later changes to them stay.
 * @returns undefined for a person outside the cast
 * @throws AUDIT_UNAVAILABLE, BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function castPerson(deps: Deps, id: string, now: number): Promise<Person | undefined> {
  if (!CAST.some((other) => other.id === id)) return undefined
  const sources = [EDGE_SOURCE, ...deps.federation.vendors]
  for (const one of CAST) {
    if (!(await deps.people.find(one.id))) await open(deps, one, now)
    const file = await deps.access.find(one.id)
    if (file && isTrained(file.value, now) && isCertified(file.value, now)) continue
    const next = file ? renewAccess(file.value, one, now) : firstFile(one, sources, now)
    await deps.access.put(one.id, next, file?.revision ?? 0).catch(ignoreRefusal)
  }
  return (await deps.people.get(id)).value
}

async function open({ people, audit }: Deps, { id, name, offices, analyst }: CastMember, now: number) {
  const fresh = newPerson({ id, name, email: `${id}@agency.example` }, SYSTEM, now)
  const person: Person = {
    ...fresh,
    state: 'active',
    offices: [...offices],
    supervisor: analyst ? SUPERVISOR : null,
  }
  const parameters = { development: true, offices: [...offices] }
  await audit.record({ actor: SYSTEM, action: 'person.create', subject: id, parameters })
  await people.put(id, person, 0).catch(ignoreRefusal)
}

/** Requested, approved and granted like anybody's access (ACC-1). */
function firstFile(one: CastMember, sources: readonly string[], now: number): AccessFile {
  const empty = emptyFile(one.id)
  if (!one.analyst) return renewAccess(empty, one, now)
  const need = 'Made up for development: to try Sightline as an analyst.'
  const asked = withRequest(empty, { id: 'development', need, sources: [...sources] }, now)
  const supervisor = SUPERVISOR
  const step = { reason: 'Made up for development.', supervisor } as const
  const approver = { id: SUPERVISOR, roles: ['supervisor'] as const }
  const approved = withStep(asked, 'development', { ...step, action: 'approve', by: approver }, now)
  const owner = { id: SYSTEM_OWNER, roles: ['system-owner'] as const }
  return renewAccess(
    withStep(approved, 'development', { ...step, action: 'grant', by: owner }, now),
    one,
    now,
  )
}

function renewAccess(file: AccessFile, { analyst }: CastMember, now: number): AccessFile {
  const by = { id: SYSTEM, roles: ['administrator'] as const }
  const record = { completedAt: instant(now), certificate: 'development' }
  const ready = withTraining(file, record, by, analyst ? SUPERVISOR : null, now)
  return certifyAccess(ready, SYSTEM, now)
}

/**
 * Another process opened them at the same moment; or they were assigned a role meanwhile that excludes access (ACC-1).
 */
function ignoreRefusal(error: { code?: string }): void {
  if (error.code !== 'CONFLICT' && error.code !== 'RULE_BROKEN') throw error
}
