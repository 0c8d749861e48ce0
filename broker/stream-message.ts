/** A message of a stream, however it was received. */
export interface StoredMessage {
  /** The payload. */
  readonly data: Uint8Array
  readonly subject: string
  /** Its sequence in the stream. */
  readonly seq: number
  /** When the broker stored it. */
  readonly time: Date
  string(): string
  /** Whether its subject contains `token` at a place. */
  isSubject(from: number, token: string): boolean
  /** A header, with its name exactly as written. */
  header(name: string): string | undefined
}

/**
 * A message of a stream, as received: `bytes` contain it, possibly with others, and nothing is parsed before it is
 * needed. The broker's metadata is in the reply subject,
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<seq>.<nth>.<nanoseconds>.<pending>`.
 */
export class StreamMessage implements StoredMessage {
  readonly #bytes: Uint8Array
  /** Places in the bytes: of the subject, of the headers (after the line), of the payload, and the end. */
  readonly #line: number
  readonly #head: number
  readonly #body: number
  readonly #end: number
  #data: Uint8Array | undefined
  #place: string[] | undefined
  #lines: string | undefined

  constructor(bytes: Uint8Array, line: number, head: number, body: number, end: number) {
    this.#bytes = bytes
    this.#line = line
    this.#head = head
    this.#body = body
    this.#end = end
  }

  /** The payload. */
  get data(): Uint8Array {
    this.#data ??= this.#bytes.subarray(this.#body, this.#end)
    return this.#data
  }

  get subject(): string {
    return this.#lineTokens()[0]!
  }

  /** Whether its subject contains `token` at a place, without creating a string: for callers that check millions. */
  isSubject(from: number, token: string): boolean {
    const at = this.#line + from
    for (let i = 0; i < token.length; i++) if (this.#bytes[at + i] !== token.charCodeAt(i)) return false
    return this.#bytes[at + token.length] === BLANK
  }

  /**
   * Whether `bytes` from `start` to `end` are the complete token of its subject that begins at a place; as cheap as
   * `isSubject`.
   * @returns where the next token would begin; below 0 when it differs
   */
  afterToken(from: number, bytes: Uint8Array, start: number, end: number): number {
    let at = this.#line + from
    for (let i = start; i < end; i++, at++) if (this.#bytes[at] !== bytes[i]) return -1
    const next = this.#bytes[at]
    return next === DOT || next === BLANK ? from + end - start + 1 : -1
  }

  /** Its sequence in the stream. */
  get seq(): number {
    return Number(this.#placeToken(0))
  }

  /** How many messages its consumer has delivered, including this one. */
  get nth(): number {
    return Number(this.#placeToken(1))
  }

  /** When the broker stored it. */
  get time(): Date {
    return new Date(Math.floor(Number(this.#placeToken(2)) / 1e6))
  }

  /**
   * The server's status in place of a message, such as 408; 0 when this is a message. A publisher may write the same
   * status line into the headers of an empty message, but a message from a stream has a reply subject.
   */
  get status(): number {
    if (this.#body < this.#end || this.#head === this.#body || this.#isDelivered()) return 0
    return Number(this.#text(this.#head, this.#body).split(/[ \r]/, 2)[1]) || 0
  }

  string(): string {
    return this.#text(this.#body, this.#end)
  }

  /** The last header with a name: the server's own come after those of the publisher, who may have written the same. */
  lastHeader(name: string): string | undefined {
    const lines = this.#headerLines()
    return valueAt(lines, lines.lastIndexOf(`\r\n${name}:`), name)
  }

  /** A header, by its name as it was written. */
  header(name: string): string | undefined {
    const lines = this.#headerLines()
    return valueAt(lines, lines.indexOf(`\r\n${name}:`), name)
  }

  /** One character for each byte, made once: at a start three headers are read of each of a million messages. */
  #headerLines(): string {
    const { buffer, byteOffset } = this.#bytes
    this.#lines ??= Buffer.from(buffer, byteOffset + this.#head, this.#body - this.#head).toString('latin1')
    return this.#lines
  }

  #text(from: number, to: number): string {
    return utf8.decode(this.#bytes.subarray(from, to))
  }

  /** HMSG: subject, subscription number, reply subject, size of the headers, total size; one fewer without a reply. */
  #isDelivered(): boolean {
    return this.#lineTokens().length > 4
  }

  /** Subject, subscription number, reply subject if any, sizes. */
  #lineTokens(): string[] {
    return this.#text(this.#line, this.#head).split(' ')
  }

  #placeToken(n: number): string {
    this.#place ??= placeOf(this.#lineTokens()[2] ?? '')
    return this.#place[n]!
  }
}

/** The value of the header whose line begins at a place; undefined when there is none. */
function valueAt(lines: string, at: number, name: string): string | undefined {
  if (at < 0) return undefined
  const end = lines.indexOf('\r\n', at + 2)
  const value = lines.slice(at + name.length + 3, end < 0 ? undefined : end).trim()
  return BEYOND_ASCII.test(value) ? utf8.decode(Buffer.from(value, 'latin1')) : value
}

const BEYOND_ASCII = /[\x80-\xff]/
const BLANK = 32
const DOT = 46
const utf8 = new TextDecoder()

/**
 * Nine tokens up to server 2.9 and without a domain; otherwise twelve, with two more before the stream and one at the
 * end.
 */
function placeOf(reply: string): string[] {
  const tokens = reply.split('.')
  return tokens.slice(tokens.length === 9 ? 5 : 7)
}
