import { EventSourceParserStream } from 'eventsource-parser/stream'
import { problemIn, unreachable } from './problem.ts'

/** The api says something each 15 s, an event or not; a connection that is silent for longer than two of these is dead. */
const SILENCE_MS = 35_000

/** A server-sent event. */
export interface Told {
  event?: string | undefined
  id?: string | undefined
  data: string
}

/**
 * Follows server-sent events once, until the connection ends. By `fetch` and not by `EventSource`, which tells neither why
 * it was refused nor that a connection died without a word.
 * @returns when the api ended it or `signal` was aborted @throws ProblemError when it was refused or broke
 */
export async function followEvents(
  address: string,
  tell: (told: Told) => void,
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
    const response = await fetch(address, { headers: { accept: 'text/event-stream' }, signal: ends })
    if (!response.ok || !response.body) throw await problemIn(response)
    const events = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream({ onComment: heard }))
      .getReader()
    for (;;) {
      const { value, done } = await events.read()
      if (done) return
      heard()
      tell(value)
    }
  } catch (error) {
    if (signal.aborted) return
    if (silence.signal.aborted || error instanceof TypeError || isAbort(error)) throw unreachable()
    throw error
  } finally {
    clearTimeout(timer)
    // Whatever ended this, nothing goes on to be received.
    silence.abort()
  }
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'
