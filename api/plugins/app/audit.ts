import type { AuditAction } from '@sightline/schemas/audit-record'
import { SightlineError } from '@sightline/schemas/errors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuditEntry, AuditLog } from '../../audit/log.ts'
import { refusalsRecorded } from '../../audit/refusals.ts'
import { actorOf } from './actor.ts'

/** What a route writes into the audit log (AUD-1, AUD-2), or why it writes nothing. */
export type RouteAudit = RouteRecord | { none: string }

export interface RouteRecord {
  /** One record of this action for each answer; of several actions, one record of one of them. */
  action: AuditAction | readonly AuditAction[]
  /** Id of the thing acted upon; null without it. */
  subject?(request: FastifyRequest): string | null
  /** Everything that was asked for; nothing without it. */
  parameters?(request: FastifyRequest): object
  /**
   * The handler first decides whether the thing may be done, or learns what exactly is done, and then writes the record with
   * `recorded` or `record`. Without it the record is written before the handler begins.
   */
  decided?: true
  /** Actions that follow from this one and have records of their own. */
  also?: readonly AuditAction[]
}

/** The audit log as one request may use it: it takes what the route declares, and refusals. */
export interface RouteLog extends Pick<AuditLog, 'record' | 'lastOf'> {
  /** A deletion that was recorded and then interrupted is done without a second record (api/cases/deletion.ts). */
  isOnRecord(action: AuditAction): void
  /** Whether the log has the record that the route declares. */
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
 * Has every route say what it records. A route without a declaration keeps the api from starting. A record that is not
 * decided by the handler is written before the handler begins: what cannot be recorded is neither done nor shown. An
 * answer of a route that declares a record and has written none does not leave the api.
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
    const declared = declaredBy(request)
    if (declared) request.audited = routeLog(log, declared)
  })
  app.addHook('preHandler', async (request) => {
    const declared = declaredBy(request)
    if (declared && !declared.decided) await record(request)
  })
  app.addHook('onSend', async (request, reply) => {
    if (!request.audited || request.audited.isWritten || reply.statusCode >= 400) return
    const { method, url } = request.routeOptions
    throw new SightlineError('INTERNAL', `${method} ${url} has not written the audit record that it declares`)
  })
}

function declaredBy(request: FastifyRequest): RouteRecord | null {
  const { audit } = request.routeOptions.config
  return audit && 'action' in audit ? audit : null
}

/** What the api writes about any request. */
const REFUSED: AuditAction = 'request.refuse'
const REPLAYED: AuditAction = 'request.replay'

function routeLog(log: AuditLog, { action, also = [] }: RouteRecord): RouteLog {
  // Sent again, a write is not done again: that it was is the record.
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

/** The audit log for what a request does. */
export function auditOf(request: Pick<FastifyRequest, 'audited'>): RouteLog {
  if (request.audited) return request.audited
  throw new SightlineError('INTERNAL', 'a route writes an audit record but declares none')
}

/** What the handler knows better than the declaration: an id that was just made, what was found. */
export type Known = Partial<Omit<AuditEntry, 'actor'>>

/** The record that the route of a request declares. @throws NOT_SIGNED_ON on a public route */
export function entryOf(request: FastifyRequest, known: Known = {}): AuditEntry {
  const declared = declaredBy(request)
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

/** Writes the record of a request, before it is done. @throws AUDIT_UNAVAILABLE */
export const record = (request: FastifyRequest, known?: Known): Promise<void> =>
  auditOf(request).record(entryOf(request, known))

/**
 * Decides whether a request may be done, and writes its record; a refusal is on record, too.
 * @param known of the record, whatever is decided
 * @param learned of the record, by what was decided
 * @returns what was decided
 * @throws what `decide` throws, AUDIT_UNAVAILABLE
 */
export async function recorded<T>(
  request: FastifyRequest,
  decide: () => T | Promise<T>,
  known: Known = {},
  learned: (decision: T) => Known = () => ({}),
): Promise<T> {
  const entry = entryOf(request, known)
  const decision = await refusalsRecorded(auditOf(request), entry, decide)
  await auditOf(request).record({ ...entry, ...learned(decision) })
  return decision
}

/** For declarations: the part of the address that names the thing acted upon. */
export const byParam =
  (name: string) =>
  ({ params }: FastifyRequest): string =>
    (params as Record<string, string>)[name]!

/** For declarations: everything in the body. */
export const ofBody = ({ body }: FastifyRequest): object => ({ ...(body as object) })
