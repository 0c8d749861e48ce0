import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { declareBroker, refuseDrift } from '@sightline/broker/declare'
import { type LocalCluster, startLocalCluster } from '@sightline/broker/local-cluster'
import { retryUntilDone } from '@sightline/broker/publish'
import { type Matcher, startMatcher } from '@sightline/matcher/main'
import { READS } from '@sightline/schemas/streams'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { quiet, readsManager, temporaryFolder } from '../../support/broker.ts'
import { beginReplay, expectExactlyOnce } from '../../support/replays.ts'

const NODES = 3
const HITS = 300

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let cluster: LocalCluster
let admin: NatsConnection
let player: NatsConnection
let matcher: Matcher
beforeEach(async () => {
  folder = await temporaryFolder()
  cluster = await startLocalCluster(folder.path, NODES)
  const { keys, servers } = cluster
  admin = await connectBroker({ servers, keys, user: 'admin' }, quiet, 30_000)
  refuseDrift(await retryUntilDone(() => declareBroker(admin, { replicas: NODES, storageGib: 1 })))
  player = await connectBroker({ servers, keys, user: 'replay' }, quiet)
  matcher = await startMatcher({ servers, keys, log: quiet })
})
afterEach(async () => {
  await matcher?.close()
  await player?.close()
  await admin?.close()
  for (let node = 0; node < NODES; node++) await cluster.stop(node)
  await folder.remove()
})

/** The node through which reads are stored; one that follows is missed by nobody. */
async function leaderOfReads(): Promise<number> {
  const { cluster } = await (await readsManager(admin)).streams.info(READS)
  return Number(cluster!.leader!.slice(1)) - 1
}

test('when one of three nodes is killed during a replay and brought back, each planted hit is one alert', async () => {
  const { keys, servers, start, stop } = cluster
  const load = { hits: 3 * HITS, readsAHit: 20, held: HITS }
  const node = await leaderOfReads()
  const replay = beginReplay(player, load)
  await replay.alerted(10)
  await stop(node)
  expect(replay.alerts()).toBeLessThan(HITS)
  replay.letOut(2 * HITS)
  await replay.alerted(2 * HITS)
  start(node)
  const back = await connectBroker({ servers: servers[node]!, keys, user: 'admin' }, quiet, 20_000)
  await back.close()
  replay.letOut(3 * HITS)
  expectExactlyOnce(await replay.done, load)
}, 120_000)
