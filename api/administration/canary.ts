import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { follow } from '@sightline/broker/follow'
import type { Link } from '@sightline/broker/link'
import { retryUntilDone } from '@sightline/broker/publish'
import { type Clock, instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { type CanaryAnswer, canaryAnswerParser, canaryRead } from '@sightline/schemas/canary'
import { CANARY_SOURCE } from '@sightline/schemas/read'
import { CANARY } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { CANARY_WITHIN_MS, type CanaryFacts } from './lights.ts'

/** Sends canary reads, and waits for each on the way on which alerts come to people. */
export interface Canary {
  facts(): CanaryFacts
  /** Clock of the matcher minus the broker's, milliseconds, as the last one showed; null: not known. */
  matcherAheadMs(): number | null
}

export interface CanaryParts {
  link: Link
  clock: Clock
  log: Logger
  /** Time between two of them, milliseconds. */
  everyMs: number
  /** One came through. @param milliseconds from sending to showing */
  onThrough(milliseconds: number): void
  onFailed(): void
  stop: AbortSignal
}

const STORE_MS = 2000
const IN_FLIGHT = 16

export function startCanary({ link, clock, log, everyMs, onThrough, onFailed, stop }: CanaryParts): Canary {
  const waiting = new Map<string, (answer: CanaryAnswer) => void>()
  let through: { at: number; delayMs: number } | undefined
  let failed: string | null = null
  let alertsRefused: string | null | undefined
  let matcherAheadMs: number | null = null

  async function listen(): Promise<void> {
    const info = () => link.manager.streams.info(CANARY)
    const { state } = await retryUntilDone(info, stop)
    const options = { stream: CANARY, from: state.last_seq + 1, inFlight: IN_FLIGHT, signal: stop }
    for await (const message of follow(link, options)) {
      try {
        const answer = canaryAnswerParser.parseJson(message.data)
        waiting.get(answer.alert.read.id)?.(answer)
      } catch {
        // Only matchers can write there; whoever else did cannot make a canary come back.
      }
    }
  }

  /** Sends one. @returns why it did not come through; null: it did */
  async function fly(): Promise<string | null> {
    if (!link.connected()) return 'the connection to the broker is lost'
    const camera = `canary-${randomBytes(6).toString('hex')}`
    const startedAt = performance.now()
    const read = canaryRead(camera, instant(clock()))
    const answered = new Promise<CanaryAnswer>((resolve) => waiting.set(read.id, resolve))
    const late = new AbortController()
    try {
      const text = JSON.stringify(read)
      await link.js.publish(readSubject(CANARY_SOURCE, camera), text, {
        ...{ msgID: read.id, timeout: STORE_MS, retries: 0 },
      })
      const storedMs = performance.now() - startedAt
      const left = Math.max(0, CANARY_WITHIN_MS - storedMs)
      const signal = AbortSignal.any([late.signal, stop])
      const answer = await Promise.race([answered, pause(left, null, { signal })])
      if (!answer) return `it was stored, but no alert came within ${CANARY_WITHIN_MS / 1000} s`
      const delayMs = performance.now() - startedAt
      matcherAheadMs = answer.clockAheadMs
      alertsRefused = answer.refused
      if (answer.refused !== null) return `a matcher judged it, but cannot store alerts: ${answer.refused}`
      through = { at: performance.now(), delayMs }
      onThrough(delayMs)
      return null
    } catch (error) {
      return `it was not stored: ${(error as Error).message.slice(0, 200)}`
    } finally {
      late.abort()
      waiting.delete(read.id)
    }
  }

  async function keepGoing(): Promise<void> {
    while (!stop.aborted) {
      const startedAt = performance.now()
      const found = await fly()
      if (stop.aborted) return
      if (found !== null) {
        onFailed()
        if (failed === null) log.error({ code: 'CANARY_FAILED', reason: found }, 'a test read is lost')
      } else if (failed !== null) log.info('test reads become alerts again')
      failed = found
      const left = Math.max(0, everyMs - (performance.now() - startedAt))
      await pause(left, undefined, { signal: stop }).catch(() => {})
    }
  }

  listen().catch((error: Error) => {
    if (!stop.aborted) log.error({ reason: error.message }, 'cannot follow the answers to test reads')
  })
  void keepGoing()
  return {
    facts: () => ({
      throughMs: through ? performance.now() - through.at : null,
      delayMs: through?.delayMs ?? null,
      failed,
      alertsRefused,
      everyMs,
    }),
    matcherAheadMs: () => matcherAheadMs,
  }
}
