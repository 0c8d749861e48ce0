import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Asked } from '../network/answers.ts'
import { cameraHttp } from '../network/camera-http.ts'
import { causeOf, unavailable } from '../network/cause.ts'
import { accessOf } from '../sources/access.ts'
import { withoutCredentials } from '../sources/credentials.ts'
import type { EventsSource } from './config.ts'
import { boundaryOf, mediaType, multipartParser } from './multipart.ts'
import { invalidMessage, type Part } from './reading.ts'

/** Bytes and parts of one message, at most. */
const MOST_BYTES = 24 * 1024 * 1024
const MOST_PARTS = 64
/** The pictures of an event follow it at once: after so long without a part, ms, it is whole. */
const QUIET_MS = 500
/** A stream gives signs of life; one without any for so long, ms, hangs. */
const SILENT_MS = 60_000

/** What the reader sent, as if it had been sent alone. */
export interface Message {
  readonly contentType: string
  readonly body: Uint8Array
}

/**
 * The messages of the stream that a plate reader offers (Hikvision `alertStream`, Dahua `attachFileProc`): a multipart answer
 * without an end, in which a text and the pictures after it belong together. Ends when the stream does.
 * @param asked what the reader asked for on earlier connections
 * @throws SOURCE_DENIED, SOURCE_INVALID, SOURCE_UNAVAILABLE and others of `causeOf`; MESSAGE_INVALID for what is no such stream
 */
export async function* streamedMessages(
  source: EventsSource & { url: string },
  asked: Asked,
  signal: AbortSignal,
): AsyncGenerator<Message> {
  const access = await accessOf(source, asked)
  const camera = cameraHttp(access.source.url, access.trust, asked)
  const silent = new AbortController()
  const silence = setTimeout(() => {
    silent.abort(unavailable(withoutCredentials(source.url), 'its stream went silent'))
  }, SILENT_MS)
  const stop = AbortSignal.any([signal, silent.signal])
  try {
    const response = await camera.ask(stop)
    for await (const parts of groups(response, () => silence.refresh())) yield messageOf(parts)
  } catch (thrown) {
    if (signal.aborted) return
    throw silent.signal.aborted ? silent.signal.reason : causeOf(thrown, source.url)
  } finally {
    clearTimeout(silence)
    camera.close()
  }
}

/** A text with the pictures that follow it. */
async function* groups(response: IncomingMessage, alive: () => void): AsyncGenerator<Part[]> {
  const parse = multipartParser(boundaryOf(response.headers['content-type'] ?? ''), { partBytes: MOST_BYTES })
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let group: Part[] = []
  let bytes = 0
  let coming = chunks.next()
  for (;;) {
    const quiet = new AbortController()
    const next = await Promise.race([
      coming,
      ...(group.length > 0 ? [sleep(QUIET_MS, null, { signal: quiet.signal }).catch(() => null)] : []),
    ])
    quiet.abort()
    if (next === null || next.done) {
      if (group.length > 0) yield group
      if (next?.done) return
      group = []
      bytes = 0
      continue
    }
    alive()
    for (const part of parse(next.value)) {
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

/** The parts as one body again: what cannot be read is kept in the form in which all messages are. */
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
