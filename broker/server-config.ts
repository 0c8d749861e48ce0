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
  cluster?: { name: string; serverName: string; port: number; routes: readonly string[] }
  /** Port of the monitoring endpoint, for health checks. */
  monitorPort?: number
  /** Partitions of the reads (schemas/streams.ts); 1 without it. */
  partitions?: number
  /** Clients are spoken to by TLS alone: PEM files on the server's host. */
  tls?: { cert: string; key: string }
  /** JetStream syncs each write at once (servers from 2.10); see docs/operations.md for what it costs. */
  syncAlways?: boolean
}

/**
 * The configuration of a nats-server, as JSON (which its format includes): an account for each trust zone, one
 * user a process, and the bridges between the accounts: the agency offers the subject of each vendor's reads,
 * and those of its edge agents, as services, so that a publish is acknowledged by the agency's stream, and nothing
 * else passes. Enrolled edge agents come in later, by `withEnrolled`.
 */
export function serverConfig(settings: ServerSettings): string {
  const { host, port, storeDir, cluster, monitorPort, tls, syncAlways, partitions = 1 } = settings
  const vendors = settings.users.filter((user) => user.account === 'VENDOR')
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
          ...EDGE_SUBJECTS.map((service) => ({ service, accounts: ['EDGE'] })),
        ],
      },
      VENDOR: {
        users: usersOf('VENDOR', settings),
        imports: vendors.map(({ name }) => ({
          service: { account: 'AGENCY', subject: readSubject(name, '*') },
        })),
      },
      EDGE: {
        users: usersOf('EDGE', settings),
        imports: EDGE_SUBJECTS.map((subject) => ({ service: { account: 'AGENCY', subject } })),
      },
    },
    system_account: 'SYS',
    ...(cluster
      ? { cluster: { name: cluster.name, listen: `0.0.0.0:${cluster.port}`, routes: cluster.routes } }
      : {}),
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

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
