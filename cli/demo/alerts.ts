import { EventSource } from 'eventsource'
import { type Alert, alertReader } from '../../schemas/alert.ts'

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
  source.addEventListener('alert', (event) => onAlert(alertReader.parseJson(event.data)))
  source.addEventListener('ready', onReady)
  return { close: () => source.close() }
}
