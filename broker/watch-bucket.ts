import type { KV, KvWatchEntry } from '@nats-io/kv'
import type { QueuedIterator } from '@nats-io/transport-node'
import pRetry from 'p-retry'

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

/** A server that reloads its configuration may leave a request unanswered; these requests may be repeated. */
const answered = <T>(call: () => Promise<T>): Promise<T> =>
  pRetry(call, { retries: 2, minTimeout: 50, shouldRetry: ({ error }) => error.name === 'TimeoutError' })

/**
 * Passes every current entry of a bucket, then each change as it happens; continues after the broker was down.
 * Deletions come as entries whose operation is `DEL` or `PURGE`.
 */
export async function watchBucket(kv: KV, onEntry: (entry: KvWatchEntry) => void): Promise<BucketWatch> {
  const { state, created } = (await answered(() => kv.status())).streamInfo
  const entries = await answered(() => kv.watch())
  let markReady: () => void = () => {}
  const ready = new Promise<void>((resolve) => {
    markReady = resolve
  })
  if (state.messages === 0) markReady()
  let reached = 0
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
