import { instant } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import { Instant } from '@sightline/schemas/message'
import { MisuseSettings, Signal } from '@sightline/schemas/misuse'
import Type from 'typebox'
import type { Route } from '../../app.ts'
import { ofBody, record, recordDecision } from '../../plugins/app/audit.ts'
import { IdempotencyKey } from '../../plugins/app/idempotency.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { etag, isAsSeen } from '../../shared/etag.ts'
import { problems } from '../../shared/problem.ts'
import type { OversightDeps } from '../open.ts'
import { conductFold, settingsOf } from '../quarter-review.ts'
import { recordsBetween } from '../search.ts'
import { findSignals } from '../signals/find.ts'
import { worksAt } from '../signals/off-shift.ts'

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 90
const MOST_DAYS = 400
const tags = ['oversight']
const Window = Type.Object(
  { from: Type.Optional(Instant), to: Type.Optional(Instant) },
  { additionalProperties: false },
)

/** Unusual use, for people to look into (AUD-5). Nothing acts on it: no route, no permission, no person's state. */
export const oversightMisuseRoutes: Route<OversightDeps> = (app, deps) => {
  const { auditLookup, clock, misuseSettings } = deps

  app.get(
    '/v1/oversight/signals',
    {
      config: { permission: 'misuse.view', audit: { action: 'misuse.view', decided: true } },
      schema: {
        tags,
        summary: `List unusual use, by default of the last ${DEFAULT_DAYS} days (AUD-5)`,
        description: 'Each signal says what was seen, the threshold, other explanations, and the records.',
        querystring: Window,
        response: {
          200: Type.Object({ from: Instant, to: Instant, signals: Type.Array(Signal) }),
          ...problems(400, 403, 422, 503),
        },
      },
    },
    async (request) => {
      const to = request.query.to ? Date.parse(request.query.to) : clock()
      const from = request.query.from ? Date.parse(request.query.from) : to - DEFAULT_DAYS * DAY_MS
      const window = { from: instant(from), to: instant(to) }
      // The schema accepts 31 February; the calendar does not.
      const areDays = Object.entries(request.query).every(
        ([end, day]) => window[end as 'from' | 'to'] === day,
      )
      if (!areDays || from >= to || to - from > MOST_DAYS * DAY_MS) {
        throw new SightlineError('RULE_BROKEN', `not a period of at most ${MOST_DAYS} days`, {
          hint: 'from must be before to, and both must be valid dates.',
        })
      }
      await record(request, { parameters: window })
      const { value: settings } = await settingsOf(deps)
      const conduct = await conductFold(deps, from, to)
      for await (const record of recordsBetween(auditLookup, from, to)) conduct.add(record)
      return { ...window, signals: findSignals(conduct.end(), settings) }
    },
  )

  app.get(
    '/v1/oversight/misuse-settings',
    {
      config: { permission: 'misuse.configure', audit: { action: 'misuse.settings-view' } },
      schema: {
        tags,
        summary: 'Get the settings for finding misuse: shifts, plates close to people, thresholds',
        response: { 200: MisuseSettings, ...problems(403, 503) },
      },
    },
    async (_request, reply) => {
      const { value, revision } = await settingsOf(deps)
      return reply.header('etag', etag(revision)).send(value)
    },
  )

  app.put(
    '/v1/oversight/misuse-settings',
    {
      config: {
        permission: 'misuse.configure',
        idempotent: shows.misuseSettings,
        audit: { action: 'misuse.settings-change', parameters: ofBody, decided: true },
      },
      schema: {
        tags,
        summary: 'Replace the settings; what is left out is no longer looked for',
        headers: Type.Object({
          'if-match': Type.Optional(Type.String({ description: 'ETag of the version you read' })),
          ...IdempotencyKey,
        }),
        body: MisuseSettings,
        response: { 200: MisuseSettings, ...problems(400, 403, 409, 428, 503) },
      },
    },
    async (request, reply) => {
      const { body, headers } = request
      const seen = headers['if-match']
      if (seen === undefined) {
        throw new SightlineError('PRECONDITION_MISSING', 'the If-Match header is missing', {
          hint: 'Send the ETag of GET /v1/oversight/misuse-settings, so that you do not overwrite settings you have not seen.',
        })
      }
      for (const shift of [...body.shifts, ...(body.shift ? [body.shift] : [])]) worksAt(shift)
      const revision = await recordDecision(request, async () => {
        const { revision: current } = await settingsOf(deps)
        if (isAsSeen(seen, current)) return current
        throw new SightlineError('CONFLICT', 'the settings have changed since you read them', {
          hint: 'Read them again, then repeat your change.',
        })
      })
      const stored = await misuseSettings.put('current', body, revision)
      return reply.header('etag', etag(stored.revision)).send(stored.value)
    },
  )
}
