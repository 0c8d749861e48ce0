import { randomUUID } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import { type Alert, AlertSequence } from '@sightline/schemas/alert'
import { AlertView } from '@sightline/schemas/alert-view'
import { AlertWork, NewPassOn, type Reading, Rejection, Verification } from '@sightline/schemas/alert-work'
import { SightlineError } from '@sightline/schemas/errors'
import { orNull } from '@sightline/schemas/message'
import { normalizePlate } from '@sightline/schemas/plate'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Actor } from '../../access/permit.ts'
import { permitSources, refusalError } from '../../access/permit.ts'
import type { AppDeps, Route, Routes } from '../../app.ts'
import { knowledgeOf } from '../../displays/visibility.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { recordDecision } from '../../plugins/app/audit.ts'
import { IdempotencyKey, writeIdOf } from '../../plugins/app/idempotency.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { problems } from '../../shared/problem.ts'
import { compareReading } from '../compare.ts'
import { coverFor, coverWork, isJudged, isVerifier } from '../cover.ts'
import { findJudgedPicture, mustHaveLooked, picturesOf, type Shown } from '../looked.ts'
import { sendVerified } from '../send.ts'
import {
  claimWork,
  hasClaim,
  mustNotBeRejected,
  newAlertWork,
  recordPassOn,
  rejectWork,
  releaseWork,
  verifyWork,
} from '../work.ts'

const BySequence = Type.Object({ sequence: AlertSequence })
const ForWriting = Type.Object(IdempotencyKey)
const stepOf = ({ params, body }: FastifyRequest) => ({ ...(params as object), ...(body as object) })
/** The id of the alert, and the outcome of the step, are known only after it was looked up. */
const audited = (step: 'claim' | 'release' | 'verify' | 'reject' | 'pass-on') => ({
  action: `alert.${step}` as const,
  parameters: stepOf,
  decided: true as const,
})
const tags = ['alerts']
/** @param told the route's description, and its body if it has one */
const taking = <S extends { summary: string }>(step: Parameters<typeof audited>[0], told: S) => ({
  config: { permission: 'alert.work' as const, idempotent: shows.alertWork, audit: audited(step) },
  schema: {
    tags,
    params: BySequence,
    headers: ForWriting,
    response: { 200: AlertWork, ...problems(400, 403, 404, 409, 422, 503) },
    ...told,
  },
})

interface Subject {
  alert: Alert
  work: AlertWork
  actor: Actor
  now: number
}

type StepRequest = FastifyRequest<{ Params: { sequence: number } }>

/** Computes the new work, records the step, then stores it. Of two simultaneous steps, one gets a conflict. */
const step = async (
  { alertWork, alerts, clock }: AppDeps,
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
    const before = stored?.value ?? newAlertWork(sequence, alert)
    const after = await next({ alert, work: before, actor, now: clock() })
    return { work: after, revision: stored?.revision ?? 0 }
  }
  const { work, revision } = await recordDecision(request, decide, { subject: alert.id }, ({ work }) => ({
    parameters: { ...stepOf(request), becomes: work.state },
  }))
  const { value: after } = await alertWork.put(work.alertId, work, revision)
  return isVerifier(actor) && !isJudged(after) ? coverWork(after, actor.id) : after
}

/** What a person entered from the image, compared with the display that raised the alert. */
const readingOf = async (
  { displays }: AppDeps,
  { plate, region = null }: Rejection | Verification,
  { alert, actor, now }: Subject,
): Promise<Reading> => {
  const { display } = await displays.get(alert.display.id)
  const typed = { plate: plate === null ? null : normalizePlate(plate), region }
  const waitedFor = { plate: alert.display.plate, region: display.region }
  return { by: actor.id, at: instant(now), ...typed, agreement: compareReading(waitedFor, typed) }
}

const requireLook = async ({ pictureViews }: AppDeps, picture: Shown, { actor }: Subject) =>
  mustHaveLooked(await pictureViews.of(actor.id, picture.name), picture)

/** The verdict with how the person who gave it knew the plate before they looked, if they did. */
const knowing = async (deps: AppDeps, work: AlertWork, { alert, actor }: Subject): Promise<AlertWork> => {
  const { display } = await deps.displays.get(alert.display.id)
  const knew = (await knowledgeOf(deps, actor))(display)
  return work.verdict && knew ? { ...work, verdict: { ...work.verdict, knew } } : work
}

const viewAlert: Route = (app, { alertWork, alerts }) =>
  app.get(
    '/v1/alerts/:sequence',
    {
      config: {
        permission: 'alert.list',
        audit: { action: 'alert.view', parameters: stepOf, decided: true },
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
      await recordDecision(request, decide, { subject: alert.id })
      return coverFor(actor, alert, (await alertWork.find(alert.id))?.value ?? null)
    },
  )

const claimAlert: Route = (app, deps) =>
  app.post(
    '/v1/alerts/:sequence/claim',
    taking('claim', {
      summary: 'Claim an alert for 15 minutes, to compare image and text (DSP-7)',
    }),
    (request) =>
      step(deps, request, async ({ alert, work, actor, now }) => {
        const next = claimWork(work, actor.id, now)
        // A view before the claim is no comparison. Whoever extends their claim keeps their views.
        if (!hasClaim(work, actor.id, now)) await deps.pictureViews.forget(actor.id, picturesOf(alert))
        return next
      }),
  )

const releaseAlert: Route = (app, deps) =>
  app.post(
    '/v1/alerts/:sequence/release',
    taking('release', {
      summary: 'Release a claimed alert',
    }),
    (request) => step(deps, request, ({ work, actor, now }) => releaseWork(work, actor.id, now)),
  )

const verifyAlert: Route = (app, deps) =>
  app.post(
    '/v1/alerts/:sequence/verification',
    taking('verify', {
      summary: 'Enter the plate the image shows: if it is the watched plate, the alert is verified (DSP-7)',
      description:
        'The same person must request the image after the claim: GET /v1/pictures/:name (422 PICTURE_NOT_SEEN). ' +
        'A different plate is recorded and decides nothing (422); after two, somebody else must review the image. Without an ' +
        'image an alert cannot be verified.',
      body: Verification,
    }),
    async (request) => {
      const work = await step(deps, request, async (subject) => {
        const reading = await readingOf(deps, request.body, subject)
        const picture = await findJudgedPicture(deps.pictures, subject.alert)
        if (picture === null) throw noPicture('it remains a lead')
        const next = verifyWork(subject.work, reading, picture.sha256, subject.now)
        await requireLook(deps, picture, subject)
        return knowing(deps, next, subject)
      })
      if (work.state === 'verified') return work
      throw new SightlineError('PLATE_DIFFERS', 'the plate you entered is not the watched plate (DSP-7)', {
        hint: 'Check again. If the image shows a different plate, reject the alert as misread.',
      })
    },
  )

const rejectAlert: Route = (app, deps) =>
  app.post(
    '/v1/alerts/:sequence/rejection',
    taking('reject', {
      summary: 'Reject an alert as misread, or because its image cannot be read (DSP-7)',
      body: Rejection,
    }),
    (request) =>
      step(deps, request, async (subject) => {
        const reading = await readingOf(deps, request.body, subject)
        const { reason } = request.body
        const picture = await findJudgedPicture(deps.pictures, subject.alert)
        const pictureSha256 = picture?.sha256 ?? null
        const next = rejectWork(subject.work, reading, { reason, pictureSha256 }, subject.now)
        if (picture) await requireLook(deps, picture, subject)
        else if (reading.plate !== null) throw noPicture('there is no image to read a plate from')
        return knowing(deps, next, subject)
      }),
  )

const passAlertOn: Route = (app, deps) =>
  app.post(
    '/v1/alerts/:sequence/pass-on',
    taking('pass-on', {
      summary: 'Share a verified alert with a recipient, under an authority (DSP-7, AUD-7)',
      body: NewPassOn,
    }),
    async (request) => {
      const { recipient: to, authority, note = null } = request.body
      // The same write sent again, even after a crash, shares the alert only once.
      const id = writeIdOf(request) ?? randomUUID()
      let passed: Subject | undefined
      const work = await step(deps, request, async (subject) => {
        passed = subject
        if (!deps.recipients.has(to)) {
          throw new SightlineError('NOT_FOUND', `there is no recipient ${to}`, {
            hint: 'GET /v1/recipients lists the recipients; the agency keeps the list (--recipients).',
          })
        }
        const { display } = await deps.displays.get(subject.alert.display.id)
        mustNotBeRejected(display)
        const at = instant(subject.now)
        return recordPassOn(subject.work, { id, by: subject.actor.id, at, recipient: to, authority })
      })
      await sendVerified(deps, passed!.alert, work, { id, note })
      return work
    },
  )

/** From a lead to a verified sighting that may be shared (DSP-7). The rules are in api/alerts/work.ts. */
export const alertWorkRoutes: Routes = [
  viewAlert,
  claimAlert,
  releaseAlert,
  verifyAlert,
  rejectAlert,
  passAlertOn,
]

const noPicture = (so: string): SightlineError =>
  new SightlineError('RULE_BROKEN', `the alert has no image, or it is no longer kept: ${so} (DSP-7)`, {
    hint: 'Reject it as unreadable: set plate to null and state the reason.',
  })
