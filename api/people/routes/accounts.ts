import { SightlineError } from '@sightline/schemas/errors'
import {
  NewPerson,
  Office,
  type Person,
  PersonChange,
  PersonId,
  PersonView,
  personView,
} from '@sightline/schemas/person'
import type { FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { accessFileOf } from '../../access/file.ts'
import { mail } from '../../access/notices.ts'
import { certifyAccess, endOfLapsed, isAnalyst, isCertified } from '../../access/validity.ts'
import type { AppDeps, Route, Routes } from '../../app.ts'
import { recordRefusals } from '../../audit/refusals.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { auditOf, byParam, entryOf, ofBody, record } from '../../plugins/app/audit.ts'
import { originOf } from '../../plugins/app/session.ts'
import { DEFAULT_LIMIT } from '../../shared/limit.ts'
import { NextPage, PageQuery, pageOf } from '../../shared/pages.ts'
import { problems } from '../../shared/problem.ts'
import { valuesOf } from '../../shared/records.ts'
import { newPerson, withSetUp } from '../../sign-on/set-up.ts'
import { isInUse, stageOfOffices } from '../office-grants.ts'
import { withOffices } from '../offices.ts'
import { isOwned, stageOfChange } from '../takeover.ts'
import { announce } from './pending.ts'

const tags = ['people']
const ById = Type.Object({ id: PersonId })

/** A person at the provider is one person here. @throws CONFLICT */
const refuseTakenSubject = async ({ people }: AppDeps, subject: string | undefined) => {
  const taken = subject && (await people.all()).find(({ value }) => value.singleSignOn === subject)
  if (taken) {
    throw new SightlineError(
      'CONFLICT',
      `the account ${taken.value.id} already uses this single sign-on ID (ACC-7)`,
      {
        hint: 'Each person has one account.',
      },
    )
  }
}

/** The link goes only to the person: whoever opens an account cannot use it. */
const sendLink = (
  { clock, mailbox, site }: AppDeps,
  request: FastifyRequest,
  person: Person,
  token: string,
) => {
  const link = `${originOf(site, request)}/set-up#${token}`
  const text = `${person.name},\n\nSet your password and second factor for Sightline within three days:\n${link}\n\nYour username is ${person.id}. The link can be used only once.\n`
  const id = `set-up-${person.id}-${person.setUp!.tokenHash.slice(0, 16)}`
  return mailbox.post(mail(id, person, 'Set up your account', text, clock()))
}

const openAccount: Route = (app, deps) =>
  app.post(
    '/v1/people',
    {
      config: {
        permission: 'person.create',
        audit: { action: 'person.create', parameters: ofBody, decided: true },
      },
      schema: {
        tags,
        summary: 'Open an account; the person gets a one-time link by e-mail (ACC-7)',
        body: NewPerson,
        response: { 201: PersonView, ...problems(400, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request).id
      const { supervisor, singleSignOn } = request.body
      if (supervisor && !(await deps.people.find(supervisor))?.value.offices.includes('supervisor')) {
        throw new SightlineError('RULE_BROKEN', `${supervisor} does not have the supervisor role (ACC-1)`, {
          hint: 'First give them that role.',
        })
      }
      await refuseTakenSubject(deps, singleSignOn)
      const opened = newPerson(request.body, actor, deps.clock())
      const { person, token } = opened.singleSignOn
        ? { person: opened, token: null }
        : withSetUp(opened, deps.clock())
      await record(request, { subject: person.id })
      await deps.people.put(person.id, person, 0)
      if (token !== null) await sendLink(deps, request, person, token)
      return reply.code(201).send(personView(person))
    },
  )

const PeopleQuery = Type.Object(
  {
    search: Type.Optional(
      Type.String({ maxLength: 100, description: 'Part of a name, an id or an e-mail address' }),
    ),
    office: Type.Optional(Office),
    ...PageQuery,
  },
  { additionalProperties: false },
)

const listPeople: Route = (app, { people }) =>
  app.get(
    '/v1/people',
    {
      config: {
        permission: 'person.list',
        audit: {
          action: 'person.list',
          parameters: ({ query }) => {
            const {
              search = null,
              office = null,
              cursor = null,
              limit = DEFAULT_LIMIT,
            } = query as Static<typeof PeopleQuery>
            return { search, office, cursor, limit }
          },
        },
      },
      schema: {
        tags,
        summary: 'List accounts by name',
        querystring: PeopleQuery,
        response: {
          200: Type.Object({ people: Type.Array(PersonView), next: NextPage }),
          ...problems(400, 503),
        },
      },
    },
    async (request) => {
      const { search = '', office, ...paging } = request.query
      const wanted = search.trim().toLowerCase()
      const found = (await people.all())
        .map(({ value }) => value)
        .filter(
          ({ id, name, email, offices }) =>
            (office === undefined || offices.includes(office)) &&
            [id, name, email].some((text) => text.toLowerCase().includes(wanted)),
        )
      const { page, next } = pageOf(found, ({ id }) => id, { order: 'up', ...paging })
      return { people: page.map(personView), next }
    },
  )

const inviteAgain: Route = (app, deps) =>
  app.post(
    '/v1/people/:id/invitation',
    {
      config: {
        permission: 'person.invite',
        // For an account that is set up, the announcement is the action.
        audit: { action: ['person.invite', 'person.pending'], subject: byParam('id'), decided: true },
      },
      schema: {
        tags,
        summary: 'Send a new one-time link, e.g. to a person who lost their phone; this voids an earlier one',
        description:
          'For an account that is set up, the link would replace password and second factor. So the change is announced to the person (202), who ' +
          'can refuse it for three days; the same call after that sends the link (204).',
        params: ById,
        response: { 202: PersonView, 204: Type.Null(), ...problems(404, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { value, revision } = await deps.people.get(id)
      if (value.singleSignOn) {
        throw new SightlineError(
          'RULE_BROKEN',
          `${id} signs in at the agency's provider, so there is nothing to set up here`,
        )
      }
      const wanted = { kind: 'sign-on' } as const
      const stage = await recordRefusals(auditOf(request), entryOf(request), () =>
        isOwned(value) ? stageOfChange(value, wanted, deps.clock()) : 'due',
      )
      if (stage === 'new') {
        const stored = await announce(deps, request, { value, revision }, wanted)
        return reply.code(202).send(personView(stored))
      }
      const { person, token } = withSetUp(value, deps.clock())
      await record(request)
      await deps.people.put(id, person, revision)
      await sendLink(deps, request, person, token)
      return reply.code(204).send(null)
    },
  )

const changePerson: Route = (app, deps) =>
  app.patch(
    '/v1/people/:id',
    {
      config: {
        permission: 'person.change',
        audit: {
          action: ['person.change', 'person.pending'],
          subject: byParam('id'),
          parameters: ofBody,
          decided: true,
        },
      },
      schema: {
        tags,
        summary: 'Assign or remove roles, name a supervisor, suspend',
        description:
          'A new role is certified for a year (ACC-4). Changed roles and a suspension end all sessions. ' +
          'Once anybody has been granted access, a new role is announced to those who manage or review accounts (202): a ' +
          'second administrator who asks for the same confirms it, or the same call works after three days (200), if ' +
          'nobody has refused it (ACC-1).',
        params: ById,
        body: PersonChange,
        response: { 200: PersonView, 202: PersonView, ...problems(400, 403, 404, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { id: by, session } = actorOf(request)
      const { value: before, revision } = await deps.people.get(id)
      const file = await accessFileOf(deps.access, id)
      const named = request.body.supervisor
        ? (await deps.people.find(request.body.supervisor))?.value
        : undefined
      const { pending, ...person } = withOffices(before, request.body, {
        by,
        isAnalyst: isAnalyst(file.value),
        named,
      })
      const { offices } = person
      const isGiven = offices.some((office) => !before.offices.includes(office))
      // The development token cannot open accounts for itself.
      const waits = isGiven && session !== null && isInUse(await valuesOf(deps.access))
      const stage = await recordRefusals(auditOf(request), entryOf(request), () =>
        waits ? stageOfOffices(before, offices, { by, now: deps.clock() }) : 'due',
      )
      if (stage === 'new') {
        const wanted = { kind: 'offices' as const, offices }
        const stored = await announce(deps, request, { value: before, revision }, wanted)
        return reply.code(202).send(personView(stored))
      }
      await record(request)
      // Existing access is certified by a system owner, not by a new role (ACC-4).
      if (isGiven && !(isAnalyst(file.value) && isCertified(file.value, deps.clock()))) {
        const now = deps.clock()
        const live = isCertified(file.value, now) ? file.value : endOfLapsed(file.value, by, now)
        await deps.access.put(id, certifyAccess(live, by, now), file.revision)
      }
      const isDone = isGiven && pending?.kind === 'offices'
      const changed = { ...person, ...(pending && !isDone && { pending }) }
      return personView((await deps.people.put(id, changed, revision)).value)
    },
  )

/** Accounts: who has one, with which roles, and how they get a password. */
export const peopleRoutes: Routes = [openAccount, listPeople, inviteAgain, changePerson]
