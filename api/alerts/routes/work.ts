import { randomUUID } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { instant } from '@sightline/runtime/clock'
import { type Alert, AlertSequence } from '@sightline/schemas/alert'
import { AlertView } from '@sightline/schemas/alert-view'
import { AlertWork, NewPassOn, type Reading, Rejection, Verification } from '@sightline/schemas/alert-work'
import { SightlineError } from '@sightline/schemas/errors'
import { orNull } from '@sightline/schemas/message'
import { normalisePlate } from '@sightline/schemas/plate'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Actor } from '../../access/permit.ts'
import { permitSources, refusalError } from '../../access/permit.ts'
import type { AppDeps } from '../../app.ts'
import { knowledgeOf } from '../../displays/sight.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { recorded } from '../../plugins/app/audit.ts'
import { IdempotencyKey, writeIdOf } from '../../plugins/app/idempotency.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { problems } from '../../shared/problem.ts'
import { compareReading } from '../compare.ts'
import { coveredWork, isJudged, isVerifier, shownTo } from '../cover.ts'
import { judgedBy, mustHaveLooked, picturesOf, type Shown } from '../looked.ts'
import { sendVerified } from '../send.ts'
import {
  claimed,
  holds,
  mustNotBeRejected,
  passedOn,
  rejected,
  released,
  untouched,
  verified,
} from '../work.ts'

const BySequence = Type.Object({ sequence: AlertSequence })
const ForWriting = Type.Object(IdempotencyKey)
const asked = ({ params, body }: FastifyRequest) => ({ ...(params as object), ...(body as object) })
/** The id of the alert, and the outcome of the step, are known only after it was looked up. */
const audited = (step: 'claim' | 'release' | 'verify' | 'reject' | 'pass-on') => ({
  ...{ action: `alert.${step}` as const, parameters: asked, decided: true as const },
})
const answers = { 200: AlertWork, ...problems(400, 403, 404, 409, 422, 503) }
const tags = ['alerts']

interface Subject {
  alert: Alert
  work: AlertWork
  actor: Actor
  now: number
}

/** From a lead to a verified sighting that may be shared (DSP-7). The rules are in api/alerts/work.ts. */
export const alertWorkRoutes: FastifyPluginAsyncTypebox<AppDeps> = async (app, deps) => {
  const { alerts, alertWork, clock, displays, pictures, pictureViews, recipients } = deps

  type StepRequest = FastifyRequest<{ Params: { sequence: number } }>

  /** Computes the new work, records the step, then stores it. Of two simultaneous steps, one gets a conflict. */
  const step = async (
    request: StepRequest,
    next: (subject: Subject) => AlertWork | Promise<AlertWork>,
  ): Promise<AlertWork> => {
    const actor = actorOf(request)
    const { sequence } = request.params
    const alert = await alerts.get(sequence)
    const decide = async () => {
      const refusal = permitSources(actor, [alert.read.source])
      if (refusal) throw refusalError(refusal)
      const stored = await alertWork.find(alert.id)
      const before = stored?.value ?? untouched(sequence, alert)
      const after = await next({ alert, work: before, actor, now: clock() })
      return { work: after, revision: stored?.revision ?? 0 }
    }
    const { work, revision } = await recorded(request, decide, { subject: alert.id }, ({ work }) => ({
      parameters: { ...asked(request), becomes: work.state },
    }))
    const { value: after } = await alertWork.put(work.alertId, work, revision)
    return isVerifier(actor) && !isJudged(after) ? coveredWork(after, actor.id) : after
  }

  /** What a person entered from the image, compared with the display that raised the alert. */
  const readingOf = async (
    { plate, region = null }: Rejection | Verification,
    { alert, actor, now }: Subject,
  ): Promise<Reading> => {
    const { display } = await displays.get(alert.display.id)
    const typed = { plate: plate === null ? null : normalisePlate(plate), region }
    const waitedFor = { plate: alert.display.plate, region: display.region }
    return { by: actor.id, at: instant(now), ...typed, agreement: compareReading(waitedFor, typed) }
  }

  const requireLook = async (picture: Shown, { actor }: Subject) =>
    mustHaveLooked(await pictureViews.of(actor.id, picture.name), picture)

  /** The verdict with how the person who gave it knew the plate before they looked, if they did. */
  const knowing = async (work: AlertWork, { alert, actor }: Subject): Promise<AlertWork> => {
    const { display } = await displays.get(alert.display.id)
    const knew = (await knowledgeOf(deps, actor))(display)
    return work.verdict && knew ? { ...work, verdict: { ...work.verdict, knew } } : work
  }

  app.get(
    '/v1/alerts/:sequence',
    {
      config: {
        permission: 'alert.list',
        audit: { action: 'alert.view', parameters: asked, decided: true },
      },
      schema: {
        tags,
        summary: 'Get an alert and its history',
        description:
          'Until an alert is judged, callers who may verify it see neither the watched plate nor the read text (DSP-7).',
        params: BySequence,
        response: {
          200: Type.Object({ alert: AlertView, work: orNull(AlertWork) }),
          ...problems(400, 403, 404, 503),
        },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const { sequence } = request.params
      const alert = await alerts.get(sequence)
      const decide = () => {
        const refusal = permitSources(actor, [alert.read.source])
        if (refusal) throw refusalError(refusal)
      }
      await recorded(request, decide, { subject: alert.id })
      return shownTo(actor, alert, (await alertWork.find(alert.id))?.value ?? null)
    },
  )

  app.post(
    '/v1/alerts/:sequence/claim',
    {
      config: { permission: 'alert.work', idempotent: shows.alertWork, audit: audited('claim') },
      schema: {
        tags,
        summary: 'Claim an alert for 15 minutes, to compare image and text (DSP-7)',
        ...{ params: BySequence, headers: ForWriting, response: answers },
      },
    },
    (request) =>
      step(request, async ({ alert, work, actor, now }) => {
        const next = claimed(work, actor.id, now)
        // A view before the claim is no comparison. Whoever extends their claim keeps their views.
        if (!holds(work, actor.id, now)) await pictureViews.forget(actor.id, picturesOf(alert))
        return next
      }),
  )

  app.post(
    '/v1/alerts/:sequence/release',
    {
      config: { permission: 'alert.work', idempotent: shows.alertWork, audit: audited('release') },
      schema: {
        tags,
        summary: 'Release a claimed alert',
        params: BySequence,
        headers: ForWriting,
        response: answers,
      },
    },
    (request) => step(request, ({ work, actor, now }) => released(work, actor.id, now)),
  )

  app.post(
    '/v1/alerts/:sequence/verification',
    {
      config: { permission: 'alert.work', idempotent: shows.alertWork, audit: audited('verify') },
      schema: {
        tags,
        summary: 'Enter the plate the image shows: if it is the watched plate, the alert is verified (DSP-7)',
        description:
          'The same person must request the image after the claim: GET /v1/pictures/:name (422 PICTURE_NOT_SEEN).' +
          'A different plate is recorded and decides nothing (422); after two, somebody else must review the image. Without an' +
          'image an alert cannot be verified.',
        ...{ params: BySequence, headers: ForWriting, body: Verification, response: answers },
      },
    },
    async (request) => {
      const work = await step(request, async (subject) => {
        const reading = await readingOf(request.body, subject)
        const picture = await judgedBy(pictures, subject.alert)
        if (picture === null) throw noPicture('it remains a lead')
        const next = verified(subject.work, reading, picture.sha256, subject.now)
        await requireLook(picture, subject)
        return knowing(next, subject)
      })
      if (work.state === 'verified') return work
      throw new SightlineError('PLATE_DIFFERS', 'the plate you entered is not the watched plate (DSP-7)', {
        hint: 'Check again. If the image shows a different plate, reject the alert as misread.',
      })
    },
  )

  app.post(
    '/v1/alerts/:sequence/rejection',
    {
      config: { permission: 'alert.work', idempotent: shows.alertWork, audit: audited('reject') },
      schema: {
        tags,
        summary: 'Reject an alert as misread, or because its image cannot be read (DSP-7)',
        ...{ params: BySequence, headers: ForWriting, body: Rejection, response: answers },
      },
    },
    (request) =>
      step(request, async (subject) => {
        const reading = await readingOf(request.body, subject)
        const { reason } = request.body
        const picture = await judgedBy(pictures, subject.alert)
        const pictureSha256 = picture?.sha256 ?? null
        const next = rejected(subject.work, reading, { reason, pictureSha256 }, subject.now)
        if (picture) await requireLook(picture, subject)
        else if (reading.plate !== null) throw noPicture('there is no image to read a plate from')
        return knowing(next, subject)
      }),
  )

  app.post(
    '/v1/alerts/:sequence/pass-on',
    {
      config: { permission: 'alert.work', idempotent: shows.alertWork, audit: audited('pass-on') },
      schema: {
        tags,
        summary: 'Share a verified alert with a recipient, under an authority (DSP-7, AUD-7)',
        ...{ params: BySequence, headers: ForWriting, body: NewPassOn, response: answers },
      },
    },
    async (request) => {
      const { recipient: to, authority, note = null } = request.body
      // The same write sent again, even after a crash, shares the alert only once.
      const id = writeIdOf(request) ?? randomUUID()
      let passed: Subject | undefined
      const work = await step(request, async (subject) => {
        passed = subject
        if (!recipients.has(to)) {
          throw new SightlineError('NOT_FOUND', `there is no recipient ${to}`, {
            hint: 'GET /v1/recipients lists the recipients; the agency keeps the list (--recipients).',
          })
        }
        const { display } = await displays.get(subject.alert.display.id)
        mustNotBeRejected(display)
        const at = instant(subject.now)
        return passedOn(subject.work, { id, by: subject.actor.id, at, recipient: to, authority })
      })
      await sendVerified(deps, passed!.alert, work, { id, note })
      return work
    },
  )
}

const noPicture = (so: string): SightlineError =>
  new SightlineError('RULE_BROKEN', `the alert has no image, or it is no longer kept: ${so} (DSP-7)`, {
    hint: 'Reject it as unreadable: set plate to null and state the reason.',
  })
