import { EventSourceParserStream } from 'eventsource-parser/stream'
import { problemIn, unreachableError } from '../problem.ts'

/** The api says something each 15 s, an event or not; a connection that is silent for longer than two of these is dead. */
export const SILENCE_MS = 35_000

/** A server-sent event. */
export interface Told {
  event?: string | undefined
  id?: string | undefined
  data: string
}

/** Who follows a stream. */
export interface Listener {
  tell(told: Told): void
  /** The connection is alive: there was nothing to tell. */
  alive(): void
}

/** Follows a stream once. @returns when it was ended, or `signal` aborted @throws ProblemError when refused or broken */
export type Follow = (address: string, listener: Listener, signal: AbortSignal) => Promise<void>

/**
 * Follows server-sent events once, until the connection ends. By `fetch` and not by `EventSource`, which tells neither why
 * it was refused nor that a connection died without a word.
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
    // Whatever ended this, nothing goes on to be received.
    silence.end()
  }
}

/** A signal that is aborted when nothing was heard for so long, or at the end. */
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
