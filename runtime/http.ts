import type { AddressInfo } from 'node:net'
import { SightlineError } from '@sightline/schemas/errors'
import { faultText } from '@sightline/schemas/message'
import { safeText } from '@sightline/schemas/safe-text'
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'

/** Shared by the agency's api and the vendor's server. */

/**
 * Listens on a port.
 * @param port 0 for any free one
 * @returns the URL of the server, e.g. `http://127.0.0.1:8080`
 * @throws PORT_IN_USE, CONFIG_INVALID
 */
export async function listen(
  app: Pick<FastifyInstance, 'listen' | 'server'>,
  host: string,
  port: number,
): Promise<string> {
  await app.listen({ host, port }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EADDRINUSE') {
      throw new SightlineError('PORT_IN_USE', `another program listens on ${host}:${port}`, {
        cause,
        hint: 'Stop it, or choose another port with --port (0 uses any free port).',
      })
    }
    throw new SightlineError('CONFIG_INVALID', `cannot listen on ${host}:${port}: ${cause.message}`, {
      cause,
      hint: 'Use --host for an address of this machine, and --port for a port that this user may open.',
    })
  })
  const bound = app.server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`
}

/** Keeps answers out of every cache: a shared browser, or a proxy, would show them to the next person. */
export const NO_STORE = { 'cache-control': 'no-store' } as const

/**
 * First hook of a server with data: answers are not cached, whatever the route or status, unless the route says
 * otherwise.
 */
export const noStore = async (_request: unknown, reply: Pick<FastifyReply, 'headers'>): Promise<void> => {
  reply.headers(NO_STORE)
}

/**
 * Converts any error of a request into one that may be shown. The text of an unknown error is hidden, because it may
 * reveal internals; the log has it.
 */
export function toPresentable(thrown: unknown): SightlineError {
  if (thrown instanceof SightlineError && thrown.code !== 'INTERNAL') return thrown
  const error = (thrown instanceof Error ? thrown : {}) as Partial<FastifyError>
  const fault = error.validation?.[0]
  if (fault) {
    const place = safeText(`${error.validationContext ?? 'request'}${fault.instancePath}`)
    return new SightlineError('MESSAGE_INVALID', `${place} ${faultText(fault)}`, {
      hint: '/openapi.json describes every request.',
    })
  }
  if (error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error.code === 'FST_ERR_CTP_EMPTY_JSON_BODY') {
    return new SightlineError('MESSAGE_NOT_JSON', 'the body is not JSON')
  }
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500) {
    return new SightlineError('MESSAGE_INVALID', error.message ?? 'the request is invalid')
  }
  return new SightlineError('INTERNAL', 'something went wrong inside the service', {
    cause: thrown,
    hint: "Please report it. The service's log has the reason.",
  })
}
