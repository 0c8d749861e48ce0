import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, statfs, writeFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '@sightline/runtime/log'
import type { BrokerUser } from '@sightline/schemas/accounts'
import { SightlineError } from '@sightline/schemas/errors'
import { type BrokerSize, EMBEDDED_SIZE } from '@sightline/schemas/streams'
import { connectBroker } from './connect.ts'
import { declareBroker, refuseDrift } from './declare.ts'
import { findServer } from './find-server.ts'
import { freePort } from './free-port.ts'
import { type Keeper, startKeeper } from './keeper.ts'
import { ensureKeys, ensureSealKey } from './keys.ts'
import { followState } from './link.ts'
import { endLeftover, own } from './owner.ts'
import { reloadBySignal } from './reload.ts'
import { serverConfig } from './server-config.ts'
import { stuckStore } from './stuck-store.ts'
import { brokerUsers, type Parties } from './users.ts'

/**
 * Runs the server's garbage collector a quarter as often, for that much more memory, up to a quarter of the machine's:
 * it took CPU from alerts (bench/README.md, latency). Go reads these variables; existing settings win.
 */
const COLLECTOR = { GOGC: '400', GOMEMLIMIT: `${Math.floor(totalmem() / 4)}B` }

const STORE_LOOK_MS = 2000

/** How long the end of this process waits for the server's. */
const AT_EXIT_MS = 5000

export interface EmbeddedOptions extends Omit<Parties, 'partitions' | 'agentStreams'> {
  /** Folder for the store, the configuration and the keys. */
  dataDir: string
  /** Port on loopback; by default a free one. */
  port?: number
  size?: BrokerSize
  /** Acknowledged messages are on disk, and survive a power failure; default true. */
  syncAlways?: boolean
  /** Time between two looks whether the store is stuck after a full disk, milliseconds. */
  storeLookMs?: number
  /** Users besides those of every installation. */
  more?: readonly BrokerUser[]
  log: Logger
}

export interface EmbeddedBroker {
  url: string
  /** Folder of the users' key files. */
  keys: string
  pid: number
  /** Version of the nats-server. */
  version: string
  /** Settles when the server has ended, for any reason. */
  exited: Promise<void>
  /** Ends the server cleanly. */
  stop(): Promise<void>
}

/**
 * Starts a nats-server as a child on loopback with the accounts of schemas/accounts.ts, and declares the
 * streams of schemas/stream-declarations.ts on it. Keys are generated at the first start.
 * @throws BROKER_MISSING, BROKER_FOLDER_IN_USE, BROKER_FAILED, BROKER_DRIFTED
 */
export async function startEmbeddedBroker(options: EmbeddedOptions): Promise<EmbeddedBroker> {
  const { log, vendors, syncAlways = true, more = [] } = options
  const size = { vendors, ...(options.size ?? EMBEDDED_SIZE) }
  const dataDir = resolve(options.dataDir)
  const server = await findServer()
  const port = options.port ?? (await freePort())
  const keys = join(dataDir, 'keys')
  const { partitions, agentStreams } = size
  // It listens only on loopback, and anyone with its folder can do more than a load test anyway.
  const users = [
    ...brokerUsers({ replay: true, observer: true, ...options, partitions, agentStreams }),
    ...more,
  ]
  const publicKeys = await ensureKeys(
    keys,
    users.map(({ name }) => name),
  )
  await ensureSealKey(keys)
  const configPath = join(dataDir, 'nats-server.json')
  const pidPath = join(dataDir, 'nats-server.pid')
  await mkdir(dataDir, { recursive: true })
  await own(dataDir)
  await endLeftover(pidPath, configPath, log)
  const { blocks, bsize } = await statfs(dataDir)
  const settings = {
    host: '127.0.0.1',
    port,
    storeDir: join(dataDir, 'jetstream'),
    storeBytes: blocks * bsize,
    users,
    publicKeys,
    partitions,
    agentStreams,
    syncAlways,
  }
  await writeFile(configPath, serverConfig(settings), { mode: 0o600 })

  // A separate process group: Ctrl-C reaches only the supervisor, which then ends the broker last.
  const child = spawn(
    server.path,
    ['-c', configPath, '-P', pidPath, '-l', join(dataDir, 'nats-server.log')],
    {
      stdio: 'ignore',
      detached: true,
      env: { ...COLLECTOR, ...process.env },
    },
  )
  const exited = once(child, 'exit').then(() => undefined)
  // If the supervisor fails, or has no time to stop the server, it sends this signal as its last act.
  // Before the hooks of those who started it: one of them may remove the folder, in which the server still writes.
  const endWithUs = () => {
    child.kill('SIGTERM')
    waitForEnd(child.pid ?? 0, AT_EXIT_MS)
  }
  process.prependOnceListener('exit', endWithUs)
  void exited.then(() => process.off('exit', endWithUs))
  const url = `nats://127.0.0.1:${port}`
  const pid = child.pid ?? 0
  let keeper: Keeper
  try {
    await declareWhenUp({ url, keys, size, log, exited, dataDir })
    keeper = await keepAgents({ url, keys, child, configPath, agentStreams, log })
  } catch (error) {
    await end(child, exited)
    throw error
  }
  const watch = new AbortController()
  void exited.then(() => {
    watch.abort()
    return keeper.close()
  })
  const logPath = join(dataDir, 'nats-server.log')
  const everyMs = options.storeLookMs ?? STORE_LOOK_MS
  void stuckStore({ logPath, folder: dataDir, everyMs, signal: watch.signal }).then(async (streams) => {
    if (streams.length === 0 || hasExited(child)) return
    log.error({ streams }, 'the server stores nothing since the disk was full, though it has room: ending it')
    await end(child, exited)
  })
  log.info({ url, pid, version: server.version }, 'broker is up')
  const stop = async () => {
    watch.abort()
    await keeper.close()
    await end(child, exited)
  }
  return { url, keys, pid, version: server.version, exited, stop }
}

interface Kept {
  url: string
  keys: string
  child: ChildProcess
  configPath: string
  agentStreams?: number | undefined
  log: Logger
}

/** Starts the keeper of enrolled edge agents beside the server; before it has read the bucket, no agent is enrolled. */
async function keepAgents({ url, keys, child, configPath, agentStreams, log }: Kept): Promise<Keeper> {
  const as = (user: string) => connectBroker({ servers: url, keys, user }, log)
  const connections = [await as('keeper'), await as('keeper-sys')] as const
  const [agency, system] = connections
  const states = connections.map(followState)
  const reload = reloadBySignal(system, child.pid ?? 0)
  const closeConnections = async () => {
    // Writing to a socket that ended before the client noticed causes an error that nobody can catch.
    while (hasExited(child) && states.some(({ connected }) => connected())) await pause(10)
    for (const connection of connections) await connection.close()
  }
  try {
    const keeper = await startKeeper({ agency, system, configs: [configPath], agentStreams, reload, log })
    return { ...keeper, close: () => closeConnections().then(keeper.close) }
  } catch (error) {
    await closeConnections()
    throw error
  }
}

interface Start {
  url: string
  keys: string
  size: BrokerSize
  log: Logger
  exited: Promise<void>
  dataDir: string
}

async function declareWhenUp({ url, keys, size, log, exited, dataDir }: Start): Promise<void> {
  const failed = exited.then(() => {
    throw new SightlineError('BROKER_FAILED', 'nats-server ended during its start', {
      hint: `See the reason in ${join(dataDir, 'nats-server.log')}.`,
    })
  })
  failed.catch(() => {})
  const connection = await Promise.race([connectBroker({ servers: url, keys, user: 'admin' }, log), failed])
  try {
    refuseDrift(await Promise.race([declareBroker(connection, size), failed]))
  } finally {
    await connection.close()
  }
}

/** Waits without an event loop, because a process that exits has none. A process that has ended is a zombie: nobody has asked for its status. */
function waitForEnd(pid: number, limitMs: number): void {
  const bell = new Int32Array(new SharedArrayBuffer(4))
  for (const end = performance.now() + limitMs; performance.now() < end; Atomics.wait(bell, 0, 0, 5)) {
    try {
      if (/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return
    } catch {
      return
    }
  }
}

const hasExited = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null

async function end(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (hasExited(child)) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 8000)
  await exited
  clearTimeout(timer)
}
