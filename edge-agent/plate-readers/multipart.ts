import { invalidMessage, type Part } from './reading.ts'

/** Limits of a multipart message, so that a sender cannot fill the memory. */
export interface MultipartLimits {
  /** Bytes of one part. */
  readonly partBytes: number
}

const HEADER_BYTES = 8 * 1024
const END_OF_HEADERS = Buffer.from('\r\n\r\n')
const LINE = Buffer.from('\r\n')
const HYPHEN = 0x2d
const HYPHENS = Buffer.from('--')

/**
 * Splits a multipart stream (RFC 2046, 5.1), whatever pieces it arrives in. If a part states its length, the length
 * counts: some cameras send pictures that could contain the boundary. Some include the delimiter's two hyphens in the
 * announced boundary; others announce one that begins with hyphens, and add two more. Both are understood.
 * @returns a function of the next bytes that returns the parts they complete. It throws MESSAGE_INVALID, and is
 *   unusable after that
 */
export function multipartParser(boundary: string, { partBytes }: MultipartLimits) {
  // A boundary announced with hyphens appears in the stream unchanged, or after two more.
  const hasHyphens = boundary.startsWith('--')
  const delimiter = Buffer.from(hasHyphens ? boundary : `--${boundary}`)
  const held = holdBytes()
  let part: { type: string; name: string; length: number | undefined } | undefined
  let hasEnded = false
  /** No delimiter begins before this place: data that arrives byte by byte must not be searched again each time. */
  let searched = 0

  function take(count: number): void {
    held.drop(count)
    searched = 0
  }

  function findDelimiter(): number {
    const bytes = held.bytes()
    const at = bytes.indexOf(delimiter, searched)
    searched = at < 0 ? Math.max(searched, bytes.length - delimiter.length + 1) : at
    return at
  }

  /** Drops everything up to the next part's delimiter, inclusive; false if it has not arrived yet. */
  function toPart(): boolean {
    const at = findDelimiter()
    // Perhaps only the beginning of a delimiter has arrived.
    take(at < 0 ? Math.max(0, held.bytes().length - delimiter.length) : at)
    const bytes = held.bytes()
    const after = delimiter.length
    if (at < 0 || bytes.length < after + 2) return false
    if (bytes[after] === HYPHEN && bytes[after + 1] === HYPHEN) {
      hasEnded = true
      return false
    }
    const end = bytes.indexOf(END_OF_HEADERS, after)
    const length = (end < 0 ? bytes.length : end) - after
    if (length > HEADER_BYTES) throw invalidMessage('has a part whose headers do not end')
    if (end < 0) return false
    part = headersOf(bytes.toString('utf8', after, end), partBytes)
    take(end + END_OF_HEADERS.length)
    return true
  }

  /** The bytes of the part, once complete. A copy, so that it does not keep the whole stream in memory. */
  function bytesOf({ length }: NonNullable<typeof part>): Buffer | undefined {
    if (length !== undefined) {
      if (held.bytes().length < length) return undefined
      const bytes = Buffer.from(held.bytes().subarray(0, length))
      take(length)
      return bytes
    }
    const at = findDelimiter()
    const most = partBytes + LINE.length + HYPHENS.length
    if (at < 0 && held.bytes().length > most + delimiter.length) throw tooLarge()
    if (at < 0) return undefined
    const before = held.bytes().subarray(0, at)
    const bytes = withoutEnd(hasHyphens ? withoutEnd(before, HYPHENS) : before, LINE)
    if (bytes.length > partBytes) throw tooLarge()
    const whole = Buffer.from(bytes)
    take(at)
    return whole
  }

  function parse(chunk: Uint8Array): Part[] {
    if (hasEnded) return []
    held.add(chunk)
    const parts: Part[] = []
    while (!hasEnded && (part || toPart())) {
      const bytes = bytesOf(part!)
      if (bytes === undefined) break
      parts.push({ type: part!.type, name: part!.name, bytes })
      part = undefined
    }
    if (hasEnded) take(held.bytes().length)
    held.compact()
    return parts
  }
  return Object.assign(parse, {
    /** Whether a part has begun, with more than its headers, and has not arrived as a whole. */
    isInPart: () => part !== undefined && held.bytes().length > 0,
  })
}

const SMALL_BYTES = 64 * 1024

/**
 * Bytes that are appended and dropped from the front, in time proportional to their number, whatever pieces they arrive
 * in.
 */
function holdBytes() {
  let store = Buffer.alloc(SMALL_BYTES)
  let from = 0
  let to = 0
  return {
    bytes: () => store.subarray(from, to),
    add(chunk: Uint8Array): void {
      if (to + chunk.length > store.length) {
        const larger = Buffer.alloc(Math.max(2 * store.length, to + chunk.length))
        store.copy(larger, 0, 0, to)
        store = larger
      }
      store.set(chunk, to)
      to += chunk.length
    },
    drop(count: number): void {
      from += count
    },
    /** Moves the rest to the beginning, so that a finished large part keeps no memory. */
    compact(): void {
      if (from === 0) return
      const left = store.subarray(from, to)
      const next =
        store.length > SMALL_BYTES && left.length <= SMALL_BYTES ? Buffer.alloc(SMALL_BYTES) : store
      next.set(left, 0)
      store = next
      to -= from
      from = 0
    },
  }
}

const withoutEnd = (bytes: Buffer, end: Buffer): Buffer =>
  bytes.subarray(-end.length).equals(end) ? bytes.subarray(0, -end.length) : bytes

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

/** The boundary in a `Content-Type`. @throws MESSAGE_INVALID when there is none */
export function boundaryOf(contentType: string): string {
  const [, quoted, plain] = /boundary=(?:"([^"]{1,200})"|([^\s;,"]{1,200}))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain ?? ''
  if (boundary === '' || boundary === '--') throw invalidMessage('is multipart without a boundary')
  return boundary
}

/** Maximum number of parts in a message that is sent at once. */
const MOST_PARTS = 64

/** The parts of one body. @throws MESSAGE_INVALID */
export function partsOf(contentType: string | undefined, body: Uint8Array): Part[] {
  const type = mediaType(contentType)
  if (!type.startsWith('multipart/')) return [{ type, name: '', bytes: body }]
  const parts = multipartParser(boundaryOf(contentType!), { partBytes: body.length })(body)
  if (parts.length === 0) throw invalidMessage('is multipart and has no whole part')
  if (parts.length > MOST_PARTS) throw invalidMessage(`has more than ${MOST_PARTS} parts`)
  return parts
}
