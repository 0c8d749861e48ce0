import { SightlineError } from '@sightline/schemas/errors'
import { EmailChange, PersonId, PersonView, personView } from '@sightline/schemas/person'
import Type from 'typebox'
import { addressChangedNotice } from '../../access/notices.ts'
import type { Route } from '../../app.ts'
import { recordRefusals } from '../../audit/refusals.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { auditOf, byParam, entryOf, ofBody, record } from '../../plugins/app/audit.ts'
import { IdempotencyKey } from '../../plugins/app/idempotency.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { problems } from '../../shared/problem.ts'
import { isOwned, stageOfChange, withAddress } from '../takeover.ts'
import { announce } from './pending.ts'

/** Where a person's e-mails go: changed by an administrator, and announced to the former address (ACC-7). */
export const personEmailRoute: Route = (app, deps) => {
  const { clock, mailbox, people } = deps

  app.post(
    '/v1/people/:id/email',
    {
      config: {
        permission: 'person.change',
        idempotent: shows.person,
        audit: {
          // For an account that is set up, the announcement is the action.
          action: ['person.change', 'person.pending'],
          subject: byParam('id'),
          parameters: ofBody,
          decided: true,
        },
      },
      schema: {
        tags: ['people'],
        summary: 'Change a person’s e-mail address; the old address is notified (ACC-7)',
        description:
          'This voids a one-time link sent to the old address. For an account that is set up, the change is announced to the ' +
          'person (202), who can refuse it for three days; the same call after that makes the change (200).',
        params: Type.Object({ id: PersonId }),
        headers: Type.Object(IdempotencyKey),
        body: EmailChange,
        response: { 200: PersonView, 202: PersonView, ...problems(400, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { email } = request.body
      const by = actorOf(request).id
      const wanted = { kind: 'email', email } as const
      const { stored, stage } = await recordRefusals(auditOf(request), entryOf(request), async () => {
        if (by === id) {
          throw new SightlineError('NOT_ALLOWED', 'nobody changes their own account (ACC-1)', {
            hint: 'Ask another administrator.',
          })
        }
        const stored = await people.get(id)
        if (stored.value.email === email) {
          throw new SightlineError('CONFLICT', `this is already the address of ${id}`)
        }
        const isFree = !isOwned(stored.value)
        return { stored, stage: isFree ? 'due' : stageOfChange(stored.value, wanted, clock()) }
      })
      if (stage === 'new') {
        return reply.code(202).send(personView(await announce(deps, request, stored, wanted)))
      }
      await record(request)
      const { value: before, revision } = stored
      // Announced first: a takeover of an account by its e-mails must not go unnoticed because something failed in
      // between.
      await mailbox.post(addressChangedNotice(before, revision, clock()))
      const changed = await people.put(id, withAddress(before, email, clock()), revision)
      return personView(changed.value)
    },
  )
}
