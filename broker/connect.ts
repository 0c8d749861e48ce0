import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node'
import type { Logger } from '@sightline/runtime/log'
import { inboxOf } from '@sightline/schemas/accounts'
import { SightlineError } from '@sightline/schemas/errors'
import { isUntrusted, tlsOf, untrusted } from './tls.ts'

export interface BrokerAddress {
  /** One or more servers, e.g. `nats://127.0.0.1:4222`. */
  servers: string | string[]
  /** Folder of key files, one `<user>.nk` a user. */
  keys: string
  /** Name of the broker user (schemas/accounts.ts). */
  user: string
  /** PEM file of the authority that vouches for the servers, if it is not one that Node knows. */
  ca?: string | undefined
}

/**
 * A server that reads its configuration again (at each enrollment and revocation of an edge agent) refuses whoever has
 * just connected and not yet said who he is. Refusals are believed when they have lasted this long, so many in a row: on
 * a machine with much to do two tries may be a second apart.
 */
const REFUSED_FOR_MS = 1000
const REFUSED_TIMES = 5

/**
 * Connects as one user of schemas/accounts.ts; once connected, reconnects for ever, to any of the servers. With an
 * address `tls://…` or an authority the connection is encrypted, or is not made at all (broker/tls.ts).
 * @param timeoutMs how long a broker that does not answer is tried at first
 * @throws BROKER_UNREACHABLE, BROKER_DENIED, CONFIG_INVALID (no key file, no such authority)
 */
export async function connectBroker(
  address: BrokerAddress,
  log: Logger,
  timeoutMs = 10_000,
): Promise<NatsConnection> {
  const { servers, user } = address
  const seed = await readSeed(address)
  const tls = await tlsOf(address)
  const deadline = Date.now() + timeoutMs
  let refusedSince = Number.POSITIVE_INFINITY
  let refusals = 0
  for (;;) {
    try {
      const connection = await connect({
        servers,
        name: user,
        authenticator: nkeyAuthenticator(seed),
        inboxPrefix: inboxOf(user),
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        // A node whose host lost power says nothing more, and closes nothing. It is left for another when a third ping
        // is due: after 15 seconds; with the client's own interval of 2 minutes that would be 6 minutes.
        pingInterval: 5000,
        // A server that reads its configuration again may also leave a connection without any answer: more than one try.
        timeout: Math.max(500, Math.min(5000, timeoutMs / 3)),
        ignoreAuthErrorAbort: true,
        // The servers are those that were given: a cluster names its nodes as they reach each other, which an edge host
        // often cannot; and a client that is refused by all would go round them for ever.
        ignoreClusterUpdates: true,
        // Otherwise the client makes an error with its stack for every request, in case it fails: a twelfth of the api's CPU.
        noAsyncTraces: true,
        ...(tls ? { tls } : {}),
      })
      // The client has struck off each server that did not answer at first, and would never try it again: a service
      // that was started while a node was down must find that node when the others go.
      connection.setServers([servers].flat())
      void logStatus(connection, log)
      return connection
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : ''
      const isRefused = name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError'
      refusedSince = isRefused ? Math.min(refusedSince, Date.now()) : Number.POSITIVE_INFINITY
      refusals = isRefused ? refusals + 1 : 0
      if (refusals >= REFUSED_TIMES && Date.now() - refusedSince >= REFUSED_FOR_MS) {
        throw new SightlineError('BROKER_DENIED', `the broker refuses the user ${user}`, {
          cause,
          hint: `Its key in ${address.keys} is not the one the broker was configured with.`,
        })
      }
      if (Date.now() >= deadline && isUntrusted(cause)) {
        throw new SightlineError('BROKER_UNREACHABLE', untrusted(servers, cause), {
          cause,
          hint: 'Compare its certificate with the address, and give the authority that issued it with --ca.',
        })
      }
      if (Date.now() >= deadline && !isRefused) {
        throw new SightlineError('BROKER_UNREACHABLE', `no broker answers at ${String(servers)}`, {
          cause,
          hint: 'Start one (./sightline broker run) or give its address with --broker.',
        })
      }
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

/** Ends a connection after what it has to say was said; at once when the broker is away. */
export async function disconnect(connection: NatsConnection): Promise<void> {
  await connection.drain().catch(() => connection.close())
}

/** The secret half of a user's key. @throws CONFIG_INVALID */
export async function readSeed({ keys, user }: Pick<BrokerAddress, 'keys' | 'user'>): Promise<Uint8Array> {
  const path = join(keys, `${user}.nk`)
  try {
    return new TextEncoder().encode((await readFile(path, 'utf8')).trim())
  } catch (cause) {
    throw new SightlineError('CONFIG_INVALID', `no key for the broker user ${user}: cannot read ${path}`, {
      cause,
      hint: 'Keys are made by the broker (./sightline broker run or keys); give their folder with --keys.',
    })
  }
}

/** Logs lost and regained connections; ends with the connection. */
async function logStatus(connection: NatsConnection, log: Logger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') log.warn('connection to the broker lost; trying again')
    else if (status.type === 'reconnect') log.info('connection to the broker is back')
    else if (status.type === 'error')
      log.warn({ reason: status.error.message }, 'the broker reports an error')
  }
}
