import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { SightlineError } from '@sightline/schemas/errors'
import type { Asked } from '../network/answers.ts'
import { cameraHttp } from '../network/camera-http.ts'
import { causeOf, unavailable } from '../network/cause.ts'
import { accessOf } from '../sources/access.ts'
import { withoutCredentials } from '../sources/credentials.ts'
import type { EventsSource } from './config.ts'
import { boundaryOf, mediaType, multipartParser } from './multipart.ts'
import { invalidMessage, type Part } from './reading.ts'

/** Maximum bytes and number of parts of one message. */
const MOST_BYTES = 24 * 1024 * 1024
const MOST_PARTS = 64
/** Allowance for headers around a part of that size. */
const SLACK_BYTES = 64 * 1024
/** An event's pictures follow it immediately: without a part for this long, ms, it is complete. */
const QUIET_MS = 500
/** The same while a part is arriving, ms: over a mobile network a picture stops in the middle for seconds. */
const PART_QUIET_MS = 5_000
/**
 * A live stream sends complete parts, or at least this many bytes of one. Without either for this long, ms, it hangs.
 * Single bytes do not count: with them a broken camera could seem to work forever.
 */
const SILENT_MS = 60_000
const LIFE_BYTES = 64 * 1024

/** The message, as if it had been sent by itself. */
export interface Message {
  readonly contentType: string
  readonly body: Uint8Array
}

/**
 * The messages of a plate reader's stream (Hikvision `alertStream`, Dahua `attachFileProc`): an endless multipart
 * answer, in which a text and the pictures after it belong together. Ends with the stream.
 * @param asked what the plate reader asked for on earlier connections
 * @param onCertificate called with the expiry of the plate reader's certificate, ms since 1970
 * @param silentMs after this time without a sign of life the stream hangs
 * @throws SOURCE_DENIED, SOURCE_INVALID, SOURCE_UNAVAILABLE and others of `causeOf`; MESSAGE_INVALID when it is not
 *   such a stream
 */
export async function* streamedMessages(
  source: EventsSource & { url: string },
  asked: Asked,
  signal: AbortSignal,
  onCertificate?: (endsAt: number) => void,
  silentMs = SILENT_MS,
): AsyncGenerator<Message> {
  const access = await accessOf(source, asked, onCertificate)
  const camera = cameraHttp(access.source.url, access.trust, asked)
  const silence = createSilence(silentMs, () =>
    unavailable(withoutCredentials(source.url), 'its stream went silent'),
  )
  const stop = AbortSignal.any([signal, silence.signal])
  try {
    silence.listen()
    const response = await camera.ask(stop)
    checkUnpacked(response, source.url)
    for await (const parts of groups(response, silence.listen)) {
      // While the agent is busy with a message, it does not read.
      silence.pause()
      yield messageOf(parts)
      silence.listen()
    }
    // To the code that reads it, a broken-off answer just seems to have ended.
    if (silence.signal.aborted) throw silence.signal.reason
  } catch (thrown) {
    if (signal.aborted) return
    throw silence.signal.aborted ? silence.signal.reason : causeOf(thrown, source.url)
  } finally {
    silence.pause()
    camera.close()
  }
}

/** Aborts its signal after this long without any data. */
function createSilence(ms: number, reason: () => Error) {
  const silent = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const pause = () => clearTimeout(timer)
  return {
    signal: silent.signal,
    pause,
    /** Restarts the wait. */
    listen(): void {
      pause()
      timer = setTimeout(() => silent.abort(reason()), ms)
    },
  }
}

/** @throws SOURCE_INVALID for a compressed answer, which was not requested: a few bytes could expand to very many */
function checkUnpacked({ headers }: IncomingMessage, address: string): void {
  if ((headers['content-encoding'] ?? 'identity') === 'identity') return
  throw new SightlineError('SOURCE_INVALID', `${withoutCredentials(address)} packs its stream, unasked`, {
    hint: 'Switch compression off in the camera, or in the proxy before it.',
  })
}

/** A text with the pictures that follow it. @param alive called for each sign of life */
async function* groups(response: IncomingMessage, alive: () => void): AsyncGenerator<Part[]> {
  const parse = multipartParser(boundaryOf(response.headers['content-type'] ?? ''), { partBytes: MOST_BYTES })
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let group: Part[] = []
  let bytes = 0
  /** Since the last complete part, and since the last sign of life. */
  let without = 0
  let unheard = 0
  let coming = chunks.next()
  for (;;) {
    const quiet = new AbortController()
    const patience = parse.isInPart() ? PART_QUIET_MS : QUIET_MS
    const next = await Promise.race([
      coming,
      ...(group.length > 0 ? [sleep(patience, null, { signal: quiet.signal }).catch(() => null)] : []),
    ])
    quiet.abort()
    if (next === null || next.done) {
      if (group.length > 0) yield group
      if (next?.done) return
      group = []
      bytes = 0
      continue
    }
    const parts = parse(next.value)
    without = parts.length > 0 ? 0 : without + next.value.length
    unheard += next.value.length
    if (without > MOST_BYTES + SLACK_BYTES) throw invalidMessage('is a stream without parts')
    if (parts.length > 0 || unheard >= LIFE_BYTES) {
      unheard = 0
      alive()
    }
    for (const part of parts) {
      if (!isPicture(part) && group.length > 0) {
        yield group
        group = []
        bytes = 0
      }
      group.push(part)
      bytes += part.bytes.length
      if (bytes > MOST_BYTES || group.length > MOST_PARTS)
        throw invalidMessage('has more parts than any of a plate reader')
    }
    coming = chunks.next()
  }
}

const isPicture = ({ type, bytes }: Part) =>
  mediaType(type).startsWith('image/') || (bytes[0] === 0xff && bytes[1] === 0xd8)

const BOUNDARY = 'part-of-a-stream'

/** Joins the parts into one body: a message that cannot be parsed is stored in its original form. */
function messageOf(parts: readonly Part[]): Message {
  const pieces = parts.flatMap(({ type, name, bytes }) => {
    const headers = [
      `--${BOUNDARY}`,
      ...(type === '' ? [] : [`Content-Type: ${type}`]),
      `Content-Disposition: form-data; name="${name}"`,
      `Content-Length: ${bytes.length}`,
    ]
    return [Buffer.from(`${headers.join('\r\n')}\r\n\r\n`), bytes, Buffer.from('\r\n')]
  })
  return {
    contentType: `multipart/mixed; boundary=${BOUNDARY}`,
    body: Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]),
  }
}
