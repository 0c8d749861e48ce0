import {
  type Display,
  DisplayChange,
  DisplayView,
  HandOver,
  type LastStep,
  NewReview,
  Validation,
} from '@sightline/schemas/display'
import { SightlineError } from '@sightline/schemas/errors'
import { Token } from '@sightline/schemas/message'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { accessFileOf } from '../../access/file.ts'
import { isAnalyst, isCertified, isTrained } from '../../access/validity.ts'
import type { AppDeps, Route, Routes } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { byParam, recordDecision } from '../../plugins/app/audit.ts'
import { IdempotencyKey } from '../../plugins/app/idempotency.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { etag, isAsSeen } from '../../shared/etag.ts'
import { problems } from '../../shared/problem.ts'
import { handedOverNotice } from '../notices.ts'
import type { Party } from '../parties.ts'
import {
  endDisplay,
  endWithCase,
  stepTaken,
  withChange,
  withNewOwner,
  withReview,
  withValidation,
} from '../steps.ts'
import type { StoredDisplay } from '../store.ts'
import { displayVisibility } from '../visibility.ts'

const ById = Type.Object({ id: Token })
/**
 * One display at one revision: whoever changes, validates or reviews a display has looked at it, and there is no "all".
 */
const ForChanging = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      pattern: '^"[0-9]+"$',
      description: 'ETag of the display you read; without it nothing is changed',
    }),
  ),
  ...IdempotencyKey,
})
const ForClosing = Type.Object({
  'if-match': Type.Optional(Type.String({ description: 'ETag of the display you read, if that matters' })),
  ...IdempotencyKey,
})
/** Closing states nothing. */
const audited = (action: LastStep['action']) => ({
  action: `display.${action}` as const,
  subject: byParam('id'),
  decided: true as const,
  parameters: ({ headers, body }: FastifyRequest) => ({
    ifMatch: headers['if-match'] ?? null,
    ...(action !== 'close' && (body as object)),
  }),
})
const tags = ['displays']
const answers = { 200: DisplayView, ...problems(400, 403, 404, 409, 422, 428, 503) }
/** @param told the route's description, and its body if it has one */
const taking = <A extends LastStep['action'], S extends { summary: string }>(action: A, told: S) => ({
  config: { permission: `display.${action}` as const, idempotent: shows.display, audit: audited(action) },
  schema: { tags, params: ById, headers: ForChanging, response: answers, ...told },
})

type StepRequest = FastifyRequest<{ Params: { id: string } }>

/** Computes the new display, records the step, then stores it. Of two simultaneous steps, one gets a conflict. */
const step = async (
  { clock, displays, people }: AppDeps,
  request: StepRequest,
  action: LastStep['action'],
  stated: { reason?: string },
  next: (display: Display, by: Party) => Display | Promise<Display>,
): Promise<StoredDisplay> => {
  const { id } = request.params
  const actor = actorOf(request)
  const seen = request.headers['if-match']
  const { display, before, revision } = await recordDecision(request, async () => {
    const stored = await displays.get(id)
    if (seen === undefined && action !== 'close') {
      throw new SightlineError('PRECONDITION_MISSING', 'the If-Match header is missing', {
        hint: 'Send the ETag of the display you read (GET /v1/displays/:id).',
      })
    }
    if (!isAsSeen(seen, stored.revision)) {
      throw new SightlineError('CONFLICT', 'the watchlist entry has changed since you read it', {
        hint: 'Read it again, then repeat the change with the new ETag if it is still right.',
      })
    }
    const owner = (await people.find(stored.display.owner))?.value
    const party = { ...actor, ownersSupervisor: owner?.supervisor ?? null }
    return {
      display: await next(stored.display, party),
      before: stored.display,
      revision: stored.revision,
    }
  })
  if (display === before) return { display, revision }
  // In a change, the reason belongs to the display: why the plate is watched.
  const reason = action === 'update' ? undefined : stated.reason
  return displays.update(stepTaken(display, { action, by: actor.id, reason }, clock()), revision)
}

const send = async (
  deps: AppDeps,
  request: Pick<FastifyRequest, 'actor'>,
  reply: FastifyReply,
  { display, revision }: StoredDisplay,
) => {
  const toView = await displayVisibility(deps, actorOf(request as FastifyRequest))
  return reply.header('etag', etag(revision)).send(toView(display))
}

const changeDisplay: Route = (app, deps) =>
  app.patch(
    '/v1/displays/:id',
    taking('update', {
      summary: 'Change a display: the change holds for the next read (DSP-5)',
      body: DisplayChange,
    }),
    async (request, reply) => {
      const { body } = request
      const stored = await step(deps, request, 'update', body, async (display, by) => {
        const next = withChange(display, body, by, deps.clock())
        return endWithCase(next, await deps.displayCase(by.id, next), body.expiresAt)
      })
      return send(deps, request, reply, stored)
    },
  )

const closeDisplay: Route = (app, deps) =>
  app.post(
    '/v1/displays/:id/close',
    taking('close', {
      summary: 'Close a display: the next read does not match it any more (DSP-5)',
      description: 'Closing a closed display changes nothing.',
      headers: ForClosing,
    }),
    async (request, reply) => {
      const stored = await step(deps, request, 'close', {}, (display, by) => {
        const next = endDisplay(display, by)
        return display.state === 'closed' ? display : next
      })
      return send(deps, request, reply, stored)
    },
  )

const validateDisplay: Route = (app, deps) =>
  app.post(
    '/v1/displays/:id/validation',
    taking('validate', {
      summary: 'Confirm that a display is still needed: this extends it by a year (DSP-3)',
      body: Validation,
    }),
    async (request, reply) => {
      const { body } = request
      const stored = await step(deps, request, 'validate', body, async (display, by) => {
        const next = withValidation(display, body, by, deps.clock())
        return endWithCase(next, await deps.displayCase(by.id, display), body.expiresAt)
      })
      return send(deps, request, reply, stored)
    },
  )

const handOverDisplay: Route = (app, deps) =>
  app.post(
    '/v1/displays/:id/hand-over',
    taking('hand-over', {
      summary: 'Hand a display over to another analyst, who is notified by e-mail (DSP-3)',
      body: HandOver,
    }),
    async (request, reply) => {
      const { to } = request.body
      const person = (await deps.people.get(to)).value
      const { value: file } = await accessFileOf(deps.access, to)
      const now = deps.clock()
      const mayUse =
        person.state === 'active' && isAnalyst(file) && isCertified(file, now) && isTrained(file, now)
      const stored = await step(deps, request, 'hand-over', request.body, async (display, by) => {
        const next = withNewOwner(display, { id: to, isAnalyst: mayUse }, by, now)
        return endWithCase(next, await deps.displayCase(to, display))
      })
      await deps.mailbox.post(handedOverNotice(stored, person, now))
      return send(deps, request, reply, stored)
    },
  )

const reviewDisplay: Route = (app, deps) =>
  app.post(
    '/v1/displays/:id/review',
    taking('review', {
      summary: 'Review a display: rejected, it matches nothing from the next read on (DSP-4)',
      body: NewReview,
    }),
    async (request, reply) => {
      const { body } = request
      const stored = await step(deps, request, 'review', body, (display, by) =>
        withReview(display, body, by, deps.clock()),
      )
      return send(deps, request, reply, stored)
    },
  )

/** Steps on a stored display. The rules are in api/displays/steps.ts. */
export const displayStepRoutes: Routes = [
  changeDisplay,
  closeDisplay,
  validateDisplay,
  handOverDisplay,
  reviewDisplay,
]
