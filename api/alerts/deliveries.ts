import { type Clock, instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { Delivery } from '@sightline/schemas/delivery'
import { type SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type { Records, Stored } from '../shared/records.ts'
import type { Recipients } from './recipients.ts'
import { type Outcome, sendWebhook, type WebhookMessage } from './webhook.ts'

/**
 * Waits after each attempt, seconds: a receiver that was down for a day still gets the message. After the last it is
 * given up.
 */
export const WAITS_S = [5, 30, 120, 600, 3600, 10_800, 21_600, 43_200]

/** Time between two checks for due messages, milliseconds. */
const LOOK_MS = 5000

/** How long a message waits for a process that knows its recipient, milliseconds. */
export const LISTED_MS = 24 * 3_600_000
const NOT_LISTED = 'the recipient has been removed from the list'

export interface Deliveries {
  /** Keeps a message until it has arrived. A message whose id was posted before is left as it is. */
  post(message: WebhookMessage, recipient: string): Promise<void>
  find(id: string): Promise<Delivery | undefined>
  /** Attempts all due messages. */
  deliver(): Promise<void>
  close(): Promise<void>
}

export interface DeliveryDeps {
  records: Records<Delivery>
  recipients: Recipients
  clock: Clock
  log: Logger
}

/**
 * A delivery at the start of an attempt: the process that stores this makes the attempt, and no other may until
 * `nextAt`.
 */
export function startAttempt(delivery: Delivery, now: number): Delivery {
  const wait = WAITS_S[delivery.attempts] ?? WAITS_S.at(-1)!
  return { ...delivery, attempts: delivery.attempts + 1, nextAt: instant(now + wait * 1000) }
}

/** The delivery after the attempt; without its body when it will not be sent again. */
export function endAttempt(delivery: Delivery, outcome: Outcome): Delivery {
  if (outcome.state === 'delivered') return { ...delivery, state: 'delivered', body: '', lastFault: null }
  const isLast = outcome.state === 'gone' || delivery.attempts > WAITS_S.length
  const lastFault = outcome.fault
  return isLast ? { ...delivery, state: 'failed', body: '', lastFault } : { ...delivery, lastFault }
}

/**
 * Delivers webhook messages from a bucket. A posted message is durable and arrives at least once. Each attempt is
 * claimed by a compare-and-set, so only one of several api processes makes it.
 */
export function startDeliveries({ records, recipients, clock, log }: DeliveryDeps): Deliveries {
  const attempt = async ({ value, revision }: Stored<Delivery>) => {
    const taken = await records.put(value.id, startAttempt(value, clock()), revision).catch((error) => {
      if ((error as SightlineError).code !== 'CONFLICT') throw error
    })
    if (!taken) return
    const to = recipients.get(value.recipient)?.to
    const outcome: Outcome =
      to && 'url' in to ? await sendWebhook(to, value, clock()) : { state: 'gone', fault: NOT_LISTED }
    const after = endAttempt(taken.value, outcome)
    await records.put(value.id, after, taken.revision)
    if (after.state === 'delivered') return
    log.warn(
      { delivery: value.id, state: after.state, reason: after.lastFault },
      'a webhook was not delivered',
    )
  }

  const deliver = async () => {
    const now = clock()
    const due = (await records.all()).filter(({ value: { state, nextAt, createdAt, recipient } }) => {
      if (state !== 'waiting' || Date.parse(nextAt) > now) return false
      // Another process may have been started with a newer list.
      return recipients.has(recipient) || now - Date.parse(createdAt) > LISTED_MS
    })
    // In parallel: one receiver that hangs must not delay the others.
    await Promise.all(due.map(attempt))
  }

  let running: Promise<void> | undefined
  const look = () => {
    running ??= deliver()
      .catch((error) => {
        log.warn({ code: toSightlineError(error).code }, 'could not check for due webhooks; will try again')
      })
      .finally(() => {
        running = undefined
      })
  }
  // Without recipients this process can send nothing.
  const timer = recipients.size > 0 ? setInterval(look, LOOK_MS) : undefined
  timer?.unref()
  return {
    post: async ({ id, body }, recipient) => {
      const at = instant(clock())
      const delivery: Delivery = {
        v: 1,
        id,
        recipient,
        body,
        state: 'waiting',
        attempts: 0,
        createdAt: at,
        nextAt: at,
        lastFault: null,
      }
      await records.put(id, delivery, 0).catch((error: SightlineError) => {
        if (error.code !== 'CONFLICT') throw error
      })
      look()
    },
    find: async (id) => (await records.find(id))?.value,
    deliver,
    close: async () => {
      clearInterval(timer)
      await running
    },
  }
}
