import type { NatsConnection } from '@nats-io/transport-node'
import { type Link, openLink } from '@sightline/broker/link'
import { readStored } from '@sightline/broker/read-stored'
import { isReadStream } from '@sightline/schemas/streams'

/** One message, as a version stored it. */
export interface StoredMessage {
  readonly stream: string
  readonly subject: string
  readonly text: string
}

/** What an older version stored (test/upgrade/stored-2026-11-30.json). */
export interface OlderStore {
  /** Commit that wrote it. */
  readonly version: string
  /** The secret of that run, with which it sealed the records of people. */
  readonly seal: string
  readonly messages: readonly StoredMessage[]
}

/** Pictures are not text; who holds a lease is over when its process ends. */
const LEFT_OUT = /^PICTURES|^KV_LEASES$/

/** Names of the streams of an account. */
async function streamsOf({ manager }: Link): Promise<string[]> {
  const names: string[] = []
  for await (const name of manager.streams.names()) names.push(name)
  return names.sort()
}

/** Every message of the streams whose name `isWanted`. @param admin connection of the administrator */
export async function storedIn(
  admin: NatsConnection,
  isWanted: (stream: string) => boolean,
): Promise<StoredMessage[]> {
  const found: StoredMessage[] = []
  for (const link of [await openLink(admin), await openLink(admin, 'MATCHER')])
    for (const stream of (await streamsOf(link)).filter(isWanted))
      for (const message of await readStored(link, { stream }))
        found.push({ stream, subject: message.subject, text: message.string() })
  return found
}

/** A few of each form that a store has: of each stream, those that differ in which properties they have. */
export async function sampleStore(admin: NatsConnection): Promise<StoredMessage[]> {
  const all = await storedIn(admin, (stream) => !LEFT_OUT.test(stream))
  const known = new Set<string>()
  return all.filter(({ stream, text }) => {
    const form = `${isReadStream(stream) ? 'READS' : stream} ${formOf(jsonIn(text))}`
    if (text === '' || known.has(form)) return false
    known.add(form)
    return true
  })
}

/** The JSON in a text, which may have a seal before it; the text itself when there is none. */
export function jsonIn(text: string): unknown {
  const start = text.indexOf('{')
  try {
    return JSON.parse(start > 0 ? text.slice(start) : text)
  } catch {
    return text
  }
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
