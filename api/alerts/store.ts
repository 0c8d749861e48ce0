import { setTimeout as pause } from 'node:timers/promises'
import { followBatches } from '@sightline/broker/follow'
import { ask, type Link } from '@sightline/broker/link'
import { readStored } from '@sightline/broker/read-stored'
import type { Logger } from '@sightline/runtime/log'
import { type Alert, alertParser } from '@sightline/schemas/alert'
import { SightlineError } from '@sightline/schemas/errors'
import { ALERTS, type TEST_ALERTS } from '@sightline/schemas/streams'
import { logLeftOut, MalformedRecord } from '../shared/left-out.ts'
import { coverAlert } from './cover.ts'
import { type AlertSource, followTogether } from './follow-together.ts'
import type { Batch } from './tail.ts'

/** Alerts that wait until this process takes them. */
const IN_FLIGHT = 512

/** Recently read alerts, kept for the other subscribers, who read the same ones at the same time. */
const MOST_KEPT = 256

const RETRY_MS = 250

/** Place of a message in the stream. */
interface Place {
  seq: number
  subject: string
}

/** An alert as stored. */
export interface StoredAlert {
  /** Sequence in the stream, from which a subscriber resumes. */
  sequence: number
  alert: Alert
  /** The same as text, on one line. */
  json: string
  /** The JSON without anything that reveals the plate. */
  coveredJson: string
}

export interface AlertPage {
  alerts: Pick<StoredAlert, 'sequence' | 'alert'>[]
  /** Value of `before` for the next page (older alerts); null on the last. */
  next: number | null
}

export interface AlertStore {
  /** Sequences of the oldest kept alert and of the newest; `first` is `last + 1` when there is none. */
  range(): Promise<{ first: number; last: number }>
  /** The newest alert that this process has read, for those who follow; 0 while nobody does. */
  reached(): number
  /**
   * Every alert after a sequence, once and in order, as it comes, until `signal` is aborted; all of the next stream if the
   * stream was created again. Malformed messages are left out: their text must not reach a subscriber, nor end a
   * subscriber's stream, which would then fail at the same message again and again.
   */
  follow(after: number, signal: AbortSignal): AsyncIterable<StoredAlert>
  /**
   * The same by batches, each of which is one object for all who get it (tail.ts). It ends when the stream was created
   * again: its sequences are no longer those that the caller has told others.
   */
  batches(after: number, signal: AbortSignal): AsyncIterable<Batch<StoredAlert>>
  /**
   * @throws NOT_FOUND when there is no such alert or it is no longer kept, RECORD_MALFORMED, BROKER_UNREACHABLE,
   * BROKER_FAILED
   */
  get(sequence: number): Promise<Alert>
  /** Alerts with `after` < sequence < `before`, newest first. */
  list(query: { after?: number; before?: number; limit: number }): Promise<AlertPage>
}

/**
 * @param log receives malformed alerts that were left out of a list
 * @param stream alerts of what was seen, or of test traffic
 */
export function openAlerts(
  link: Link,
  log: Logger,
  stream: typeof ALERTS | typeof TEST_ALERTS = ALERTS,
): AlertStore {
  /** When the stream was created that is followed; null before the first answer. */
  let createdAt: string | null = null

  const range = async () => {
    const reached = together.upTo()
    const { created, state } = await ask(link, 'describe the alerts', () => link.manager.streams.info(stream))
    // The stream was created again, or restored: its sequences begin again.
    const isAnother = createdAt !== null && createdAt !== String(created)
    createdAt = String(created)
    if (isAnother || state.last_seq < reached) together.restart()
    return { first: Math.max(1, state.first_seq), last: state.last_seq }
  }

  /** The same, as soon as the broker answers; null when `signal` aborts. */
  const rangeSoon = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      try {
        return await range()
      } catch {
        // connectBroker logs that the broker is away.
        await pause(RETRY_MS, undefined, { signal }).catch(() => {})
      }
    }
    return null
  }

  const kept = new Map<number, { text: string; stored: StoredAlert | null }>()

  /** The alert in a message; null when the message is not an alert. */
  function alertIn({ seq: sequence, subject }: Place, text: string): StoredAlert | null {
    const known = kept.get(sequence)
    // A recreated stream has other messages at the same sequences.
    if (known?.text === text) return known.stored
    const stored = parsed({ seq: sequence, subject }, text)
    kept.set(sequence, { text, stored })
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!)
    return stored
  }

  function parsed({ seq: sequence, subject: key }: Place, text: string): StoredAlert | null {
    try {
      const alert = alertParser.parseJson(text)
      // Whitespace between values may include line breaks, which would end an event.
      const json = /[\r\n]/.test(text) ? JSON.stringify(alert) : text
      let covered: string | undefined
      return {
        sequence,
        alert,
        json,
        // Computed once, when the first verifier needs it, so that a flood of alerts does not pay for it.
        get coveredJson() {
          covered ??= JSON.stringify(coverAlert(alert))
          return covered
        },
      }
    } catch (thrown) {
      logLeftOut(log, { store: stream, key, revision: sequence }, thrown)
      return null
    }
  }

  const source: AlertSource<StoredAlert> = {
    last: async () => (await range()).last,
    async *follow(after, signal) {
      const onTrouble = (trouble: SightlineError | null) => {
        if (trouble) log.error({ code: trouble.code }, trouble.message)
        else log.info('the alerts are followed again')
      }
      // Followers of a stream that was created again would wait until it has as many alerts as the one before.
      const onBegin = () => void rangeSoon(signal)
      const options = { stream, from: after + 1, inFlight: IN_FLIGHT, signal, onTrouble, onBegin }
      for await (const messages of followBatches(link, options)) {
        const alerts = messages.map((message) => alertIn(message, message.string()))
        yield { alerts: alerts.filter((stored) => stored !== null), upTo: messages.at(-1)!.seq }
      }
    },
    async page(after, to) {
      const messages = await readStored(link, { stream, from: after + 1, to })
      if (messages.length === 0) {
        const { first, last } = await range()
        return { alerts: [], upTo: Math.min(Math.max(to, first - 1), last) }
      }
      const alerts = messages.map((message) => alertIn(message, message.string()))
      return { alerts: alerts.filter((stored) => stored !== null), upTo: messages.at(-1)!.seq }
    },
  }
  const together = followTogether(source, (error) =>
    log.error({ err: error }, 'the alerts could not be followed; everybody who follows them begins again'),
  )

  async function* followAlerts(after: number, signal: AbortSignal): AsyncGenerator<StoredAlert, void> {
    let position = after
    while (!signal.aborted) {
      let of = createdAt
      for await (const { alerts, upTo } of together.batches(position, signal)) {
        of = createdAt
        for (const stored of alerts) {
          if (signal.aborted) return
          yield stored
        }
        position = upTo
      }
      // Nobody begins again for this caller, unlike for those at the other end of a connection.
      const now = await rangeSoon(signal)
      if (now && (of !== createdAt || position > now.last)) position = now.first - 1
    }
  }

  /** The alerts from one sequence to another, oldest first. All exist already, so nothing is awaited. */
  const read = async (from: number, to: number): Promise<StoredAlert[]> => {
    const messages = await readStored(link, { stream, from, to })
    return messages.map((message) => alertIn(message, message.string())).filter((stored) => stored !== null)
  }

  const list: AlertStore['list'] = async ({ after = 0, before = Number.POSITIVE_INFINITY, limit }) => {
    const { first, last } = await range()
    const lowest = Math.max(first, after + 1)
    const to = Math.min(last, before - 1)
    const from = Math.max(lowest, to - limit + 1)
    if (from > to) return { alerts: [], next: null }
    const stored = together.between(from, to) ?? (await ask(link, 'read the alerts', () => read(from, to)))
    const alerts = stored.toReversed().map(({ sequence, alert }) => ({ sequence, alert }))
    return { alerts, next: from > lowest ? from : null }
  }

  const get: AlertStore['get'] = async (sequence) => {
    const message = await ask(link, 'read the alert', () =>
      link.manager.streams.getMessage(stream, { seq: sequence }),
    )
    if (message) {
      const found = parsed(message, message.string())
      if (found) return found.alert
      throw new MalformedRecord('alert', sequence, null)
    }
    throw new SightlineError('NOT_FOUND', `there is no alert ${sequence}, or it is no longer kept`, {
      hint: 'Alerts are kept for 30 days. The list shows which ones exist.',
    })
  }

  return { range, reached: together.upTo, follow: followAlerts, batches: together.batches, get, list }
}
