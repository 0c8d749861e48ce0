import { createHash, randomUUID } from 'node:crypto'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type {
  FederatedQuestion,
  FederatedSearchRequest,
  TimeWindow,
} from '@sightline/schemas/federated-search'
import type { Matter } from '@sightline/schemas/matter'
import { type Actor, permitSources, refusalError } from '../access/permit.ts'
import type { AuditLog } from '../audit/log.ts'
import { recordRefusals } from '../audit/refusals.ts'
import { requireSubstance } from '../cases/substance.ts'
import type { Federation } from '../federation/federation.ts'
import type { Place } from '../federation/merge.ts'
import { windowOf } from '../federation/window.ts'
import type { Cached, Content, QueryCache } from './cache.ts'
import { digestOf } from './cache-format.ts'
import type { CaseGate } from './case-gate.ts'
import { noSuchPlace, type SearchPlace, type SearchPlaces } from './places.ts'

/** What a query to vendors needs. */
export interface QueryDeps {
  federation: Federation
  caseGate: CaseGate
  queryCache: QueryCache
  searchPlaces: SearchPlaces
  audit: Pick<AuditLog, 'record'>
}

export interface Query {
  action: 'query.search' | 'query.review'
  actor: Actor
  matter: Matter
  request: FederatedSearchRequest
  /** Further parameters, e.g. which review. */
  parameters?: Record<string, unknown>
}

/** What is recorded about the results: how many and a digest, never the results (AUD-1). */
export interface Finding<T> extends Content {
  answer: T
}

export interface QueryAnswer<T> {
  /** Subject of the records of this query; results are saved by it. */
  query: string
  answer: T
  /** The earlier query that this one repeats (QRY-7). */
  cached: { query: string; askedAt: string; expiresAt: string } | null
  /** Until when its results can be saved or repeated (QRY-7); null when they could not be kept. */
  expiresAt: string | null
  /** Cursor of the next page; null: there is none. */
  nextCursor: string | null
}

/**
 * The only way to ask vendors, in this order: check who may (QRY-5, QRY-6, ACC-6), record the question, ask, record the
 * answer, return it; each step only after the one before (AUD-1). A refusal is recorded too. A repeated question is
 * answered from the cache, and the record says so (QRY-7). A later page is the question of the first, checked and
 * recorded again: what the caller states beside the cursor must be the same.
 * @param run gets the question with the vendors that the actor was granted, and where its page begins
 * @throws AUDIT_UNAVAILABLE, NOT_ALLOWED, RULE_BROKEN, MESSAGE_INVALID, NOT_FOUND, SOURCE_UNAVAILABLE, SEARCH_TOO_WIDE
 */
export async function runRecordedQuery<T extends Partial<{ window: TimeWindow; complete: boolean }>>(
  { federation, caseGate, queryCache, searchPlaces, audit }: QueryDeps,
  { action, actor, matter, request, parameters: more = {} }: Query,
  run: (question: FederatedQuestion, after: Place | undefined) => Promise<Finding<T>>,
): Promise<QueryAnswer<T>> {
  const query = randomUUID()
  const { cursor, ...wanted } = request
  const asked = { ...matter, ...request, ...more }
  const { limit, ...stated } = wanted
  const search = digestOf([action, matter, stated, more])
  const entry = { actor: actor.id, action, subject: query, parameters: asked }
  const { granted, bounds, caseId, page } = await recordRefusals(audit, entry, async () => {
    requireSubstance(matter.purpose, 'purpose of a query', 'QRY-5')
    const page = cursor === undefined ? undefined : await searchPlaces.find(cursor, actor, search)
    const question = page ? pageOf(page, limit) : wanted
    const granted = { ...question, vendors: grantedVendors(actor, question.vendors, federation.vendors) }
    const caseId = await caseGate.mayQuery(actor, matter, granted)
    if (page && page.caseId !== caseId) throw noSuchPlace()
    return { granted, bounds: federation.check(granted), caseId, page }
  })
  const parameters = {
    ...asked,
    vendors: granted.vendors,
    window: windowOf(bounds),
    case: caseId,
    ...(page && { pageOf: page.query }),
  }
  const answerOf = (outcome: Record<string, unknown>) =>
    audit.record({ actor: actor.id, action: 'query.answer', subject: query, parameters: outcome })

  const question = {
    actor: actor.id,
    caseId,
    caseRef: matter.caseRef,
    action,
    request: { ...granted, after: page?.after },
    more,
  }
  /** Belongs to this query, even if the answer comes from an earlier one: a repeat continues on its own. */
  const cursorBehind = async ({ answer: { window }, next }: Finding<T>, expiresAt: string | null) => {
    if (!next || !window) return null
    const place = { query: page?.query ?? query, actor: actor.id, session: actor.session, caseId }
    const { limit: _, ...question } = { ...granted, ...window }
    const until = page?.expiresAt ?? expiresAt
    return searchPlaces.keep({ ...place, asked: search, question, after: next }, until)
  }
  const [cached] = await Promise.all([
    // Read meanwhile, but returned to nobody before the question is recorded.
    fromCache<T>(queryCache, question, bounds.oldest),
    audit.record({ ...entry, parameters }),
  ])
  if (cached) {
    const { query: first, askedAt, expiresAt } = cached.answered
    await Promise.all([
      answerOf({ ...outcomeOf(cached.content), cached: first }),
      queryCache.repeat(query, matter.purpose, cached),
    ])
    const { answer } = cached.content
    const nextCursor = await cursorBehind(cached.content, expiresAt)
    return { query, answer, cached: { query: first, askedAt, expiresAt }, expiresAt, nextCursor }
  }
  let found: Finding<T>
  try {
    found = await run(granted, page?.after)
  } catch (error) {
    const { code, message } = toSightlineError(error)
    // A reviewer needs to see how wide the search really was.
    await answerOf({ results: 0, failed: code, ...(code === 'SEARCH_TOO_WIDE' && { message }) })
    throw error
  }
  const [, expiresAt] = await Promise.all([
    answerOf(outcomeOf(found)),
    // A failed vendor is asked again on a repeat; the reads that came can still be saved.
    queryCache.keep(question, { query, purpose: matter.purpose }, found, found.answer.complete !== false),
  ])
  const nextCursor = await cursorBehind(found, expiresAt)
  return { query, answer: found.answer, cached: null, expiresAt, nextCursor }
}

/** The question of a later page: the stored one, except for the number of rows. */
const pageOf = ({ question }: SearchPlace, limit: number | undefined): FederatedQuestion => ({
  ...question,
  ...(limit !== undefined && { limit }),
})

/** The cached answer to a question; undefined when it reaches back further than may be shown now (QRY-4). */
async function fromCache<T extends Partial<{ window: TimeWindow }>>(
  queryCache: QueryCache,
  question: Parameters<QueryCache['find']>[0],
  oldest: number,
): Promise<(Cached & { content: Finding<T> }) | undefined> {
  const cached = await queryCache.find(question)
  if (!cached) return undefined
  const content = cached.content as Finding<T>
  const { window } = content.answer
  return window && Date.parse(window.from) >= oldest ? { ...cached, content } : undefined
}

/** What is recorded about an answer. */
function outcomeOf({ ids, vendors, reach }: Content) {
  const digest = createHash('sha256').update(ids.join('\n')).digest('hex')
  const states = vendors.map(({ vendor, state, rows }) => ({ vendor, state, rows }))
  return { results: ids.length, digest, vendors: states, ...(reach && { reach }) }
}

/** The vendors to ask: the requested ones, if all are granted; or all granted ones (ACC-6). */
function grantedVendors(
  actor: Actor,
  wanted: readonly string[] | undefined,
  all: readonly string[],
): string[] {
  const refusal = wanted && permitSources(actor, wanted)
  if (refusal) throw refusalError(refusal)
  if (wanted) return [...wanted]
  const { sources } = actor
  const granted = sources === 'all' ? [...all] : all.filter((id) => sources.includes(id))
  if (granted.length > 0 || all.length === 0) return granted
  throw new SightlineError('NOT_ALLOWED', 'you have not been granted any vendor (ACC-6)', {
    hint: 'Request one with POST /v1/access/requests.',
  })
}
