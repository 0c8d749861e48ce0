import type { FastifyInstance } from 'fastify'
import { presentable } from '../../../runtime/http.ts'
import { SightlineError } from '../../../schemas/errors.ts'
import { PROBLEM_TYPE, Problem, problemOf } from '../../problem.ts'

/** Every error leaves as a problem of RFC 9457; those that are the api's own fault go to the log. */
export function addErrors(app: FastifyInstance): void {
  app.addSchema(Problem)
  app.setErrorHandler((thrown: Error & { statusCode?: number }, request, reply) => {
    const error = presentable(thrown)
    // Fastify's own refusals (body too large, unknown media type) keep their status.
    const status =
      thrown instanceof SightlineError || error.code === 'INTERNAL' ? error.httpStatus : thrown.statusCode
    const problem = problemOf(error, request.id, status)
    if (problem.status >= 500) {
      request.log.error({ err: thrown, cause: thrown.cause, code: error.code }, 'a request failed')
    }
    if (error.httpStatus === 401) reply.header('www-authenticate', 'Bearer')
    return reply.code(problem.status).type(PROBLEM_TYPE).send(problem)
  })
  app.setNotFoundHandler(() => {
    throw new SightlineError('NOT_FOUND', 'there is nothing at this address', {
      hint: 'What there is, is listed in /openapi.json.',
    })
  })
}
