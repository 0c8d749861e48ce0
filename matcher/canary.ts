import type { JetStreamClient } from '@nats-io/jetstream'
import type { StreamMessage } from '@sightline/broker/stream-message'
import { whyNotStored } from '@sightline/broker/would-store'
import type { DisplayIndex } from '@sightline/matching'
import { type Clock, instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { type CanaryAnswer, canaryDisplay } from '@sightline/schemas/canary'
import { ALERTS } from '@sightline/schemas/streams'
import { alertSubject, canarySubject } from '@sightline/schemas/subjects'
import { alertOf } from './alert.ts'
import { judge } from './judge.ts'

/** How long each of the two requests to the broker may take, milliseconds. */
const WAIT_MS = 1500

export interface CanaryParts {
  /** Name of this matcher. */
  name: string
  /** Empty: for the canary's display alone. */
  index: DisplayIndex
  /** To the account of the alerts. */
  js: JetStreamClient
  clock: Clock
  /** The host's clock minus the broker's, milliseconds; null: not compared. */
  aheadMs(): number | null
  log: Logger
}

/**
 * Answers canary reads: judges each as every read, by the canary's display, asks whether the stream of alerts would store
 * an alert, and stores the answer apart from the alerts. One attempt: an answer that does not come is what the canary is for.
 */
export function createCanaryAnswers({ name, index, js, clock, aheadMs, log }: CanaryParts) {
  async function answer(message: StreamMessage): Promise<void> {
    const now = clock()
    const display = canaryDisplay(instant(now))
    index.set(display, 0)
    const verdict = judge(message, index, now)
    if (verdict.kind === 'refused') throw verdict.error
    if (verdict.kind !== 'matches') throw new Error('it does not match its display')
    const { read, matches } = verdict
    const facts = { approach: null, isTest: false }
    const alert = alertOf(matches[0]!, display, read, facts, message.time.getTime(), now)
    const subject = alertSubject(display.id)
    const refused = await whyNotStored(js, { stream: ALERTS, subject, waitMs: WAIT_MS })
    const ahead = aheadMs()
    const clockAheadMs = ahead === null ? null : Math.round(ahead)
    const text: CanaryAnswer = { v: 1, matcher: name, alert, refused, clockAheadMs }
    await js.publish(canarySubject(read.camera.id), JSON.stringify(text), { timeout: WAIT_MS, retries: 0 })
  }

  return (message: StreamMessage): void =>
    void answer(message).catch((error: Error) =>
      log.warn({ reason: error.message }, 'cannot answer a canary read'),
    )
}
