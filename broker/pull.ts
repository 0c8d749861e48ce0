import { nanos } from '@nats-io/transport-node'
import type { Link } from './link.ts'
import type { StreamMessage } from './stream-message.ts'

/** A consumer silent for two heartbeats counts as lost. */
const HEARTBEAT_MS = 2000
/** How long the server keeps a request that it cannot fulfill yet. */
const EXPIRES_MS = 5 * HEARTBEAT_MS
/** Statuses that do not mean loss: a heartbeat, and an expired request. */
const IDLE = 100
const EXPIRED = 408

export interface ConsumerName {
  stream: string
  name: string
}

/**
 * Pulls messages of a consumer that acknowledges nothing, in the batches in which they arrive: in order, without a gap.
 * Ends when the consumer is lost or `signal` aborts. The client library's own iterator uses a promise per message and
 * parses all metadata, which costs the matcher more than matching a read.
 * @param inFlight maximum number of messages requested or buffered for the caller
 */
export async function* pull(
  link: Link,
  { stream, name }: ConsumerName,
  inFlight: number,
  signal: AbortSignal,
): AsyncGenerator<readonly StreamMessage[], void> {
  const { connection, api } = link
  const inbox = link.newInbox()
  let arrived: StreamMessage[] = []
  let asked = 0
  let delivered = 0
  let quiet = 0
  let ended = signal.aborted
  let wake = () => {}

  function end(): void {
    ended = true
    wake()
  }

  function ask(): void {
    const batch = inFlight - asked - arrived.length
    asked += batch
    quiet = 0
    const request = { batch, expires: nanos(EXPIRES_MS), idle_heartbeat: nanos(HEARTBEAT_MS) }
    connection.publish(`${api}.CONSUMER.MSG.NEXT.${stream}.${name}`, JSON.stringify(request), {
      reply: inbox,
    })
  }

  function take(message: StreamMessage): void {
    quiet = 0
    const { status } = message
    if (status === 0) {
      asked--
      arrived.push(message)
    } else if (status === IDLE) return
    else if (status === EXPIRED) asked -= Number(message.header('Nats-Pending-Messages') || asked)
    else ended = true
    wake()
  }

  const unsubscribe = link.receive(inbox, take, end)
  const timer = setInterval(() => {
    if (asked > 0 && ++quiet > 2) end()
  }, HEARTBEAT_MS)
  signal.addEventListener('abort', end)
  try {
    while (!signal.aborted) {
      if (!ended && asked + arrived.length <= inFlight / 2) ask()
      if (arrived.length > 0) {
        const batch = arrived
        arrived = []
        const whole = upToGap(batch, delivered)
        delivered += whole.length
        if (whole.length > 0) yield whole
        if (whole.length < batch.length) return
      } else if (ended) return
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    signal.removeEventListener('abort', end)
    clearInterval(timer)
    unsubscribe()
  }
}

/** The messages before the first gap; usually the last one shows that there is no gap. */
function upToGap(batch: readonly StreamMessage[], delivered: number): readonly StreamMessage[] {
  if (batch.at(-1)!.nth === delivered + batch.length) return batch
  const gap = batch.findIndex(({ nth }, i) => nth !== delivered + i + 1)
  return batch.slice(0, gap)
}
