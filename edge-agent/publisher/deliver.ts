import { JetStreamApiError } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { MessageIds } from '@sightline/broker/message-ids'
import { isForGood } from '@sightline/broker/publish'
import { publishTogether, type TogetherMessage } from '@sightline/broker/publish-together'
import { quotaExceeded } from '@sightline/broker/quota'
import { SightlineError } from '@sightline/schemas/errors'
import { EDGE_SOURCE } from '@sightline/schemas/read'
import { pictureSubject, readSubject } from '@sightline/schemas/subjects'
import type { Deliver, Taken, Together } from '../spool/spool.ts'
import type { EdgeLink } from './link.ts'

/** Called each time that the broker has no room for more reads of a camera. */
export type OnFull = (camera: string, error: SightlineError) => void

/** How long the stream may take to confirm a message, ms. */
const ANSWER_MS = 5_000

/** JetStream's code for a failed expectation, and where its text contains the actual sequence. */
const WRONG_LAST_SEQUENCE = 10071
const SEQUENCE = /wrong last sequence: (\d+)/

/** Most reads in one batch; the broker allows 1000. */
const MOST = 500

/** JetStream's codes: the stream takes no batches; it has too many of them now. */
const NO_BATCHES = 10174
const TOO_MANY_BATCHES = 10210

/**
 * Publishes reads so that each is stored once, however long the link was down. The stream recognizes a repeat by its message
 * id, but only for two minutes. After that, this agent ensures it: only it publishes on its cameras' subjects, one read of a
 * camera at a time, or several as one batch, of which the stream stores all or none. So a read that may have been stored
 * without a confirmation is sent on the condition that the subject's last message is still the previous read.
 * @param messageIds of this agent's key: others must not be able to predict the id of a read
 */
export function deliverReads(
  link: EdgeLink,
  messageIds: MessageIds,
  signal: AbortSignal,
  onFull: OnFull,
): { one: Deliver; together: Together } {
  /** Whether the broker takes batches: known for a connection after the first try. */
  let tried: { readonly connection: NatsConnection; readonly takesBatches: boolean } | undefined

  async function publish(camera: string, messages: readonly TogetherMessage[], lastSubjectSequence?: number) {
    const { js, connection } = await link.ready(signal)
    const subject = readSubject(EDGE_SOURCE, camera)
    const expected = lastSubjectSequence === undefined ? {} : { lastSubjectSequence }
    const [first] = messages
    try {
      // The agent may not ask for the stream's configuration, so it tries a batch of one read.
      if (messages.length > 1 || tried?.connection !== connection) {
        const { seq, isWhole } = await publishTogether(connection, subject, messages, {
          ...expected,
          timeout: ANSWER_MS,
        })
        tried = { connection, takesBatches: isWhole }
        return seq
      }
    } catch (error) {
      if (isCode(error, NO_BATCHES)) tried = { connection, takesBatches: false }
      // The broker treats some messages differently outside a batch: it confirms a repeat, for example.
      if (messages.length > 1 || !(isForGood(error) || isCode(error, TOO_MANY_BATCHES))) throw error
    }
    const { msgID, payload } = first!
    return (await js.publish(subject, payload, { msgID, timeout: ANSWER_MS, expect: expected })).seq
  }

  /**
   * Publishes a read that may be stored already.
   * @param receipt sequence of the previous read
   */
  async function publishOnce(
    camera: string,
    messages: readonly TogetherMessage[],
    receipt: number,
  ): Promise<number> {
    try {
      return await publish(camera, messages, receipt)
    } catch (error) {
      const last = lastSequence(error)
      // Later than the previous read: it is this one.
      if (last !== null && last > receipt) return last
      // Earlier: the stream no longer has the previous read.
      if (last !== null) return publish(camera, messages)
      throw error
    }
  }

  /**
   * Sequence of a camera's last stored read; 0: the stream has none. It asks with a message that is never stored, because no
   * stream ends where it expects: an agent may only publish.
   */
  async function lastOf(camera: string): Promise<number> {
    const { js } = await link.ready(signal)
    const expect = { lastSubjectSequence: Number.MAX_SAFE_INTEGER }
    const answer = js.publish(readSubject(EDGE_SOURCE, camera), '', { timeout: ANSWER_MS, expect })
    return answer.then(
      ({ seq }) => seq,
      (error) => lastSequence(error) ?? Promise.reject(error),
    )
  }

  const toMessage = ({ id, payload }: { id: string; payload: Uint8Array }) => ({
    msgID: messageIds(id),
    payload,
  })

  return {
    async one({ camera, id, payload, uncertain, receipt }) {
      const messages = [toMessage({ id, payload })]
      try {
        if (!uncertain || receipt === undefined) return await publish(camera, messages)
        return await publishOnce(camera, messages, receipt)
      } catch (error) {
        const full = noteFull(error, camera)
        return refuseMessage(full ?? error)
      }
    },
    together: {
      most: () => (tried?.takesBatches ? MOST : 1),
      async deliver({ camera, entries, uncertain, receipt }) {
        const messages = entries.map(toMessage)
        const all = (last: number): Taken => ({ count: entries.length, receipt: last })
        // Asked before they are sent again: on a slow link they take longer each time than the stream has to answer.
        const last = uncertain ? await lastOf(camera) : undefined
        if (last !== undefined && last > receipt) return all(last)
        try {
          // An earlier one: the stream no longer has the previous read.
          return all(await publish(camera, messages, last === receipt ? receipt : undefined))
        } catch (error) {
          const full = noteFull(error, camera)
          // A full stream may still have space for some of them.
          if (!full && lastSequence(error) === null && !isForGood(error)) throw error
          const lastNow = uncertain ? await lastOf(camera) : receipt
          return lastNow > receipt ? all(lastNow) : { count: 0, receipt }
        }
      },
    },
  }

  function noteFull(error: unknown, camera: string): SightlineError | undefined {
    const full = quotaExceeded(error, readSubject(EDGE_SOURCE, camera))
    if (full) onFull(camera, full)
    return full
  }
}

/**
 * A picture that is stored twice replaces itself.
 * @param daysOf how many days pictures of a camera may live; undefined: as long as the broker keeps them. A broker that
 *   cannot delete them earlier gets none.
 */
export function deliverPictures(
  link: EdgeLink,
  messageIds: MessageIds,
  signal: AbortSignal,
  daysOf: (camera: string) => number | undefined,
): Deliver {
  return async ({ camera, id, payload }) => {
    const days = daysOf(camera)
    const { js } = await link.ready(signal)
    const ttl = days === undefined ? {} : { ttl: `${days * 24}h` }
    const options = { msgID: messageIds(id), timeout: ANSWER_MS, ...ttl }
    await js.publish(pictureSubject(id), payload, options).catch(refuseMessage)
    return undefined
  }
}

/** @throws MESSAGE_INVALID when a retry cannot help, else the given error */
function refuseMessage(error: unknown): never {
  if (!isForGood(error)) throw error
  throw new SightlineError(
    'MESSAGE_INVALID',
    `the broker takes no such message: ${(error as Error).message}`,
    {
      cause: error,
    },
  )
}

const isCode = (error: unknown, code: number): error is JetStreamApiError =>
  error instanceof JetStreamApiError && error.code === code

function lastSequence(error: unknown): number | null {
  if (!isCode(error, WRONG_LAST_SEQUENCE)) return null
  const found = SEQUENCE.exec(error.message)
  return found ? Number(found[1]) : null
}
