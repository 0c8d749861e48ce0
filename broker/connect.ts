import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Authenticator, connect, type NatsConnection } from '@nats-io/transport-node'
import type { Logger } from '@sightline/runtime/log'
import { inboxOf } from '@sightline/schemas/accounts'
import { SightlineError } from '@sightline/schemas/errors'
import { type Nkey, nkeyOf } from './nkey.ts'
import { explainUntrusted, isUntrusted, tlsOf } from './tls.ts'

export interface BrokerAddress {
  /** One or more servers, e.g. `nats://127.0.0.1:4222`. */
  servers: string | string[]
  /** Folder of key files, one `<user>.nk` per user. */
  keys: string
  /** Name of the broker user (schemas/accounts.ts). */
  user: string
  /** PEM file of the authority that signed the servers' certificates, if Node does not know it. */
  ca?: string | undefined
  /** Called each time a server's certificate is accepted, with the first expiry in its chain: ms since 1970. */
  onCertificate?: ((endsAt: number) => void) | undefined
}

/**
 * A server that reloads its configuration (at each enrollment and revocation of an edge agent) refuses clients that
 * have just connected and not yet authenticated. So refusals count only after they have lasted this long, and this many
 * in a row: on a busy machine two tries may be a second apart.
 */
const REFUSED_FOR_MS = 1000
const REFUSED_TIMES = 5

/**
 * Connects as one user of schemas/accounts.ts; once connected, reconnects forever, to any of the servers. With an
 * address `tls://…` or an authority the connection is encrypted, or fails (broker/tls.ts).
 * @param timeoutMs how long to try at first while no broker answers
 * @throws BROKER_UNREACHABLE, BROKER_DENIED, CONFIG_INVALID (no key file or no key in it, no such authority)
 */
export async function connectBroker(
  address: BrokerAddress,
  log: Logger,
  timeoutMs = 10_000,
): Promise<NatsConnection> {
  const { servers, user } = address
  const authenticator = authenticatorOf(keyOf(await readSeed(address), address))
  const tls = await tlsOf(address)
  const deadline = performance.now() + timeoutMs
  let refusedSince = Number.POSITIVE_INFINITY
  let refusals = 0
  for (;;) {
    try {
      const connection = await connect({
        servers,
        name: user,
        authenticator,
        inboxPrefix: inboxOf(user),
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        // A node whose host lost power sends nothing more, and closes nothing. The client leaves it when a third ping
        // is due: after 15 seconds; with the client's default interval of 2 minutes that would be 6 minutes.
        pingInterval: 5000,
        // A server that reloads its configuration may also leave a connection without any answer, so leave time for
        // more than one try.
        timeout: Math.max(500, Math.min(5000, timeoutMs / 3)),
        ignoreAuthErrorAbort: true,
        // Use only the given servers: a cluster names its nodes by addresses for each other, which an edge host often
        // cannot reach; and a client that all of them refuse would cycle through them forever.
        ignoreClusterUpdates: true,
        // Otherwise the client creates an error with a stack trace for every request, in case it fails: a twelfth of
        // the api's CPU.
        noAsyncTraces: true,
        ...(tls ? { tls } : {}),
      })
      // The client has dropped each server that did not answer at first, and would never retry it: a service started
      // while a node was down must find that node when the others fail.
      connection.setServers([servers].flat())
      tryAgainAfterClockSteps(connection, [servers].flat())
      void logStatus(connection, log)
      return connection
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : ''
      const isRefused = name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError'
      refusedSince = isRefused ? Math.min(refusedSince, performance.now()) : Number.POSITIVE_INFINITY
      refusals = isRefused ? refusals + 1 : 0
      if (refusals >= REFUSED_TIMES && performance.now() - refusedSince >= REFUSED_FOR_MS) {
        throw new SightlineError('BROKER_DENIED', `the broker refuses the user ${user}`, {
          cause,
          hint: `The key in ${address.keys} is not the one that the broker is configured with.`,
        })
      }
      if (performance.now() >= deadline && isUntrusted(cause)) {
        throw new SightlineError('BROKER_UNREACHABLE', explainUntrusted(servers, cause), {
          cause,
          hint: 'Compare its certificate with the address, and use --ca to name the authority that issued it.',
        })
      }
      if (performance.now() >= deadline && !isRefused) {
        throw new SightlineError('BROKER_UNREACHABLE', `no broker answers at ${String(servers)}`, {
          cause,
          hint: 'Start a broker (./sightline broker run) or give its address with --broker.',
        })
      }
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

/** How often to look for a step of the clock, milliseconds. */
const CLOCK_LOOK_MS = 1000
/** A smaller step back delays a try by no more than itself, milliseconds. */
const CLOCK_STEP_MS = 1000
/** Never dialed: it only takes the place of the servers for a moment. */
const NOWHERE = '127.0.0.1:1'

/**
 * The client counts the time since it last tried a server by the wall clock: after a step back by an hour (a host that
 * gets its time from the network, a wrong time zone) it would not try again for an hour, without a word. It tries
 * a new server at once, but keeps what it knows of one that it has: so it gets another one in between.
 */
function tryAgainAfterClockSteps(connection: NatsConnection, servers: string[]): void {
  let ahead = Date.now() - performance.now()
  const timer = setInterval(() => {
    const now = Date.now() - performance.now()
    if (now < ahead - CLOCK_STEP_MS) {
      connection.setServers([NOWHERE])
      connection.setServers(servers)
    }
    ahead = now
  }, CLOCK_LOOK_MS).unref()
  void connection.closed().then(() => clearInterval(timer))
}

/** Closes a connection after sending what is pending; immediately if the broker is down. */
export async function disconnect(connection: NatsConnection): Promise<void> {
  await connection.drain().catch(() => connection.close())
}

const authenticatorOf =
  ({ publicKey, sign }: Nkey): Authenticator =>
  (nonce) => ({ nkey: publicKey, sig: nonce ? sign(nonce) : '' })

/** @throws CONFIG_INVALID */
function keyOf(seed: Uint8Array, { keys, user }: Pick<BrokerAddress, 'keys' | 'user'>): Nkey {
  try {
    return nkeyOf(new TextDecoder().decode(seed))
  } catch (cause) {
    const path = join(keys, `${user}.nk`)
    throw new SightlineError('CONFIG_INVALID', `the file of the broker user ${user} has no key: ${path}`, {
      cause,
      hint: 'Copy the file again from the folder in which the broker created it.',
    })
  }
}

/** The private key of a user. @throws CONFIG_INVALID */
export async function readSeed({ keys, user }: Pick<BrokerAddress, 'keys' | 'user'>): Promise<Uint8Array> {
  const path = join(keys, `${user}.nk`)
  try {
    return new TextEncoder().encode((await readFile(path, 'utf8')).trim())
  } catch (cause) {
    throw new SightlineError('CONFIG_INVALID', `cannot read the key of the broker user ${user}: ${path}`, {
      cause,
      hint: 'The broker creates keys (./sightline broker run or init). Name their folder with --keys.',
    })
  }
}

/** Logs lost and regained connections; ends with the connection. */
async function logStatus(connection: NatsConnection, log: Logger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') log.warn('lost the connection to the broker; trying again')
    else if (status.type === 'reconnect') log.info('reconnected to the broker')
    else if (status.type === 'error')
      log.warn({ reason: status.error.message }, 'the broker reports an error')
  }
}
