import { createHash } from 'node:crypto'
import { type Clock, instant } from '@sightline/runtime/clock'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { createParser, orNull } from '@sightline/schemas/message'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { AuditLog } from '../../audit/log.ts'
import type { Records } from '../../shared/records.ts'
import { actorOf } from './actor.ts'
import type { Shows } from './replay-views.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A write that may be repeated with the same Idempotency-Key: it is done once, and then shown again. */
    idempotent?: Shows
  }
  interface FastifyRequest {
    /** Identifies this write by person, address and Idempotency-Key. */
    write: { id: string; digest: string; revision: number } | null
  }
}

/** That a write was done, and what it created: ids only. */
const Outcome = Type.Object(
  {
    digest: Type.String({ description: 'SHA-256 of the key, the body and If-Match' }),
    startedAt: Type.Integer(),
    done: orNull(
      Type.Object(
        { status: Type.Integer(), made: orNull(Type.String({ maxLength: 200 })) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type Outcome = Static<typeof Outcome>
export const outcomeParser = createParser('outcome of a write', Outcome)

/** Header of every write that may be sent again. */
export const IdempotencyKey = {
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{8,100}$',
      description:
        'Chosen by the caller, new for each write. If the same write is sent again within a day, it is done once and answered with the current state of what it created',
    }),
  ),
}

/** A write without an answer after this time was interrupted, milliseconds. */
const INTERRUPTED_MS = 60_000

/** How long a write may be repeated, milliseconds; then the bucket forgets it, too. */
const REPEATED_MS = 86_400_000

const sha = (text: string) => createHash('sha256').update(text).digest('base64url')

/**
 * Repeated writes are not done again. The answer is not stored: the object is read again, by the route that shows it,
 * so that the current session, access, case and retention decide, and both are in the audit log (AUD-1). Only a
 * successful write counts as done.
 * @throws CONFLICT when the key was used for another write, WRITE_IN_PROGRESS (also where two begin together), AUDIT_UNAVAILABLE
 */
export function addIdempotency(
  app: FastifyInstance,
  { writes, clock, audit }: { writes: Records<Outcome>; clock: Clock; audit: Pick<AuditLog, 'record'> },
): void {
  app.decorateRequest('write', null)

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key']
    const { idempotent } = request.routeOptions.config
    if (!idempotent || typeof key !== 'string') return
    const id = sha(JSON.stringify([actorOf(request).id, request.method, request.url, key]))
    const digest = sha(JSON.stringify([key, request.body ?? null, request.headers['if-match'] ?? null]))
    const kept = await writes.find(id)
    const known = kept && clock() - kept.value.startedAt < REPEATED_MS ? kept : undefined
    if (known && known.value.digest !== digest) {
      throw new SightlineError('CONFLICT', 'this Idempotency-Key was used for another write', {
        hint: 'Choose a new key for each write.',
      })
    }
    if (known?.value.done) return replay(request, reply, idempotent, known.value)
    if (known && clock() - known.value.startedAt < INTERRUPTED_MS) {
      throw inProgress()
    }
    const begun = { digest, startedAt: clock(), done: null }
    const { revision } = await writes.put(id, begun, kept?.revision ?? 0).catch((error) => {
      // Sent twice at the same time: the other was faster. Its repetition tells whether it is the same.
      throw toSightlineError(error).code === 'CONFLICT' ? inProgress(error) : error
    })
    request.write = { id, digest, revision }
  })

  async function replay(request: FastifyRequest, reply: FastifyReply, views: Shows, known: Outcome) {
    const { status, made } = known.done!
    const params = request.params as Record<string, string>
    const { method, routeOptions } = request
    await (request.audited ?? audit).record({
      actor: actorOf(request).id,
      action: 'request.replay',
      subject: made ?? params.id ?? null,
      parameters: { method, route: routeOptions.url, first: instant(known.startedAt) },
    })
    const view = status === 204 ? null : views({ params, made })
    if (!view) return reply.code(204).header(REPLAYED, 'true').send()
    const seen = await app.inject({
      method: 'GET',
      url: view.url,
      remoteAddress: request.ip,
      headers: asThemselves(request),
    })
    if (seen.statusCode !== 200) {
      return reply.code(seen.statusCode).type(String(seen.headers['content-type'])).send(seen.body)
    }
    const whole = seen.json<Record<string, unknown>>()
    const part = view.part ? view.part(whole) : { body: whole, etag: seen.headers.etag }
    if (!part) {
      throw new SightlineError('NOT_FOUND', 'the write was done, but you can no longer see what it created')
    }
    if (part.etag) reply.header('etag', part.etag)
    if (status === 201) reply.header('location', view.part && made ? `${view.url}/${made}` : view.url)
    return reply.code(status).header(REPLAYED, 'true').send(part.body)
  }

  app.addHook('onSend', async (request, reply, payload) => {
    const { write } = request
    if (!write) return
    request.write = null
    try {
      if (reply.statusCode >= 400) return await writes.remove(write.id)
      const done = { status: reply.statusCode, made: madeIn(payload) }
      await writes.put(write.id, { digest: write.digest, startedAt: clock(), done }, write.revision)
    } catch (error) {
      // It is done and answered: if repeated, its id or its ETag keeps it from being done twice.
      request.log.warn({ err: error }, 'could not keep the outcome of a write')
    }
  })
}

const inProgress = (cause?: unknown) =>
  new SightlineError('WRITE_IN_PROGRESS', 'a write with this Idempotency-Key is still in progress', {
    cause,
    hint: 'Wait for its answer, or repeat it in a minute.',
  })

const REPLAYED = 'idempotency-replayed'

/** The headers that identify the caller, and nothing else. */
const asThemselves = ({ headers: { cookie, authorization } }: FastifyRequest) => ({
  accept: 'application/json',
  ...(cookie !== undefined && { cookie }),
  ...(authorization !== undefined && { authorization }),
})

/** Id of the object in an answer, or of the read in it. */
function madeIn(payload: unknown): string | null {
  if (typeof payload !== 'string' || payload === '') return null
  const body = JSON.parse(payload) as { id?: unknown; read?: { id?: unknown } } | null
  const made = body?.id ?? body?.read?.id
  return typeof made === 'string' ? made : null
}

/** Seed for the id of a new object, if the caller sent a key: the same write creates the same id. */
export const writeIdOf = (request: FastifyRequest): string | undefined => request.write?.id
