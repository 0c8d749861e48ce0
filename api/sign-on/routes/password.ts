import { SightlineError } from '@sightline/schemas/errors'
import { PersonId } from '@sightline/schemas/person'
import { SYSTEM } from '@sightline/schemas/reserved-ids'
import Type from 'typebox'
import type { Route, Routes } from '../../app.ts'
import { auditOf } from '../../plugins/app/audit.ts'
import { beginSession, deviceOf, keepDevice, refuseForeignOrigin } from '../../plugins/app/session.ts'
import { problems } from '../../shared/problem.ts'
import { CAST } from '../cast.ts'
import { checkCredentials, triesKey } from '../credentials.ts'
import { MAX_LENGTH } from '../password.ts'
import { openSetUp, personOfToken, setUpDone } from '../set-up.ts'
import { totpUri } from '../totp.ts'

const tags = ['sign-on']

const Code = Type.String({ pattern: '^[0-9]{6}$', description: 'Of the authenticator app' })
const Password = Type.String({ minLength: 1, maxLength: MAX_LENGTH * 4 })
export const LinkToken = Type.String({
  pattern: '^[a-z0-9_-]{2,40}\\.[A-Za-z0-9_-]{32}$',
  description: 'What follows # in the link',
})

const SetUp = Type.Object(
  {
    token: LinkToken,
    password: Password,
    code: Code,
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    email: Type.Optional(Type.String({ pattern: '^[^\\s@<>,;"]{1,64}@[^\\s@<>,;"]{1,190}$' })),
  },
  { additionalProperties: false, description: 'name and email: only for the first administrator' },
)

const waysToSignOn: Route = (app, { isDevToken, provider }) =>
  app.get(
    '/v1/sign-on',
    {
      config: { audit: { none: 'the ways to sign in reveal nothing about anybody' } },
      schema: {
        tags,
        security: [],
        summary: 'Ways to sign in',
        response: {
          200: Type.Object({
            password: Type.Boolean(),
            provider: Type.Boolean(),
            cast: Type.Array(Type.Object({ id: PersonId, name: Type.String(), does: Type.String() }), {
              description: 'People whom the development token signs in; empty where it is not accepted',
            }),
          }),
        },
      },
    },
    async () => ({
      password: true,
      provider: provider !== null,
      cast: isDevToken ? CAST.map(({ id, name, does }) => ({ id, name, does })) : [],
    }),
  )

const signOn: Route = (app, deps) =>
  app.post(
    '/v1/sign-on',
    {
      config: { rateLimit: { max: deps.triesPerMinute }, audit: { action: 'sign-on', decided: true } },
      schema: {
        tags,
        security: [],
        summary: 'Sign in with name, password and code (ACC-7): the answer sets the session cookie',
        body: Type.Object({ id: PersonId, password: Password, code: Code }, { additionalProperties: false }),
        response: { 204: Type.Null(), ...problems(400, 403, 503) },
      },
    },
    async (request, reply) => {
      // Another site could sign a visitor in under its own name; a client that is not a browser sends no Origin.
      if (request.headers.origin !== undefined) refuseForeignOrigin(deps.site, request)
      const device = deviceOf(deps.site, request)
      const person = await checkCredentials({ ...deps, audit: auditOf(request) }, request.body, {
        address: request.ip,
        device,
      })
      await beginSession(deps, reply, person, 'password')
      keepDevice(deps.site, reply, device)
      return reply.code(204).send(null)
    },
  )

const lookAtInvitation: Route = (app, deps) =>
  app.post(
    '/v1/set-up/look',
    {
      config: {
        rateLimit: { max: deps.triesPerMinute },
        audit: { none: 'people see the secret of their own link; its use is recorded' },
      },
      schema: {
        tags,
        security: [],
        summary: 'Get what a one-time link is for: the secret for the authenticator app',
        body: Type.Object({ token: LinkToken }, { additionalProperties: false }),
        response: {
          200: Type.Object({
            id: PersonId,
            first: Type.Boolean({ description: 'The first administrator also states name and e-mail' }),
            totp: Type.Object({ secret: Type.String(), uri: Type.String() }),
            expiresAt: Type.String(),
          }),
          ...problems(400, 403, 410, 503),
        },
      },
    },
    async (request, reply) => {
      const { token } = request.body
      const person = (await deps.people.find(personOfToken(token)))?.value
      const { totpSecret, expiresAt } = openSetUp(person, token, deps.clock())
      const { id } = person!
      const totp = { secret: totpSecret, uri: totpUri(totpSecret, id) }
      return reply.send({ id, first: isFirst(person!), totp, expiresAt })
    },
  )

const setUp: Route = (app, deps) =>
  app.post(
    '/v1/set-up',
    {
      config: { rateLimit: { max: deps.triesPerMinute }, audit: { action: 'person.set-up', decided: true } },
      schema: {
        tags,
        security: [],
        summary: 'Set password and second factor with a one-time link; then sign in',
        body: SetUp,
        response: { 204: Type.Null(), ...problems(400, 403, 409, 410, 422, 503) },
      },
    },
    async (request, reply) => {
      const { token, password, code, name, email } = request.body
      const stored = await deps.people.find(personOfToken(token))
      openSetUp(stored?.value, token, deps.clock())
      const { value: before, revision } = stored!
      if (isFirst(before) && !(name && email)) {
        throw new SightlineError(
          'RULE_BROKEN',
          'the first administrator must state name and e-mail (ACC-7)',
          {
            hint: 'Also send `name` and `email`.',
          },
        )
      }
      const named = isFirst(before) ? { ...before, name: name!, email: email! } : before
      const person = await setUpDone(named, { token, password, code }, deps.clock())
      const parameters = { address: request.ip }
      // Only the link identifies the actor.
      await auditOf(request).record({
        actor: person.id,
        action: 'person.set-up',
        subject: person.id,
        parameters,
      })
      // If two use a link at once, the second gets a conflict.
      await deps.people.put(person.id, person, revision)
      // The failed attempts were against the old password.
      await deps.tries.remove(triesKey(person.id))
      return reply.code(204).send(null)
    },
  )

/** Signing in with a password and a second factor, and the link that sets them (ACC-7). */
export const signOnRoutes: Routes = [waysToSignOn, signOn, lookAtInvitation, setUp]

const isFirst = ({ createdBy, state }: { createdBy: string; state: string }): boolean =>
  createdBy === SYSTEM && state === 'invited'
