import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectBroker } from '../../broker/connect.ts'
import { findServer } from '../../broker/find-server.ts'
import { freePort } from '../../broker/free-port.ts'
import { runningServers } from '../../broker/reload.ts'
import { command } from '../../cli/commands/broker.ts'
import { quiet, temporaryFolder } from '../support/broker.ts'
import { until } from '../support/edge-agents.ts'

/** A cluster as `broker init` writes it, on loopback, and servers that are none of its nodes. */

interface Config {
  server_name: string
  cluster: { listen: string; authorization?: { user: string; password: string }; routes: string[] }
  [key: string]: unknown
}

/** Each node has an address of its own on this machine, so that all may listen on the port that `broker init` writes. */
const NODES = ['127.0.0.11', '127.0.0.12', '127.0.0.13']
const ROGUE = '127.0.0.14'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let system: NatsConnection
let port: number
let routePort: number
const running: ChildProcess[] = []
const at = (...names: string[]) => join(folder.path, ...names)

/** How `broker init` was asked. */
const init = (...more: string[]) =>
  command().parseAsync(['init', '--out', at('out'), '--no-sync-always', '--nodes', ...NODES, ...more], {
    from: 'user',
  })

const written = async (node: string): Promise<Config> =>
  JSON.parse(await readFile(at('out', 'nodes', `${node}.json`), 'utf8'))

/** A configuration of the cluster, moved to an address of this machine. */
async function start(name: string, address: string, config: Config): Promise<ChildProcess> {
  const { http: _, ...rest } = config
  const moved = { ...rest, listen: `${address}:${port}`, jetstream: { store_dir: at(`${name}-store`) } }
  const text = JSON.stringify(moved).replaceAll(':6222', `:${routePort}`)
  await writeFile(at(`${name}.json`), text)
  const child = spawn((await findServer()).path, ['-c', at(`${name}.json`), '-l', at(`${name}.log`)])
  running.push(child)
  return child
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

const nodes = async () => (await runningServers(system, 9)).length

beforeAll(async () => {
  folder = await temporaryFolder()
  port = await freePort()
  routePort = await freePort()
  await init('--route-hosts', ...NODES)
  for (const node of NODES) await start(node, node, await written(node))
  const address = { servers: NODES.map((node) => `${node}:${port}`), keys: at('out/keys/keeper') }
  system = await connectBroker({ ...address, user: 'keeper-sys' }, quiet, 20_000)
  await until(async () => (await nodes()) === 3, 30_000)
}, 60_000)
afterAll(async () => {
  await system?.close()
  for (const child of running) await end(child)
  await folder.remove()
})

/** A server with everything that a node's configuration says but what it must keep to itself. */
async function rogue(authorization: Config['cluster']['authorization']): Promise<Config> {
  const { cluster, ...config } = await written(NODES[0]!)
  const credentials = authorization ? `${authorization.user}:${authorization.password}@` : ''
  return {
    ...config,
    server_name: 'rogue',
    cluster: {
      ...cluster,
      listen: `${ROGUE}:6222`,
      ...(authorization ? { authorization } : { authorization: undefined }),
      routes: NODES.map((node) => `nats://${credentials}${node}:6222`),
    } as Config['cluster'],
  }
}

describe('a server that is none of the nodes', () => {
  test.each([
    ['without a password', undefined],
    ['with a wrong one', { user: 'node', password: 'f'.repeat(64) }],
    ['with an empty one', { user: 'node', password: '' }],
  ])('does not join the cluster %s', { timeout: 30_000 }, async (_how, authorization) => {
    const child = await start('rogue', ROGUE, await rogue(authorization))
    // It tries again and again.
    for (let n = 0; n < 4; n++) expect(await nodes()).toBe(3)
    await end(child)
  })

  test('would be seen if it did', { timeout: 30_000 }, async () => {
    const { authorization } = (await written(NODES[0]!)).cluster
    const child = await start('rogue', ROGUE, await rogue(authorization))
    await until(async () => (await nodes()) === 4, 20_000)
    await end(child)
    await until(async () => (await nodes()) === 3, 20_000)
  })
})

test("the nodes' password stays with its owner, and the same when it is asked for again", async () => {
  const before = await written(NODES[0]!)
  expect(before.cluster.authorization?.password).toMatch(/^[0-9a-f]{64}$/)
  await init('--route-hosts', ...NODES)
  expect(await written(NODES[0]!)).toEqual(before)
  for (const name of ['routes', 'nodes']) expect((await stat(at('out', name))).mode & 0o777).toBe(0o700)
  for (const name of ['routes/password', ...NODES.map((node) => `nodes/${node}.json`)]) {
    expect((await stat(at('out', name))).mode & 0o777).toBe(0o600)
  }
})

test('the nodes listen for each other where they are told, one name for each', async () => {
  expect((await written(NODES[1]!)).cluster).toMatchObject({ listen: `${NODES[1]}:6222` })
  await expect(init('--route-hosts', 'a', 'b')).rejects.toMatchObject({ code: 'USAGE' })
})
