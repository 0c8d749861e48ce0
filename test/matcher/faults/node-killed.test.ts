import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '../../../broker/connect.ts'
import { declareBroker, refuseDrift } from '../../../broker/declare.ts'
import { type LocalCluster, startLocalCluster } from '../../../broker/local-cluster.ts'
import { untilDone } from '../../../broker/publish.ts'
import { type Matcher, startMatcher } from '../../../matcher/main.ts'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { beginReplay, expectExactlyOnce } from '../../support/replays.ts'

const NODES = [0, 1, 2]
const PARTITIONS = 3
const HITS_A_KILL = 100

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let cluster: LocalCluster
let admin: NatsConnection
let matchers: Matcher[] = []
beforeEach(async () => {
  folder = await temporaryFolder()
  cluster = await startLocalCluster(folder.path, NODES.length, PARTITIONS)
  const { keys, servers } = cluster
  admin = await connectBroker({ servers, keys, user: 'admin' }, quiet, 30_000)
  const size = { replicas: NODES.length, storageGib: 1, partitions: PARTITIONS }
  refuseDrift(await untilDone(() => declareBroker(admin, size)))
  matchers = await Promise.all(
    ['m1', 'm2'].map((name) => startMatcher({ servers, keys, name, log: quiet })),
  )
})
afterEach(async () => {
  for (const matcher of matchers) await matcher.close()
  await admin.close()
  for (const node of NODES) await cluster.stop(node)
  await folder.remove()
})

test('each of three nodes killed and brought back in turn during a replay: each planted hit is one alert', async () => {
  const { keys, servers, start, stop } = cluster
  const load = { hits: (2 * NODES.length + 1) * HITS_A_KILL, readsAHit: 20, held: HITS_A_KILL }
  const t0 = performance.now()
  const note = (what: string) => console.log(((performance.now() - t0) / 1000).toFixed(1), what, replay.alerts())
  const replay = beginReplay(admin, load)
  let letOut = HITS_A_KILL
  for (const node of NODES) {
    await replay.alerted(letOut - HITS_A_KILL + 10)
    note('kill')
    await stop(node)
    letOut += HITS_A_KILL
    replay.letOut(letOut)
    // The two that are left go on.
    await replay.alerted(letOut)
    note('alerted')
    start(node)
    const back = await connectBroker({ servers: servers[node]!, keys, user: 'admin' }, quiet, 20_000)
    await back.close()
    note('back')
    letOut += HITS_A_KILL
    replay.letOut(letOut)
  }
  expectExactlyOnce(await replay.done, load)
  note('done')
  await vi.waitFor(
    () => expect(matchers.map((matcher) => matcher.partitions().length).sort()).toEqual([1, 2]),
    10_000,
  )
}, 180_000)
