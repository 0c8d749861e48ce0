import { invalidMessage, type Part } from './reading.ts'

/** What a multipart message may have, so that nobody fills the memory with one. */
export interface MultipartLimits {
  /** Bytes of one part. */
  readonly partBytes: number
}

const HEADER_BYTES = 8 * 1024
const END_OF_HEADERS = Buffer.from('\r\n\r\n')
const LINE = Buffer.from('\r\n')
const HYPHEN = 0x2d

/**
 * Takes a multipart stream apart (RFC 2046, 5.1), whatever pieces it comes in. Where a part says how long it is, its length
 * counts: some cameras send pictures in which the boundary could stand. Some write the two hyphens of a delimiter into the
 * boundary that they announce; both are understood.
 * @returns a function of the next bytes: the parts that they complete. It throws MESSAGE_INVALID, and is then of no more use
 */
export function multipartParser(boundary: string, { partBytes }: MultipartLimits) {
  const delimiter = Buffer.from(`--${boundary.replace(/^--/, '')}`)
  let buffer: Buffer = Buffer.alloc(0)
  let part: { type: string; name: string; length: number | undefined } | undefined
  let hasEnded = false

  /** Drops what stands before the next part and its delimiter; false when that has not come yet. */
  function toPart(): boolean {
    const at = buffer.indexOf(delimiter)
    if (at < 0) {
      // The beginning of a delimiter may be all that came.
      if (buffer.length > delimiter.length) buffer = buffer.subarray(buffer.length - delimiter.length)
      return false
    }
    const after = at + delimiter.length
    if (buffer.length < after + 2) return false
    if (buffer[after] === HYPHEN && buffer[after + 1] === HYPHEN) {
      hasEnded = true
      return false
    }
    const end = buffer.indexOf(END_OF_HEADERS, after)
    const length = (end < 0 ? buffer.length : end) - after
    if (length > HEADER_BYTES) throw invalidMessage('has a part whose headers do not end')
    if (end < 0) return false
    part = headersOf(buffer.toString('utf8', after, end), partBytes)
    buffer = buffer.subarray(end + END_OF_HEADERS.length)
    return true
  }

  /** The bytes of the part, once all are there. */
  function bytesOf({ length }: NonNullable<typeof part>): Buffer | undefined {
    if (length !== undefined) {
      if (buffer.length < length) return undefined
      const bytes = buffer.subarray(0, length)
      buffer = buffer.subarray(length)
      return bytes
    }
    const end = buffer.indexOf(delimiter)
    if (end < 0) {
      if (buffer.length > partBytes + delimiter.length) throw tooLarge()
      return undefined
    }
    if (end > partBytes + LINE.length) throw tooLarge()
    const bytes = buffer.subarray(0, end)
    buffer = buffer.subarray(end)
    return bytes.subarray(0, bytes.length - (bytes.subarray(-2).equals(LINE) ? 2 : 0))
  }

  /** What has come since `buffer` was put together: a large part comes in many pieces. */
  let pieces: Uint8Array[] = []
  let held = 0

  return (chunk: Uint8Array): Part[] => {
    pieces.push(chunk)
    held += chunk.length
    if (buffer.length + held < (part?.length ?? 0)) return []
    buffer = Buffer.concat([buffer, ...pieces])
    pieces = []
    held = 0
    const parts: Part[] = []
    while (!hasEnded && (part || toPart())) {
      const bytes = bytesOf(part!)
      if (bytes === undefined) break
      // A copy: a part must not keep the whole stream in memory.
      parts.push({ type: part!.type, name: part!.name, bytes: Buffer.from(bytes) })
      part = undefined
    }
    if (hasEnded) buffer = Buffer.alloc(0)
    return parts
  }
}

const tooLarge = () => invalidMessage('has a part that is larger than any of a plate reader')

function headersOf(text: string, partBytes: number) {
  const headers = new Map<string, string>()
  for (const line of text.split('\r\n')) {
    const [, name, value] = /^([\w-]+)[ \t]*:[ \t]*(.*)$/.exec(line) ?? []
    if (name) headers.set(name.toLowerCase(), value!.trim())
  }
  const disposition = headers.get('content-disposition') ?? ''
  const said = headers.get('content-length')
  const length = said === undefined ? undefined : Number(/^\d{1,12}$/.exec(said)?.[0] ?? Number.NaN)
  if (Number.isNaN(length)) throw invalidMessage('has a part whose length is no number')
  if (length !== undefined && length > partBytes) throw tooLarge()
  const [, name = ''] = /\bname="?([^";]*)"?/i.exec(disposition) ?? []
  return { type: mediaType(headers.get('content-type')), name, length }
}

/** `Text/XML; charset=utf-8` as `text/xml`. */
export const mediaType = (header: string | undefined): string =>
  (header ?? '').split(';')[0]!.trim().toLowerCase()

/** The boundary that a `Content-Type` announces. @throws MESSAGE_INVALID when it announces none */
export function boundaryOf(contentType: string): string {
  const [, quoted, plain] = /boundary=(?:"([^"]{1,200})"|([^\s;,"]{1,200}))/i.exec(contentType) ?? []
  const boundary = (quoted ?? plain ?? '').replace(/^--/, '')
  if (boundary === '') throw invalidMessage('is multipart without a boundary')
  return boundary
}

/** Most parts of a message that is sent at once. */
const MOST_PARTS = 64

/** What arrived as one body. @throws MESSAGE_INVALID */
export function partsOf(contentType: string | undefined, body: Uint8Array): Part[] {
  const type = mediaType(contentType)
  if (!type.startsWith('multipart/')) return [{ type, name: '', bytes: body }]
  const parts = multipartParser(boundaryOf(contentType!), { partBytes: body.length })(body)
  if (parts.length === 0) throw invalidMessage('is multipart and has no whole part')
  if (parts.length > MOST_PARTS) throw invalidMessage(`has more than ${MOST_PARTS} parts`)
  return parts
}
