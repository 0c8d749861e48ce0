import { follow } from '../../broker/follow.ts'
import { ask, type Link } from '../../broker/link.ts'
import type { Logger } from '../../runtime/log.ts'
import { type Alert, alertReader } from '../../schemas/alert.ts'
import { SightlineError, toSightlineError } from '../../schemas/errors.ts'
import { ALERTS } from '../../schemas/streams.ts'

/** Alerts that wait for a subscriber who is slower than the stream. */
const IN_FLIGHT = 64

/** An alert as stored: the text goes to subscribers as it is, nothing is parsed on the way. */
export interface StoredAlert {
  /** Sequence in the stream: the place from which a subscriber resumes. */
  sequence: number
  json: string
}

export interface AlertPage {
  alerts: { sequence: number; alert: Alert }[]
  /** Value of `before` for the page after this one (older alerts); null on the last. */
  next: number | null
}

export interface AlertStore {
  /** Sequences of the oldest alert still kept and of the newest; `first` is `last + 1` when there is none. */
  range(): Promise<{ first: number; last: number }>
  /** Every alert after a sequence, once and in order, as it comes, until `signal` is aborted. */
  follow(after: number, signal: AbortSignal): AsyncIterable<StoredAlert>
  /** @throws NOT_FOUND when there is none of this sequence (any more), BROKER_UNREACHABLE, BROKER_FAILED */
  get(sequence: number): Promise<Alert>
  /** Alerts with `after` < sequence < `before`, newest first. */
  list(query: { after?: number; before?: number; limit: number }): Promise<AlertPage>
}

/** @param log told of alerts that are malformed and were left out of a list */
export function openAlerts(link: Link, log: Logger): AlertStore {
  const range = async () => {
    const { state } = await ask(link, 'describe the alerts', () => link.manager.streams.info(ALERTS))
    return { first: Math.max(1, state.first_seq), last: state.last_seq }
  }

  async function* followAlerts(after: number, signal: AbortSignal): AsyncGenerator<StoredAlert, void> {
    for await (const message of follow(link, {
      stream: ALERTS,
      from: after + 1,
      inFlight: IN_FLIGHT,
      signal,
    })) {
      yield { sequence: message.seq, json: message.string() }
    }
  }

  /** The alerts from one sequence to another, oldest first. All are there already, so none is waited for. */
  const read = async (from: number, to: number): Promise<StoredAlert[]> => {
    const found: StoredAlert[] = []
    const consumer = await link.js.consumers.get(ALERTS, { opt_start_seq: from })
    for await (const message of await consumer.fetch({ max_messages: to - from + 1, expires: 2000 })) {
      if (message.seq <= to) found.push({ sequence: message.seq, json: message.string() })
      if (message.seq >= to) break
    }
    consumer.delete().catch(() => {})
    return found
  }

  const list: AlertStore['list'] = async ({ after = 0, before = Number.POSITIVE_INFINITY, limit }) => {
    const { first, last } = await range()
    const lowest = Math.max(first, after + 1)
    const to = Math.min(last, before - 1)
    const from = Math.max(lowest, to - limit + 1)
    if (from > to) return { alerts: [], next: null }
    const stored = await ask(link, 'read the alerts', () => read(from, to))
    const alerts = stored.reverse().flatMap(({ sequence, json }) => {
      try {
        return [{ sequence, alert: alertReader.parseJson(json) }]
      } catch (error) {
        log.warn({ sequence, code: toSightlineError(error).code }, 'a stored alert is malformed: left out')
        return []
      }
    })
    return { alerts, next: from > lowest ? from : null }
  }

  const get: AlertStore['get'] = async (sequence) => {
    const message = await ask(link, 'read the alert', () =>
      link.manager.streams.getMessage(ALERTS, { seq: sequence }),
    )
    if (message) return alertReader.parseJson(message.data)
    throw new SightlineError('NOT_FOUND', `there is no alert ${sequence} (any more)`, {
      hint: 'Alerts are kept for 30 days; the list says which there are.',
    })
  }

  return { range, follow: followAlerts, get, list }
}
