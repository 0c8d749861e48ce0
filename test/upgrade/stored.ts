import type { NatsConnection } from '@nats-io/transport-node'
import { type Link, openLink } from '@sightline/broker/link'
import { readStored } from '@sightline/broker/read-stored'
import { isReadStream } from '@sightline/schemas/streams'

// Recording copies this file into the sources of the older version (record.test.ts): it imports what both versions have.

/** One message, as a version stored it. */
export interface StoredMessage {
  readonly stream: string
  readonly subject: string
  readonly text: string
  /** The bytes, where they are not text. */
  readonly base64?: string
  /** Names of its headers, where it has some. */
  readonly headers?: readonly string[]
}

/** What one broker of an older version stored. */
export interface Recorded {
  /** The secret of that run, with which it sealed the records of people. */
  readonly seal: string
  /** Names of its streams. */
  readonly declared: readonly string[]
  readonly messages: readonly StoredMessage[]
}

/** What an older version stored (test/upgrade/stored-2026-11-30.json). */
export interface OlderStore {
  /** Commit that wrote it. */
  readonly version: string
  readonly seal: string
  readonly messages: readonly StoredMessage[]
}

/** What an older version stored in its own tests (test/upgrade/stored-by-tests-2026-11-30.json). */
export interface OlderStores {
  readonly version: string
  /** Names of the streams that it declares. */
  readonly declared: readonly string[]
  readonly stores: readonly Omit<Recorded, 'declared'>[]
}

/** Images are of cameras, in no form of ours. */
const LEFT_OUT = /^PICTURES/

/** Streams that differ only in their number, or in who sends, have one form. */
export const streamOf = (name: string): string => {
  if (isReadStream(name)) return 'READS'
  return name.startsWith('PICTURES') ? 'PICTURES' : name
}

/** Names of the streams of an account. */
async function streamsOf({ manager }: Link): Promise<string[]> {
  const names: string[] = []
  for await (const name of manager.streams.names()) names.push(name)
  return names.sort()
}

const linksOf = async (admin: NatsConnection) => [await openLink(admin), await openLink(admin, 'MATCHER')]

/** Names of all streams. @param admin connection of the administrator */
export async function streamNames(admin: NatsConnection): Promise<string[]> {
  const names = await Promise.all((await linksOf(admin)).map(streamsOf))
  return [...new Set(names.flat().map(streamOf))].sort()
}

/** Every message of the streams whose name `isWanted`. @param admin connection of the administrator */
export async function storedIn(
  admin: NatsConnection,
  isWanted: (stream: string) => boolean,
): Promise<StoredMessage[]> {
  const found: StoredMessage[] = []
  for (const link of await linksOf(admin))
    for (const stream of (await streamsOf(link)).filter(isWanted))
      for (const message of await readStored(link, { stream })) {
        const { subject, data, headers } = message
        const text = message.string()
        found.push({
          ...{ stream, subject, text },
          ...(Buffer.from(text).equals(data) ? {} : { base64: Buffer.from(data).toString('base64') }),
          ...(headers && { headers: headers.keys().sort() }),
        })
      }
  return found
}

/** A few of each form that a store has: of each stream, those that differ in which properties they have. */
export async function sampleStore(admin: NatsConnection): Promise<StoredMessage[]> {
  return oneOfEachForm(await storedIn(admin, (stream) => !LEFT_OUT.test(stream)))
}

/** @param known forms that are left out; those found are added */
export function oneOfEachForm(messages: readonly StoredMessage[], known = new Set<string>()) {
  return messages.filter(({ stream, subject, text }) => {
    const form = `${streamOf(stream)} ${kindOf(stream, subject)}${formOf(jsonIn(text))}`
    if (text === '' || known.has(form)) return false
    known.add(form)
    return true
  })
}

/** A bucket whose keys begin with what the value is: `asked.…`, `place.…`, `partition.…`. */
const KINDS_BY_KEY = ['KV_QUERY_CACHE', 'KV_LEASES']
const kindOf = (stream: string, subject: string) =>
  KINDS_BY_KEY.includes(stream) ? `${subject.split('.')[2]} ` : ''

/** The JSON in a text, which may have a seal before it, or bytes after a first line; the text itself when there is none. */
export function jsonIn(text: string): unknown {
  const start = text.indexOf('{')
  for (const one of [text, text.split('\n')[0]!]) {
    try {
      return JSON.parse(start > 0 ? one.slice(start) : one)
    } catch {}
  }
  return text
}

/** Which properties a value has, and words by which it says what it is. */
function formOf(value: unknown): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(formOf))].join()}]`
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value
  const parts = Object.entries(value).map(([name, inner]) =>
    KINDS.includes(name) ? `${name}=${inner}` : `${name}:${formOf(inner)}`,
  )
  return `{${parts.join()}}`
}

const KINDS = ['action', 'kind', 'state']
