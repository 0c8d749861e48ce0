import { type Alert, alertParser } from '@sightline/schemas/alert'
import { EventSource } from 'eventsource'

/** The alert that a message is; null when it is none: it is somebody else's fault, and ends nobody's following. */
export function alertIn(message: string | Uint8Array): Alert | null {
  try {
    return alertParser.parseJson(message)
  } catch {
    return null
  }
}

/**
 * Follows the api's alert stream as any subscriber would; resumes by itself after a lost connection.
 * @param onAlert called once an alert, in order
 * @param onReady called when the stream is open: alerts from then on are seen
 */
export function followAlerts(
  api: string,
  token: string,
  onAlert: (alert: Alert) => void,
  onReady: () => void = () => {},
): { close(): void } {
  const source = new EventSource(`${api}/v1/alerts/stream`, {
    fetch: (url, init) =>
      fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }),
  })
  source.addEventListener('alert', (event) => {
    const alert = alertIn(event.data)
    if (alert) onAlert(alert)
  })
  source.addEventListener('ready', onReady)
  return { close: () => source.close() }
}
