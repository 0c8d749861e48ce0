import type { FastifyReply } from 'fastify'

/**
 * Calls back when the connection of an answer is over; at once when it is over already. `close` is told once: whoever
 * begins to listen only after something that takes time may have missed it, and what waits for it then lasts forever.
 */
export function whenOver({ raw }: Pick<FastifyReply, 'raw'>, call: () => void): void {
  if (raw.closed || raw.destroyed) call()
  else raw.once('close', call)
}

/** Aborted when the caller goes before the answer is sent. */
export function hangUpSignal(reply: Pick<FastifyReply, 'raw'>): AbortSignal {
  const hungUp = new AbortController()
  whenOver(reply, () => {
    if (!reply.raw.writableFinished) hungUp.abort()
  })
  return hungUp.signal
}
