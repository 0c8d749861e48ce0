import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Clock } from '../../../runtime/clock.ts'
import { SightlineError } from '../../../schemas/errors.ts'
import { orNull, reader } from '../../../schemas/message.ts'
import type { Records } from '../../stores/records.ts'
import { actorOf } from './actor.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A write that may be sent again with the same Idempotency-Key: it is done once, and answered alike. */
    idempotent?: boolean
  }
  interface FastifyRequest {
    /** What tells this write from all others: of person, address and Idempotency-Key. */
    write: { id: string; digest: string; revision: number } | null
  }
}

const Outcome = Type.Object(
  {
    digest: Type.String({ description: 'SHA-256 of the body and of If-Match' }),
    startedAt: Type.Integer(),
    answer: orNull(
      Type.Object(
        {
          status: Type.Integer(),
          headers: Type.Record(Type.String(), Type.String()),
          body: Type.String(),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type Outcome = Static<typeof Outcome>
export const outcomeReader = reader('answer to a write', Outcome)

/** Header of every write that may be sent again. */
export const IdempotencyKey = {
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{8,100}$',
      description:
        'Chosen by the caller, new for each write: sent again within a day, it is done once and answered alike',
    }),
  ),
}

/** A write that has not been answered for so long was interrupted, milliseconds. */
const INTERRUPTED_MS = 60_000

const REPEATED_HEADERS = ['etag', 'location', 'content-type']

const sha = (text: string) => createHash('sha256').update(text).digest('base64url')

/**
 * Answers a write that was sent again as it was answered first, without doing it again; only what succeeded is kept.
 * @throws CONFLICT when the key was used for something else, or the first is still on its way
 */
export function addIdempotency(
  app: FastifyInstance,
  { writes, clock }: { writes: Records<Outcome>; clock: Clock },
): void {
  app.decorateRequest('write', null)

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key']
    if (!request.routeOptions.config.idempotent || typeof key !== 'string') return
    const id = sha(JSON.stringify([actorOf(request).id, request.method, request.url, key]))
    const digest = sha(JSON.stringify([request.body ?? null, request.headers['if-match'] ?? null]))
    const known = await writes.find(id)
    const refuse = (message: string, hint: string) => {
      throw new SightlineError('CONFLICT', message, { hint })
    }
    if (known && known.value.digest !== digest) {
      refuse('this Idempotency-Key was used for another write', 'Choose a new key for each write.')
    }
    if (known?.value.answer) {
      const { status, headers, body } = known.value.answer
      return reply
        .code(status)
        .headers({ ...headers, 'idempotency-replayed': 'true' })
        .send(body === '' ? undefined : JSON.parse(body))
    }
    if (known && clock() - known.value.startedAt < INTERRUPTED_MS) {
      refuse('the same write is on its way', 'Wait for its answer, or send it again in a minute.')
    }
    const { revision } = await writes.put(
      id,
      { digest, startedAt: clock(), answer: null },
      known?.revision ?? 0,
    )
    request.write = { id, digest, revision }
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const { write } = request
    if (!write) return
    request.write = null
    try {
      if (reply.statusCode >= 400) return await writes.remove(write.id)
      const headers = Object.fromEntries(
        REPEATED_HEADERS.flatMap((name) => {
          const value = reply.getHeader(name)
          return value === undefined ? [] : [[name, String(value)]]
        }),
      )
      const answer = { status: reply.statusCode, headers, body: typeof payload === 'string' ? payload : '' }
      await writes.put(write.id, { digest: write.digest, startedAt: clock(), answer }, write.revision)
    } catch (error) {
      // It is done and answered: sent again, its id or its ETag keeps it from being done twice.
      request.log.warn({ err: error }, 'the answer to a write could not be kept')
    }
  })
}

/** What makes the id of something new, where the caller gave a key: the same write makes the same id. */
export const writeIdOf = (request: FastifyRequest): string | undefined => request.write?.id
