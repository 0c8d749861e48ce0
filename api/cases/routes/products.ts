import type { AuditAction } from '@sightline/schemas/audit-record'
import type { Case } from '@sightline/schemas/case'
import { SightlineError } from '@sightline/schemas/errors'
import { NewVersion, Product, ProductVerdict } from '@sightline/schemas/product'
import { Renewal } from '@sightline/schemas/retention'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Actor } from '../../access/permit.ts'
import type { AppDeps, Route, Routes } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import {
  auditOf,
  byParam,
  entryOf,
  ofBody,
  type RouteRecord,
  recordDecision,
} from '../../plugins/app/audit.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { etag } from '../../shared/etag.ts'
import { NextPage, pageOf, placeByTime } from '../../shared/pages.ts'
import { problems } from '../../shared/problem.ts'
import { type Stored, valuesOf } from '../../shared/records.ts'
import { change } from '../change.ts'
import { newProduct, type ProductStep, takeProductStep, withVersion } from '../products.ts'
import { isOver, renewRetention } from '../retention.ts'
import { savedKey } from '../saved-store.ts'
import { stepCase as caseStepped } from '../steps.ts'
import { visibleVersions } from '../visibility.ts'
import { ById, create, ForChanging, ForCreating, OfCase, ofCaseQuery, usableCase } from './request.ts'

const tags = ['products']
const failures = problems(400, 403, 404, 409, 422, 428, 503)

/** What is recorded about a version; never its text. */
function written(body: unknown): object {
  const { title, sources = [] } = body as NewVersion
  return { title, sources }
}

/** Steps of a product, with the permission that each needs. */
const STEPS: Record<ProductStep, { permission: 'product.write' | 'product.review'; summary: string }> = {
  submit: { permission: 'product.write', summary: 'The author submits a version for review' },
  return: {
    permission: 'product.review',
    summary: 'Another member of the workspace returns a version, with a reason',
  },
  publish: {
    permission: 'product.review',
    summary: 'Another member of the workspace publishes a version: everybody with access sees it (ACC-8)',
  },
  withdraw: { permission: 'product.review', summary: 'The workspace withdraws a published version' },
}

const noSuch = (id: string) =>
  new SightlineError('NOT_FOUND', `you have no access to product ${id}, or it does not exist (ACC-8)`)

const live = async ({ clock, products }: AppDeps, id: string): Promise<Stored<Product>> => {
  const found = await products.find(id)
  if (!found || isOver(found.value.retention, clock())) throw noSuch(id)
  return found
}

/** A product with the versions that the actor may see; undefined when there are none. */
function seenBy(
  actor: Actor,
  product: Product,
  workspace: Case | undefined,
  now: number,
): Product | undefined {
  const isThere = workspace && !isOver(workspace.retention, now) ? workspace : undefined
  const versions = visibleVersions(actor, product, isThere)
  return versions.length > 0 ? { ...product, versions } : undefined
}

/** @throws NOT_FOUND when a product cites a read that is not saved in the workspace */
const requireSources = async (
  { clock, saved }: AppDeps,
  workspace: string,
  { sources = [] }: NewVersion,
): Promise<void> => {
  for (const read of sources) {
    const found = await saved.find(savedKey(workspace, read))
    if (found && !isOver(found.value.retention, clock())) continue
    throw new SightlineError('NOT_FOUND', `read ${read} is not saved in the workspace`, {
      hint: 'A product can only cite reads saved into its workspace.',
    })
  }
}

const writeProduct: Route = (app, deps) =>
  app.post(
    '/v1/cases/:id/products',
    {
      config: {
        permission: 'product.write',
        idempotent: shows.product,
        audit: {
          action: 'product.create',
          decided: true,
          parameters: ({ params, body }) => ({ workspace: (params as { id: string }).id, ...written(body) }),
        },
      },
      schema: {
        tags,
        summary: 'Write an intelligence product in a workspace (ACC-8)',
        params: ById,
        headers: ForCreating,
        body: NewVersion,
        response: { 201: Product, ...problems(400, 403, 404, 409, 422, 503) },
      },
    },
    (request, reply) =>
      create(deps, request, reply, '/v1/products', deps.products, async ({ id, actor, now }) => {
        const workspace = request.params.id
        const { value: one } = await usableCase(deps, request, workspace)
        caseStepped(one, 'save')
        if (one.kind !== 'workspace') {
          throw new SightlineError('RULE_BROKEN', 'products are written only in workspaces (ACC-8)', {
            hint: 'Open a case of the kind "workspace".',
          })
        }
        await requireSources(deps, workspace, request.body)
        return newProduct(request.body, { id, workspace }, actor.id, now)
      }),
  )

const listProducts: Route = (app, deps) =>
  app.get(
    '/v1/products',
    {
      config: { permission: 'product.view', audit: { action: 'product.list', parameters: ofCaseQuery } },
      schema: {
        tags,
        summary: 'List products that are published, and those of my workspaces, newest first (ACC-8)',
        querystring: OfCase,
        response: {
          200: Type.Object({ products: Type.Array(Product), next: NextPage }),
          ...problems(400, 503),
        },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const now = deps.clock()
      const { case: of, ...paging } = request.query
      const all = (await valuesOf(deps.products)).filter(
        (one) => (of === undefined || one.workspace === of) && !isOver(one.retention, now),
      )
      const seen = all.flatMap((one) => {
        const product = seenBy(actor, one, deps.cases.glance(one.workspace)?.value, now)
        return product ? [{ product, place: placeByTime(one.versions[0]!.writtenAt, one.id) }] : []
      })
      const { page, next } = pageOf(seen, ({ place }) => place, { order: 'down', ...paging })
      return { products: page.map(({ product }) => product), next }
    },
  )

const viewProduct: Route = (app, deps) =>
  app.get(
    '/v1/products/:id',
    {
      config: {
        permission: 'product.view',
        audit: { action: 'product.view', subject: byParam('id'), decided: true },
      },
      schema: {
        tags,
        summary: 'Read a product (ACC-8)',
        params: ById,
        response: { 200: Product, ...problems(404, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const actor = actorOf(request)
      const { seen, revision } = await recordDecision(request, async () => {
        const { value, revision } = await live(deps, id)
        const workspace = (await deps.cases.find(value.workspace))?.value
        const seen = seenBy(actor, value, workspace, deps.clock())
        if (!seen) throw noSuch(id)
        return { seen, revision }
      })
      return reply.header('etag', etag(revision)).send(seen)
    },
  )

/** A change that only members of the workspace may make. */
const changing = (
  action: AuditAction,
  permission: 'product.write' | 'product.review',
  summary: string,
  parameters: RouteRecord['parameters'] = ofBody,
) => ({
  route: {
    config: {
      permission,
      idempotent: shows.product,
      audit: { action, subject: byParam('id'), parameters, decided: true as const },
    },
    schema: { tags, summary, params: ById, headers: ForChanging, response: { 200: Product, ...failures } },
  },
  run: async (
    deps: AppDeps,
    request: FastifyRequest<{ Params: { id: string } }>,
    next: (product: Product, by: string) => Product | Promise<Product>,
  ) => {
    const { id } = request.params
    const actor = actorOf(request)
    return change(auditOf(request), {
      records: { get: (key) => live(deps, key), put: deps.products.put },
      key: id,
      ifMatch: request.headers['if-match'],
      entry: entryOf(request),
      may: async (product) => {
        // A person who may not see it must not learn that it exists.
        const workspace = (await deps.cases.find(product.workspace))?.value
        if (!seenBy(actor, product, workspace, deps.clock())) throw noSuch(id)
        await usableCase(deps, request, product.workspace)
      },
      next: (product) => next(product, actor.id),
    })
  },
})

const revision = changing(
  'product.revise',
  'product.write',
  'Write a new version; the published one stays published',
  ({ body }) => written(body),
)

const addVersion: Route = (app, deps) =>
  app.post(
    '/v1/products/:id/versions',
    { ...revision.route, schema: { ...revision.route.schema, body: NewVersion } },
    async (request, reply) => {
      const stored = await revision.run(deps, request, async (product, by) => {
        await requireSources(deps, product.workspace, request.body)
        return withVersion(product, request.body, by, deps.clock())
      })
      return reply.header('etag', etag(stored.revision)).send(stored.value)
    },
  )

const take = (step: ProductStep): Route => {
  const { permission, summary } = STEPS[step]
  const { route, run } = changing(`product.${step}`, permission, summary)
  return (app, deps) =>
    app.post(
      `/v1/products/:id/${step}`,
      { ...route, schema: { ...route.schema, body: ProductVerdict } },
      async (request, reply) => {
        const stored = await run(deps, request, (product, by) =>
          takeProductStep(product, step, by, request.body.reason, deps.clock()),
        )
        return reply.header('etag', etag(stored.revision)).send(stored.value)
      },
    )
}

const renewal = changing('product.renew', 'product.write', 'Keep a product longer, with a reason (AUD-6)')

const renewProduct: Route = (app, deps) =>
  app.post(
    '/v1/products/:id/renewal',
    { ...renewal.route, schema: { ...renewal.route.schema, body: Renewal } },
    async (request, reply) => {
      const stored = await renewal.run(deps, request, (product, by) =>
        renewRetention(product, request.body, by, deps.clock()),
      )
      return reply.header('etag', etag(stored.revision)).send(stored.value)
    },
  )

/**
 * Intelligence products of workspaces: written and reviewed by the members, seen by everybody with access once
 * published (ACC-8).
 */
export const workspaceRoutes: Routes = [
  writeProduct,
  listProducts,
  viewProduct,
  addVersion,
  ...(Object.keys(STEPS) as ProductStep[]).map(take),
  renewProduct,
]
