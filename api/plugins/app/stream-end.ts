import type { Clock } from '@sightline/runtime/clock'
import { toSightlineError } from '@sightline/schemas/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Permission } from '../../access/permissions.ts'
import { type Actor, permit, permitSources } from '../../access/permit.ts'
import type { PeopleChanges } from '../../people/changes.ts'
import { onHangUp } from '../../shared/hang-up.ts'
import { actorOf } from './actor.ts'

/** How often to check whether something has expired, milliseconds. */
const TICK_MS = 1000

export interface StreamEnd {
  clock: Clock
  /** Notifies of changes immediately; without it the caller polls. */
  changes: PeopleChanges | undefined
  /** Time between two checks of a stream's permission while no change is notified, milliseconds. */
  recheckMs: number
}

/**
 * Ends a stream when its permission ends: immediately when account, access or session change, and on the day on which
 * training, certification or the session expire (ACC-3 to ACC-6). Also when sources are granted that it leaves out.
 */
export function endWithPermission(
  app: FastifyInstance,
  { clock, changes, recheckMs }: StreamEnd,
  { request, reply, permission }: { request: FastifyRequest; reply: FastifyReply; permission: Permission },
): void {
  const before = actorOf(request)
  let { until } = before
  let lookedAt = 0
  let [isLooking, isDue] = [false, false]
  const mayGoOn = async (): Promise<boolean> => {
    try {
      const now = await app.identify(request)
      until = now.until
      return permit(now, permission) === null && seesTheSame(now, before)
    } catch (error) {
      // An unreachable broker says nothing about the person; the next check will.
      return ![401, 403].includes(toSightlineError(error).httpStatus)
    }
  }
  const look = async () => {
    isDue = true
    if (isLooking) return
    isLooking = true
    while (isDue && !reply.raw.destroyed) {
      isDue = false
      lookedAt = performance.now()
      if (await mayGoOn()) continue
      request.log.info('a stream ended because its permission ended')
      reply.raw.destroy()
    }
    isLooking = false
  }
  const forget = before.session
    ? changes?.on({ person: before.id, session: before.session }, () => void look())
    : undefined
  const timer = setInterval(
    () => {
      const isOver = until !== undefined && clock() >= until
      const waitMs = changes?.follows() === false ? TICK_MS : recheckMs
      if (isOver || performance.now() - lookedAt >= waitMs) void look()
    },
    Math.min(TICK_MS, recheckMs),
  )
  // Catches a change during the request, which was not notified.
  void look()
  onHangUp(reply, () => {
    clearInterval(timer)
    forget?.()
  })
}

/**
 * Whether an actor has the sources that they had, no fewer and no more: a stream that was opened without a source would
 * leave it out, and nobody would know. The caller opens the stream again.
 */
const seesTheSame = (now: Actor, before: Actor): boolean =>
  before.sources === 'all' || now.sources === 'all'
    ? now.sources === before.sources
    : permitSources(now, before.sources) === null && permitSources(before, now.sources) === null
