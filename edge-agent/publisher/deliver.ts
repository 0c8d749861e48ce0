import { JetStreamApiError } from '@nats-io/jetstream'
import type { MessageIds } from '@sightline/broker/message-ids'
import { isForGood } from '@sightline/broker/publish'
import { quotaExceeded } from '@sightline/broker/quota'
import { SightlineError } from '@sightline/schemas/errors'
import { EDGE_SOURCE } from '@sightline/schemas/read'
import { pictureSubject, readSubject } from '@sightline/schemas/subjects'
import type { Deliver } from '../spool/spool.ts'
import type { EdgeLink } from './link.ts'

/** Called each time that the broker has no room for more reads of a camera. */
export type OnFull = (camera: string, error: SightlineError) => void

/** How long the stream may take to confirm a message, ms. */
const ANSWER_MS = 5_000

/** JetStream's code for a failed expectation, and where its text contains the actual sequence. */
const WRONG_LAST_SEQUENCE = 10071
const SEQUENCE = /wrong last sequence: (\d+)/

/**
 * Publishes reads so that each is stored once, however long the link was down. The stream recognizes a repeat by its message
 * id, but only for two minutes. After that, this agent ensures it: only it publishes on its cameras' subjects, one read of a
 * camera at a time. So a read that may have been stored without a confirmation is sent on the condition that the subject's
 * last message is still the previous read.
 * @param messageIds of this agent's key: others must not be able to predict the id of a read
 */
export function deliverReads(
  link: EdgeLink,
  messageIds: MessageIds,
  signal: AbortSignal,
  onFull: OnFull,
): Deliver {
  return async ({ camera, id, payload, uncertain, receipt }) => {
    const { js } = await link.ready(signal)
    const subject = readSubject(EDGE_SOURCE, camera)
    const options = { msgID: messageIds(id), timeout: ANSWER_MS }
    const refusedBy = (error: unknown) => {
      const full = quotaExceeded(error, subject)
      if (full) onFull(camera, full)
      return refuseMessage(full ?? error)
    }
    const publish = async (more = {}) =>
      (await js.publish(subject, payload, { ...options, ...more }).catch(refusedBy)).seq
    if (!uncertain || receipt === undefined) return publish()
    try {
      return await publish({ expect: { lastSubjectSequence: receipt } })
    } catch (error) {
      const last = lastSequence(error)
      if (last === null) throw error
      // Later than the previous read: it is this one. Earlier: the stream no longer has the previous read.
      return last > receipt ? last : publish()
    }
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
    `the broker does not accept such a message: ${(error as Error).message}`,
    {
      cause: error,
    },
  )
}

function lastSequence(error: unknown): number | null {
  if (!(error instanceof JetStreamApiError) || error.code !== WRONG_LAST_SEQUENCE) return null
  const found = SEQUENCE.exec(error.message)
  return found ? Number(found[1]) : null
}
