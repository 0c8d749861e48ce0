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

const AGAIN_MS = 1000

/**
 * Follows the api's alert stream like any subscriber; resumes by itself where it was, after a lost connection and after
 * a refusal: an api that has just started refuses streams until it reaches the broker, and an `EventSource` that was refused
 * never tries again.
 * @param onAlert called once per alert, in order
 * @param tests those of test traffic, which no other stream has
 * @param onReady called when the stream is open: alerts from then on are seen
 */
export function followAlerts(
  api: string,
  token: string,
  onAlert: (alert: Alert) => void,
  onReady: () => void = () => {},
  { tests = false } = {},
): { close(): void } {
  let lastId = ''
  let timer: NodeJS.Timeout | undefined
  let source: EventSource = open()

  function open(): EventSource {
    const opened = new EventSource(`${api}/v1/alerts/stream${tests ? '?tests=true' : ''}`, {
      fetch(url, init) {
        const headers = new Headers(init.headers)
        headers.set('authorization', `Bearer ${token}`)
        if (lastId) headers.set('last-event-id', lastId)
        return fetch(url, { ...init, headers })
      },
    })
    opened.addEventListener('alert', (event) => {
      lastId = event.lastEventId
      const alert = parseAlert(event.data)
      if (alert) onAlert(alert)
    })
    opened.addEventListener('ready', (event) => {
      lastId = event.lastEventId
      onReady()
    })
    opened.addEventListener('error', () => {
      if (opened.readyState !== opened.CLOSED) return
      timer = setTimeout(() => {
        source = open()
      }, AGAIN_MS)
    })
    return opened
  }

  return {
    close() {
      clearTimeout(timer)
      source.close()
    },
  }
}
