import { EventSourceParserStream } from 'eventsource-parser/stream'
import { problemIn, unreachable } from '../../../api/problem.ts'
import type { Alert, AlertWork, Sightings } from './entry.ts'

/** What the api tells while it is followed. */
export interface Listener {
  /** The stream stands: what comes after this sequence will be told. */
  ready(after: number): void
  /** Alerts between were missed, because they are no longer kept. */
  gap(): void
  alert(sequence: number, alert: Alert): void
  work(work: AlertWork): void
  sightings(sightings: Sightings): void
}

/** The api says something each 15 s, an alert or not; a connection that is silent for longer than two of these is dead. */
const SILENCE_MS = 35_000

/**
 * Follows the alerts once, until the connection ends. By `fetch` and not by `EventSource`, which tells neither why it was
 * refused nor that a connection died without a word.
 * @param after sequence of the last alert received; null for "from now on"
 * @returns when the api ended it or `signal` was aborted @throws ProblemError when it was refused or broke
 */
export async function followAlerts(
  after: number | null,
  listener: Listener,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController()
  const ends = AbortSignal.any([signal, silence.signal])
  let timer = setTimeout(() => silence.abort(), SILENCE_MS)
  const heard = () => {
    clearTimeout(timer)
    timer = setTimeout(() => silence.abort(), SILENCE_MS)
  }
  try {
    const response = await fetch(after === null ? ADDRESS : `${ADDRESS}?after=${after}`, {
      headers: { accept: 'text/event-stream' },
      signal: ends,
    })
    if (!response.ok || !response.body) throw await problemIn(response)
    const events = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream({ onComment: heard }))
      .getReader()
    for (;;) {
      const { value, done } = await events.read()
      if (done) return
      heard()
      tell(listener, value)
    }
  } catch (error) {
    if (signal.aborted) return
    if (silence.signal.aborted || error instanceof TypeError || isAbort(error)) throw unreachable()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

const ADDRESS = '/v1/alerts/stream'

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'

function tell(listener: Listener, { event, id, data }: { event?: string; id?: string; data: string }): void {
  if (event === 'alert') listener.alert(Number(id), JSON.parse(data) as Alert)
  else if (event === 'work') listener.work(JSON.parse(data) as AlertWork)
  else if (event === 'sightings') listener.sightings(JSON.parse(data) as Sightings)
  else if (event === 'ready') listener.ready((JSON.parse(data) as { after: number }).after)
  else if (event === 'gap') listener.gap()
}
