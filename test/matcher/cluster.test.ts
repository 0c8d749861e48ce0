import { setTimeout as pause } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { connectBroker } from '@sightline/broker/connect'
import { declareBroker, refuseDrift } from '@sightline/broker/declare'
import { startLocalCluster } from '@sightline/broker/local-cluster'
import { publishUntilStored, retryUntilDone } from '@sightline/broker/publish'
import { startMatcher } from '@sightline/matcher/main'
import { DISPLAYS } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { expect, test, vi } from 'vitest'
import { storedAlerts } from '../support/alerts.ts'
import { quiet, temporaryFolder } from '../support/broker.ts'
import { aDisplay } from '../support/displays.ts'
import { howOften } from '../support/long.ts'
import { aRead, gate } from '../support/reads.ts'

const PARTITIONS = 3
/** Hits that are planted while a node is down, and as many again once it is back. */
const HITS = howOften(15, 50)

test('when each of three nodes is killed and brought back in turn, each planted hit is exactly one alert', async () => {
  const folder = await temporaryFolder()
  const { keys, servers, start, stop } = await startLocalCluster(folder.path, 3, PARTITIONS)
  const admin = await connectBroker({ servers, keys, user: 'admin' }, quiet, 30_000)
  const size = { replicas: 3, storageGib: 1, partitions: PARTITIONS, agentStreams: 0 }
  refuseDrift(await retryUntilDone(() => declareBroker(admin, size)))
  const js = jetstream(admin)
  const displays = await new Kvm(js).open(DISPLAYS)
  await displays.put('d1', JSON.stringify(aDisplay()))
  const matchers = await Promise.all(
    ['m1', 'm2'].map((name) => startMatcher({ servers, keys, name, log: quiet })),
  )
  /** Every tenth read is of the displayed plate, each time at another camera. */
  const planted: string[] = []
  let publishing = true
  const publisher = (async () => {
    for (let n = 0; publishing; n++) {
      const camera = { ...gate, id: `gate-${n}` }
      const plate = n % 10 === 0 ? '7ABC123' : `X${n}`
      const read = aRead({ camera, plate, seenAt: new Date(Date.UTC(2026, 10, 24) + n).toISOString() })
      const options = { msgID: read.id }
      await publishUntilStored(js, readSubject('edge', camera.id), JSON.stringify(read), options)
      if (n % 10 === 0) planted.push(read.id)
      await pause(2)
    }
  })()
  let failure: unknown
  publisher.catch((error) => {
    failure = error
  })
  /** Until so many hits are planted. */
  const plantedUpTo = (count: number) =>
    vi.waitFor(() => {
      if (failure) return
      expect(planted.length).toBeGreaterThan(count)
    }, 60_000)
  try {
    await plantedUpTo(20)
    for (const node of [0, 1, 2]) {
      const before = planted.length
      await stop(node)
      await plantedUpTo(before + HITS)
      start(node)
      await connectBroker({ servers: servers[node]!, keys, user: 'admin' }, quiet, 20_000).then((c) =>
        c.close(),
      )
      await plantedUpTo(before + 2 * HITS)
      expect(failure).toBeUndefined()
    }
    publishing = false
    await publisher
    await vi.waitFor(
      async () => {
        const raised = (await storedAlerts(admin)).map(({ read }) => read.id)
        expect(raised.sort()).toEqual([...planted].sort())
      },
      { timeout: 60_000, interval: 500 },
    )
    // Each takes its share again once the others have noticed that it is back.
    const shares = () => matchers.map((matcher) => matcher.partitions().length).sort()
    await expect.poll(shares, { timeout: 60_000 }).toEqual([1, 2])
  } finally {
    publishing = false
    for (const matcher of matchers) await matcher.close()
    await admin.close()
    for (const node of [0, 1, 2]) await stop(node)
    await folder.remove()
  }
}, 300_000)
