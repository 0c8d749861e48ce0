import { type Account, type BrokerUser, EDGE_SUBJECTS } from '../schemas/accounts.ts'
import { partitionMapping, readSubject } from '../schemas/subjects.ts'

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
}

/** The one name under which nodes speak to each other. */
const NODE = 'node'

/**
 * The configuration of a nats-server, as JSON (which its format includes): an account for each trust zone, one
 * user a process, and the bridges between the accounts: the agency offers the subject of each vendor's reads,
 * and those of its edge agents, as services, so that a publish is acknowledged by the agency's stream, and nothing
 * else passes. Enrolled edge agents come in later, by `withEnrolled`. In a cluster it holds the nodes' password.
 */
export function serverConfig(settings: ServerSettings): string {
  const { host, port, storeDir, cluster, monitorPort, tls, syncAlways, partitions = 1 } = settings
  const vendors = settings.users.filter((user) => user.account === 'VENDOR')
  const edgeImports = EDGE_SUBJECTS.map((subject) => ({ service: { account: 'AGENCY', subject } }))
  const config = {
    listen: `${host}:${port}`,
    ...(cluster ? { server_name: cluster.serverName } : {}),
    ...(monitorPort ? { http: `127.0.0.1:${monitorPort}` } : {}),
    ...(tls ? { tls: { cert_file: tls.cert, key_file: tls.key } } : {}),
    max_payload: 1024 * 1024,
    write_deadline: '10s',
    jetstream: { store_dir: storeDir, ...(syncAlways ? { sync_interval: 'always' } : {}) },
    accounts: {
      SYS: { users: usersOf('SYS', settings) },
      AGENCY: {
        jetstream: 'enabled',
        users: usersOf('AGENCY', settings),
        ...(partitions > 1 ? { mappings: partitionMapping(partitions) } : {}),
        exports: [
          ...vendors.map(({ name }) => ({ service: readSubject(name, '*'), accounts: ['VENDOR'] })),
          ...EDGE_SUBJECTS.map((service) => ({ service, accounts: ['EDGE', 'ENROLLED'] })),
        ],
      },
      VENDOR: {
        users: usersOf('VENDOR', settings),
        imports: vendors.map(({ name }) => ({
          service: { account: 'AGENCY', subject: readSubject(name, '*') },
        })),
      },
      EDGE: { users: usersOf('EDGE', settings), imports: edgeImports },
      ENROLLED: { users: usersOf('ENROLLED', settings), imports: edgeImports },
    },
    system_account: 'SYS',
    ...(cluster ? { cluster: clusterOf(cluster) } : {}),
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

const clusterOf = ({ name, host = '0.0.0.0', port, routes, password }: Cluster) => ({
  name,
  listen: `${host}:${port}`,
  authorization: { user: NODE, password },
  routes: routes.map((address) => `nats://${NODE}:${password}@${address}`),
})

function usersOf(account: Account, { users, publicKeys }: ServerSettings) {
  return users
    .filter((user) => user.account === account)
    .map((user) => userEntry(user, publicKeys.get(user.name) ?? ''))
}

/** A user as the server's configuration has it. */
export const userEntry = (user: BrokerUser, publicKey: string) => ({
  nkey: publicKey,
  permissions: {
    publish: { allow: user.publish, ...(user.denyPublish ? { deny: user.denyPublish } : {}) },
    subscribe: { allow: user.subscribe },
  },
})
