import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { MAX_PICTURE_BYTES } from '@sightline/recognition/pictures/file'
import { decodePicture } from '@sightline/recognition/pictures/open'
import { type Clock, steadyClock } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import { SILENT_AFTER_SECONDS, type SourceConfig } from '../config/schema.ts'
import { cameraHttp } from '../network/camera-http.ts'
import { causeOf, unavailable } from '../network/cause.ts'
import type { Access } from './access.ts'
import { withoutCredentials } from './credentials.ts'
import type { Frame } from './frame.ts'
import { jpegFinder } from './jpeg-finder.ts'

type Snapshot = Extract<SourceConfig, { type: 'snapshot' }>
type Mjpeg = Extract<SourceConfig, { type: 'mjpeg' }>

/** One picture per request. @throws SOURCE_DENIED, SOURCE_INVALID, SOURCE_UNAVAILABLE and others of `causeOf` */
export async function* snapshotFrames(
  { source, trust, asked }: Access<Snapshot>,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  const camera = cameraHttp(source.url, trust, asked)
  try {
    while (!signal.aborted) {
      const begun = steadyClock()
      const seenAt = clock()
      const patience = AbortSignal.any([signal, AbortSignal.timeout(SILENT_AFTER_SECONDS * 1000)])
      const bytes = await bodyOf(await camera.ask(patience), source.url)
      yield frameOf(bytes, source.url, seenAt)
      // By a monotonic clock: setting a clock back an hour would mean an hour without a frame.
      const left = begun + source.everySeconds * 1000 - steadyClock()
      await sleep(Math.max(0, left), undefined, { signal }).catch(() => {})
    }
  } catch (thrown) {
    throw causeOf(thrown, source.url)
  } finally {
    camera.close()
  }
}

/**
 * The pictures of a Motion JPEG stream (`multipart/x-mixed-replace`), as found by jpeg-finder.ts. A stream without complete
 * pictures is silent: bytes alone do not count.
 * @throws SOURCE_DENIED, SOURCE_INVALID, SOURCE_UNAVAILABLE and others of `causeOf`
 */
export async function* mjpegFrames(
  { source, trust, asked }: Access<Mjpeg>,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  const camera = cameraHttp(source.url, trust, asked)
  const { silentAfterSeconds = SILENT_AFTER_SECONDS } = source
  const silent = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const alive = () => {
    clearTimeout(timer)
    const gone = () => silent.abort(unavailable(withoutCredentials(source.url), 'it went silent'))
    timer = setTimeout(gone, silentAfterSeconds * 1000)
  }
  alive()
  try {
    const response = await camera.ask(AbortSignal.any([signal, silent.signal]))
    const find = jpegFinder()
    let next = Number.NEGATIVE_INFINITY
    for await (const chunk of response) {
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
    throw silent.signal.aborted ? silent.signal.reason : causeOf(cause, source.url)
  } finally {
    clearTimeout(timer)
    camera.close()
  }
}

/** The body of an answer. @throws SOURCE_INVALID when it is compressed, or larger than a picture may be */
async function bodyOf(response: IncomingMessage, address: string): Promise<Uint8Array> {
  const packed = response.headers['content-encoding'] ?? 'identity'
  if (packed !== 'identity') {
    response.destroy()
    throw new SightlineError(
      'SOURCE_INVALID',
      `${withoutCredentials(address)} compresses its pictures, although not asked to`,
      {
        hint: 'Switch compression off in the camera, or in the proxy before it.',
      },
    )
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response) {
    length += chunk.length
    // Unread data ends with the connection.
    if (length > MAX_PICTURE_BYTES) {
      throw new SightlineError(
        'SOURCE_INVALID',
        `${withoutCredentials(address)} sends more than one picture can have`,
        {
          hint: 'Compare the address with the one for single pictures in the camera’s manual.',
        },
      )
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
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
