import { unlessAborted } from './deadline.ts'

/** As much of a body as came, and why it is not whole. */
export interface Body {
  bytes: Uint8Array
  cut: 'broken' | 'too-large' | null
}

/**
 * Reads a body up to so many bytes, counted as they come (after decompression), or until the signal is aborted; the
 * rest is not received. A fetch forgets its own signal once its request has been collected: hence this one.
 */
export async function readBody(response: Response, maxBytes: number, signal: AbortSignal): Promise<Body> {
  const reader = response.body?.getReader()
  if (!reader) return { bytes: new Uint8Array(), cut: null }
  const chunks: Uint8Array[] = []
  let room = maxBytes
  const ended = async (cut: Body['cut']): Promise<Body> => {
    if (cut) reader.cancel().catch(() => {})
    return { bytes: Buffer.concat(chunks), cut }
  }
  try {
    for (;;) {
      const next = await unlessAborted(reader.read(), signal)
      if (!next) return ended('broken')
      if (next.done) return ended(null)
      chunks.push(next.value.subarray(0, room))
      if (next.value.length > room) return ended('too-large')
      room -= next.value.length
    }
  } catch {
    return ended('broken')
  }
}
