import { join } from 'node:path'
import { connectBroker } from '@sightline/broker/connect'
import { declareBroker, refuseDrift } from '@sightline/broker/declare'
import { ensureServer } from '@sightline/broker/install-server'
import { keepBroker } from '@sightline/broker/keep'
import { startKeeper } from '@sightline/broker/keeper'
import { ensureKeys, ensureSealKey } from '@sightline/broker/keys'
import { reloadByRequest } from '@sightline/broker/reload'
import { ensureRouteCertificates, type NodeCertificate } from '@sightline/broker/route-certificates'
import { ensureRoutePassword } from '@sightline/broker/routes'
import { privateFolder, writePrivate } from '@sightline/broker/secret-file'
import { serverConfig } from '@sightline/broker/server-config'
import { brokerUsers } from '@sightline/broker/users'
import {
  type BrokerOptions,
  type MonitorOptions,
  serversOf,
  wholeNumber,
  withAgentStreams,
  withBroker,
  withMonitor,
} from '@sightline/runtime/command-line/options'
import { note, printJson, printLine } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { startMonitor } from '@sightline/runtime/monitor'
import { onStop } from '@sightline/runtime/stop'
import { SightlineError } from '@sightline/schemas/errors'
import { describeRoom, readsRoom, requireRoom } from '@sightline/schemas/reads-room'
import { type BrokerSize, EMBEDDED_SIZE } from '@sightline/schemas/streams'
import { Command } from 'commander'

interface PartyOptions {
  vendor: string[]
  camera: string[]
}

const withVendors = (command: Command): Command =>
  command.option('--vendor <id...>', 'vendors whose reads are accepted', ['sim'])

/** Adds the options that say who may connect. */
function withParties(command: Command): Command {
  return withVendors(command).option('--camera <id...>', "cameras of the edge agent 'edge'", ['gate-1'])
}

const partiesOf = ({ vendor, camera }: PartyOptions) => ({ vendors: vendor, edges: { edge: camera } })

interface SizeOptions {
  replicas: number
  storageGib: number
  readsHours: number
  fastReads?: boolean
  partitions: number
  agentStreams: number
  vendor: string[]
}

const withPartitions = (command: Command): Command =>
  withAgentStreams(command).option(
    '--partitions <n>',
    'streams that divide the reads by camera; also the most matchers that can work at once',
    wholeNumber(1, 64),
    1,
  )

function withSize(command: Command): Command {
  return withPartitions(command)
    .option('--replicas <n>', 'copies of every message', wholeNumber(1, 5), EMBEDDED_SIZE.replicas)
    .option(
      '--storage-gib <n>',
      'disk space that the streams with a size limit reserve',
      wholeNumber(1, 65536),
      EMBEDDED_SIZE.storageGib,
    )
    .option(
      '--fast-reads',
      'acknowledge reads before they are on disk (only with one copy): for load tests; a power cut loses the last ones',
    )
    .option(
      '--reads-hours <n>',
      'how long reads are kept while no matcher runs; the disk must have room for them',
      wholeNumber(1, 24),
      24,
    )
}

const sizeOf = ({ vendor, ...size }: SizeOptions): BrokerSize => ({ ...size, vendors: vendor })

function runCommand(): Command {
  return withSize(withParties(new Command('run')))
    .description('start a nats-server on loopback with the accounts and streams of Sightline, until Ctrl-C')
    .option('--data <folder>', 'where the store and the keys are', 'data/broker')
    .option('--port <n>', 'port (default: any free port)', wholeNumber(1, 65535))
    .option('--json', 'print a line {"type":"ready","url","keys"} on standard output once it is up')
    .action(async (options: PartyOptions & SizeOptions & { data: string; port?: number; json?: boolean }) => {
      const log = createLog('broker')
      await ensureServer(note)
      const broker = await keepBroker(
        {
          ...partiesOf(options),
          dataDir: options.data,
          size: sizeOf(options),
          log,
          ...(options.port ? { port: options.port } : {}),
        },
        () => log.error('the server has ended by itself; starting it again'),
      )
      onStop(log, () => broker.stop())
      broker.running.catch((error) => {
        log.fatal({ err: error }, 'cannot start the server again')
        process.exit(1)
      })
      if (options.json) printJson({ type: 'ready', url: broker.url, keys: broker.keys })
      else printLine(`broker: ${broker.url}   keys: ${broker.keys}`)
    })
}

/** Rate for reporting the room for reads, if none is given: that of a busy city, reads per second. */
const USUAL_RATE = 2000

function declareCommand(): Command {
  return withSize(withVendors(withBroker(new Command('declare'))))
    .description('create missing streams and buckets, and report those that differ')
    .option(
      '--rate <n>',
      'reads a second of all edge agents together, and of each vendor: refuses a disk that does not hold --reads-hours of them',
      wholeNumber(1, 10_000_000),
    )
    .option('--json', 'print the result as one JSON line')
    .action(async (options: BrokerOptions & SizeOptions & { rate?: number; json?: boolean }) => {
      const size = sizeOf(options)
      const { rate = USUAL_RATE } = options
      if (options.rate !== undefined) requireRoom(size, rate)
      const address = { servers: serversOf(options), keys: options.keys, user: 'admin' }
      const connection = await connectBroker(address, createLog('broker'), 60_000)
      try {
        const result = await declareBroker(connection, size)
        const room = readsRoom(size, rate)
        if (options.json) printJson({ ...result, room })
        else {
          printLine(
            `created: ${result.created.join(', ') || 'nothing'}; as declared: ${result.unchanged.length}`,
          )
          for (const one of room) printLine(describeRoom(size, one))
        }
        refuseDrift(result)
      } finally {
        await connection.close()
      }
    })
}

/** Users whose key belongs to another user's process. */
const OWNERS: Record<string, string> = { 'keeper-sys': 'keeper' }

interface InitOptions {
  out: string
  nodes: string[]
  routeHosts?: string[]
  store: string
  disk?: number
  config: string
  syncAlways: boolean
  tlsCert?: string
  tlsKey?: string
  partitions: number
  agentStreams: number
  loadTests?: boolean
  recordings?: boolean
}

function initCommand(): Command {
  return withPartitions(withParties(new Command('init')))
    .description('write the keys and the nats-server configurations of a cluster into a folder')
    .requiredOption('--out <folder>', 'where to write; existing keys are kept')
    .option('--nodes <host...>', 'the nodes of the cluster', ['nats-1', 'nats-2', 'nats-3'])
    .option(
      '--route-hosts <host...>',
      'names of the nodes, in the same order, on their own network; they listen for each other only there',
    )
    .option('--store <folder>', 'folder of the JetStream store on each node', '/data')
    .option(
      '--disk <GiB>',
      'size of the disk of that folder on each node; without it a node that starts on a full disk stores nothing until its next start',
      wholeNumber(1, 1_000_000),
    )
    .option('--config <folder>', 'where the files of OUT/nodes are on each node', '/config')
    .option('--no-sync-always', 'do not sync each write to disk at once')
    .option('--tls-cert <file>', 'certificate (PEM), by its path on each node; clients must then use TLS')
    .option('--tls-key <file>', 'its key')
    .option(
      '--load-tests',
      'also make a key for ./sightline replay, which writes reads and displays without the api',
    )
    .option('--recordings', 'also make a key for ./sightline record, which sees all reads')
    .action(async (options: PartyOptions & InitOptions) => {
      const tls = tlsOf(options)
      const routeHosts = routeHostsOf(options)
      const { partitions, agentStreams } = options
      const parties = { ...partiesOf(options), partitions, agentStreams }
      const { loadTests = false, recordings = false } = options
      const users = brokerUsers({ ...parties, replay: loadTests, observer: recordings })
      // A folder per user, so that each service gets only its own key.
      const publicKeys = new Map<string, string>()
      for (const { name } of users) {
        const made = await ensureKeys(join(options.out, 'keys', OWNERS[name] ?? name), [name])
        for (const [user, publicKey] of made) publicKeys.set(user, publicKey)
      }
      await ensureSealKey(join(options.out, 'keys', 'api'))
      await privateFolder(join(options.out, 'nodes'))
      const password = await ensureRoutePassword(join(options.out, 'routes'))
      const certificates = await ensureRouteCertificates(join(options.out, 'routes'), routeHosts)
      for (const [n, node] of options.nodes.entries()) {
        const routes = routeHosts.filter((_, other) => other !== n).map((host) => `${host}:${ROUTE_PORT}`)
        const host = options.routeHosts ? { host: routeHosts[n]! } : {}
        const reachedAs = routeHosts[n]!
        const tlsOfRoutes = await placeCertificate(options, node, certificates.get(reachedAs)!)
        const cluster = {
          name: 'sightline',
          serverName: node,
          ...host,
          port: ROUTE_PORT,
          routes,
          password,
          tls: tlsOfRoutes,
          reachedAs,
        }
        const settings = {
          host: '0.0.0.0',
          port: 4222,
          monitorPort: 8222,
          storeDir: options.store,
          storeBytes: options.disk && options.disk * 2 ** 30,
          syncAlways: options.syncAlways,
          partitions,
          agentStreams,
          ...(tls ? { tls } : {}),
        }
        const text = serverConfig({ ...settings, users, publicKeys, cluster })
        await writePrivate(join(options.out, 'nodes', `${node}.json`), text)
      }
      printLine(`wrote ${options.nodes.length} configurations and ${users.length} keys to ${options.out}`)
    })
}

const ROUTE_PORT = 6222

/** Copies a node's certificate beside its configuration. @returns its path on the node */
async function placeCertificate(
  { out, config }: InitOptions,
  node: string,
  { ca, cert, key }: NodeCertificate,
) {
  const names = { ca: `${node}.ca.crt`, cert: `${node}.crt`, key: `${node}.key` }
  await writePrivate(join(out, 'nodes', names.ca), ca)
  await writePrivate(join(out, 'nodes', names.cert), cert)
  await writePrivate(join(out, 'nodes', names.key), key)
  return { ca: join(config, names.ca), cert: join(config, names.cert), key: join(config, names.key) }
}

/** @throws USAGE when there is not one for each node */
function routeHostsOf({ nodes, routeHosts = nodes }: InitOptions): string[] {
  if (routeHosts.length === nodes.length) return routeHosts
  throw new SightlineError(
    'USAGE',
    `${nodes.length} nodes need as many --route-hosts, not ${routeHosts.length}`,
    {
      hint: 'Give one for each node, in the same order, or none.',
    },
  )
}

/** @throws USAGE for a certificate without its key, or a key without its certificate */
function tlsOf({ tlsCert: cert, tlsKey: key }: InitOptions) {
  if (cert !== undefined && key !== undefined) return { cert, key }
  if (cert === undefined && key === undefined) return undefined
  throw new SightlineError('USAGE', 'give --tls-cert and --tls-key, or neither', {
    hint: 'They are paths of files on the nodes.',
  })
}

function keepCommand(): Command {
  return withAgentStreams(withMonitor(withBroker(new Command('keep'))))
    .description('put enrollments and revocations of edge agents into effect on a cluster, until Ctrl-C')
    .requiredOption('--config <file...>', 'configurations of the servers, as broker init wrote them')
    .option('--json', 'print a line {"type":"ready"} on standard output once it runs')
    .action(
      async (
        options: BrokerOptions & MonitorOptions & { config: string[]; agentStreams: number; json?: boolean },
      ) => {
        const log = createLog('keeper')
        const address = { servers: serversOf(options), keys: options.keys }
        const agency = await connectBroker({ ...address, user: 'keeper' }, log)
        const system = await connectBroker({ ...address, user: 'keeper-sys' }, log)
        const { config: configs, agentStreams, monitorPort: port, monitorHost: host } = options
        const keeper = await startKeeper({
          agency,
          system,
          configs,
          agentStreams,
          reload: reloadByRequest(system),
          log,
        })
        onStop(log, async () => {
          await keeper.close()
          await agency.close()
          await system.close()
        })
        if (port) await startMonitor({ port, host, healthy: keeper.healthy, registry: keeper.registry })
        if (options.json) printJson({ type: 'ready' })
      },
    )
}

export function command(): Command {
  return new Command('broker')
    .description('Runs an embedded broker, or prepares one for production')
    .addCommand(runCommand())
    .addCommand(declareCommand())
    .addCommand(initCommand())
    .addCommand(keepCommand())
    .addHelpText(
      'after',
      `
Examples:
  ./sightline broker run --port 4222                        a broker on this machine
  ./sightline broker init --out deploy/nats                 keys and configurations of three nodes
  ./sightline broker declare --broker nats://nats-1:4222 --replicas 3 --storage-gib 64
  ./sightline broker keep --broker nats://nats-1:4222 --config deploy/nats/nodes/*.json`,
    )
}
