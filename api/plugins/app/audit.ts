import type { AuditAction } from '@sightline/schemas/audit-record'
import { SightlineError } from '@sightline/schemas/errors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuditEntry, AuditLog } from '../../audit/log.ts'
import { recordRefusals } from '../../audit/refusals.ts'
import { actorOf } from './actor.ts'

/** What a route writes into the audit log (AUD-1, AUD-2), or why it writes nothing. */
export type RouteAudit = RouteRecord | { none: string }

export interface RouteRecord {
  /** One record of this action per answer; of several actions, one record of one of them. */
  action: AuditAction | readonly AuditAction[]
  /** Id of the object; null without it. */
  subject?(request: FastifyRequest): string | null
  /** Everything in the request worth recording; nothing without it. */
  parameters?(request: FastifyRequest): object
  /**
   * The handler first decides whether the action is allowed, or learns what exactly is done, and then writes the record
   * with `recordDecision` or `record`. Without `decided`, the record is written before the handler begins.
   */
  decided?: true
  /** Further actions that follow from this one and have their own records. */
  also?: readonly AuditAction[]
}

/** The audit log for one request: it accepts what the route declares, and refusals. */
export interface RouteLog extends Pick<AuditLog, 'record' | 'lastOf'> {
  /**
   * Notes that a deletion was already recorded and then interrupted, so that it needs no second record
   * (api/cases/deletion.ts).
   */
  isOnRecord(action: AuditAction): void
  /** Whether the record that the route declares is in the log. */
  readonly isWritten: boolean
}

declare module 'fastify' {
  interface FastifyContextConfig {
    audit?: RouteAudit
  }
  interface FastifyRequest {
    audited: RouteLog | null
  }
}

/**
 * Requires every route to declare what it records: a route without a declaration keeps the api from starting. Unless
 * the handler decides, the record is written before the handler begins, because what cannot be recorded must be neither
 * done nor shown. If a route declares a record and has not written it, its answer does not leave the api.
 * @throws CONFIG_INVALID when a route without a declaration is added
 */
export function addAudit(app: FastifyInstance, log: AuditLog): void {
  app.decorateRequest('audited', null)
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.audit) return
    throw new SightlineError('CONFIG_INVALID', `the route ${method} ${url} does not say what it records`, {
      hint: "Add `config: { audit: { action: … } }`, or `audit: { none: 'the reason' }` if the route shows or changes nothing about anybody.",
    })
  })
  app.addHook('onRequest', async (request) => {
    const declared = declarationOf(request)
    if (declared) request.audited = routeLog(log, declared)
  })
  app.addHook('preHandler', async (request) => {
    const declared = declarationOf(request)
    if (declared && !declared.decided) await record(request)
  })
  app.addHook('onSend', async (request, reply) => {
    if (!request.audited || request.audited.isWritten || reply.statusCode >= 400) return
    const { method, url } = request.routeOptions
    throw new SightlineError('INTERNAL', `${method} ${url} has not written the audit record that it declares`)
  })
}

function declarationOf(request: FastifyRequest): RouteRecord | null {
  const { audit } = request.routeOptions.config
  return audit && 'action' in audit ? audit : null
}

/** What the api may record for any request. */
const REFUSED: AuditAction = 'request.refuse'
const REPLAYED: AuditAction = 'request.replay'

function routeLog(log: AuditLog, { action, also = [] }: RouteRecord): RouteLog {
  // A write sent again is not done again: the record says that it was repeated.
  const counts = new Set<AuditAction>([action, REPLAYED].flat())
  const allowed = new Set<AuditAction>([...counts, ...also, REFUSED])
  let isWritten = false
  const note = (done: AuditAction) => {
    isWritten ||= counts.has(done)
  }
  return {
    async record(entry) {
      if (!allowed.has(entry.action)) {
        throw new SightlineError('INTERNAL', `a route records ${entry.action} but does not declare it`)
      }
      await log.record(entry)
      note(entry.action)
    },
    lastOf: (actor) => log.lastOf(actor),
    isOnRecord: note,
    get isWritten() {
      return isWritten
    },
  }
}

/** The audit log for a request. */
export function auditOf(request: Pick<FastifyRequest, 'audited'>): RouteLog {
  if (request.audited) return request.audited
  throw new SightlineError('INTERNAL', 'a route writes an audit record but declares none')
}

/** What the handler knows better than the declaration: an id just created, what was found. */
export type Known = Partial<Omit<AuditEntry, 'actor'>>

/** The record that a request's route declares. @throws NOT_SIGNED_ON on a public route */
export function entryOf(request: FastifyRequest, known: Known = {}): AuditEntry {
  const declared = declarationOf(request)
  if (!declared) throw new SightlineError('INTERNAL', 'a route requests an audit record but declares none')
  const { action, subject, parameters } = declared
  return {
    actor: actorOf(request).id,
    action: typeof action === 'string' ? action : action[0]!,
    subject: subject?.(request) ?? null,
    parameters: { ...parameters?.(request) },
    ...known,
  }
}

/** Writes the record of a request, before the action. @throws AUDIT_UNAVAILABLE */
export const record = (request: FastifyRequest, known?: Known): Promise<void> =>
  auditOf(request).record(entryOf(request, known))

/**
 * Decides whether a request is allowed, and writes its record; a refusal is recorded, too.
 * @param known fields of the record, whatever is decided
 * @param learned fields of the record that depend on the decision
 * @returns what was decided
 * @throws what `decide` throws, AUDIT_UNAVAILABLE
 */
export async function recordDecision<T>(
  request: FastifyRequest,
  decide: () => T | Promise<T>,
  known: Known = {},
  learned: (decision: T) => Known = () => ({}),
): Promise<T> {
  const entry = entryOf(request, known)
  const decision = await recordRefusals(auditOf(request), entry, decide)
  await auditOf(request).record({ ...entry, ...learned(decision) })
  return decision
}

/** For declarations: the part of the address that names the object. */
export const byParam =
  (name: string) =>
  ({ params }: FastifyRequest): string =>
    (params as Record<string, string>)[name]!

/** For declarations: the whole body. */
export const ofBody = ({ body }: FastifyRequest): object => ({ ...(body as object) })
