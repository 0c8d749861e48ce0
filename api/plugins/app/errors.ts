import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { NO_STORE, toPresentable } from '@sightline/runtime/http'
import { SightlineError } from '@sightline/schemas/errors'
import type { ConnectionError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PROBLEM_TYPE, Problem, problemOf } from '../../shared/problem.ts'

/** Sends every error as a problem of RFC 9457; the api's own faults are logged. */
export function addErrors(app: FastifyInstance): void {
  app.addSchema(Problem)
  app.setErrorHandler(sendProblem)
  app.setNotFoundHandler(() => {
    throw new SightlineError('NOT_FOUND', 'there is nothing at this address', {
      hint: '/openapi.json lists all addresses.',
    })
  })
}

const EARLY_STATUS: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }

/** Sends as problems what the framework refuses before routing, such as an address that cannot be decoded. */
export const EARLY_ERRORS = {
  frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    void sendProblem(error, request, reply)
  },
  clientErrorHandler: (error: ConnectionError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return
    const status = EARLY_STATUS[error.code] ?? 400
    const refusal = new SightlineError('MESSAGE_INVALID', 'the request is not valid HTTP')
    const body = JSON.stringify(problemOf(refusal, randomUUID(), status))
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `content-type: ${PROBLEM_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      `cache-control: ${NO_STORE['cache-control']}`,
      'connection: close',
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  },
}

function sendProblem(thrown: Error & { statusCode?: number }, request: FastifyRequest, reply: FastifyReply) {
  const error = toPresentable(thrown)
  // Fastify's own refusals (body too large, unknown media type) keep their status.
  const status =
    thrown instanceof SightlineError || error.code === 'INTERNAL' ? error.httpStatus : thrown.statusCode
  const problem = problemOf(error, request.id, status)
  if (problem.status >= 500) {
    request.log.error({ err: thrown, cause: thrown.cause, code: error.code }, 'a request failed')
  }
  if (error.httpStatus === 401) reply.header('www-authenticate', 'Bearer')
  // Hooks do not run for a request refused before routing.
  return reply.code(problem.status).headers(NO_STORE).type(PROBLEM_TYPE).send(problem)
}
