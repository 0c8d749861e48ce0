import { EventSourceParserStream } from 'eventsource-parser/stream'
import { problemIn, unreachableError } from '../problem.ts'

/**
 * The api sends something every 15 s, with or without an event; a connection that is silent for more than two of these is
 * dead.
 */
export const SILENCE_MS = 35_000

/** A server-sent event. */
export interface Told {
  event?: string | undefined
  id?: string | undefined
  data: string
}

/** A listener of a stream. */
export interface Listener {
  tell(told: Told): void
  /** The connection is alive, without an event. */
  alive(): void
}

/** Follows a stream once. @returns when it ended, or `signal` aborted @throws ProblemError when refused or failed */
export type Follow = (address: string, listener: Listener, signal: AbortSignal) => Promise<void>

/**
 * Follows server-sent events once, until the connection ends. Uses `fetch`, because `EventSource` reports neither why it was
 * refused nor that a connection died silently.
 */
export const readStream: Follow = async (address, { tell, alive }, signal) => {
  const silence = whenSilent(SILENCE_MS)
  const ends = AbortSignal.any([signal, silence.signal])
  try {
    const response = await fetch(address, { headers: { accept: 'text/event-stream' }, signal: ends })
    if (!response.ok || !response.body) throw await problemIn(response)
    const onComment = () => {
      silence.heard()
      alive()
    }
    const events = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream({ onComment }))
      .getReader()
    for (;;) {
      const { value, done } = await events.read()
      if (done) return
      silence.heard()
      tell(value)
    }
  } catch (error) {
    if (signal.aborted) return
    if (silence.signal.aborted || error instanceof TypeError || isAbort(error)) throw unreachableError()
    throw error
  } finally {
    // Whatever ended this, stop receiving.
    silence.end()
  }
}

/** A signal that aborts after this long without data, or at the end. */
export function whenSilent(ms: number) {
  const silence = new AbortController()
  const wait = () => setTimeout(() => silence.abort(), ms)
  let timer = wait()
  return {
    signal: silence.signal,
    heard: () => {
      clearTimeout(timer)
      if (!silence.signal.aborted) timer = wait()
    },
    end: () => {
      clearTimeout(timer)
      silence.abort()
    },
  }
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'
