import { JetStreamApiError } from '@nats-io/jetstream'
import type { MessageIds } from '@sightline/broker/message-ids'
import { isForGood } from '@sightline/broker/publish'
import { quotaExceeded } from '@sightline/broker/quota'
import { SightlineError } from '@sightline/schemas/errors'
import { EDGE_SOURCE } from '@sightline/schemas/read'
import { pictureSubject, readSubject } from '@sightline/schemas/subjects'
import type { Deliver } from '../spool/spool.ts'
import type { EdgeLink } from './link.ts'

/** Told each time that the broker has no room for more reads of a camera. */
export type OnFull = (camera: string, error: SightlineError) => void

/** How long the stream has to say that it has a message, ms. */
const ANSWER_MS = 5_000

/** JetStream's code for an expectation that does not hold, and where its text has the sequence there is. */
const WRONG_LAST_SEQUENCE = 10071
const SEQUENCE = /wrong last sequence: (\d+)/

/**
 * Publishes reads so that each is stored once, however long the link was down. The stream knows a repeat by its
 * message id for two minutes only. Beyond, this agent does: it alone publishes on the subjects of its cameras,
 * one read of a camera at a time. So when a read may have been stored without our hearing of it, it is sent on
 * condition that the subject's last message is still the read before.
 * @param messageIds of this agent's key: others must not know under which id a read will come
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
      // Later than the read before: it is this one. Earlier: the stream has let the read before go.
      return last > receipt ? last : publish()
    }
  }
}

/**
 * A picture that is stored twice replaces itself.
 * @param daysOf how long pictures of a camera may live; undefined: as long as the broker keeps them. A broker that cannot let
 * them go earlier gets none.
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

/** @throws MESSAGE_INVALID when trying again would not help, else what it was given */
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

function lastSequence(error: unknown): number | null {
  if (!(error instanceof JetStreamApiError) || error.code !== WRONG_LAST_SEQUENCE) return null
  const found = SEQUENCE.exec(error.message)
  return found ? Number(found[1]) : null
}
