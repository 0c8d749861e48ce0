import { SightlineError } from '@sightline/schemas/errors'
import { PersonId } from '@sightline/schemas/person'
import Type from 'typebox'
import type { Route } from '../../app.ts'
import { auditOf } from '../../plugins/app/audit.ts'
import { isInside, LOOPBACK, networkList } from '../../plugins/app/networks.ts'
import { beginSession, refuseForeignOrigin } from '../../plugins/app/session.ts'
import { problems } from '../../shared/problem.ts'
import { castPerson } from '../cast.ts'

const loopback = networkList(LOOPBACK)

/** Only for development: signs in as one of the made-up cast with the development token. */
export const developmentSignOnRoute: Route = (app, deps) => {
  const { clock, isDevToken, site, triesPerMinute } = deps

  app.post(
    '/v1/sign-on/development',
    {
      config: {
        rateLimit: { max: triesPerMinute },
        audit: { action: 'sign-on', decided: true, also: ['person.create'] },
      },
      schema: {
        tags: ['sign-on'],
        security: [],
        summary: 'In development, on this machine: sign in as one of the made-up people',
        description:
          'Needs the development token. GET /v1/sign-on lists the people. Each must accept the permissible uses, like anybody.',
        body: Type.Object(
          { token: Type.String({ minLength: 1, maxLength: 200 }), person: PersonId },
          { additionalProperties: false },
        ),
        response: { 204: Type.Null(), ...problems(400, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { token, person: id } = request.body
      if (!isDevToken) {
        throw new SightlineError('NOT_FOUND', 'this api does not accept the development token', {
          hint: 'Sign in with POST /v1/sign-on.',
        })
      }
      if (!isInside(loopback, request.ip)) {
        throw new SightlineError(
          'NETWORK_REFUSED',
          "the development token works on the api's own machine only",
          {
            hint: 'Connect to 127.0.0.1 on that machine.',
          },
        )
      }
      if (request.headers.origin !== undefined) refuseForeignOrigin(site, request)
      if (!isDevToken(token)) {
        throw new SightlineError('NOT_SIGNED_ON', 'this is not the development token', {
          hint: 'It is in the file dev-token of the data folder.',
        })
      }
      const person = await castPerson({ ...deps, audit: auditOf(request) }, id, clock())
      if (!person) {
        throw new SightlineError('NOT_FOUND', `${id} is not one of the made-up people`, {
          hint: 'GET /v1/sign-on lists them.',
        })
      }
      const outcome = person.state === 'suspended' ? 'suspended' : 'right'
      const parameters = { by: 'development', address: request.ip, outcome }
      // Nobody is signed in yet: the actor is the person who wants to be.
      await auditOf(request).record({ actor: id, action: 'sign-on', subject: null, parameters })
      if (outcome !== 'right') {
        throw new SightlineError('ACCOUNT_LOCKED', 'this account is suspended (ACC-7)', {
          hint: 'Ask an administrator why. They can lift the suspension.',
        })
      }
      await beginSession(deps, reply, person, 'development')
      return reply.code(204).send(null)
    },
  )
}
