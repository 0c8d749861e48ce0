import { AuditReview, NewFinding, QuarterName, SignOff } from '@sightline/schemas/audit-review'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { Instant, oneOf, orNull } from '@sightline/schemas/message'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Route, Routes } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { byParam, ofBody, recordDecision } from '../../plugins/app/audit.ts'
import { IdempotencyKey } from '../../plugins/app/idempotency.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { problems } from '../../shared/problem.ts'
import { valuesOf } from '../../shared/records.ts'
import { beginningOf } from '../audit-lookup.ts'
import { dueList } from '../due.ts'
import type { OversightDeps } from '../open.ts'
import { drawReview } from '../quarter-review.ts'
import { reviewableQuarter, signOffReview, withFinding } from '../review.ts'

const ForWriting = Type.Object(IdempotencyKey)
const ByQuarter = Type.Object({ quarter: QuarterName })
const tags = ['oversight']
const Count = Type.Integer({ minimum: 0 })

const Summary = Type.Object({
  quarter: QuarterName,
  openedAt: Instant,
  openedBy: Type.String(),
  items: Count,
  left: Count,
  signOff: AuditReview.properties.signOff,
})
const OfPeople = Type.Array(
  Type.Object({ person: Type.String(), validUntil: orNull(Instant), state: oneOf(['due', 'lapsed']) }),
)
const DueAnswer = Type.Object({
  auditReviews: Type.Array(
    Type.Object({ quarter: QuarterName, state: oneOf(['not opened', 'open']), left: orNull(Count) }),
  ),
  displayReviews: Type.Object({ quarter: QuarterName, due: Count }),
  certifications: OfPeople,
  trainings: OfPeople,
})

/** How often a step is retried when somebody else took another one meanwhile. */
const ATTEMPTS = 10

/**
 * Takes a step on a review: recorded, then stored. Several people may review items at the same time, so a step on a
 * changed review is taken again.
 */
const step = async (
  { reviews }: OversightDeps,
  request: FastifyRequest,
  quarter: string,
  next: (review: AuditReview) => AuditReview,
) => {
  await recordDecision(request, async () => next((await reviews.get(quarter)).value))
  for (let attempt = 1; ; attempt++) {
    const { value, revision } = await reviews.get(quarter)
    try {
      return (await reviews.put(quarter, next(value), revision)).value
    } catch (error) {
      if (toSightlineError(error).code !== 'CONFLICT' || value.signOff || attempt === ATTEMPTS) throw error
    }
  }
}

const listDue: Route<OversightDeps> = (app, { access, auditLookup, clock, displays, people, reviews }) =>
  app.get(
    '/v1/oversight/due',
    {
      config: { permission: 'oversight.due', audit: { action: 'oversight.due' } },
      schema: {
        tags,
        summary: 'List what is due: reviews, certifications, trainings (AUD-3, DSP-4, ACC-4)',
        response: { 200: DueAnswer, ...problems(403, 503) },
      },
    },
    async () => {
      const facts = {
        reviews: await valuesOf(reviews),
        firstRecordAt: await beginningOf(auditLookup),
        displays: displays.all(),
        people: await valuesOf(people),
        files: await valuesOf(access),
      }
      return dueList(facts, clock())
    },
  )

const listReviews: Route<OversightDeps> = (app, { reviews }) =>
  app.get(
    '/v1/oversight/reviews',
    {
      config: { permission: 'audit.review', audit: { action: 'audit.review-list' } },
      schema: {
        tags,
        summary: 'List reviews of the audit log, newest first',
        response: { 200: Type.Object({ reviews: Type.Array(Summary) }), ...problems(403, 503) },
      },
    },
    async () => {
      const all = (await valuesOf(reviews)).sort((a, b) => (a.quarter < b.quarter ? 1 : -1))
      return {
        reviews: all.map(({ quarter, openedAt, openedBy, items, signOff }) => ({
          quarter,
          openedAt,
          openedBy,
          items: items.length,
          signOff,
          left: items.filter(({ finding }) => finding === null).length,
        })),
      }
    },
  )

const openReview: Route<OversightDeps> = (app, deps) =>
  app.post(
    '/v1/oversight/reviews/:quarter',
    {
      config: {
        permission: 'audit.review',
        idempotent: shows.review,
        audit: { action: 'audit.review-open', subject: byParam('quarter'), decided: true },
      },
      schema: {
        tags,
        summary: 'Open the review of a quarter that is over: draws the sample (AUD-3)',
        description:
          'The sample follows from the log alone: nobody chooses it, and anybody who has the log can repeat it.',
        params: ByQuarter,
        headers: ForWriting,
        response: { 201: AuditReview, ...problems(400, 403, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const { quarter: name } = request.params
      const actor = actorOf(request).id
      const now = deps.clock()
      const quarter = await recordDecision(request, async () => {
        if (await deps.reviews.find(name)) {
          throw new SightlineError('CONFLICT', `the review of ${name} is already open`, {
            hint: `Continue it: GET /v1/oversight/reviews/${name}.`,
          })
        }
        return reviewableQuarter(name, now)
      })
      const review = await drawReview(deps, quarter, actor, now)
      return reply.code(201).send((await deps.reviews.put(name, review, 0)).value)
    },
  )

const viewReview: Route<OversightDeps> = (app, { reviews }) =>
  app.get(
    '/v1/oversight/reviews/:quarter',
    {
      config: {
        permission: 'audit.review',
        audit: { action: 'audit.review-view', subject: byParam('quarter') },
      },
      schema: {
        tags,
        summary: 'Get a review: population, sample, signals, verdicts',
        params: ByQuarter,
        response: { 200: AuditReview, ...problems(403, 404, 503) },
      },
    },
    async (request) => {
      const { quarter } = request.params
      return (await reviews.get(quarter)).value
    },
  )

const judgeItem: Route<OversightDeps> = (app, deps) =>
  app.post(
    '/v1/oversight/reviews/:quarter/items/:item',
    {
      config: {
        permission: 'audit.review',
        idempotent: shows.review,
        audit: {
          action: 'audit.review-judge',
          subject: byParam('quarter'),
          decided: true,
          parameters: ({ params, body }) => ({
            item: (params as { item: string }).item,
            ...(body as object),
          }),
        },
      },
      schema: {
        tags,
        summary: 'Give the verdict on one record or signal (AUD-3, AUD-5)',
        description:
          'It has no effect on anybody: `investigate` says that people should look into it, outside this system.',
        params: Type.Object({ quarter: QuarterName, item: Type.String({ maxLength: 30 }) }),
        headers: ForWriting,
        body: NewFinding,
        response: { 200: AuditReview, ...problems(400, 403, 404, 409, 422, 503) },
      },
    },
    async (request) => {
      const { quarter, item } = request.params
      const { body } = request
      const actor = actorOf(request).id
      return step(deps, request, quarter, (review) => withFinding(review, item, body, actor, deps.clock()))
    },
  )

const signReview: Route<OversightDeps> = (app, deps) =>
  app.post(
    '/v1/oversight/reviews/:quarter/sign-off',
    {
      config: {
        permission: 'audit.review',
        idempotent: shows.review,
        audit: {
          action: 'audit.review-sign',
          subject: byParam('quarter'),
          decided: true,
          parameters: ofBody,
        },
      },
      schema: {
        tags,
        summary: 'Sign a review when every item has a verdict; then it is final (AUD-3)',
        params: ByQuarter,
        headers: ForWriting,
        body: SignOff,
        response: { 200: AuditReview, ...problems(400, 403, 404, 409, 422, 503) },
      },
    },
    async (request) => {
      const { quarter } = request.params
      const { statement } = request.body
      const actor = actorOf(request).id
      return step(deps, request, quarter, (review) => signOffReview(review, statement, actor, deps.clock()))
    },
  )

/**
 * Quarterly reviews of the audit log, and open tasks (AUD-3, DSP-4, ACC-4). The rules are in api/oversight/review.ts.
 */
export const oversightReviewRoutes: Routes<OversightDeps> = [
  listDue,
  listReviews,
  openReview,
  viewReview,
  judgeItem,
  signReview,
]
