import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { permitSources, refusalError } from '../access/permit.ts'
import type { AppDeps } from '../app.ts'
import { refusalsRecorded } from '../audit/refusals.ts'
import { actorOf } from '../plugins/app/actor.ts'
import { problems } from '../problem.ts'

const PictureName = Type.String({
  pattern: '^([A-Za-z0-9_-]{1,64}\\.){3}(plate|vehicle)$',
  description: "As in a read's `pictures`",
})

/** The picture beside the text (CAP-4, DSP-7), of sources that were granted (ACC-6). */
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
          ...problems(400, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const { name } = request.params
      const actor = actorOf(request)
      const entry = { actor: actor.id, action: 'picture.view', subject: name, parameters: {} } as const
      await refusalsRecorded(audit, entry, () => {
        const refusal = permitSources(actor, [name.split('.')[0]!])
        if (refusal) throw refusalError(refusal)
      })
      await audit.record(entry)
      const jpeg = await pictures.get(name)
      // Not cached: every view goes through the audit log.
      return reply.type('image/jpeg').header('cache-control', 'no-store').send(Buffer.from(jpeg))
    },
  )
}
