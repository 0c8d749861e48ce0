import { type ChildProcess, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { findServer } from '@sightline/broker/find-server'
import { freePort } from '@sightline/broker/free-port'
import { runningServers } from '@sightline/broker/reload'
import { ensureRouteCertificates } from '@sightline/broker/route-certificates'
import { command } from '@sightline/cli/commands/broker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'
import { until } from '../support/edge-agents.ts'

/** A cluster as `broker init` writes it, on loopback, and servers that are none of its nodes. */

interface Config {
  server_name: string
  cluster: {
    listen: string
    authorization?: { user: string; password: string } | undefined
    routes: string[]
    tls?: { cert_file: string; key_file: string; ca_file: string; verify: boolean } | undefined
  }
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
  command().parseAsync(
    [
      'init',
      '--out',
      at('out'),
      '--config',
      at('out/nodes'),
      '--no-sync-always',
      '--nodes',
      ...NODES,
      ...more,
    ],
    { from: 'user' },
  )

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
})
afterAll(async () => {
  await system?.close()
  for (const child of running) await end(child)
  await folder.remove()
})

/** A server with everything that a node's configuration says but what it must keep to itself. */
async function rogue(change: Partial<Config['cluster']>): Promise<Config> {
  const { cluster, ...config } = await written(NODES[0]!)
  const { authorization, ...rest } = { ...cluster, ...change }
  const credentials = authorization ? `${authorization.user}:${authorization.password}@` : ''
  return {
    ...config,
    server_name: 'rogue',
    cluster: {
      ...rest,
      ...(authorization ? { authorization } : {}),
      listen: `${ROGUE}:6222`,
      routes: NODES.map((node) => `nats://${credentials}${node}:6222`),
    },
  }
}

/** Certificates of an authority that the rogue made itself, as `broker init` makes them. */
async function strangeCertificate(): Promise<Config['cluster']['tls']> {
  await ensureRouteCertificates(at('strange'), [ROGUE])
  const [cert_file, key_file] = [at('strange', `${ROGUE}.crt`), at('strange', `${ROGUE}.key`)]
  return { cert_file, key_file, ca_file: at('strange/ca.crt'), verify: false }
}

/** The same, and it believes the nodes, which is for it to decide. */
const believingThem = async () => ({
  ...(await strangeCertificate())!,
  ca_file: (await written(NODES[0]!)).cluster.tls!.ca_file,
})

describe('a server that is none of the nodes cannot join the cluster', () => {
  test.each<[string, () => Promise<Partial<Config['cluster']>>]>([
    ['without a password', async () => ({ authorization: undefined })],
    ['with a wrong one', async () => ({ authorization: { user: 'node', password: 'f'.repeat(64) } })],
    ['with an empty one', async () => ({ authorization: { user: 'node', password: '' } })],
    ['with the password, and no certificate', async () => ({ tls: undefined })],
    [
      "with the password, and another authority's certificate",
      async () => ({ tls: await strangeCertificate() }),
    ],
    [
      'with the password, and such a certificate, believing theirs',
      async () => ({ tls: await believingThem() }),
    ],
    ['with nothing', async () => ({ authorization: undefined, tls: undefined })],
  ])('%s', async (_how, change) => {
    const child = await start('rogue', ROGUE, await rogue(await change()))
    // It tries again and again.
    for (let n = 0; n < 3; n++) expect(await nodes()).toBe(3)
    expect(child.exitCode).toBeNull()
    await end(child)
  })

  test('and the test would notice if it did', async () => {
    const child = await start('rogue', ROGUE, await rogue({}))
    await until(async () => (await nodes()) === 4)
    await end(child)
    await until(async () => (await nodes()) === 3)
  })
})

test('the certificates name the host by which a node is reached, and stay the same when made again', async () => {
  for (const node of NODES) {
    const { tls } = (await written(node)).cluster
    expect(tls?.verify).toBe(true)
    const cert = new X509Certificate(await readFile(tls!.cert_file))
    expect(cert.checkIP(node)).toBe(node)
    expect(cert.verify(new X509Certificate(await readFile(tls!.ca_file)).publicKey)).toBe(true)
    expect(cert.ca).toBe(false)
    expect(Date.parse(cert.validTo) - Date.now()).toBeGreaterThan(10 * 365 * 24 * 3600e3)
  }
  const before = await readFile(at('out/nodes', `${NODES[0]}.crt`), 'utf8')
  const names = ['node-1', 'node-2', 'node-3']
  await init('--route-hosts', ...names)
  const named = new X509Certificate(await readFile(at('out/nodes', `${NODES[0]}.crt`)))
  expect(named.checkHost('node-1')).toBe('node-1')
  await init('--route-hosts', ...NODES)
  expect(await readFile(at('out/nodes', `${NODES[0]}.crt`), 'utf8')).toBe(before)
})

test("the nodes' password is readable by its owner only, and stays the same when made again", async () => {
  const before = await written(NODES[0]!)
  expect(before.cluster.authorization?.password).toMatch(/^[0-9a-f]{64}$/)
  await init('--route-hosts', ...NODES)
  expect(await written(NODES[0]!)).toEqual(before)
  for (const name of ['routes', 'nodes']) expect((await stat(at('out', name))).mode & 0o777).toBe(0o700)
  const files = NODES.flatMap((node) => ['json', 'key'].map((end) => `nodes/${node}.${end}`))
  for (const name of ['routes/password', 'routes/ca.key', ...files]) {
    expect((await stat(at('out', name))).mode & 0o777).toBe(0o600)
  }
})

test('the nodes listen for each other where configured, each with one name', async () => {
  expect((await written(NODES[1]!)).cluster).toMatchObject({ listen: `${NODES[1]}:6222` })
  await expect(init('--route-hosts', 'a', 'b')).rejects.toMatchObject({ code: 'USAGE' })
})
