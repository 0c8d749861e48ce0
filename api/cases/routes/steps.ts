import { Case } from '@sightline/schemas/case'
import { SightlineError } from '@sightline/schemas/errors'
import { Token } from '@sightline/schemas/message'
import { Reason, Renewal } from '@sightline/schemas/retention'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { isAnalyst } from '../../access/validity.ts'
import type { AppDeps, Route, Routes } from '../../app.ts'
import { recordRefusals } from '../../audit/refusals.ts'
import { closeWithCase } from '../../displays/matters.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { auditOf, byParam, entryOf, ofBody } from '../../plugins/app/audit.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { etag } from '../../shared/etag.ts'
import { NextPage, PageQuery, pageOf, pagingOf } from '../../shared/pages.ts'
import { problems } from '../../shared/problem.ts'
import { valuesOf } from '../../shared/records.ts'
import { change, requireSeen } from '../change.ts'
import { erase, eraseContents } from '../deletion.ts'
import { renewRetention } from '../retention.ts'
import { stepCase, withOwner } from '../steps.ts'
import { placeOf } from '../store.ts'
import { noSuchCase } from '../visibility.ts'
import {
  ById,
  CaseCover,
  changeCase,
  coverOf,
  ForChanging,
  liveCase,
  requireAnalyst,
  Stated,
  usableCase,
} from './request.ts'

const tags = ['cases']
const failures = problems(400, 403, 404, 409, 422, 428, 503)
const changing = (summary: string) => ({
  tags,
  summary,
  params: ById,
  headers: ForChanging,
  response: { 200: Case, ...failures },
})

const closeDisplays = (deps: AppDeps, request: FastifyRequest, one: Case, cause: string) =>
  closeWithCase({ ...deps, audit: auditOf(request) }, one, { actor: actorOf(request).id, cause }, deps.clock)

const closeOrReopen =
  (step: 'close' | 'reopen', name: string): Route =>
  (app, deps) =>
    app.post(
      `/v1/cases/:id/${step}`,
      {
        config: {
          permission: 'case.change',
          idempotent: shows.case,
          audit: {
            action: `case.${step}`,
            subject: byParam('id'),
            parameters: ofBody,
            decided: true,
            also: ['display.close'],
          },
        },
        schema: { ...changing(`${name} (QRY-5)`), body: Stated },
      },
      async (request, reply) => {
        const one = await changeCase(deps, request, reply, {
          least: 'owner',
          next: (one) => stepCase(one, step),
        })
        if (step === 'close') await closeDisplays(deps, request, one, 'its case was closed')
        return one
      },
    )

const renewCase: Route = (app, deps) =>
  app.post(
    '/v1/cases/:id/renewal',
    {
      config: {
        permission: 'case.renew',
        idempotent: shows.case,
        audit: { action: 'case.renew', subject: byParam('id'), decided: true, parameters: ofBody },
      },
      schema: { ...changing('Keep a case longer, with a reason (AUD-6)'), body: Renewal },
    },
    (request, reply) =>
      changeCase(deps, request, reply, {
        least: 'owner',
        next: (one) =>
          renewRetention(stepCase(one, 'renew'), request.body, actorOf(request).id, deps.clock()),
      }),
  )

const deleteCase: Route = (app, deps) =>
  app.post(
    '/v1/cases/:id/deletion',
    {
      config: {
        permission: 'case.change',
        idempotent: shows.nothing,
        audit: {
          action: 'case.delete',
          subject: byParam('id'),
          parameters: ofBody,
          decided: true,
          also: ['saved.delete', 'product.delete', 'display.close'],
        },
      },
      schema: {
        tags,
        summary: 'Delete a case and the reads saved into it; the deletion is recorded (AUD-6)',
        params: ById,
        headers: ForChanging,
        body: Stated,
        response: { 204: Type.Null(), ...failures },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const actor = actorOf(request).id
      const audit = auditOf(request)
      const entry = entryOf(request)
      const { value, revision } = await recordRefusals(audit, entry, async () => {
        const stored = await usableCase(deps, request, id, 'owner')
        requireSeen(request.headers['if-match'], stored.revision)
        return stored
      })
      if (!(await erase(audit, deps.cases, { key: id, revision }, entry))) {
        throw new SightlineError('CONFLICT', 'someone else has changed the case', {
          hint: 'Read it again, then delete it if that is still right.',
        })
      }
      // If this stops here, the next sweep finds the contents without a case.
      await eraseContents(deps, audit, id, { actor, cause: 'case deleted' })
      await closeDisplays(deps, request, value, 'its case was deleted')
      return reply.code(204).send(null)
    },
  )

/** Whether the owner has left, or no longer has access: then their supervisor hands over (ACC-8). */
const leaves = async ({ access, people }: AppDeps, owner: string, supervisor: string): Promise<boolean> => {
  const person = (await people.find(owner))?.value
  if (!person || person.supervisor !== supervisor) return false
  const file = (await access.find(owner))?.value
  return person.state !== 'active' || !file || !isAnalyst(file)
}

const HandOver = Type.Object(
  { to: Token, reason: Reason },
  { title: 'CaseHandOver', additionalProperties: false },
)

const handOverCase: Route = (app, deps) =>
  app.post(
    '/v1/cases/:id/hand-over',
    {
      config: {
        permission: 'case.hand-over',
        idempotent: shows.nothing,
        audit: { action: 'case.hand-over', subject: byParam('id'), decided: true, parameters: ofBody },
      },
      schema: {
        tags,
        summary: 'Hand a case over to another owner (ACC-8)',
        params: ById,
        headers: ForChanging,
        body: HandOver,
        response: { 200: CaseCover, ...failures },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { id: actor, roles } = actorOf(request)
      const { to } = request.body
      const { value, revision } = await change(auditOf(request), {
        records: { get: (key) => liveCase(deps, key), put: deps.cases.put },
        key: id,
        ifMatch: request.headers['if-match'],
        entry: entryOf(request),
        may: async (one) => {
          const isTheirs =
            one.owner === actor || (roles.includes('supervisor') && (await leaves(deps, one.owner, actor)))
          if (!isTheirs) throw noSuchCase(id)
        },
        next: async (one) => {
          await requireAnalyst(deps, to)
          return withOwner(one, to)
        },
      })
      return reply.header('etag', etag(revision)).send(coverOf(value))
    },
  )

const listLeftCases: Route = (app, deps) =>
  app.get(
    '/v1/cases/left',
    {
      config: {
        permission: 'case.hand-over',
        audit: {
          action: 'case.list',
          parameters: ({ query }) => ({ left: true, ...pagingOf(query as object) }),
        },
      },
      schema: {
        tags,
        summary: 'List cases whose owners left, for their supervisor to hand over, newest first (ACC-8)',
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: {
          200: Type.Object({ cases: Type.Array(CaseCover), next: NextPage }),
          ...problems(400, 503),
        },
      },
    },
    async (request) => {
      const actor = actorOf(request).id
      const [people, files] = await Promise.all([valuesOf(deps.people), valuesOf(deps.access)])
      const analysts = new Set(files.filter(isAnalyst).map(({ person }) => person))
      const left = new Set(
        people
          .filter(
            ({ id, state, supervisor }) => supervisor === actor && (state !== 'active' || !analysts.has(id)),
          )
          .map(({ id }) => id),
      )
      const found = deps.cases.select(({ owner }) => left.has(owner))
      const { page, next } = pageOf(found, placeOf, { order: 'down', ...request.query })
      return { cases: page.map(coverOf), next }
    },
  )

/** Steps in the life of a case: closed, kept longer, handed over, deleted (ACC-8, AUD-6). */
export const caseStepRoutes: Routes = [
  closeOrReopen('close', 'Close a case'),
  closeOrReopen('reopen', 'Reopen a case'),
  renewCase,
  deleteCase,
  handOverCase,
  listLeftCases,
]
