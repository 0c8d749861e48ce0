import { setTimeout as pause } from 'node:timers/promises'
import {
  type Consumer,
  type ConsumerMessages,
  DeliverPolicy,
  JetStreamError,
  type JsMsg,
} from '@nats-io/jetstream'
import { several } from '@sightline/schemas/several'
import type { Link } from './link.ts'

export interface StoredRange {
  readonly stream: string
  /** Only messages of these subjects, which may have wildcards; all by default. */
  readonly filter?: string
  /** First sequence; by default the first that is kept. */
  readonly from?: number
  /** Last sequence; by default the last there is. */
  readonly to?: number
  /** Only the latest message of each subject. */
  readonly latestOnly?: boolean
}

/** The server removes a consumer after this time if this process ended before removing it. */
const ABANDONED_MS = 10_000
/** How long the broker may take to send everything. */
const ANSWER_MS = 10_000

/**
 * The messages that a stream contains now, oldest first. It always removes its consumer: a server refuses new ones
 * beyond a limit, and every view of a list would otherwise count for five minutes (as with the client library's own
 * `keys` and `history` of a bucket).
 * @throws Error when the broker has not sent everything in time: missing messages would otherwise look as if they did
 *   not exist
 */
export async function readStored(
  { js }: Pick<Link, 'js'>,
  { stream, filter, from, to = Number.POSITIVE_INFINITY, latestOnly = false }: StoredRange,
): Promise<JsMsg[]> {
  const consumer = await js.consumers.get(stream, {
    ...(filter !== undefined && { filter_subjects: filter }),
    ...(from !== undefined && { opt_start_seq: from }),
    ...(latestOnly && { deliver_policy: DeliverPolicy.LastPerSubject }),
    inactive_threshold: ABANDONED_MS,
  })
  try {
    const { num_pending: pending } = await consumer.info(true)
    if (pending === 0) return []
    // Without this, the server would send everything after a page from the middle.
    const most = Math.min(pending, to - (from ?? 1) + 1)
    const deadline = performance.now() + ANSWER_MS
    for (;;) {
      const found = await take(consumer, most, to)
      if (found.isWhole) return found.messages
      const { length } = found.messages
      if (length > 0 || !isUnheard(found.error) || performance.now() > deadline)
        throw (
          found.error ??
          new Error(`${stream}: of ${several(most, 'message')}, the broker sent ${length} in time`)
        )
      await pause(AGAIN_MS)
    }
  } finally {
    // If this fails, the server removes it as abandoned.
    await consumer.delete().catch(() => {})
  }
}

interface Taken {
  readonly messages: JsMsg[]
  readonly isWhole: boolean
  /** What ended it early, if anything did. */
  readonly error?: unknown
}

async function take(consumer: Consumer, most: number, to: number): Promise<Taken> {
  const found: JsMsg[] = []
  let messages: ConsumerMessages | undefined
  try {
    messages = await consumer.fetch({ max_messages: most, expires: ANSWER_MS })
    for await (const message of messages) {
      if (message.seq <= to) found.push(message)
      if (message.seq >= to || message.info.pending === 0) return { messages: found, isWhole: true }
    }
    return { messages: found, isWhole: false }
  } catch (error) {
    return { messages: found, isWhole: false, error }
  } finally {
    await messages?.close()
  }
}

/**
 * Whether nobody hears a consumer's requests. In a cluster, the node that was asked knows of a new consumer a moment before it
 * knows which node has it.
 */
const isUnheard = (error: unknown) => error instanceof JetStreamError && 'code' in error && error.code === 503

/** Wait before such a request is made again, milliseconds. */
const AGAIN_MS = 50

/** The current values of keys in a bucket, or all revisions of a key. `filter` is a key, with or without wildcards. */
export async function readValues(
  link: Pick<Link, 'js'>,
  { bucket, filter, latestOnly }: { bucket: string; filter: string; latestOnly: boolean },
): Promise<{ key: string; value: Uint8Array; revision: number; storedAt: Date }[]> {
  const prefix = `$KV.${bucket}.`
  const range = { stream: `KV_${bucket}`, filter: `${prefix}${filter}`, latestOnly }
  const messages = await readStored(link, range)
  return messages
    .filter(({ headers }) => !headers?.has('KV-Operation')) // the marker of a deletion
    .map(({ subject, data, seq, time }) => ({
      key: subject.slice(prefix.length),
      value: data,
      revision: seq,
      storedAt: time,
    }))
}
