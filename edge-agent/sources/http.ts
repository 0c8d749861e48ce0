import { setTimeout as sleep } from 'node:timers/promises'
import { MAX_PICTURE_BYTES } from '@sightline/recognition/pictures/file'
import { decodePicture } from '@sightline/recognition/pictures/open'
import { type Clock, steadyClock } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import { SILENT_AFTER_SECONDS, type SourceConfig } from '../config/schema.ts'
import { decoded } from './address.ts'
import { safeError, withoutCredentials } from './credentials.ts'
import type { Frame } from './frame.ts'
import { jpegFinder } from './jpeg-finder.ts'

type Snapshot = Extract<SourceConfig, { type: 'snapshot' }>
type Mjpeg = Extract<SourceConfig, { type: 'mjpeg' }>

/** One picture each time it is asked for. @throws SOURCE_DENIED, SOURCE_INVALID, SOURCE_UNAVAILABLE */
export async function* snapshotFrames(
  source: Snapshot,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  while (!signal.aborted) {
    const begun = steadyClock()
    const seenAt = clock()
    const response = await get(
      source.url,
      AbortSignal.any([signal, AbortSignal.timeout(SILENT_AFTER_SECONDS * 1000)]),
    )
    const bytes = await bodyOf(response, source.url).catch((cause) => {
      throw cause instanceof SightlineError ? cause : broken(source.url, cause)
    })
    yield frameOf(bytes, source.url, seenAt)
    // By a clock that nobody sets: one set back an hour would mean an hour without a frame.
    const left = begun + source.everySeconds * 1000 - steadyClock()
    await sleep(Math.max(0, left), undefined, { signal }).catch(() => {})
  }
}

/**
 * The pictures of a Motion JPEG stream (`multipart/x-mixed-replace`), as jpeg-finder.ts finds them. A stream is silent
 * when no whole picture comes: bytes alone are no sign of life.
 * @throws SOURCE_DENIED, SOURCE_INVALID, SOURCE_UNAVAILABLE
 */
export async function* mjpegFrames(source: Mjpeg, clock: Clock, signal: AbortSignal): AsyncGenerator<Frame> {
  const { silentAfterSeconds = SILENT_AFTER_SECONDS } = source
  const silent = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const alive = () => {
    clearTimeout(timer)
    timer = setTimeout(
      () => silent.abort(unavailable(source.url, 'it went silent')),
      silentAfterSeconds * 1000,
    )
  }
  alive()
  try {
    const response = await get(source.url, AbortSignal.any([signal, silent.signal]))
    const find = jpegFinder()
    let next = Number.NEGATIVE_INFINITY
    for await (const chunk of response.body ?? []) {
      for (const bytes of find(chunk)) {
        alive()
        const now = steadyClock()
        if (now < next) continue
        if (source.maxFps) next = now + 1000 / source.maxFps - 5
        yield frameOf(bytes, source.url, clock())
      }
    }
  } catch (cause) {
    if (signal.aborted) return
    if (silent.signal.aborted) throw silent.signal.reason
    throw cause instanceof SightlineError ? cause : broken(source.url, cause)
  } finally {
    clearTimeout(timer)
  }
}

/** The body of an answer. @throws SOURCE_INVALID when it is larger than a picture may be */
async function bodyOf(response: Response, address: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    // What is left unread ends with the connection.
    if (length > MAX_PICTURE_BYTES) {
      throw new SightlineError(
        'SOURCE_INVALID',
        `${withoutCredentials(address)} sends more than a picture has`,
        {
          hint: 'Compare the address with that for single pictures in the manual of the camera.',
        },
      )
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

/** User and password in the address become a header: fetch refuses them in an address. */
async function get(address: string, signal: AbortSignal): Promise<Response> {
  const url = new URL(address)
  const headers: Record<string, string> = {}
  if (url.username || url.password) {
    const user = `${decoded(url.username)}:${decoded(url.password)}`
    headers.authorization = `Basic ${Buffer.from(user).toString('base64')}`
    url.username = url.password = ''
  }
  // Not followed: a camera, or who stands in its place, would have this host ask whom it likes in the agency's network.
  const response = await fetch(url, { headers, signal, redirect: 'manual' }).catch((cause) => {
    throw broken(address, cause)
  })
  if (response.ok) return response
  if (response.status >= 300 && response.status < 400) {
    throw new SightlineError(
      'SOURCE_UNAVAILABLE',
      `${withoutCredentials(address)} sends on to another address (${response.status}), which is not followed`,
      { hint: 'Write the address that it leads to into the configuration, if it is the camera’s own.' },
    )
  }
  if (response.status === 401 || response.status === 403) {
    throw new SightlineError('SOURCE_DENIED', `${withoutCredentials(address)} refuses the user or password`, {
      hint: 'Correct them in the address of the camera.',
    })
  }
  throw unavailable(address, `it answers ${response.status}`)
}

function unavailable(address: string, reason: string, cause?: Error): SightlineError {
  return new SightlineError(
    'SOURCE_UNAVAILABLE',
    `${withoutCredentials(address)} cannot be read: ${reason}`,
    {
      cause,
      hint: 'See whether the camera is on and reachable; it is tried again.',
    },
  )
}

/** What fetch threw. */
function broken(address: string, thrown: unknown): SightlineError {
  const cause = safeError(thrown, address)
  return unavailable(address, cause.message || 'the connection failed', cause)
}

function frameOf(bytes: Uint8Array, url: string, seenAt: number): Frame {
  const name = withoutCredentials(url)
  return {
    name,
    seenAt,
    open: () => decodePicture(bytes, name),
    release: async () => {},
    reject: async () => {},
  }
}
