import { instant } from '@sightline/runtime/clock'
import { Consent, GiveConsent } from '@sightline/schemas/consent'
import { SightlineError } from '@sightline/schemas/errors'
import { oneOf, orNull } from '@sightline/schemas/message'
import { PersonView, personView } from '@sightline/schemas/person'
import Type, { type Static } from 'typebox'
import { PERMISSIONS, type Permission } from '../../access/permissions.ts'
import { permit } from '../../access/permit.ts'
import type { Route, Routes } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { ofBody, record } from '../../plugins/app/audit.ts'
import { dropCookie } from '../../plugins/app/session.ts'
import { problems } from '../../shared/problem.ts'

const permissions = Object.keys(PERMISSIONS) as Permission[]
const tags = ['sign-on']

const SessionView = Type.Object({
  id: Type.String(),
  person: orNull(PersonView),
  roles: Type.Array(Type.String()),
  consented: Type.Boolean(),
  trainingValid: Type.Boolean(),
  recertified: Type.Boolean(),
  sources: Type.Union([Type.Literal('all'), Type.Array(Type.String())]),
  may: Type.Array(oneOf(permissions), { description: 'What the person may do at this moment' }),
})

const SignOff = Type.Object({ everywhere: Type.Optional(Type.Boolean()) }, { additionalProperties: false })

const RuleView = Type.Object({
  sentence: Type.String(),
  requirements: Type.Array(Type.String()),
  refusal: orNull(
    Type.Object(
      {
        code: Type.String({ description: 'As in the problem that the route would answer with' }),
        requirement: Type.String(),
        message: Type.String(),
        hint: Type.String({ description: 'What to do next' }),
      },
      { description: 'null: they may' },
    ),
  ),
})

const viewSession: Route = (app, { people }) =>
  app.get(
    '/v1/session',
    {
      config: { permission: 'session.view', audit: { none: 'people see their own session' } },
      schema: {
        tags,
        summary: 'Who is signed in, and what they may do',
        response: { 200: SessionView, ...problems(503) },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const { id, roles, consented, trainingValid, recertified, sources } = actor
      const person = actor.session === null ? null : personView((await people.get(id)).value)
      const may = permissions.filter((permission) => permit(actor, permission) === null)
      return {
        id,
        person,
        roles: [...roles],
        consented,
        trainingValid,
        recertified,
        may,
        sources: sources === 'all' ? sources : [...sources],
      }
    },
  )

const viewRule: Route = (app) =>
  app.get(
    '/v1/session/rules/:permission',
    {
      config: {
        permission: 'session.view',
        audit: { none: 'the rule, and what refuses it to the caller, reveal nothing about others' },
      },
      schema: {
        tags,
        summary: 'Get a rule of the permission table in words, and what refuses it to this session',
        params: Type.Object({ permission: oneOf(permissions) }),
        response: { 200: RuleView, ...problems(400, 503) },
      },
    },
    async (request) => {
      const { permission } = request.params
      const { sentence, requirements } = PERMISSIONS[permission]
      return { sentence, requirements: [...requirements], refusal: permit(actorOf(request), permission) }
    },
  )

const viewConsent: Route = (app, { consent }) =>
  app.get(
    '/v1/consent',
    {
      config: { permission: 'consent.view', audit: { none: 'everybody reads the same text' } },
      schema: { tags, summary: 'The permissible uses (ACC-5)', response: { 200: Consent, ...problems(503) } },
    },
    async (request) => ({ ...consent, given: actorOf(request).consented }),
  )

const giveConsent: Route = (app, { clock, consent, sessions }) =>
  app.post(
    '/v1/consent',
    {
      config: {
        permission: 'consent.give',
        audit: { action: 'consent.give', parameters: ofBody, decided: true },
      },
      schema: {
        tags,
        summary: 'Accept the permissible uses, for this session (ACC-5)',
        body: GiveConsent,
        response: { 204: Type.Null(), ...problems(400, 409, 503) },
      },
    },
    async (request, reply) => {
      const { version } = request.body
      if (version !== consent.version) {
        throw new SightlineError('CONFLICT', 'this is not the current text (ACC-5)', {
          hint: 'Read it again with GET /v1/consent.',
        })
      }
      const { session: key } = actorOf(request)
      await record(request)
      if (key !== null) {
        const { value, revision } = await sessions.get(key)
        await sessions.put(key, { ...value, consent: { version, at: instant(clock()) } }, revision)
      }
      return reply.code(204).send(null)
    },
  )

const signOff: Route = (app, deps) =>
  app.post(
    '/v1/sign-off',
    {
      config: {
        permission: 'session.end',
        audit: {
          action: 'sign-off',
          parameters: ({ body }) => ({ everywhere: (body as Static<typeof SignOff>).everywhere ?? false }),
        },
      },
      schema: {
        tags,
        summary: 'End this session, or all sessions of this person',
        body: SignOff,
        response: { 204: Type.Null(), ...problems(409, 503) },
      },
    },
    async (request, reply) => {
      const { id, session: key } = actorOf(request)
      const { everywhere = false } = request.body
      if (key !== null) {
        if (everywhere) {
          const { value, revision } = await deps.people.get(id)
          await deps.people.put(id, { ...value, generation: value.generation + 1 }, revision)
        }
        await deps.sessions.remove(key)
        dropCookie(deps, reply)
      }
      return reply.code(204).send(null)
    },
  )

/** The session itself: who am I, consent (ACC-5), sign out. All of it works before consent. */
export const consentRoutes: Routes = [viewSession, viewRule, viewConsent, giveConsent, signOff]
