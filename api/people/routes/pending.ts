import type { Person } from '@sightline/schemas/person'
import { PersonView, personView } from '@sightline/schemas/person'
import { NOBODY } from '@sightline/schemas/reserved-ids'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { AppDeps, Route } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { auditOf, record } from '../../plugins/app/audit.ts'
import { originOf } from '../../plugins/app/session.ts'
import { problems } from '../../shared/problem.ts'
import { type Stored, valuesOf } from '../../shared/records.ts'
import { LinkToken } from '../../sign-on/routes/password.ts'
import { personOfToken } from '../../sign-on/set-up.ts'
import { officeAnnouncements, peopleToAsk } from '../office-grants.ts'
import { announceChange, announcements, checkRefusal, refuseChange } from '../takeover.ts'

/**
 * Announces a change of an account to those who may refuse it: its owner, and for roles those who manage or review
 * accounts (ACC-1). The change is made when it is requested again after three days (ACC-7).
 */
export async function announce(
  { clock, mailbox, people, site }: Pick<AppDeps, 'clock' | 'mailbox' | 'people' | 'site'>,
  request: FastifyRequest,
  { value, revision }: Stored<Person>,
  wanted: Parameters<typeof announceChange>[1],
): Promise<Person> {
  const actor = actorOf(request).id
  const now = clock()
  const { person, token } = announceChange(value, wanted, actor, now)
  const parameters = { kind: wanted.kind, dueAt: person.pending!.dueAt }
  await record(request, { action: 'person.pending', parameters })
  const stored = await people.put(person.id, person, revision)
  const link = `${originOf(site, request)}/refuse#${token}`
  const mails = async () => {
    if (wanted.kind === 'offices') {
      return officeAnnouncements(person, peopleToAsk(person, await valuesOf(people)), link, now)
    }
    const supervisor = person.supervisor ? (await people.find(person.supervisor))?.value : undefined
    return announcements(person, supervisor, link, now)
  }
  for (const one of await mails()) await mailbox.post(one)
  return stored.value
}

/** Lets people refuse a change of their account that an administrator has announced (ACC-7). */
export const personPendingRoutes: Route = (app, deps) => {
  const { people, triesPerMinute } = deps

  app.post(
    '/v1/session/refusal',
    {
      config: {
        permission: 'account.refuse',
        audit: { action: 'person.refuse', subject: (request) => actorOf(request).id, decided: true },
      },
      schema: {
        tags: ['sign-on'],
        summary: 'Refuse a change announced for my account; a link already sent is void (ACC-7)',
        response: { 200: PersonView, ...problems(404, 409, 503) },
      },
    },
    async (request) => {
      const actor = actorOf(request).id
      const { value, revision } = await people.get(actor)
      const person = refuseChange(value)
      const parameters = { kind: value.pending!.kind, by: value.pending!.by, how: 'session' }
      await record(request, { parameters })
      return personView((await people.put(actor, person, revision)).value)
    },
  )

  app.post(
    '/v1/set-up/refusal',
    {
      config: { rateLimit: { max: triesPerMinute }, audit: { action: 'person.refuse', decided: true } },
      schema: {
        tags: ['sign-on'],
        security: [],
        summary: 'Refuse the change with the link in the e-mail, without signing in (ACC-7)',
        body: Type.Object({ token: LinkToken }, { additionalProperties: false }),
        response: { 204: Type.Null(), ...problems(400, 403, 409, 503) },
      },
    },
    async (request, reply) => {
      const { token } = request.body
      const stored = await people.find(personOfToken(token))
      checkRefusal(stored?.value, token)
      const { value, revision } = stored!
      const person = refuseChange(value)
      const parameters = {
        kind: value.pending!.kind,
        by: value.pending!.by,
        how: 'link',
        address: request.ip,
      }
      // A link about roles went to several people, so its user is unknown. Any other link identifies the person who
      // refuses.
      const actor = value.pending!.kind === 'offices' ? NOBODY : value.id
      await auditOf(request).record({ actor, action: 'person.refuse', subject: value.id, parameters })
      await people.put(value.id, person, revision)
      return reply.code(204).send(null)
    },
  )
}
