import { SightlineError } from '@sightline/schemas/errors'
import { Token } from '@sightline/schemas/message'
import { Read } from '@sightline/schemas/read'
import { PICTURE_NAME } from '@sightline/schemas/subjects'
import { SIMULATED_HEADER } from '@sightline/schemas/vendor-search'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { permitSources, refusalError } from '../access/permit.ts'
import type { Route, Routes } from '../app.ts'
import { reachableRead, usableCase } from '../cases/routes/request.ts'
import { mayReach } from '../cases/visibility.ts'
import type { Pictured } from '../history/cache.ts'
import { findPictured, toPictured } from '../history/pictured.ts'
import { actorOf } from '../plugins/app/actor.ts'
import { byParam, recordDecision } from '../plugins/app/audit.ts'
import { hangUpSignal } from '../shared/hang-up.ts'
import { problems } from '../shared/problem.ts'
import { pictureOfRead } from './views.ts'

const PictureName = Type.String({
  pattern: PICTURE_NAME,
  description: "A name in a read's `pictures`",
})
const QueryId = Type.String({ format: 'uuid', description: 'Id of a search or review of mine' })
const read = Read.properties.id
const tags = ['pictures']
/** Which vendors are asked is known only after the read was found. */
const ofVendor = { action: 'picture.view', subject: byParam('read'), decided: true } as const
const jpeg = { description: 'Picture', content: { 'image/jpeg': { schema: Type.Unknown() } } }
/** Drawn by a simulated vendor; the image says so too. */
const vendorJpeg = {
  ...jpeg,
  headers: {
    [SIMULATED_HEADER]: {
      schema: Type.Literal('true'),
      description: 'No camera took it: a simulated vendor drew it',
    },
  },
}

/** The image beside the text (CAP-4, DSP-7), from granted sources (ACC-6). */
export const pictureRoutes: Route = (app, deps) => {
  const { pictures, pictureViews, federation, queryCache } = deps

  /** Every view is recorded in the audit log. A served image counts as looked at (DSP-7). */
  const send = async (request: FastifyRequest, reply: FastifyReply, picture: string, jpeg: Uint8Array) => {
    if (isLook(request, reply)) await pictureViews.note(actorOf(request).id, picture, jpeg)
    return reply.type('image/jpeg').send(Buffer.from(jpeg))
  }

  app.get(
    '/v1/pictures/:name',
    {
      config: {
        permission: 'picture.view',
        audit: { action: 'picture.view', subject: byParam('name'), decided: true },
      },
      schema: {
        tags,
        summary: 'Get the image of a plate or vehicle (CAP-4)',
        params: Type.Object({ name: PictureName }),
        response: { 200: jpeg, ...problems(400, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { name } = request.params
      const actor = actorOf(request)
      await recordDecision(request, () => {
        const refusal = permitSources(actor, [name.split('.')[0]!])
        if (refusal) throw refusalError(refusal)
      })
      return send(request, reply, name, await pictures.get(name))
    },
  )

  app.get(
    '/v1/queries/:query/reads/:read/picture',
    {
      config: { permission: 'query.run', audit: ofVendor },
      schema: {
        tags,
        summary: 'Get the image of a read found by my query, from its vendor (CAP-4)',
        description:
          'Available while the answer is in the cache (QRY-7). Vendors are asked for nothing else (QRY-6).',
        params: Type.Object({ query: QueryId, read }),
        response: { 200: vendorJpeg, ...problems(400, 403, 404, 422, 503) },
      },
    },
    async (request, reply) => {
      const { query, read } = request.params
      const actor = actorOf(request)
      return vendorPicture(request, reply, { query, read }, async () => {
        const cached = await queryCache.byQuery(query, actor.id)
        const found = cached && findPictured(cached.content, read)
        if (found && mayReach(actor, found.vendors)) return found
        throw new SightlineError(
          'NOT_FOUND',
          'the search has no such result, or its results have expired (QRY-7)',
          { hint: 'Search again (POST /v1/search), then request an image from the new results.' },
        )
      })
    },
  )

  app.get(
    '/v1/cases/:id/saved/:read/picture',
    {
      config: { permission: 'saved.list', audit: ofVendor },
      schema: {
        tags,
        summary: 'Get the image of a read saved into a case, from its vendor (CAP-4)',
        params: Type.Object({ id: Token, read }),
        response: { 200: vendorJpeg, ...problems(400, 403, 404, 422, 503) },
      },
    },
    async (request, reply) => {
      const { id, read } = request.params
      return vendorPicture(request, reply, { case: id, read }, async () => {
        await usableCase(deps, request, id)
        const saved = await reachableRead(deps, actorOf(request), id, read)
        return toPictured({ read: saved.read, vendors: saved.provenance.vendors })
      })
    },
  )

  /**
   * Asks the granted vendors that sent a read, after recording it (AUD-1).
   * @param find the read, if it may be seen; throws otherwise, which is recorded too
   */
  async function vendorPicture(
    request: FastifyRequest,
    reply: FastifyReply,
    parameters: { read: string; query: string } | { read: string; case: string },
    find: () => Promise<Pictured>,
  ) {
    const actor = actorOf(request)
    const decide = async () => {
      const found = await find()
      federation.checkAge(found.seenAt)
      return { found, vendors: found.vendors.filter((vendor) => mayReach(actor, [vendor])) }
    }
    const { found, vendors } = await recordDecision(request, decide, { parameters }, ({ vendors }) => ({
      parameters: { ...parameters, vendors },
    }))
    const { camera, seenAt, plate } = found
    const signal = hangUpSignal(reply)
    const picture = await federation.picture({ camera, seenAt, plate }, { vendors, signal })
    if (picture.isSimulated) reply.header(SIMULATED_HEADER, 'true')
    return send(request, reply, pictureOfRead(found.read), picture.jpeg)
  }
}

/**
 * Headers that request a part of an image, or only a changed one. The api sends the whole image, but such a request
 * does not count as a look.
 */
const NO_LOOK = ['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']

const isLook = ({ method, headers }: FastifyRequest, { raw }: FastifyReply): boolean =>
  method === 'GET' && !raw.destroyed && !NO_LOOK.some((name) => headers[name] !== undefined)

export const routes: Routes = [pictureRoutes]
