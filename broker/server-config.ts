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
  users: readonly BrokerUser[]
  /** Public key by user name (broker/keys.ts). */
  publicKeys: ReadonlyMap<string, string>
  /** Set in a cluster of several nodes. */
  cluster?: Cluster
  /** Port of the monitoring endpoint, for health checks. */
  monitorPort?: number
  /** Partitions of the reads (schemas/streams.ts); 1 without it. */
  partitions?: number
  /** Shares of the edge agents (schemas/shares.ts). */
  agentStreams?: number
  /** Clients are spoken to by TLS alone: PEM files on the server's host. */
  tls?: { cert: string; key: string }
  /** JetStream syncs each write at once; see docs/operations.md for what it costs. */
  syncAlways?: boolean
}

/** A node's place in its cluster. */
export interface Cluster {
  name: string
  serverName: string
  /** Address and port at which the node listens for the others; all its addresses without one. */
  host?: string
  port: number
  /** The other nodes, `host:port`. */
  routes: readonly string[]
  /** What the nodes say to each other; who does not know it is no node (broker/routes.ts). */
  password: string
  /** What the node shows the others, and what it holds theirs against: PEM files on its host (broker/route-certificates.ts). */
  tls: { ca: string; cert: string; key: string }
  /** Name or address by which the others reach it, as its certificate has it. */
  reachedAs: string
}

/** The one name under which nodes speak to each other. */
const NODE = 'node'

/**
 * The configuration of a nats-server, as JSON (which its format includes): an account for each process, JetStream in the
 * agency's and the matcher's, and the bridges between the accounts (schemas/bridges.ts). A publish that crosses one is
 * acknowledged by the stream behind it, and nothing else passes. Enrolled edge agents come in later, by `withEnrolled`. In a
 * cluster it holds the nodes' password.
 */
export function serverConfig(settings: ServerSettings): string {
  const {
    host,
    port,
    storeDir,
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
    jetstream: { store_dir: storeDir, ...(syncAlways ? { sync_interval: 'always' } : {}) },
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
  // The others pass it on: an address would not be the name of its certificate.
  advertise: `${reachedAs}:${port}`,
  authorization: { user: NODE, password },
  // Whoever calls has to show a certificate too.
  tls: { cert_file: tls.cert, key_file: tls.key, ca_file: tls.ca, verify: true, timeout: 10 },
  routes: routes.map((address) => `nats://${NODE}:${password}@${address}`),
})
