import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip as gunzipCallback, gunzipSync, gzip as gzipCallback, gzipSync } from 'node:zlib'
import { VendorReport } from '@sightline/schemas/federated-search'
import { Matter } from '@sightline/schemas/matter'
import { createParser, Instant, Token } from '@sightline/schemas/message'
import { VendorPictureQuery } from '@sightline/schemas/vendor-search'
import Type, { type Static } from 'typebox'
import type { Place } from '../federation/merge.ts'
import type { Reach } from '../federation/reach.ts'

/**
 * Format of an answer in the query cache: a question names a query; a query has a head, followed by its answer, or the
 * answer is in pieces.
 */

const gzip = promisify(gzipCallback)
const gunzip = promisify(gunzipCallback)

/** Whose answer it is, and where it is. */
const Head = Type.Object(
  {
    /** The query with which the vendors were asked. */
    query: Token,
    actor: Token,
    caseId: Token,
    ...Matter.properties,
    askedAt: Instant,
    expiresAt: Instant,
    /** Number of entries with the answer; 0 for a short one, which follows the head. */
    pieces: Type.Integer({ minimum: 0, maximum: 1000 }),
  },
  { additionalProperties: false },
)
const headParser = createParser('cached answer', Head)

/** Where the answer to a question is. */
const Pointer = Type.Object({ query: Token, expiresAt: Instant }, { additionalProperties: false })
export const pointerParser = createParser('cached question', Pointer)

/** A query with its answer. */
export type Answered = Omit<Static<typeof Head>, 'pieces'>

/** What was answered, as `runRecordedQuery` needs it again. */
export interface Content {
  answer: unknown
  ids: readonly string[]
  vendors: readonly VendorReport[]
  /** Which cameras the place of a search really meant (QRY-6). */
  reach?: Reach | null
  /** Where the next page begins; none without it. */
  next?: Place | null
  /** Reads whose images may be requested; without it those of `answer.reads`. */
  pictured?: readonly Pictured[]
}

/** The part of a read that its image needs. */
export interface Pictured extends VendorPictureQuery {
  /** Id of the read. */
  read: string
  /** Vendors that may have it. */
  vendors: readonly string[]
}

/** The answer itself is passed through: `runRecordedQuery` knows its shape. */
const contentParser = createParser(
  'cached content',
  Type.Object({
    answer: Type.Unknown(),
    ids: Type.Array(Type.String()),
    vendors: Type.Array(VendorReport),
    pictured: Type.Optional(
      Type.Array(
        Type.Object({
          ...VendorPictureQuery.properties,
          read: Type.String(),
          vendors: Type.Array(Type.String()),
        }),
      ),
    ),
  }),
)

export interface Cached {
  answered: Answered
  content: Content
}

/** What a repeat has in common with the first: person, case, question, vendors. */
export interface Asked {
  actor: string
  caseId: string
  caseRef: string
  action: string
  request: object
  more: object
}

/** Bytes of one piece: the broker accepts messages of 1 MiB. */
const PIECE = 512 * 1024
/** Size limit of an answer that follows its head in one entry, bytes. */
const SHORT = 32 * 1024
/** Up to this many characters, compressing costs less than passing the work to another thread. */
const SYNC_BELOW = 64 * 1024
const NEWLINE = 0x0a
const NOTHING = new Uint8Array()

/** An answer as stored: after its head, or in pieces. */
export async function packContent(content: Content): Promise<{ rest: Uint8Array; pieces: Uint8Array[] }> {
  const text = JSON.stringify(content)
  const level = { level: 1 }
  const bytes = text.length < SYNC_BELOW ? gzipSync(text, level) : await gzip(text, level)
  if (bytes.length <= SHORT) return { rest: bytes, pieces: [] }
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += PIECE) pieces.push(bytes.subarray(at, at + PIECE))
  return { rest: NOTHING, pieces }
}

/** @throws Error for bytes that were not packed, MESSAGE_INVALID */
export const unpackContent = async (bytes: Uint8Array): Promise<Content> =>
  contentParser.parseJson(bytes.length <= SHORT ? gunzipSync(bytes) : await gunzip(bytes))

/** The entry of a query: its head, which contains no newline, and what follows. */
export const entryOf = (head: Static<typeof Head>, rest: Uint8Array = NOTHING): Uint8Array =>
  Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), rest])

/** Parses such an entry. @returns undefined if it is not one @throws MESSAGE_NOT_JSON, MESSAGE_INVALID */
export function splitHead(bytes: Uint8Array) {
  const end = bytes.indexOf(NEWLINE)
  if (end < 0) return undefined
  return { head: headParser.parseJson(bytes.subarray(0, end)), rest: bytes.subarray(end + 1) }
}

/** Version of the entries' format: entries of another version answer no question. */
const FORM = 4

/** Key that identifies a question. */
export const questionKey = ({ actor, caseId, caseRef, action, request, more }: Asked): string =>
  `asked.${digestOf([FORM, actor, caseId, caseRef, action, request, more])}`

/** Digest that identifies a value, whatever the order of its keys. */
export const digestOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sortKeys(value)))
    .digest('base64url')

const sortKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => [key, sortKeys(part)])
}
