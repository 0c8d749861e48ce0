import type { NatsConnection } from '@nats-io/transport-node'
import { followDirect } from '@sightline/broker/follow-direct'
import { ask, openLink } from '@sightline/broker/link'
import type { Alert } from '@sightline/schemas/alert'
import { SightlineError } from '@sightline/schemas/errors'
import { ALERTS, TEST_ALERTS } from '@sightline/schemas/streams'
import { alertSubject, testAlertSubject } from '@sightline/schemas/subjects'
import { followAlerts, parseAlert } from './alerts.ts'

export interface Subscription {
  close(): Promise<void>
}

/** Where alerts are on the broker. */
export type AlertsAt = typeof ALERTS | typeof TEST_ALERTS

/**
 * Follows new alerts like a service of another account.
 * @param stream alerts of test traffic, which the user `replay` may read, or the others
 */
export async function subscribeBroker(
  connection: NatsConnection,
  onAlert: (alert: Alert) => void,
  stream: AlertsAt = TEST_ALERTS,
): Promise<Subscription> {
  const link = await openLink(connection, 'AGENCY')
  const { state } = await link.manager.streams.info(stream)
  const stop = new AbortController()
  const from = state.last_seq + 1
  const subject = (stream === ALERTS ? alertSubject : testAlertSubject)('*')
  const options = { stream, subject, from, batch: 1000, signal: stop.signal }
  const following = (async () => {
    for await (const batch of followDirect(link, options)) {
      for (const { data } of batch) {
        const alert = parseAlert(data)
        if (alert) onAlert(alert)
      }
    }
  })()
  following.catch(() => {})
  return {
    async close() {
      stop.abort()
      await following
    },
  }
}

/**
 * Takes back the alerts that a test has raised.
 * @param displays whose test alerts are removed
 * @throws BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function takeBack(connection: NatsConnection, displays: Iterable<string>): Promise<void> {
  const link = await openLink(connection, 'AGENCY')
  for (const id of displays) {
    await ask(link, 'take the test alerts back', () =>
      link.manager.streams.purge(TEST_ALERTS, { filter: testAlertSubject(id) }),
    )
  }
}

const READY_WITHIN_MS = 10_000

/**
 * Follows new alerts of test traffic like an analyst: by the api's server-sent events.
 * @throws API_UNREACHABLE when the stream is not open after ten seconds
 */
export async function subscribeApi(
  api: string,
  token: string,
  onAlert: (alert: Alert) => void,
): Promise<Subscription> {
  let alerts: { close(): void } = { close() {} }
  try {
    await new Promise<void>((resolve, reject) => {
      alerts = followAlerts(api, token, onAlert, resolve, { tests: true })
      setTimeout(() => reject(unreachable(api)), READY_WITHIN_MS).unref()
    })
  } catch (error) {
    alerts.close()
    throw error
  }
  return { close: async () => alerts.close() }
}

const unreachable = (api: string) =>
  new SightlineError('API_UNREACHABLE', `the api at ${api} did not open its alert stream`, {
    hint: 'Check that it is running (./sightline api run), and that the token is from its data folder (--token-file).',
  })
