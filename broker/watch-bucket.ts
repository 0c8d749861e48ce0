import { setTimeout as pause } from 'node:timers/promises'
import type { KV, KvWatchEntry } from '@nats-io/kv'
import type { QueuedIterator } from '@nats-io/transport-node'
import pRetry from 'p-retry'
import { directGets } from './direct-gets.ts'
import type { Link } from './link.ts'
import type { StoredMessage } from './stream-message.ts'

/** A value of a bucket, or that its key has none any more. */
export interface BucketEntry {
  readonly key: string
  readonly value: Uint8Array
  readonly operation: 'PUT' | 'DEL' | 'PURGE'
  /** Its sequence in the bucket's stream. */
  readonly revision: number
}

export interface BucketWatch {
  /** Settles when every entry that existed at the start was passed. */
  ready: Promise<void>
  /** Settles, or rejects with the reason, when the watch has ended. */
  ended: Promise<void>
  /**
   * Whether the bucket is the one that is followed, and has what was passed; one that was created again, or restored, is not.
   * Rejects without an answer of the broker.
   */
  isSame(): Promise<boolean>
  stop(): void
}

/** Messages per request for what exists. */
const BATCH = 1000
/** Requests for one batch that may go unanswered, as while the broker restarts, and the wait before the next, milliseconds. */
const TRIES = 20
const AGAIN_MS = 250

/** A server that reloads its configuration may leave a request unanswered; these requests may be repeated. */
const answered = <T>(call: () => Promise<T>): Promise<T> =>
  pRetry(call, { retries: 2, minTimeout: 50, shouldRetry: ({ error }) => error.name === 'TimeoutError' })

/**
 * Passes every current entry of a bucket, then each change as it happens; continues after the broker was down.
 *
 * What exists is read from the bucket's stream, in batches: of a million entries, a watch takes twice the CPU time, and keeps in
 * memory what it cannot take as fast as the server sends. So earlier revisions of a key may come before its current one. Only
 * then the watch begins, behind the last entry read.
 * @throws Error when the broker does not answer
 */
export async function watchBucket(
  link: Link,
  kv: KV,
  onEntry: (entry: BucketEntry) => void,
): Promise<BucketWatch> {
  const { state, config, created } = (await answered(() => kv.status())).streamInfo
  const read = await readExisting(link, config.name, state.last_seq, onEntry)
  const entries = await answered(() => kv.watch({ resumeFromRevision: read + 1 }))
  let markReady: () => void = () => {}
  const ready = new Promise<void>((resolve) => {
    markReady = resolve
  })
  // A node of a cluster that was behind may have answered. Or the last entries are no longer kept.
  const query = { seq: read + 1, next_by_subj: '>' }
  const isRead =
    read >= state.last_seq ||
    (await answered(() => link.manager.streams.getMessage(config.name, query))) === null
  if (isRead) markReady()
  let reached = read
  const isSame = async () => {
    const least = reached
    const { created: now, state } = (await kv.status()).streamInfo
    return String(now) === String(created) && state.last_seq >= least
  }
  const ended = (async () => {
    for await (const entry of entries) {
      onEntry(entry)
      reached = entry.revision
      // The last message of the stream may have been erased: then no entry has its sequence.
      if (entry.revision >= state.last_seq || entry.delta === 0) markReady()
    }
  })()
  return { ready, ended, isSame, stop: () => endWatch(entries) }
}

/** Passes what a bucket's stream has, up to a sequence. @returns the sequence of the last message passed; 0 for none */
async function readExisting(
  link: Link,
  stream: string,
  to: number,
  onEntry: (entry: BucketEntry) => void,
): Promise<number> {
  const prefix = stream.replace('KV_', '$KV.').length + 1
  let last = 0
  let coming = to > 0 ? batchFrom(link, stream, 1) : undefined
  while (coming) {
    const got = await coming
    if (got.length === 0) break
    last = got.at(-1)!.seq
    // The server works on the next batch while this one is passed.
    coming = last < to ? batchFrom(link, stream, last + 1) : undefined
    coming?.catch(() => {})
    for (const message of latestOfEach(got)) onEntry(entryOf(message, prefix))
  }
  return last
}

/** @returns empty when no messages follow. @throws Error when the broker does not answer */
async function batchFrom(link: Link, stream: string, seq: number): Promise<StoredMessage[]> {
  for (let tries = 0; tries < TRIES; tries++) {
    const got = await directGets(link, stream, { seq }, BATCH, NEVER)
    if (got) return got
    await pause(AGAIN_MS)
  }
  throw new Error(`the broker does not send what ${stream} contains`)
}

const NEVER = new AbortController().signal

/** Of several messages with one subject, the last. */
const latestOfEach = (messages: readonly StoredMessage[]): Iterable<StoredMessage> =>
  new Map(messages.map((message) => [message.subject, message])).values()

/** As the client's own watch has it (NATS ADR-8, ADR-48). @param prefix length of what stands before the key in a subject */
const entryOf = (message: StoredMessage, prefix: number): BucketEntry => ({
  key: message.subject.slice(prefix),
  value: message.data,
  operation:
    message.header('Nats-Marker-Reason') === 'MaxAge'
      ? 'PURGE'
      : ((message.header('KV-Operation') as 'DEL' | 'PURGE' | undefined) ?? 'PUT'),
  revision: message.seq,
})

/** The library's internals in use; package.json pins its exact version, and test/api/leaks.test.ts checks them. */
interface Insides {
  _data?: { delete(): Promise<boolean> }
}

/** Ends a watch and removes its consumer, which the library leaves to the server for some minutes. */
export function endWatch(entries: QueuedIterator<KvWatchEntry>): void {
  entries.stop()
  // Without a connection, or when the server was faster, there is nothing to remove.
  ;(entries as Insides)._data?.delete().catch(() => {})
}
