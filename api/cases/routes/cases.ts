import { Case, CaseChange, CaseKind, NewCase, NewSubject } from '@sightline/schemas/case'
import { oneOf, orNull, Token } from '@sightline/schemas/message'
import { Reason } from '@sightline/schemas/retention'
import Type, { type Static } from 'typebox'
import type { Route, Routes } from '../../app.ts'
import { closeWithCase } from '../../displays/matters.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { auditOf, byParam, ofBody, recordDecision } from '../../plugins/app/audit.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { etag } from '../../shared/etag.ts'
import { DEFAULT_LIMIT, Limit } from '../../shared/limit.ts'
import { problems } from '../../shared/problem.ts'
import { isOver } from '../retention.ts'
import { applyCaseChange, newCase, withMember, withoutMember, withoutSubject, withSubject } from '../steps.ts'
import { placeOf } from '../store.ts'
import { membershipOf } from '../visibility.ts'
import {
  ById,
  changeCase,
  create,
  ForChanging,
  ForCreating,
  requireAnalyst,
  Stated,
  usableCase,
} from './request.ts'

const ListQuery = Type.Object(
  {
    kind: Type.Optional(CaseKind),
    state: Type.Optional(oneOf(['open', 'closed'])),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Token),
  },
  { additionalProperties: false },
)
const CaseList = Type.Object({ cases: Type.Array(Case), next: orNull(Token) })
const tags = ['cases']
const changing = (summary: string) => ({
  tags,
  summary,
  params: ById,
  headers: ForChanging,
  response: { 200: Case, ...problems(400, 403, 404, 409, 422, 428, 503) },
})

const openCase: Route = (app, deps) =>
  app.post(
    '/v1/cases',
    {
      config: {
        permission: 'case.create',
        idempotent: shows.case,
        audit: { action: 'case.create', parameters: ofBody, decided: true },
      },
      schema: {
        tags,
        summary: 'Open a case (QRY-5)',
        headers: ForCreating,
        body: NewCase,
        response: { 201: Case, ...problems(400, 404, 409, 422, 503) },
      },
    },
    (request, reply) =>
      create(deps, request, reply, '/v1/cases', deps.cases, async ({ id, actor, now }) => {
        for (const person of request.body.members ?? []) await requireAnalyst(deps, person)
        return newCase(request.body, id, actor.id, now)
      }),
  )

const listCases: Route = (app, { cases, clock }) =>
  app.get(
    '/v1/cases',
    {
      config: {
        permission: 'case.list',
        audit: {
          action: 'case.list',
          parameters: ({ query }) => {
            const {
              kind = null,
              state = null,
              limit = DEFAULT_LIMIT,
              cursor = null,
            } = query as Static<typeof ListQuery>
            return { kind, state, limit, cursor }
          },
        },
      },
      schema: {
        tags,
        summary: 'List my cases: those that I own or am named in, newest first (ACC-8)',
        querystring: ListQuery,
        response: { 200: CaseList, ...problems(400, 503) },
      },
    },
    async (request) => {
      const { kind, state, limit = DEFAULT_LIMIT, cursor } = request.query
      const actor = actorOf(request)
      const now = clock()
      const found = cases.select(
        (one) =>
          membershipOf(actor, one) !== null &&
          !isOver(one.retention, now) &&
          (!kind || one.kind === kind) &&
          (!state || one.state === state) &&
          (cursor === undefined || placeOf(one) < cursor),
      )
      const page = found.slice(0, limit)
      return { cases: page, next: found.length > limit ? placeOf(page.at(-1)!) : null }
    },
  )

const viewCase: Route = (app, deps) =>
  app.get(
    '/v1/cases/:id',
    {
      config: {
        permission: 'case.view',
        audit: { action: 'case.view', subject: byParam('id'), decided: true },
      },
      schema: {
        tags,
        summary: 'Get a case (ACC-8)',
        params: ById,
        response: { 200: Case, ...problems(404, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { value, revision } = await recordDecision(request, () => usableCase(deps, request, id))
      return reply.header('etag', etag(revision)).send(value)
    },
  )

const describeCase: Route = (app, deps) =>
  app.patch(
    '/v1/cases/:id',
    {
      config: {
        permission: 'case.change',
        idempotent: shows.case,
        audit: { action: 'case.change', subject: byParam('id'), decided: true, parameters: ofBody },
      },
      schema: { ...changing('Change title, authority or purpose'), body: CaseChange },
    },
    (request, reply) =>
      changeCase(deps, request, reply, {
        least: 'owner',
        next: (one) => applyCaseChange(one, request.body),
      }),
  )

const addSubject: Route = (app, deps) =>
  app.post(
    '/v1/cases/:id/subjects',
    {
      config: {
        permission: 'case.change',
        idempotent: shows.case,
        audit: { action: 'case.subject-add', subject: byParam('id'), decided: true, parameters: ofBody },
      },
      schema: {
        ...changing('Name a plate, place or vehicle that the case is about (QRY-6)'),
        body: NewSubject,
      },
    },
    (request, reply) =>
      changeCase(deps, request, reply, {
        least: 'member',
        next: (one) => withSubject(one, request.body, actorOf(request).id, deps.clock()),
      }),
  )

const BySubject = Type.Object({ id: Token, subject: Token })

const removeSubject: Route = (app, deps) =>
  app.delete(
    '/v1/cases/:id/subjects/:subject',
    {
      config: {
        permission: 'case.change',
        idempotent: shows.case,
        audit: {
          action: 'case.subject-remove',
          subject: byParam('id'),
          decided: true,
          parameters: ({ params }) => ({ subject: (params as { subject: string }).subject }),
          also: ['display.close'],
        },
      },
      schema: { ...changing('Remove a subject'), params: BySubject },
    },
    async (request, reply) => {
      const { subject } = request.params
      const one = await changeCase(deps, request, reply, {
        least: 'member',
        next: (one) => withoutSubject(one, subject),
      })
      const doing = { actor: actorOf(request).id, cause: 'its case no longer names the plate' }
      await closeWithCase({ ...deps, audit: auditOf(request) }, one, doing, deps.clock)
      return one
    },
  )

const NewMember = Type.Object({ person: Token, reason: Reason }, { additionalProperties: false })

const addMember: Route = (app, deps) =>
  app.post(
    '/v1/cases/:id/members',
    {
      config: {
        permission: 'case.change',
        idempotent: shows.case,
        audit: { action: 'case.member-add', subject: byParam('id'), decided: true, parameters: ofBody },
      },
      schema: { ...changing('Add a colleague to a project or workspace (ACC-8)'), body: NewMember },
    },
    async (request, reply) => {
      const { person } = request.body
      // First check that the caller may change the case, so that strangers do not learn who has an account.
      await usableCase(deps, request, request.params.id, 'owner')
      await requireAnalyst(deps, person)
      return changeCase(deps, request, reply, {
        least: 'owner',
        next: (one) => withMember(one, person),
      })
    },
  )

const ByMember = Type.Object({ id: Token, person: Token })

const removeMember: Route = (app, deps) =>
  app.post(
    '/v1/cases/:id/members/:person/removal',
    {
      config: {
        permission: 'case.change',
        idempotent: shows.case,
        audit: {
          action: 'case.member-remove',
          subject: byParam('id'),
          decided: true,
          parameters: ({ params, body }) => ({
            person: (params as { person: string }).person,
            ...(body as object),
          }),
        },
      },
      schema: {
        ...changing('Remove a colleague, or leave the case (ACC-8)'),
        params: ByMember,
        body: Stated,
      },
    },
    (request, reply) => {
      const { person } = request.params
      const least = person === actorOf(request).id ? 'member' : 'owner'
      return changeCase(deps, request, reply, {
        least,
        next: (one) => withoutMember(one, person),
      })
    },
  )

/** Cases: events, projects, workspaces, and what they are about (QRY-5, QRY-6, ACC-8). */
export const caseRoutes: Routes = [
  openCase,
  listCases,
  viewCase,
  describeCase,
  addSubject,
  removeSubject,
  addMember,
  removeMember,
]
