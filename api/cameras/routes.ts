import { setTimeout as pause } from 'node:timers/promises'
import { toPresentable } from '@sightline/runtime/http'
import { CameraStatus } from '@sightline/schemas/camera-status'
import { SightlineError } from '@sightline/schemas/errors'
import Type from 'typebox'
import type { AppDeps, Route, Routes } from '../app.ts'
import { onHangUp } from '../shared/hang-up.ts'
import { problemOf, problems } from '../shared/problem.ts'
import { cameraStatuses, changesOf } from './status.ts'

/** Maximum number of open streams; each reads all cameras. */
const MAX_STREAMS = 100

/**
 * Health of the agency's own cameras: once, or followed as server-sent events. Opening the page is one record in the
 * audit log, not one per update, and the stream does not keep the session of an absent person alive.
 */
const cameraRoutes: Route<AppDeps & { camerasMs: number }> = (
  app,
  { cameraHealth, clock, edgeAgents, camerasMs },
) => {
  const open = new Set<AbortController>()
  app.addHook('preClose', async () => {
    for (const stream of open) stream.abort()
  })
  const look = async (): Promise<CameraStatus[]> => {
    const agents = Array.from(edgeAgents.all().values(), ({ agent }) => agent)
    return cameraStatuses(agents, await cameraHealth.latest(), clock())
  }

  app.get(
    '/v1/cameras',
    {
      config: { permission: 'camera.list', audit: { action: 'camera.list' } },
      schema: {
        tags: ['administration'],
        summary: "List the agency's own cameras: registration, place, last report (CAP-1, CAP-2)",
        description:
          'Cameras of enrolled agents, and all that reported in the last seven days. `unheard`: no report for a minute.',
        response: { 200: Type.Object({ cameras: Type.Array(CameraStatus) }), ...problems(503) },
      },
    },
    async () => ({ cameras: await look() }),
  )

  app.get(
    '/v1/cameras/stream',
    {
      sse: 'manual',
      exposeHeadRoute: false,
      config: {
        stream: true,
        permission: 'camera.list',
        audit: { action: 'camera.list', parameters: () => ({ stream: true }) },
      },
      preValidation: async () => {
        if (open.size < MAX_STREAMS) return
        throw new SightlineError('TOO_MANY_REQUESTS', `${MAX_STREAMS} camera streams are already open`)
      },
      schema: {
        tags: ['administration'],
        summary: "Follow the health of the agency's own cameras, as server-sent events",
        description:
          'Events: `cameras` (data: { cameras, gone }): first all cameras, followed by `caught-up`; then the cameras that have changed, ' +
          'and ids of those that are gone. `problem` (data: Problem): the cameras cannot be read at this moment; if nothing was sent ' +
          'before it, the stream ends.',
        querystring: Type.Object({}, { additionalProperties: false }),
        response: {
          200: { description: 'Events', content: { 'text/event-stream': { schema: Type.String() } } },
          ...problems(400, 503),
        },
      },
    },
    async (request, reply) => {
      const stream = new AbortController()
      const { signal } = stream
      onHangUp(reply, () => stream.abort())
      // The client left while the record was written.
      if (signal.aborted) return
      open.add(stream)
      const send = (event: string, data: object) =>
        void reply.sse.send({ event, data: JSON.stringify(data) }).catch(() => {})
      let told: readonly CameraStatus[] | null = null
      try {
        while (!signal.aborted) {
          // A slow client gets the newest state when it reads again; nothing is queued for it.
          if (!reply.raw.writableNeedDrain) {
            try {
              const cameras = await look()
              const changes = changesOf(told ?? [], cameras)
              const isFirst = told === null
              if (isFirst || changes.cameras.length + changes.gone.length > 0) send('cameras', changes)
              if (isFirst) send('caught-up', {})
              told = cameras
            } catch (error) {
              send('problem', problemOf(toPresentable(error), request.id))
              // A client that got nothing yet must ask again, because later changes would be incomplete.
              if (!told) break
            }
          }
          await pause(camerasMs, undefined, { signal }).catch(() => {})
        }
      } finally {
        open.delete(stream)
        reply.sse.close()
      }
    },
  )
}

export const routes: Routes = [cameraRoutes]
