import { once } from 'node:events'
import type { AlertWork } from '@sightline/schemas/alert-work'
import { SightlineError } from '@sightline/schemas/errors'
import type { SightingCount } from '@sightline/schemas/sighting-count'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Actor } from '../../access/permit.ts'
import type { AppDeps, Route } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import type { Metrics } from '../../plugins/app/metrics.ts'
import { onHangUp } from '../../shared/hang-up.ts'
import { problems } from '../../shared/problem.ts'
import { coverWork, isJudged, isVerifier, maySee } from '../cover.ts'
import { createFrames, eventText } from '../frames.ts'
import type { AlertStore } from '../store.ts'
import { TestsOnly } from './list.ts'

const Sequence = Type.String({ pattern: '^[0-9]{1,15}$', description: 'id of the last event received' })

/** Maximum number of open streams; each holds a socket here. */
const MAX_STREAMS = 1000

/** So long a subscriber may take what was written before it misses events that the list also has. */
const SLOW_MS = 250

/**
 * Alerts as server-sent events (DSP-1). One consumer on the broker serves all subscribers of this process. Each has a
 * position of its own, so a slow subscriber delays nobody, and its backlog waits in the stream, not in memory
 * (follow-together.ts). What several get is framed once (frames.ts).
 */
export const alertStreamRoute: Route<AppDeps & { metrics: Metrics; stallMs: number }> = (
  app,
  { alerts, testAlerts, alertWork, sightingCounts, metrics, stallMs },
) => {
  const open = new Set<AbortController>()
  const framesOf = createFrames()
  const shared = shareTexts(alerts)
  app.addHook('preClose', async () => {
    for (const stream of open) stream.abort()
  })

  app.get(
    '/v1/alerts/stream',
    {
      // `manual`: every caller of this address wants events, whatever its Accept header says.
      sse: 'manual',
      exposeHeadRoute: false,
      config: {
        stream: true,
        permission: 'alert.subscribe',
        audit: {
          action: 'alerts.subscribe',
          parameters: (request) => ({ after: resumesAt(request), tests: isOfTests(request) }),
        },
      },
      preValidation: async () => {
        if (open.size < MAX_STREAMS) return
        throw new SightlineError('TOO_MANY_REQUESTS', `${MAX_STREAMS} alert streams are already open`)
      },
      schema: {
        tags: ['alerts'],
        summary: 'Follow alerts as server-sent events (DSP-1)',
        description:
          'Events: `alert` (data: AlertView; id: sequence), after a first `ready` that says where the stream begins, and ' +
          'the sequence of the `last` alert at that moment: the client catches up to there, and `caught-up` says when it has. ' +
          'A client that sends the last id as Last-Event-ID (or `after`) resumes there, without gap or ' +
          'duplicate; without either it gets only new alerts. `gap` says that alerts were missed ' +
          'because they are no longer kept. `sightings` (data: Sightings; no id) says that the vehicle of an ' +
          'alert was seen again: it raises the count of that alert; `work` (data: AlertWork; no id) says that somebody claimed it or ' +
          'gave a verdict; `judged` (data: { sequence, alert: Alert; no id }) follows a verdict, with what was hidden until then: ' +
          '`alert` contains neither the watched plate nor the read text (AlertView, DSP-7). These three are not repeated; the list has the latest. They are skipped for a client that does ' +
          'not keep up; `stale` tells it to fetch the list once it does. Sources that were not granted ' +
          'are left out (ACC-6).',
        querystring: Type.Object(
          { after: Type.Optional(Sequence), tests: Type.Optional(TestsOnly) },
          { additionalProperties: false },
        ),
        headers: Type.Object({ 'last-event-id': Type.Optional(Sequence) }),
        response: {
          200: { description: 'Events', content: { 'text/event-stream': { schema: Type.String() } } },
          ...problems(400, 503),
        },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const isCovered = isVerifier(actor)
      const asked = resumesAt(request)
      const store = isOfTests(request) ? testAlerts : alerts
      const range = await store.range()
      const { after, missed } = beginning(asked, range)

      const stream = new AbortController()
      onHangUp(reply, () => stream.abort())
      // The client left while the record was written.
      if (stream.signal.aborted) return
      open.add(stream)
      metrics.alertStreams.inc()
      let forget: (() => void)[] = []
      try {
        reply.sse.sendHeaders()
        const line = openLine(reply, stream.signal, stallMs)
        await line.send(eventText('ready', JSON.stringify({ after, last: range.last }), after))
        if (missed) await line.send(eventText('gap', JSON.stringify({ asked, after }), after))
        let isBehind = true
        const caughtUpTo = (sequence: number) => {
          if (!isBehind || sequence < range.last) return
          isBehind = false
          line.write(eventText('caught-up', '{}', sequence))
        }
        caughtUpTo(after)
        const tellJudged = async (work: AlertWork) => {
          const text = await shared.judged(work)
          // If this is lost, the list has it.
          if (text) line.tell(text)
        }
        // Nobody works on an alert of a test, and its sightings are not counted.
        if (store === alerts)
          forget = [
            sightingCounts.onRaised((raised) => {
              if (isOfGranted(actor, raised)) line.tell(shared.of('sightings', raised))
            }),
            alertWork.onChanged((work) => {
              if (!maySee(actor, work)) return
              // Without tries of anybody there is nothing to hide.
              if (!isCovered || isJudged(work) || work.tries.length === 0) line.tell(shared.of('work', work))
              else line.tell(eventText('work', JSON.stringify(coverWork(work, actor.id))))
              if (isCovered && isJudged(work)) void tellJudged(work)
            }),
          ]
        const view = { isCovered, sources: actor.sources }
        for await (const batch of store.batches(after, stream.signal)) {
          const { bytes, count } = framesOf(batch, view)
          if (count > 0) {
            await line.send(bytes)
            metrics.alertsSent.inc(count)
          }
          caughtUpTo(batch.upTo)
        }
        // If the stream on the broker was created again, the answer ends: the client resumes, and is told of the gap.
      } catch (error) {
        if (!stream.signal.aborted) request.log.info({ err: error }, 'an alert stream ended')
        reply.raw.destroy()
      } finally {
        for (const end of forget) end()
        open.delete(stream)
        metrics.alertStreams.dec()
      }
    },
  )
}

/** Whether the caller follows test traffic. */
const isOfTests = ({ query }: Pick<FastifyRequest, 'query'>): boolean =>
  (query as { tests?: boolean }).tests === true

/** Sequence of the last alert the caller received; null: it wants only new alerts. */
function resumesAt({ headers, query }: Pick<FastifyRequest, 'headers' | 'query'>): number | null {
  const asked = headers['last-event-id'] ?? (query as { after?: unknown }).after
  return asked === undefined ? null : Number(asked)
}

/**
 * Where a stream begins.
 * @param asked sequence of the last alert received, or null for "only new ones"
 * @returns the sequence after which it begins, and whether alerts were missed that are no longer kept. A
 *   sequence that the stream has not reached belongs to an earlier stream.
 */
export function beginning(asked: number | null, { first, last }: { first: number; last: number }) {
  if (asked === null) return { after: last, missed: false }
  if (asked > last) return { after: last, missed: true }
  if (asked < first - 1) return { after: first - 1, missed: asked > 0 }
  return { after: asked, missed: false }
}

/**
 * Whether the source is granted. An event without a source was stored before sources were recorded; the list has its
 * count.
 */
function isOfGranted(actor: Pick<Actor, 'sources'>, { source }: SightingCount): boolean {
  return actor.sources === 'all' || (source !== undefined && maySee(actor, { source }))
}

/** Texts of events that all who see them see alike, made once each. */
function shareTexts(alerts: Pick<AlertStore, 'get'>) {
  const texts = new WeakMap<object, string>()
  const verdicts = new WeakMap<object, Promise<string | null>>()
  const judgedText = ({ sequence }: AlertWork) =>
    alerts.get(sequence).then(
      (alert) => eventText('judged', JSON.stringify({ sequence, alert })),
      () => null,
    )
  return {
    of(event: 'sightings' | 'work', about: object): string {
      const text = texts.get(about) ?? eventText(event, JSON.stringify(about))
      texts.set(about, text)
      return text
    },
    /** The alert that somebody has judged; null if it cannot be read now. */
    judged(work: AlertWork): Promise<string | null> {
      const text = verdicts.get(work) ?? judgedText(work)
      verdicts.set(work, text)
      return text
    },
  }
}

/** The connection to one subscriber. */
function openLine({ raw }: FastifyReply, closed: AbortSignal, stallMs: number) {
  let isStale = false
  /** Since when what was written waits to be taken; null: nothing does. */
  let waitsSince: number | null = null

  function write(text: string | Buffer): void {
    if (closed.aborted || raw.destroyed) return
    raw.write(text)
    if (!raw.writableNeedDrain || waitsSince !== null) return
    waitsSince = performance.now()
    raw.once('drain', () => {
      waitsSince = null
      if (!isStale) return
      isStale = false
      write(eventText('stale', '{}'))
    })
  }

  return {
    write,
    /** Writes it, and waits until there is room for the next. @throws when the client does not read */
    async send(text: string | Buffer): Promise<void> {
      write(text)
      if (closed.aborted || !raw.writableNeedDrain) return
      // Destroying it closes the answer, and `closed` ends the wait.
      const timer = setTimeout(() => raw.destroy(new Error('the client has stopped reading')), stallMs)
      await once(raw, 'drain', { signal: closed }).finally(() => clearTimeout(timer))
    },
    /**
     * Writes an event whose content the list also has, but skips slow clients, because alerts come first. A skipped client
     * learns of it once there is room again.
     */
    tell(text: string): void {
      if (waitsSince !== null && performance.now() - waitsSince > SLOW_MS) isStale = true
      else write(text)
    },
  }
}
