import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findServer } from './find-server.ts'
import { freePort } from './free-port.ts'
import { ensureKeys, ensureSealKey } from './keys.ts'
import { ensureRouteCertificates } from './route-certificates.ts'
import { ensureRoutePassword } from './routes.ts'
import { serverConfig } from './server-config.ts'
import { brokerUsers } from './users.ts'

const HOST = '127.0.0.1'

/** A cluster on this machine, for tests and benchmarks. */
export interface LocalCluster {
  /** Folder of the users' key files. */
  keys: string
  /** Configuration of each node, as `broker init` writes it. */
  configs: readonly string[]
  servers: string[]
  /** Addresses of the nodes' monitoring; none if it was not asked for. */
  monitors: readonly string[]
  /** Process of a node. */
  pid(node: number): number
  start(node: number): void
  /** Kills a node, if it runs. */
  stop(node: number): Promise<void>
}

/**
 * Starts nodes as child processes, with their stores in `folder`, and declares nothing on them.
 * @param nodes 1 is a server without a cluster
 * @param isMonitored each node says at an address of its own what it does
 * @throws BROKER_MISSING
 */
export async function startLocalCluster(
  folder: string,
  nodes = 3,
  partitions?: number,
  isMonitored = false,
): Promise<LocalCluster> {
  const { path: program } = await findServer()
  const users = brokerUsers({ vendors: [], edges: {}, partitions, replay: true })
  const keys = join(folder, 'keys')
  const publicKeys = await ensureKeys(
    keys,
    users.map(({ name }) => name),
  )
  await ensureSealKey(keys)
  const names = Array.from({ length: nodes }, (_, n) => `n${n + 1}`)
  const ports = await Promise.all(names.map(() => freePort()))
  const monitorPorts = isMonitored ? await Promise.all(names.map(() => freePort())) : []
  const routePorts = await Promise.all(names.map(() => freePort()))
  const routes = routePorts.map((port) => `${HOST}:${port}`)
  const password = await ensureRoutePassword(join(folder, 'routes'))
  await ensureRouteCertificates(join(folder, 'routes'), [HOST])
  const file = (name: string) => join(folder, 'routes', name)
  const tls = { ca: file('ca.crt'), cert: file(`${HOST}.crt`), key: file(`${HOST}.key`) }
  const configs = names.map((name) => join(folder, `${name}.json`))
  const children: ChildProcess[] = []
  const start = (node: number) => {
    children[node] = spawn(program, ['-c', configs[node]!], { stdio: 'ignore' })
  }
  for (const [node, serverName] of names.entries()) {
    const cluster = {
      name: 'local',
      serverName,
      host: HOST,
      port: routePorts[node]!,
      routes,
      password,
      tls,
      reachedAs: HOST,
    }
    const settings = {
      host: '127.0.0.1',
      port: ports[node]!,
      storeDir: join(folder, serverName),
      monitorPort: monitorPorts[node]!,
    }
    const who = { users, publicKeys, partitions }
    const text = serverConfig({ ...settings, ...who, ...(nodes > 1 ? { cluster } : {}) })
    await writeFile(configs[node]!, text, { mode: 0o600 })
    start(node)
  }
  return {
    keys,
    configs,
    start,
    servers: ports.map((port) => `nats://127.0.0.1:${port}`),
    monitors: monitorPorts.map((port) => `http://127.0.0.1:${port}`),
    pid: (node) => children[node]!.pid ?? 0,
    async stop(node) {
      const child = children[node]!
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
