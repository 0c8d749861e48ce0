import type { NatsConnection } from '@nats-io/transport-node'
import { followDirect } from '@sightline/broker/follow-direct'
import { openLink } from '@sightline/broker/link'
import type { Alert } from '@sightline/schemas/alert'
import { SightlineError } from '@sightline/schemas/errors'
import { ALERTS } from '@sightline/schemas/streams'
import { alertSubject } from '@sightline/schemas/subjects'
import { followAlerts, parseAlert } from './alerts.ts'

export interface Subscription {
  close(): Promise<void>
}

/** Follows new alerts like a service of another account. */
export async function subscribeBroker(
  connection: NatsConnection,
  onAlert: (alert: Alert) => void,
): Promise<Subscription> {
  const link = await openLink(connection, 'AGENCY')
  const { state } = await link.manager.streams.info(ALERTS)
  const stop = new AbortController()
  const from = state.last_seq + 1
  const options = { stream: ALERTS, subject: alertSubject('*'), from, batch: 1000, signal: stop.signal }
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

const READY_WITHIN_MS = 10_000

/**
 * Follows new alerts like an analyst: by the api's server-sent events.
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
      alerts = followAlerts(api, token, onAlert, resolve)
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
