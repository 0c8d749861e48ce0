import { JetStreamApiError } from '@nats-io/jetstream'
import { headers, type NatsConnection, nuid } from '@nats-io/transport-node'

export interface TogetherMessage {
  /** By which the stream recognizes a repeat. */
  readonly msgID: string
  readonly payload: Uint8Array
}

export interface TogetherOptions {
  /** Store them only if this is the sequence of the subject's last message. */
  readonly lastSubjectSequence?: number
  /** How long the stream may take to answer, ms. */
  readonly timeout: number
}

/** What the stream says. */
export interface TogetherAck {
  /** Of the last message. */
  readonly seq: number
  /** False: this broker does not know batches. It took each message for itself, and may have refused some of them. */
  readonly isWhole: boolean
}

/**
 * Publishes messages on one subject as an atomic batch (NATS ADR-50; nats-server 2.12, streams with `allow_atomic`): the stream
 * stores all of them, in order, or none. The client library has batches too, but hides why the broker refused one.
 * @throws JetStreamApiError why the stream stored none; any other error: nobody knows
 */
export async function publishTogether(
  connection: NatsConnection,
  subject: string,
  messages: readonly TogetherMessage[],
  { lastSubjectSequence, timeout }: TogetherOptions,
): Promise<TogetherAck> {
  const batch = nuid.next()
  const headersOf = (n: number) => {
    const all = headers()
    all.set('Nats-Batch-Id', batch)
    all.set('Nats-Batch-Sequence', String(n + 1))
    all.set('Nats-Msg-Id', messages[n]!.msgID)
    if (n === 0 && lastSubjectSequence !== undefined) {
      all.set('Nats-Expected-Last-Subject-Sequence', String(lastSubjectSequence))
    }
    if (n === messages.length - 1) all.set('Nats-Batch-Commit', '1')
    return all
  }
  const last = messages.length - 1
  for (const [n, { payload }] of messages.slice(0, last).entries()) {
    connection.publish(subject, payload, { headers: headersOf(n) })
  }
  const answer = await connection.request(subject, messages[last]!.payload, {
    headers: headersOf(last),
    timeout,
  })
  const ack = answer.json<{
    seq: number
    batch?: string
    count?: number
    error?: { code: number; err_code: number; description: string }
  }>()
  if (ack.error) throw new JetStreamApiError(ack.error)
  return { seq: ack.seq, isWhole: ack.batch === batch && ack.count === messages.length }
}
