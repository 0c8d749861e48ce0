import { createHash, randomUUID } from 'node:crypto'
import { SightlineError, toSightlineError } from '../../schemas/errors.ts'
import type { FederatedSearchRequest, VendorReport } from '../../schemas/federated-search.ts'
import type { Matter } from '../../schemas/matter.ts'
import { type Actor, permitSources, refusalError } from '../access/permit.ts'
import type { AuditLog } from '../audit.ts'
import type { Federation } from '../federation/federation.ts'
import { windowOf } from '../federation/window.ts'
import type { CaseGate } from './case-gate.ts'

/** What asking a vendor takes. */
export interface QueryDeps {
  federation: Federation
  caseGate: CaseGate
  audit: AuditLog
}

export interface Query {
  action: 'query.search' | 'query.review'
  actor: Actor
  matter: Matter
  request: FederatedSearchRequest
  /** What else was asked for, e.g. which review. */
  parameters?: Record<string, unknown>
}

/** What was found, as far as it is recorded: how much and a digest, never the results (AUD-1). */
export interface Finding<T> {
  answer: T
  /** Ids of the results. */
  ids: readonly string[]
  vendors: readonly VendorReport[]
}

/**
 * The one way to ask vendors: who may (QRY-5, QRY-6, ACC-6), the record of the question, the question, the record of
 * the answer, the answer; each only after the one before (AUD-1). A refusal is recorded too.
 * @param run gets the request with the vendors that the actor was granted
 * @returns the answer, and the id that both records have as their subject
 * @throws AUDIT_UNAVAILABLE, NOT_ALLOWED, RULE_BROKEN, MESSAGE_INVALID, NOT_FOUND, SOURCE_UNAVAILABLE
 */
export async function recordedQuery<T>(
  { federation, caseGate, audit }: QueryDeps,
  { action, actor, matter, request: wanted, parameters: more = {} }: Query,
  run: (request: FederatedSearchRequest) => Promise<Finding<T>>,
): Promise<{ query: string; answer: T }> {
  const query = randomUUID()
  const asked = { ...matter, ...wanted, ...more }
  const request = await refusalsRecorded(async () => {
    const granted = { ...wanted, vendors: grantedVendors(actor, wanted.vendors, federation.vendors) }
    await caseGate.mayQuery(actor, matter, granted)
    return { granted, window: windowOf(federation.check(granted)) }
  })
  const { granted, window } = request
  const parameters = { ...asked, vendors: granted.vendors, window }
  await audit.record({ actor: actor.id, action, subject: query, parameters })
  const answered = (outcome: Record<string, unknown>) =>
    audit.record({ actor: actor.id, action: 'query.answer', subject: query, parameters: outcome })
  let found: Finding<T>
  try {
    found = await run(granted)
  } catch (error) {
    await answered({ results: 0, failed: toSightlineError(error).code })
    throw error
  }
  const { ids, vendors, answer } = found
  const digest = createHash('sha256').update(ids.join('\n')).digest('hex')
  const states = vendors.map(({ vendor, state, rows }) => ({ vendor, state, rows }))
  await answered({ results: ids.length, digest, vendors: states })
  return { query, answer }

  async function refusalsRecorded<R>(decide: () => Promise<R>): Promise<R> {
    try {
      return await decide()
    } catch (error) {
      const { code, message } = toSightlineError(error)
      const outcome = { ...asked, query: action, code, message }
      await audit.record({ actor: actor.id, action: 'request.refuse', subject: query, parameters: outcome })
      throw error
    }
  }
}

/** The vendors that are asked: those wanted, all granted; or all that were granted (ACC-6). */
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
  throw new SightlineError('NOT_ALLOWED', 'no vendor is granted to you (ACC-6)', {
    hint: 'Ask for one with POST /v1/access/requests.',
  })
}
