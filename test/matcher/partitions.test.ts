import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { startEmbeddedBroker } from '@sightline/broker/embedded'
import { publishUntilStored } from '@sightline/broker/publish'
import { type Matcher, type MatcherOptions, startMatcher } from '@sightline/matcher/main'
import type { Read } from '@sightline/schemas/read'
import { DISPLAYS, EMBEDDED_SIZE, LEASES, READS, readStreams } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { storedAlerts } from '../support/alerts.ts'
import { quiet, readsManager, type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { aDisplay } from '../support/displays.ts'
import { howOften } from '../support/long.ts'
import { endMatchers, spawnMatcher } from '../support/matchers.ts'
import { aRead, gate } from '../support/reads.ts'

const PARTITIONS = 6
/** Reads between one event and the next; every hundredth is a planted hit. */
const STAGE = howOften(1200, 4000)
const SIZE = { ...EMBEDDED_SIZE, agentStreams: 0 }
/** Of two sources. */
const STREAMS = readStreams(PARTITIONS, ['edge', 'sim']).sort()

let broker: TestBroker
let admin: NatsConnection
const matchers = new Set<Matcher>()

beforeEach(async () => {
  broker = await testBroker({ vendors: ['sim'], edges: {} }, { ...SIZE, partitions: PARTITIONS })
  admin = await broker.as('admin')
})
afterEach(async () => {
  endMatchers()
  for (const matcher of matchers) await matcher.close()
  matchers.clear()
  await broker.remove()
})

const start = async (name: string, options: Partial<MatcherOptions> = {}) => {
  const matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet, name, ...options })
  matchers.add(matcher)
  return matcher
}
const publish = (read: Read) =>
  publishUntilStored(jetstream(admin), readSubject('edge', read.camera.id), JSON.stringify(read), {
    msgID: read.id,
  })
const display = async (plate: string) => {
  const value = aDisplay({ id: `d-${plate}`, plate })
  await (await new Kvm(jetstream(admin)).open(DISPLAYS)).put(value.id, JSON.stringify(value))
}
/** Who holds each partition, by the broker. */
const holders = async () => {
  const kv = await new Kvm(jetstream(admin)).open(LEASES)
  const entries = await Promise.all(STREAMS.map((stream) => kv.get(`partition.${stream}`)))
  return entries
    .map((entry) => (entry?.operation === 'PUT' ? entry.json<{ name: string }>().name : ''))
    .sort()
}
const four = (...names: string[]) => names.flatMap((name) => new Array(4).fill(name))
/** Every hundredth read is of a displayed plate, each time at another camera. */
const nth = (n: number) =>
  aRead({
    plate: n % 100 === 0 ? `PLANT${(n / 100) % 10}` : `X${n}`,
    seenAt: new Date(Date.parse('2026-11-24T03:00:00.000Z') + n).toISOString(),
    camera: { ...gate, id: `gate-${n % 100 === 0 ? n : n % 97}` },
  })

test('the broker spreads reads over all partitions by camera, those of vendors too', async () => {
  const vendor = await broker.as('sim')
  for (let n = 0; n < 200; n++) {
    const ack = await jetstream(admin).publish(readSubject('edge', `camera-${n}`), '{}')
    const again = await jetstream(vendor).publish(readSubject('sim', `camera-${n}`), '{}')
    expect(again.stream).toBe(`${ack.stream}-sim`)
  }
  const manager = await readsManager(admin)
  for (const stream of STREAMS) {
    expect((await manager.streams.info(stream)).state.messages).toBeGreaterThan(20)
  }
})

test('one matcher alone has every partition; a second one gets half, and all when the first leaves', async () => {
  const first = await start('m1')
  expect(first.partitions().map(({ stream }) => stream)).toEqual(STREAMS)
  const second = await start('m2')
  await vi.waitFor(
    () => expect([first.partitions().length, second.partitions().length]).toEqual([6, 6]),
    30_000,
  )
  await first.close()
  matchers.delete(first)
  await vi.waitFor(() => expect(second.partitions().length).toBe(STREAMS.length), 30_000)
})

test('with one killed and one added among three, each planted hit is exactly one alert', async () => {
  for (let n = 0; n < 10; n++) await display(`PLANT${n}`)
  const [, killed] = await Promise.all(['m1', 'm2', 'm3'].map((name) => spawnMatcher(broker, name)))
  const planted: string[] = []
  const publishSome = async (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      await publish(nth(n))
      if (n % 100 === 0) planted.push(nth(n).id)
    }
  }
  const raised = async () => (await storedAlerts(admin)).map(({ read }) => read.id)
  await publishSome(0, STAGE)
  await vi.waitFor(async () => expect(await holders()).toEqual(four('m1', 'm2', 'm3')), 30_000)
  await killed!.kill()
  await publishSome(STAGE, 2 * STAGE)
  const added = await spawnMatcher(broker, 'm4')
  await publishSome(2 * STAGE, 3 * STAGE)
  await vi.waitFor(async () => expect((await raised()).sort()).toEqual([...planted].sort()), {
    timeout: 30_000,
    interval: 200,
  })
  await vi.waitFor(async () => expect(await holders()).toEqual(four('m1', 'm3', 'm4')), 30_000)
  await added.stop()
  await publishSome(3 * STAGE, 4 * STAGE)
  await vi.waitFor(async () => expect((await raised()).sort()).toEqual([...planted].sort()), {
    timeout: 30_000,
    interval: 200,
  })
}, 180_000)

test('when partitions are introduced later, the reads in the old single stream are judged beside the new ones', async () => {
  const folder = await temporaryFolder()
  const at = { dataDir: folder.path, vendors: [], edges: {}, log: quiet, size: SIZE, syncAlways: false }
  const send = async (url: string, keys: string, reads: Read[]) => {
    const connection = await connectBroker({ servers: url, keys, user: 'admin' }, quiet)
    const kv = await new Kvm(jetstream(connection)).open(DISPLAYS)
    await kv.put('d1', JSON.stringify(aDisplay({ plate: 'PLANT0' })))
    for (const read of reads) {
      await jetstream(connection).publish(readSubject('edge', read.camera.id), JSON.stringify(read))
    }
    return connection
  }
  const hits = [0, 1, 2, 3].map((n) => nth(n * 1000))
  const before = await startEmbeddedBroker(at)
  await (await send(before.url, before.keys, hits.slice(0, 2))).close()
  await before.stop()
  const after = await startEmbeddedBroker({ ...at, size: { ...SIZE, partitions: 3 } })
  const connection = await send(after.url, after.keys, hits.slice(2))
  const matcher = await startMatcher({ servers: after.url, keys: after.keys, name: 'm', log: quiet })
  try {
    expect(matcher.partitions().map(({ stream }) => stream)).toEqual([READS, ...readStreams(3)])
    await vi.waitFor(async () => {
      const raised = (await storedAlerts(connection)).map(({ read }) => read.id)
      expect(raised.sort()).toEqual(hits.map(({ id }) => id).sort())
    }, 30_000)
  } finally {
    await matcher.close()
    await connection.close()
    await after.stop()
    await folder.remove()
  }
})

test('a matcher that starts under the name of another takes over at once, and the other says so', async () => {
  const onSuperseded = vi.fn()
  const first = await start('m1', { onSuperseded })
  const second = await start('m1')
  expect(second.partitions().length).toBe(STREAMS.length)
  await vi.waitFor(() => expect(onSuperseded.mock.calls).toMatchObject([[{ code: 'CONFLICT' }]]), 30_000)
  expect(first.partitions()).toEqual([])
  expect(first.healthy()).toBe(false)
})
