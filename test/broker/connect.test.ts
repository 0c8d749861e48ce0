import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { type LocalCluster, startLocalCluster } from '@sightline/broker/local-cluster'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'

/** The client tries the nodes in random order: so many find the one that is up at the first try once in 6,000 runs. */
const CLIENTS = 8

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let cluster: LocalCluster
let clients: NatsConnection[] = []
beforeEach(async () => {
  folder = await temporaryFolder()
  cluster = await startLocalCluster(folder.path)
})
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()))
  await Promise.all([0, 1, 2].map(cluster.stop))
  await folder.remove()
})

const connect = (servers: string | string[]) =>
  connectBroker({ servers, keys: cluster.keys, user: 'matcher' }, quiet, 20_000)
/** Names of the nodes that serve the clients. */
const nodes = () => clients.map(({ info }) => info?.server_name)

test('a node that was down when a service connected is found when all others are gone', async () => {
  const { servers, start, stop } = cluster
  await Promise.all([1, 2].map(stop))
  clients = await Promise.all(Array.from({ length: CLIENTS }, () => connect(servers)))
  start(1)
  await (await connect(servers[1]!)).close()
  await stop(0)
  await vi.waitFor(() => expect(nodes()).toEqual(Array(CLIENTS).fill('n2')), 30_000)
})

test('a silent node is left for another', async () => {
  clients = [await connect(cluster.servers)]
  const [silent] = nodes()
  process.kill(cluster.pid(Number(silent!.slice(1)) - 1), 'SIGSTOP')
  await vi.waitFor(() => expect(nodes()).not.toEqual([silent]), 30_000)
})
