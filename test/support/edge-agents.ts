import { createUser, type KeyPair } from '@nats-io/nkeys'
import { connect, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node'
import { inboxOf } from '@sightline/schemas/accounts'
import type { EdgeAgent } from '@sightline/schemas/edge-agent'

/** A record with access for a new key, or with none. */
export function anAgent(name: string, cameras: string[], { allowed = true, pair = createUser() } = {}) {
  const since = '2026-11-24T03:00:00.000Z'
  const access = allowed ? { publicKey: pair.getPublicKey(), cameras, since } : null
  const agent: EdgeAgent = { v: 1, name, access, invitation: null, revokedAt: null }
  return { agent, pair }
}

/** Connects once, as an enrolled agent does; rejects when the broker refuses the key. */
export function connectAgent(servers: string, name: string, pair: KeyPair): Promise<NatsConnection> {
  return connect({
    servers,
    name,
    authenticator: nkeyAuthenticator(pair.getSeed()),
    inboxPrefix: inboxOf(name),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
    ignoreAuthErrorAbort: true,
    // This server, and no other of its cluster.
    ignoreClusterUpdates: true,
    timeout: 2000,
  })
}

/** Milliseconds until `true` is answered. @throws after `within` milliseconds */
export async function until(what: () => Promise<boolean>, within = 30_000): Promise<number> {
  const begun = performance.now()
  while (!(await what())) {
    if (performance.now() - begun > within) throw new Error(`not within ${within} ms`)
    await new Promise((wake) => setTimeout(wake, 20))
  }
  return performance.now() - begun
}

/** Whether the broker lets a key in at this moment. */
export async function mayConnect(servers: string, name: string, pair: KeyPair): Promise<boolean> {
  try {
    await (await connectAgent(servers, name, pair)).close()
    return true
  } catch {
    return false
  }
}
