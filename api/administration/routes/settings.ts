import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { SightlineError } from '@sightline/schemas/errors'
import { Mail } from '@sightline/schemas/mail'
import { SettingsAnswer } from '@sightline/schemas/service-settings'
import Type from 'typebox'
import type { AppDeps } from '../../app.ts'
import { problems } from '../../shared/problem.ts'

const tags = ['administration']

/** What those see who run the system: how the api is set up, how vendors are, e-mails in development. No reads. */
export const administrationRoutes: FastifyPluginAsyncTypebox<AppDeps> = async (app, deps) => {
  const { development, federation, mailbox, settings } = deps

  app.get(
    '/v1/settings',
    {
      config: { permission: 'settings.view', audit: { action: 'settings.view' } },
      schema: {
        ...{ tags, summary: 'How the api is configured, and whether the vendors answer; no credentials' },
        response: { 200: SettingsAnswer, ...problems(503) },
      },
    },
    async () => ({ ...settings, vendors: federation.states() }),
  )

  app.get(
    '/v1/mailbox',
    {
      config: { permission: 'mailbox.view', audit: { action: 'mailbox.view' } },
      preValidation: async () => {
        // They hold one-time links, which are for those alone to whom they go.
        if (development) return
        throw new SightlineError('NOT_FOUND', 'e-mails are shown in development only', {
          hint: 'Start the api with --dev-token, and without --smtp-url.',
        })
      },
      schema: {
        ...{ tags, summary: 'In development: e-mails that would have been sent, newest first (ACC-2)' },
        response: { 200: Type.Object({ mails: Type.Array(Mail) }), ...problems(404, 503) },
      },
    },
    async () => ({ mails: await mailbox.waiting() }),
  )
}
