import { randomBytes } from 'node:crypto'
import {
  type AccessAction,
  AccessDecision,
  AccessFile,
  NewAccessRequest,
  TrainingRecord,
} from '@sightline/schemas/access-request'
import { SightlineError } from '@sightline/schemas/errors'
import { oneOf, Token } from '@sightline/schemas/message'
import { type Person, PersonId } from '@sightline/schemas/person'
import { EDGE_SOURCE } from '@sightline/schemas/read'
import type { FastifyRequest } from 'fastify'
import Type, { type Static, type TSchema } from 'typebox'
import type { AppDeps, Route, Routes } from '../app.ts'
import type { AuditEntry } from '../audit/log.ts'
import { actorOf } from '../plugins/app/actor.ts'
import { byParam, type Known, ofBody, recordDecision } from '../plugins/app/audit.ts'
import { NextPage, PageQuery, pageOf, pagingOf } from '../shared/pages.ts'
import { problems } from '../shared/problem.ts'
import { valuesOf } from '../shared/records.ts'
import { makesAnalyst, requireApart } from './apart.ts'
import { accessFileOf } from './file.ts'
import { dueNotices } from './notices.ts'
import type { Permission } from './permissions.ts'
import type { Actor } from './permit.ts'
import { isOpen, withRequest, withStep } from './requests.ts'
import { recertify, withTraining } from './validity.ts'

const tags = ['access']
const ByPerson = Type.Object({ person: PersonId })

/** Steps that people take on a request, with the permission that each needs. */
const STEPS: Record<Exclude<AccessAction, 'request'>, { permission: Permission; summary: string }> = {
  approve: { permission: 'access.approve', summary: 'Approve as supervisor (ACC-1)' },
  grant: {
    permission: 'access.grant',
    summary: 'Grant as system owner; the person is notified by e-mail (ACC-1, ACC-2)',
  },
  refuse: { permission: 'access.refuse', summary: 'Refuse, with a reason (ACC-1)' },
  withdraw: { permission: 'access.request', summary: 'Withdraw your own request' },
  end: { permission: 'access.end', summary: 'End granted access, with a reason' },
}

/** The account of a person; the development token has none. */
const account = async ({ people }: AppDeps, id: string): Promise<Person> => {
  const found = await people.find(id)
  if (found) return found.value
  throw new SightlineError('NOT_FOUND', `there is no account ${id}`, {
    hint: 'An administrator opens accounts.',
  })
}

/** Computes the new file, records the change, then stores it. Of two simultaneous changes, one gets a conflict. */
const change = async (
  deps: AppDeps,
  request: FastifyRequest,
  id: string,
  next: (file: AccessFile, person: Person) => AccessFile,
  known?: Known,
): Promise<AccessFile> => {
  const person = await account(deps, id)
  const { value, revision } = await accessFileOf(deps.access, person.id)
  const decide = () => {
    const file = next(value, person)
    if (makesAnalyst(value, file)) requireApart([...person.offices, 'analyst'])
    return file
  }
  const file = await recordDecision(request, decide, known)
  return (await deps.access.put(person.id, file, revision)).value
}

const viewOwnAccess: Route = (app, deps) =>
  app.get(
    '/v1/access/me',
    {
      config: { permission: 'access.view', audit: { none: 'people see their own file' } },
      schema: {
        tags,
        summary: 'My requests, training and certification',
        response: { 200: AccessFile, ...problems(404, 503) },
      },
    },
    async (request) => (await accessFileOf(deps.access, (await account(deps, actorOf(request).id)).id)).value,
  )

const listSources: Route = (app, deps) =>
  app.get(
    '/v1/access/sources',
    {
      config: {
        permission: 'access.request',
        audit: { none: 'names of sources reveal nothing about anybody' },
      },
      schema: {
        tags,
        summary: 'Sources that can be requested: `edge`, the agency’s own cameras, and the vendors (ACC-6)',
        response: { 200: Type.Object({ sources: Type.Array(Token) }), ...problems(503) },
      },
    },
    async () => ({ sources: [EDGE_SOURCE, ...deps.federation.vendors] }),
  )

const AccessQuery = Type.Object(
  {
    order: Type.Optional(
      oneOf(['request', 'end'], {
        description:
          'request: those that wait for a decision first, the longest wait first (default); end: the certification that ends first',
      }),
    ),
    ...PageQuery,
  },
  { additionalProperties: false },
)
type AccessOrder = NonNullable<Static<typeof AccessQuery>['order']>

const listAccess: Route = (app, { access, people }) =>
  app.get(
    '/v1/access',
    {
      config: {
        permission: 'access.list',
        audit: {
          action: 'access.list',
          parameters: ({ query }) => {
            const { order = 'request', ...paging } = query as Static<typeof AccessQuery>
            return { order, ...pagingOf(paging) }
          },
        },
      },
      schema: {
        tags,
        summary: 'Requests, training and certification of your own people, or of everybody',
        querystring: AccessQuery,
        response: {
          200: Type.Object({ files: Type.Array(AccessFile), next: NextPage }),
          ...problems(400, 503),
        },
      },
    },
    async (request) => {
      const { id, roles } = actorOf(request)
      const { order = 'request', ...paging } = request.query
      let files = await valuesOf(access)
      if (!roles.includes('system-owner') && !roles.includes('oversight')) {
        const all = await valuesOf(people)
        const own = new Set(all.filter(({ supervisor }) => supervisor === id).map((person) => person.id))
        files = files.filter(({ person }) => own.has(person))
      }
      const { page, next } = pageOf(files, PLACES[order], { order: 'up', ...paging })
      return { files: page, next }
    },
  )

/** Where a file is in the list. */
const PLACES: Record<AccessOrder, (file: AccessFile) => string> = {
  request: ({ person, requests }) => {
    const since = requests.filter(isOpen).map(({ steps }) => steps.at(-1)?.at ?? '')
    return since.length > 0 ? `0_${since.sort()[0]}_${person}` : `1_${person}`
  },
  end: ({ person, certification }) => `${certification?.validUntil ?? ''}_${person}`,
}

const requestAccess: Route = (app, deps) =>
  app.post(
    '/v1/access/requests',
    {
      config: {
        permission: 'access.request',
        audit: { action: 'access.request', subject: (request) => actorOf(request).id, decided: true },
      },
      schema: {
        tags,
        summary: 'Request access to sources, stating the need (ACC-1, ACC-6)',
        description:
          'Oversight requests access to review alerts, images and lookouts. This does not make the person an analyst, and it ends with the role.',
        body: NewAccessRequest,
        response: { 201: AccessFile, ...problems(400, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const id = randomBytes(9).toString('base64url')
      const parameters = { id, ...request.body }
      const next = (file: AccessFile, { offices }: Person) => {
        const reviewOnly = offices.includes('oversight') && ({ reviewOnly: true } as const)
        return withRequest(file, { id, ...request.body, ...reviewOnly }, deps.clock())
      }
      return reply.code(201).send(await change(deps, request, actorOf(request).id, next, { parameters }))
    },
  )

const decide =
  (action: keyof typeof STEPS): Route =>
  (app, deps) =>
    app.post(
      `/v1/access/:person/requests/:id/${action}`,
      {
        config: {
          permission: STEPS[action].permission,
          audit: {
            action: `access.${action}`,
            subject: byParam('person'),
            decided: true,
            parameters: ({ params, body }) => ({
              id: (params as { id: string }).id,
              reason: (body as Static<typeof AccessDecision>).reason,
            }),
          },
        },
        schema: {
          tags,
          summary: STEPS[action].summary,
          params: Type.Object({ person: PersonId, id: Token }),
          body: AccessDecision,
          response: { 200: AccessFile, ...problems(400, 403, 404, 409, 422, 503) },
        },
      },
      async (request) => {
        const { person, id } = request.params
        const { reason } = request.body
        const by = actorOf(request)
        const file = await change(deps, request, person, (before, { supervisor }) =>
          withStep(before, id, { action, reason, by, supervisor }, deps.clock()),
        )
        if (action === 'grant') await tell(deps, await account(deps, person), file)
        return file
      },
    )

/** Sends now what the next sweep would send. */
const tell = async ({ clock, mailbox }: AppDeps, person: Person, file: AccessFile) => {
  for (const mail of dueNotices(person, file, clock())) await mailbox.post(mail)
}

/** A statement by somebody else about a person's access. */
const stated =
  <B extends TSchema>(
    path: string,
    { body, ...of }: { permission: Permission; action: AuditEntry['action']; summary: string; body: B },
    next: (
      file: AccessFile,
      stated: Static<B>,
      by: Actor,
      supervisor: string | null,
      now: number,
    ) => AccessFile,
  ): Route =>
  (app, deps) =>
    app.post(
      `/v1/access/:person/${path}`,
      {
        config: {
          permission: of.permission,
          audit: { action: of.action, subject: byParam('person'), parameters: ofBody, decided: true },
        },
        schema: {
          tags,
          summary: of.summary,
          params: ByPerson,
          body,
          response: { 200: AccessFile, ...problems(400, 403, 404, 409, 422, 503) },
        },
      },
      async (request) => {
        const actor = actorOf(request)
        const said = request.body as Static<B>
        return change(deps, request, request.params.person, (file, { supervisor }) =>
          next(file, said, actor, supervisor, deps.clock()),
        )
      },
    )

const certify = stated(
  'certification',
  {
    permission: 'access.certify',
    action: 'access.certify',
    body: AccessDecision,
    summary: 'Certify for a year that a person still needs access (ACC-4)',
  },
  (file, _reason, by, _supervisor, now) => recertify(file, by.id, now),
)

const recordTraining = stated(
  'training',
  {
    permission: 'training.record',
    action: 'training.record',
    body: TrainingRecord,
    summary: 'Record a completed training (ACC-3)',
  },
  withTraining,
)

/** Requesting access, granting it, and keeping it (ACC-1 to ACC-6). The rules are in api/access. */
export const routes: Routes = [
  viewOwnAccess,
  listSources,
  listAccess,
  requestAccess,
  ...(Object.keys(STEPS) as (keyof typeof STEPS)[]).map(decide),
  certify,
  recordTraining,
]
