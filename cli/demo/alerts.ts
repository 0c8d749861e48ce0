import { EventSource } from 'eventsource'
import { type Alert, alertReader } from '../../schemas/alert.ts'

/**
 * Follows the api's alert stream as any subscriber would; resumes by itself after a lost connection.
 * @param onAlert called once an alert, in order
 */
export function followAlerts(api: string, token: string, onAlert: (alert: Alert) => void): { close(): void } {
  const source = new EventSource(`${api}/v1/alerts/stream`, {
    fetch: (url, init) =>
      fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }),
  })
  source.addEventListener('alert', (event) => onAlert(alertReader.parseJson(event.data)))
  return { close: () => source.close() }
}
