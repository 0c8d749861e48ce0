import type { FastifyReply } from 'fastify'
import { whenOver } from '../plugins/app/when-over.ts'

/** Aborted when the caller goes before the answer is sent. */
export function hangUpSignal(reply: Pick<FastifyReply, 'raw'>): AbortSignal {
  const hungUp = new AbortController()
  whenOver(reply, () => {
    if (!reply.raw.writableFinished) hungUp.abort()
  })
  return hungUp.signal
}
