import { SightlineError } from '@sightline/schemas/errors'
import type { FederatedSearchAnswer } from '@sightline/schemas/federated-search'
import { Token } from '@sightline/schemas/message'
import { Read } from '@sightline/schemas/read'
import { Renewal } from '@sightline/schemas/retention'
import { NewSavedRead, SavedRead } from '@sightline/schemas/saved-read'
import type { FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { AppDeps, Route, Routes } from '../../app.ts'
import { recordRefusals } from '../../audit/refusals.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { auditOf, byParam, entryOf, ofBody, record, recordDecision } from '../../plugins/app/audit.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { etag } from '../../shared/etag.ts'
import { NextPage, PageQuery, pageOf, pagingOf, placeByTime } from '../../shared/pages.ts'
import { problems } from '../../shared/problem.ts'
import type { Stored } from '../../shared/records.ts'
import { change, requireSeen } from '../change.ts'
import { erase } from '../deletion.ts'
import { isOver, renewRetention } from '../retention.ts'
import { savedKey } from '../saved-store.ts'
import { newSavedRead } from '../saving.ts'
import { mayReach } from '../visibility.ts'
import { ById, ForChanging, ForCreating, Stated, usableCase } from './request.ts'

const ByRead = Type.Object({ id: Token, read: Read.properties.id })
const Entry = Type.Object({ saved: SavedRead, etag: Type.String() })
const SavedList = Type.Object({
  saved: Type.Array(Entry, { description: 'Newest sighting first' }),
  next: NextPage,
  withheld: Type.Integer({
    minimum: 0,
    description: 'Number of reads from sources that were not granted to you, on whichever page (ACC-6)',
  }),
})
const savedIn = ({ params }: FastifyRequest) => {
  const { id, read } = params as Static<typeof ByRead>
  return savedKey(id, read)
}
const tags = ['cases']

/** The saved read, if the caller may see it. @throws NOT_FOUND */
const live = async ({ clock, saved }: AppDeps, caseId: string, read: string): Promise<Stored<SavedRead>> => {
  const found = await saved.find(savedKey(caseId, read))
  if (found && !isOver(found.value.retention, clock())) return found
  throw new SightlineError('NOT_FOUND', `read ${read} is not saved in the case, or no longer`)
}

const saveReads: Route = (app, deps) =>
  app.post(
    '/v1/cases/:id/saved',
    {
      config: {
        permission: 'saved.create',
        idempotent: shows.saved,
        audit: {
          action: 'saved.create',
          subject: ({ params, body }) => savedKey((params as { id: string }).id, (body as NewSavedRead).read),
          parameters: ofBody,
          decided: true,
          also: ['saved.delete'],
        },
      },
      schema: {
        tags,
        summary: 'Save one result of my search, stating why it is relevant (QRY-8)',
        params: ById,
        headers: ForCreating,
        body: NewSavedRead,
        response: { 201: SavedRead, ...problems(400, 403, 404, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { query, read } = request.body
      const actor = actorOf(request)
      const key = savedKey(id, read)
      const audit = auditOf(request)
      const entry = entryOf(request)
      const { made, left } = await recordRefusals(audit, entry, async () => {
        const { value: one } = await usableCase(deps, request, id)
        const cached = await deps.queryCache.byQuery(query, actor.id)
        const { reads = [] } = (cached?.content.answer ?? {}) as Partial<FederatedSearchAnswer>
        const found = reads.find((each) => each.read.id === read)
        if (!cached || !found || !mayReach(actor, found.vendors)) {
          throw new SightlineError(
            'NOT_FOUND',
            'the search has no such result, or its results have expired (QRY-7)',
            {
              hint: 'Search again (POST /v1/search), then save from the new results.',
            },
          )
        }
        const left = await deps.saved.find(key)
        if (left && !isOver(left.value.retention, deps.clock())) {
          throw new SightlineError('CONFLICT', 'the case already has this read', {
            hint: 'Renew it to keep it longer.',
          })
        }
        const { answered } = cached
        return { made: newSavedRead(one, request.body, { found, answered }, actor.id, deps.clock()), left }
      })
      // A read whose retention has ended counts as gone: it is replaced now, not at the next sweep.
      if (left) {
        const parameters = { case: id, cause: 'retention ended' }
        await erase(
          audit,
          deps.saved,
          { key, revision: left.revision },
          { ...entry, action: 'saved.delete', parameters },
        )
      }
      await record(request)
      const { value, revision } = await deps.saved.put(key, made, 0)
      return reply
        .code(201)
        .headers({ location: `/v1/cases/${id}/saved/${read}`, etag: etag(revision) })
        .send(value)
    },
  )

const listSaved: Route = (app, deps) =>
  app.get(
    '/v1/cases/:id/saved',
    {
      config: {
        permission: 'saved.list',
        audit: {
          action: 'saved.list',
          subject: byParam('id'),
          decided: true,
          parameters: ({ query }) => pagingOf(query as object),
        },
      },
      schema: {
        tags,
        summary: 'List the reads saved into a case, with their provenance (ACC-8)',
        params: ById,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: SavedList, ...problems(400, 404, 503) },
      },
    },
    async (request) => {
      const { id } = request.params
      const actor = actorOf(request)
      await recordDecision(request, () => usableCase(deps, request, id))
      const now = deps.clock()
      const all = (await deps.saved.of(id)).filter(({ value }) => !isOver(value.retention, now))
      const shown = all.filter(({ value }) => mayReach(actor, value.provenance.vendors))
      const { page, next } = pageOf(shown, ({ value: { read } }) => placeByTime(read.seenAt, read.id), {
        order: 'down',
        ...request.query,
      })
      return {
        saved: page.map(({ value, revision }) => ({ saved: value, etag: etag(revision) })),
        next,
        withheld: all.length - shown.length,
      }
    },
  )

const renewSaved: Route = (app, deps) =>
  app.post(
    '/v1/cases/:id/saved/:read/renewal',
    {
      config: {
        permission: 'saved.keep',
        idempotent: shows.saved,
        audit: { action: 'saved.renew', subject: savedIn, parameters: ofBody, decided: true },
      },
      schema: {
        tags,
        summary: 'Keep a saved result longer, with a reason (AUD-6)',
        params: ByRead,
        headers: ForChanging,
        body: Renewal,
        response: { 200: SavedRead, ...problems(400, 403, 404, 409, 422, 428, 503) },
      },
    },
    async (request, reply) => {
      const { id, read } = request.params
      const actor = actorOf(request)
      const { value, revision } = await change(auditOf(request), {
        records: { get: () => live(deps, id, read), put: deps.saved.put },
        key: savedKey(id, read),
        ifMatch: request.headers['if-match'],
        entry: entryOf(request),
        may: async () => void (await usableCase(deps, request, id)),
        next: async (one) => {
          const { retention } = (await usableCase(deps, request, id)).value
          if (request.body.until > retention.until) {
            throw new SightlineError('RULE_BROKEN', 'a result cannot be kept longer than its case (AUD-6)', {
              hint: `The case is kept until ${retention.until}. Its owner must renew it first.`,
            })
          }
          return renewRetention(one, request.body, actor.id, deps.clock())
        },
      })
      return reply.header('etag', etag(revision)).send(value)
    },
  )

const deleteSaved: Route = (app, deps) =>
  app.post(
    '/v1/cases/:id/saved/:read/deletion',
    {
      config: {
        permission: 'saved.keep',
        idempotent: shows.saved,
        audit: {
          action: 'saved.delete',
          subject: savedIn,
          decided: true,
          parameters: ({ params, body }) => ({ case: (params as { id: string }).id, ...(body as object) }),
        },
      },
      schema: {
        tags,
        summary: 'Delete a saved result; the deletion is recorded without the content (AUD-6)',
        params: ByRead,
        headers: ForChanging,
        body: Stated,
        response: { 204: Type.Null(), ...problems(400, 403, 404, 409, 422, 428, 503) },
      },
    },
    async (request, reply) => {
      const { id, read } = request.params
      const key = savedKey(id, read)
      const audit = auditOf(request)
      const entry = entryOf(request)
      const { revision } = await recordRefusals(audit, entry, async () => {
        await usableCase(deps, request, id)
        const stored = await live(deps, id, read)
        requireSeen(request.headers['if-match'], stored.revision)
        return stored
      })
      if (await erase(audit, deps.saved, { key, revision }, entry)) return reply.code(204).send(null)
      throw new SightlineError('CONFLICT', 'someone else has changed it', {
        hint: 'Read it again, then delete it if that is still right.',
      })
    },
  )

/** Single results kept in a case: nothing is saved automatically (QRY-8), nothing forever (AUD-6). */
export const savedRoutes: Routes = [saveReads, listSaved, renewSaved, deleteSaved]
