import type { BrokerUser } from '@sightline/schemas/accounts'
import { AGENT_STREAMS } from '@sightline/schemas/streams'
import { partitionMapping } from '@sightline/schemas/subjects'
import { accountsOf } from './account-config.ts'

export interface ServerSettings {
  /** Address to listen on; the embedded broker stays on loopback. */
  host: string
  port: number
  /** Folder of the JetStream store. */
  storeDir: string
  /**
   * Most that the store may take, bytes. Without it the server takes what is free at its start for the limit: one that
   * starts on a full disk stores nothing for as long as it runs, even when there is room again.
   */
  storeBytes?: number | undefined
  users: readonly BrokerUser[]
  /** Public key by user name (broker/keys.ts). */
  publicKeys: ReadonlyMap<string, string>
  /** Set in a cluster of several nodes. */
  cluster?: Cluster
  /** Port of the monitoring endpoint, for health checks. */
  monitorPort?: number
  /** Partitions of the reads (schemas/streams.ts); 1 without it. */
  partitions?: number
  /** Number of agent groups (schemas/agent-groups.ts). */
  agentStreams?: number
  /** Clients must use TLS: PEM files on the server's host. */
  tls?: { cert: string; key: string }
  /** JetStream syncs each write to disk immediately; docs/operations.md describes the cost. */
  syncAlways?: boolean
}

/** A node's place in its cluster. */
export interface Cluster {
  name: string
  serverName: string
  /** Address and port at which the node listens for the others; without it on all its addresses. */
  host?: string
  port: number
  /** The other nodes, `host:port`. */
  routes: readonly string[]
  /** Shared password of the nodes (broker/routes.ts). */
  password: string
  /**
   * The node's certificate, and the authority for the others': PEM files on its host (broker/route-certificates.ts).
   */
  tls: { ca: string; cert: string; key: string }
  /** Name or address by which the others reach it, as in its certificate. */
  reachedAs: string
}

/** The user name that all nodes use with each other. */
const NODE = 'node'

/**
 * The configuration of a nats-server, as JSON (which its format includes): an account for each process, JetStream in
 * the agency's and the matcher's, and the bridges between the accounts (schemas/bridges.ts). A message published over a
 * bridge is acknowledged by the stream behind it, and nothing else passes. Enrolled edge agents are added later, by
 * `withEnrolled`. In a cluster the configuration contains the nodes' password.
 */
export function serverConfig(settings: ServerSettings): string {
  const {
    host,
    port,
    storeDir,
    storeBytes,
    cluster,
    monitorPort,
    tls,
    syncAlways,
    partitions = 1,
    agentStreams = AGENT_STREAMS,
  } = settings
  const mappings = partitions > 1 ? { mappings: partitionMapping(partitions) } : {}
  const config = {
    listen: `${host}:${port}`,
    ...(cluster ? { server_name: cluster.serverName } : {}),
    ...(monitorPort ? { http: `127.0.0.1:${monitorPort}` } : {}),
    ...(tls ? { tls: { cert_file: tls.cert, key_file: tls.key } } : {}),
    max_payload: 1024 * 1024,
    write_deadline: '10s',
    jetstream: {
      store_dir: storeDir,
      ...(storeBytes ? { max_file_store: storeBytes } : {}),
      ...(syncAlways ? { sync_interval: 'always' } : {}),
    },
    accounts: accountsOf(
      { ...settings, agentStreams },
      {
        AGENCY: { jetstream: 'enabled' },
        MATCHER: { jetstream: 'enabled', ...mappings },
      },
    ),
    system_account: 'SYS',
    ...(cluster ? { cluster: clusterOf(cluster) } : {}),
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

const clusterOf = ({ name, host = '0.0.0.0', port, routes, password, tls, reachedAs }: Cluster) => ({
  name,
  listen: `${host}:${port}`,
  // The others announce this name; an address would not match the certificate.
  advertise: `${reachedAs}:${port}`,
  authorization: { user: NODE, password },
  // The connecting node must show a certificate too.
  tls: { cert_file: tls.cert, key_file: tls.key, ca_file: tls.ca, verify: true, timeout: 10 },
  routes: routes.map((address) => `nats://${NODE}:${password}@${address}`),
})
