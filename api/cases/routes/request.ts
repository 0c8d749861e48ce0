import { Case } from '@sightline/schemas/case'
import { SightlineError } from '@sightline/schemas/errors'
import { Token } from '@sightline/schemas/message'
import { Reason } from '@sightline/schemas/retention'
import type { SavedRead } from '@sightline/schemas/saved-read'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Actor } from '../../access/permit.ts'
import { isAnalyst } from '../../access/validity.ts'
import type { PeopleStores } from '../../people/stores.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { auditOf, entryOf, type Known, recordDecision } from '../../plugins/app/audit.ts'
import { IdempotencyKey, writeIdOf } from '../../plugins/app/idempotency.ts'
import { etag } from '../../shared/etag.ts'
import { DEFAULT_LIMIT } from '../../shared/limit.ts'
import { PageQuery } from '../../shared/pages.ts'
import type { Stored } from '../../shared/records.ts'
import { change } from '../change.ts'
import { newId } from '../ids.ts'
import { isOver } from '../retention.ts'
import { savedKey } from '../saved-store.ts'
import type { CaseStores } from '../stores.ts'
import { mayReach, noSuchCase, requireMembership } from '../visibility.ts'

export const ById = Type.Object({ id: Token })
export const ForCreating = Type.Object(IdempotencyKey)
export const ForChanging = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      description: 'ETag of the version you read, or * for any version; without it nothing is changed',
    }),
  ),
  ...IdempotencyKey,
})
/** Query of a list that may be of one case only. */
export const OfCase = Type.Object(
  { case: Type.Optional(Type.Intersect([Token], { description: 'Only those of this case' })), ...PageQuery },
  { additionalProperties: false },
)
/** What the audit log has of such a query. */
export const ofCaseQuery = ({ query }: Pick<FastifyRequest, 'query'>) => {
  const { case: of = null, cursor = null, limit = DEFAULT_LIMIT } = query as Static<typeof OfCase>
  return { case: of, cursor, limit }
}
export const Stated = Type.Object({ reason: Reason }, { additionalProperties: false })

/** What a person sees of a case that they hand over but may not open. */
export const CaseCover = Type.Pick(Case, ['id', 'kind', 'caseRef', 'owner'], { title: 'CaseCover' })
export const coverOf = ({ id, kind, caseRef, owner }: Case): Static<typeof CaseCover> => ({
  id,
  kind,
  caseRef,
  owner,
})

export interface CaseRequestDeps extends CaseStores, Pick<PeopleStores, 'people' | 'access'> {
  clock(): number
}

/** The case, if its retention has not ended. @throws NOT_FOUND */
export async function liveCase(
  { cases, clock }: Pick<CaseRequestDeps, 'cases' | 'clock'>,
  id: string,
): Promise<Stored<Case>> {
  const found = await cases.find(id)
  if (!found || isOver(found.value.retention, clock())) throw noSuchCase(id)
  return found
}

/** The case, if the caller may see it. @throws NOT_FOUND; NOT_ALLOWED when only its owner may */
export async function usableCase(
  deps: Pick<CaseRequestDeps, 'cases' | 'clock'>,
  request: FastifyRequest,
  id: string,
  least: 'member' | 'owner' = 'member',
): Promise<Stored<Case>> {
  const stored = await liveCase(deps, id)
  requireMembership(actorOf(request), stored.value, least)
  return stored
}

/** Changes a case that the caller may change, and answers with it and its ETag. @throws as `change` */
export async function changeCase(
  deps: CaseRequestDeps,
  request: FastifyRequest<{ Params: { id: string } }>,
  reply: FastifyReply,
  step: { least: 'member' | 'owner'; known?: Known; next(one: Case): Case },
): Promise<Case> {
  const actor = actorOf(request)
  const { id } = request.params
  const stored = await change(auditOf(request), {
    records: { get: (key) => liveCase(deps, key), put: deps.cases.put },
    key: id,
    ifMatch: request.headers['if-match'],
    entry: entryOf(request, step.known),
    may: (one) => requireMembership(actor, one, step.least),
    next: step.next,
  })
  reply.header('etag', etag(stored.revision))
  return stored.value
}

/** Input for a new record: its id, who requests it, and when, milliseconds. */
export interface Making {
  id: string
  actor: Actor
  now: number
}

/**
 * Decides about a new record, records the decision, stores the new record, and answers with it, its address and its
 * ETag. A repeated request gets the same id.
 * @param path of the records, e.g. `/v1/cases`
 * @throws as `decide`
 */
export async function create<T>(
  deps: Pick<CaseRequestDeps, 'clock'>,
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  records: { put(key: string, value: T, revision: number): Promise<Stored<T>> },
  decide: (making: Making) => T | Promise<T>,
) {
  const now = deps.clock()
  const id = newId(now, writeIdOf(request))
  const made = await recordDecision(request, () => decide({ id, actor: actorOf(request), now }), {
    subject: id,
  })
  const { value, revision } = await records.put(id, made, 0)
  return reply
    .code(201)
    .headers({ location: `${path}/${id}`, etag: etag(revision) })
    .send(value)
}

/** @throws NOT_FOUND for a person without an account, RULE_BROKEN for a person without access */
export async function requireAnalyst(
  { people, access }: Pick<CaseRequestDeps, 'people' | 'access'>,
  id: string,
): Promise<void> {
  const person = (await people.find(id))?.value
  if (!person) throw new SightlineError('NOT_FOUND', `there is no account ${id}`)
  const file = (await access.find(id))?.value
  if (person.state === 'active' && file && isAnalyst(file)) return
  throw new SightlineError('RULE_BROKEN', `${id} needs access before taking part in a case (ACC-1)`, {
    hint: 'They request it with POST /v1/access/requests.',
  })
}

/**
 * A saved read, if the caller was granted its source.
 * @throws NOT_FOUND when it is gone, or from sources that were not granted (ACC-6)
 */
export async function reachableRead(
  { saved, clock }: Pick<CaseRequestDeps, 'saved' | 'clock'>,
  actor: Actor,
  caseId: string,
  read: string,
): Promise<SavedRead> {
  const found = (await saved.find(savedKey(caseId, read)))?.value
  if (found && !isOver(found.retention, clock()) && mayReach(actor, found.provenance.vendors)) return found
  throw new SightlineError('NOT_FOUND', `read ${read} is not saved in the case`, {
    hint: 'First save it from the result of a search (POST /v1/cases/{id}/saved).',
  })
}
