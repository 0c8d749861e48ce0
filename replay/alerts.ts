import { type Alert, alertParser } from '@sightline/schemas/alert'
import { EventSource } from 'eventsource'

/** The alert in a message; null when it is malformed, which must not end anybody's stream. */
export function parseAlert(message: string | Uint8Array): Alert | null {
  try {
    return alertParser.parseJson(message)
  } catch {
    return null
  }
}

/**
 * Follows the api's alert stream like any subscriber; resumes by itself after a lost connection.
 * @param onAlert called once per alert, in order
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
    const alert = parseAlert(event.data)
    if (alert) onAlert(alert)
  })
  source.addEventListener('ready', onReady)
  return { close: () => source.close() }
}
