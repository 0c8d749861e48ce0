import { SightlineError } from '@sightline/schemas/errors'
import { Mail } from '@sightline/schemas/mail'
import { SettingsAnswer } from '@sightline/schemas/service-settings'
import Type from 'typebox'
import type { Route } from '../../app.ts'
import { problems } from '../../shared/problem.ts'

const tags = ['administration']

/**
 * What those who run the system see: how the api is configured, how vendors are doing, e-mails in development. No
 * reads.
 */
export const administrationRoutes: Route = (app, deps) => {
  const { development, federation, mailbox, reads, settings } = deps

  app.get(
    '/v1/settings',
    {
      config: { permission: 'settings.view', audit: { action: 'settings.view' } },
      schema: {
        tags,
        summary: 'How the api is configured, and whether vendors answer and reads are judged; no credentials',
        response: { 200: SettingsAnswer, ...problems(503) },
      },
    },
    async () => ({ ...settings, vendors: federation.states(), reads: reads.status() }),
  )

  app.get(
    '/v1/mailbox',
    {
      config: { permission: 'mailbox.view', audit: { action: 'mailbox.view' } },
      preValidation: async () => {
        // E-mails contain one-time links, which are meant only for their recipients.
        if (development) return
        throw new SightlineError('NOT_FOUND', 'e-mails are shown in development only', {
          hint: 'Start the api with --dev-token, and without --smtp-url.',
        })
      },
      schema: {
        tags,
        summary: 'In development: e-mails that would have been sent, newest first (ACC-2)',
        response: { 200: Type.Object({ mails: Type.Array(Mail) }), ...problems(404, 503) },
      },
    },
    async () => ({ mails: await mailbox.waiting() }),
  )
}
