import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
} from '@nats-io/jetstream'
import { type ConnectionOptions, createInbox, type NatsConnection } from '@nats-io/transport-node'
import { type Account, apiOf, heardSubject } from '@sightline/schemas/bridges'
import { SightlineError } from '@sightline/schemas/errors'
import pRetry from 'p-retry'
import { isTooManyConsumers, TOO_MANY_HINT } from './consumer-refused.ts'
import { type Current, createLatest, type Latest } from './latest.ts'
import { type Receive, receiverOf } from './receive.ts'

/** A service's connection to JetStream, with its state. */
export interface Link {
  readonly connection: NatsConnection
  readonly js: JetStreamClient
  readonly manager: JetStreamManager
  /** Prefix of the JetStream calls: `$JS.API`, or another account's (schemas/bridges.ts). */
  readonly api: string
  /** Subject under which messages published there arrive. */
  heard(subject: string): string
  /** Subscribes to messages of streams. */
  readonly receive: Receive
  readonly latest: Latest
  readonly current: Current
  /** A reply subject in the user's own inbox. */
  newInbox(): string
  connected(): boolean
  /** Calls `listener` each time a lost connection is restored. @returns a function that ends this */
  onReconnect(listener: () => void): () => void
}

/** How long to wait for one answer, in milliseconds; a person may be waiting. */
const ANSWER_MS = 2000

/**
 * @param connection open; the caller closes it
 * @param account whose JetStream is used, if not that of the connection's own account
 * @throws BROKER_FAILED
 */
export async function openLink(connection: NatsConnection, account?: Account): Promise<Link> {
  const receive = receiverOf(connection)
  const api = account ? apiOf(account) : '$JS.API'
  // In another account's JetStream, only specific calls are allowed, not the check of its state.
  const js = jetstream(connection, { timeout: ANSWER_MS, apiPrefix: api, checkAPI: account === undefined })
  const manager = await asBrokerError('open JetStream', () => js.jetstreamManager())
  const heard = (subject: string) => (account ? heardSubject(account, subject) : subject)
  // The options are not part of the connection's type, but they are there: the library's own parts read them in this
  // way.
  const { options } = connection as NatsConnection & { options: ConnectionOptions }
  const newInbox = () => createInbox(options.inboxPrefix)
  const reads = createLatest({ connection, receive, newInbox, api, answerMs: ANSWER_MS })
  const parts = { connection, js, manager, api, heard, receive, ...reads, newInbox }
  return { ...parts, ...followState(connection) }
}

/** Whether a connection is up, and when it is restored. Ends with the connection. */
export function followState(connection: NatsConnection): Pick<Link, 'connected' | 'onReconnect'> {
  const listeners = new Set<() => void>()
  let connected = true
  const watch = async () => {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') connected = false
      if (type !== 'reconnect') continue
      connected = true
      for (const listener of listeners) listener()
    }
    connected = false
  }
  void watch()
  return {
    connected: () => connected,
    onReconnect: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/**
 * One call to the broker on behalf of a request. While the connection is lost it fails immediately: the client library
 * would queue it and carry it out later, after the caller was told that it failed.
 * @throws BROKER_UNREACHABLE, BROKER_FAILED
 */
export function ask<T>(link: Link, what: string, call: () => Promise<T>): Promise<T> {
  if (link.connected()) return asBrokerError(what, call)
  return Promise.reject(
    new SightlineError('BROKER_UNREACHABLE', `cannot ${what}: the connection to the broker is lost`, {
      hint: 'Reconnecting; try again in a moment.',
    }),
  )
}

/**
 * While a server reloads its configuration (broker/keeper.ts), it answers JetStream calls for a millisecond or two as
 * if there were no JetStream. It has done nothing then, so the call may be repeated.
 */
const WHILE_RELOADING = { retries: 3, minTimeout: 50, factor: 2 }

const isReloading = (error: unknown): boolean =>
  (error instanceof Error && error.name === 'JetStreamNotEnabled') ||
  (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.JetStreamNotEnabledForAccount)

async function asBrokerError<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call().catch((error) => {
      if (!isReloading(error)) throw error
      return pRetry(call, { ...WHILE_RELOADING, shouldRetry: (failed) => isReloading(failed.error) })
    })
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause
    throw new SightlineError('BROKER_FAILED', `the broker could not ${what}: ${(cause as Error).message}`, {
      cause,
      hint: isTooManyConsumers(cause)
        ? TOO_MANY_HINT
        : 'Try again. If this continues, compare the broker with its declaration (./sightline broker declare).',
    })
  }
}
