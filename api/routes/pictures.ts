import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { AppDeps } from '../app.ts'
import { actorOf } from '../plugins/app/actor.ts'
import { problems } from '../problem.ts'

const PictureName = Type.String({
  pattern: '^([A-Za-z0-9_-]{1,64}\\.){3}(plate|vehicle)$',
  description: "As in a read's `pictures`",
})

/** The picture beside the text (CAP-4, DSP-7). */
export const pictureRoutes: FastifyPluginAsyncTypebox<AppDeps> = async (app, { pictures, audit }) => {
  app.get(
    '/v1/pictures/:name',
    {
      config: { permission: 'picture.view' },
      schema: {
        tags: ['pictures'],
        summary: 'Look at the picture of a plate or vehicle (CAP-4)',
        params: Type.Object({ name: PictureName }),
        response: {
          200: { description: 'Picture', content: { 'image/jpeg': { schema: Type.Unknown() } } },
          ...problems(400, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const { name } = request.params
      await audit.record({
        actor: actorOf(request).id,
        action: 'picture.view',
        subject: name,
        parameters: {},
      })
      const jpeg = await pictures.get(name)
      // Not cached: every view goes through the audit log.
      return reply.type('image/jpeg').header('cache-control', 'no-store').send(Buffer.from(jpeg))
    },
  )
}
