import { once } from 'node:events'
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

const Sequence = Type.String({ pattern: '^[0-9]{1,15}$', description: 'id of the last event received' })

/** Maximum number of open streams; each holds a socket here and a consumer on the broker. */
const MAX_STREAMS = 1000

/**
 * Alerts as server-sent events (DSP-1). Each subscriber has its own consumer on the stream, so a slow subscriber delays
 * nobody, and its backlog waits in the stream, not in memory.
 */
export const alertStreamRoute: Route<AppDeps & { metrics: Metrics; stallMs: number }> = (
  app,
  { alerts, alertWork, sightingCounts, metrics, stallMs },
) => {
  const open = new Set<AbortController>()
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
        audit: { action: 'alerts.subscribe', parameters: (request) => ({ after: resumesAt(request) }) },
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
        querystring: Type.Object({ after: Type.Optional(Sequence) }, { additionalProperties: false }),
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
      const range = await alerts.range()
      const { after, missed } = beginning(asked, range)

      const stream = new AbortController()
      onHangUp(reply, () => stream.abort())
      // The client left while the record was written.
      if (stream.signal.aborted) return
      open.add(stream)
      metrics.alertStreams.inc()
      let forget: (() => void)[] = []
      try {
        const send = (event: string, id: number, data: string) =>
          deliver(reply, { event, id: String(id), data }, stream.signal, stallMs)
        await send('ready', after, JSON.stringify({ after, last: range.last }))
        if (missed) await send('gap', after, JSON.stringify({ asked, after }))
        let isBehind = true
        const caughtUpTo = (sequence: number) => {
          if (!isBehind || sequence < range.last) return
          isBehind = false
          reply.sse.send({ event: 'caught-up', id: String(sequence), data: '{}' }).catch(() => {})
        }
        caughtUpTo(after)
        const tell = unlessSlow(reply)
        const tellJudged = async (sequence: number) => {
          const alert = await alerts.get(sequence).catch(() => null)
          // If this is lost, the list has it.
          if (alert) tell('judged', JSON.stringify({ sequence, alert }))
        }
        forget = [
          sightingCounts.onRaised((raised) => {
            if (isOfGranted(actor, raised)) tell('sightings', JSON.stringify(raised))
          }),
          alertWork.onChanged((work) => {
            if (!maySee(actor, work)) return
            if (!isCovered || isJudged(work)) tell('work', JSON.stringify(work))
            else tell('work', JSON.stringify(coverWork(work, actor.id)))
            if (isCovered && isJudged(work)) void tellJudged(work.sequence)
          }),
        ]
        for await (const { sequence, alert, json, coveredJson } of alerts.follow(after, stream.signal)) {
          if (maySee(actor, alert.read)) {
            await send('alert', sequence, isCovered ? coveredJson : json)
            metrics.alertsSent.inc()
          }
          caughtUpTo(sequence)
        }
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

/**
 * Sends events whose content the list also has, but skips slow clients, because alerts come first. A skipped client
 * learns of it once there is room again.
 */
function unlessSlow(reply: FastifyReply): (event: string, data: string) => void {
  let isStale = false
  const write = (event: string, data: string) => {
    reply.sse.send({ event, data }).catch(() => {})
  }
  return (event, data) => {
    if (!reply.raw.writableNeedDrain) return write(event, data)
    if (isStale) return
    isStale = true
    reply.raw.once('drain', () => {
      isStale = false
      write('stale', '{}')
    })
  }
}

/** Writes an event and waits until there is room for the next. @throws when the client does not read */
async function deliver(
  reply: FastifyReply,
  message: { event: string; id: string; data: string },
  closed: AbortSignal,
  stallMs: number,
): Promise<void> {
  if (closed.aborted) return
  // Not awaited: the promise never settles when the client leaves without draining.
  reply.sse.send(message).catch(() => {})
  if (!reply.raw.writableNeedDrain) return
  // Destroying it closes the answer, and `closed` ends the wait.
  const timer = setTimeout(() => reply.raw.destroy(new Error('the client has stopped reading')), stallMs)
  await once(reply.raw, 'drain', { signal: closed }).finally(() => clearTimeout(timer))
}
