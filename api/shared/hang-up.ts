import type { FastifyReply } from 'fastify'

/**
 * Calls back when the connection of an answer is closed, or immediately if it is closed already. `close` is emitted
 * once: a listener added after an asynchronous step may have missed it, and would wait forever.
 */
export function onHangUp({ raw }: Pick<FastifyReply, 'raw'>, call: () => void): void {
  if (raw.closed || raw.destroyed) call()
  else raw.once('close', call)
}

/** Aborted when the caller disconnects before the answer is sent. */
export function hangUpSignal(reply: Pick<FastifyReply, 'raw'>): AbortSignal {
  const hungUp = new AbortController()
  onHangUp(reply, () => {
    if (!reply.raw.writableFinished) hungUp.abort()
  })
  return hungUp.signal
}
