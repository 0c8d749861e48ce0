import type { Readable } from 'node:stream'

/** As much of a body as came, and why it is not whole. */
export interface Body {
  bytes: Uint8Array
  cut: 'broken' | 'too-large' | null
}

/** Reads a body up to so many bytes, or until its request is aborted; the rest is not received. */
export async function readBody(response: Readable, maxBytes: number): Promise<Body> {
  const chunks: Uint8Array[] = []
  let room = maxBytes
  const ended = (cut: Body['cut']): Body => ({ bytes: Buffer.concat(chunks), cut })
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, room))
      if (chunk.length > room) return ended('too-large')
      room -= chunk.length
    }
    return ended(null)
  } catch {
    return ended('broken')
  }
}
