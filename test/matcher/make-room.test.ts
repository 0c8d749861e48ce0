import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AckPolicy, type JetStreamManager, jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { freePort } from '@sightline/broker/free-port'
import { openLink } from '@sightline/broker/link'
import { type Outgoing, publishAll } from '@sightline/broker/publish-all'
import { startPublisher } from '@sightline/edge-agent/publisher/publisher'
import { type Matcher, startMatcher } from '@sightline/matcher/main'
import { judgedToDrop, makeRoom } from '@sightline/matcher/make-room'
import { startMonitor } from '@sightline/runtime/monitor'
import { agentReads, DISPLAYS, POSITIONS, positionKey, READS } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { storedAlerts } from '../support/alerts.ts'
import { quiet, readsManager, type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { aDisplay } from '../support/displays.ts'
import { howOften } from '../support/long.ts'
import { endMatchers, spawnMatcher } from '../support/matchers.ts'
import { aRead, gate } from '../support/reads.ts'

describe('what of a stream may go', () => {
  const room = { messages: 1000, bytes: 100_000, first: 1, last: 1000, maxBytes: 200_000 }

  test.each([
    ['all but a quarter of the space, while there is room', room, 1000, 500],
    ['nothing that is not judged', room, 400, 0],
    ['as little of them as there is judged, and a quarter stays', room, 600, 100],
    ['nearly all that is judged, where space runs out', { ...room, maxBytes: 110_000 }, 600, 583],
    ['all but the last read, however little space there is', { ...room, maxBytes: 10 }, 1000, 999],
    ['nothing that is hardly worth a request', { ...room, maxBytes: 390_000 }, 1000, 0],
    ['nothing of a stream that was made again', room, 5000, 0],
    ['nothing of an empty stream', { ...room, messages: 0, bytes: 0, first: 1001 }, 1000, 0],
    ['nothing twice', { ...room, first: 601, messages: 400, bytes: 40_000 }, 600, 0],
    ['nothing where there is no limit', { ...room, maxBytes: -1 }, 1000, 0],
  ])('%s', (_what, stream, done, upTo) => {
    expect(judgedToDrop(stream, done)).toBe(upTo)
  })
})

/** Some 520 reads of four kilobytes for each stream. */
const SIZE = { replicas: 1, storageGib: 0.02 }
const CAPACITY = 520

let broker: TestBroker
let admin: NatsConnection
let manager: JetStreamManager

beforeAll(async () => {
  broker = await testBroker({ vendors: [], edges: { edge: ['gate-1'] } }, SIZE)
  admin = await broker.as('admin')
  manager = await readsManager(admin)
  await (await new Kvm(jetstream(admin)).open(DISPLAYS)).put('d1', JSON.stringify(aDisplay()))
})
afterAll(async () => {
  endMatchers()
  await broker?.remove()
})

let made = 0
const planted = new Set<string>()
/** Every fiftieth is of the displayed plate, each at a camera of its own; all are as large as they may be. */
function nextRead(): Outgoing {
  const n = made++
  const isPlanted = n % 50 === 0
  const read = aRead({
    ...(isPlanted ? {} : { plate: `X${n}` }),
    camera: { ...gate, id: `gate-${n}` },
    seenAt: new Date(Date.UTC(2026, 10, 24) + n).toISOString(),
  })
  if (isPlanted) planted.add(read.id)
  return {
    subject: readSubject('edge', read.camera.id),
    payload: JSON.stringify(read).padEnd(4000),
    msgID: read.id,
  }
}

/** A few at a time, for as long as it takes at 500 a second. */
async function* paced(count: number) {
  for (let n = 0; n < count; n++) {
    yield nextRead()
    if (n % 5 === 4) await pause(10)
  }
}

const raised = async () => (await storedAlerts(admin)).map(({ read }) => read.id).sort()
const eachOnce = () =>
  vi.waitFor(async () => expect(await raised()).toEqual([...planted].sort()), {
    timeout: 60_000,
    interval: 200,
  })
const stateOf = async (stream: string) => (await manager.streams.info(stream)).state
const refused = async () => {
  const { subject, payload } = nextRead()
  const answer = jetstream(admin)
    .publish(subject, payload)
    .catch((error: Error) => error.message)
  return (await answer) === 'maximum bytes exceeded'
}
const start = (name = 'm1') => startMatcher({ servers: broker.url, keys: broker.keys, log: quiet, name })

test('a matcher that judges keeps its stream open, however much comes', async () => {
  const matcher: Matcher = await start()
  try {
    const { resent } = await publishAll(admin, paced(4 * CAPACITY), { user: 'admin', inFlight: 20 })
    // One that is refused is sent again.
    expect(resent).toBe(0)
    await eachOnce()
    const { first_seq, last_seq } = await stateOf(READS)
    expect(last_seq).toBe(4 * CAPACITY)
    expect(first_seq).toBeGreaterThan(3 * CAPACITY)
  } finally {
    await matcher.close()
  }
})

test('without a matcher the stream is full, senders keep their reads, and it takes all of them up later', async () => {
  const folder = await temporaryFolder()
  await vi.waitFor(async () => expect(await refused()).toBe(true), { timeout: 60_000, interval: 0 })
  const before = await stateOf(READS)
  const publisher = await startPublisher({
    ...{ servers: broker.url, keys: broker.keys, user: 'edge', log: quiet },
    ...{ spool: join(folder.path, 'spool'), spoolBytes: 100e6 },
  })
  let matcher: Matcher | undefined
  try {
    const fill = Array.from({ length: CAPACITY + 50 }, (_, n) => {
      const read = aRead({
        camera: gate,
        plate: `Y${n}`,
        seenAt: new Date(Date.UTC(2026, 10, 25) + n).toISOString(),
      })
      return { id: read.id, payload: Buffer.from(JSON.stringify(read).padEnd(4000)) }
    })
    await publisher.spools.reads.commit({ camera: 'gate-1', messages: fill, state: '' })
    await vi.waitFor(async () => expect((await stateOf(agentReads(0))).messages).toBeGreaterThan(500), 30_000)
    expect(publisher.spools.reads.stats()).toMatchObject({ dropped: 0, corrupt: 0 })
    expect(publisher.spools.reads.stats().entries).toBeGreaterThan(10)
    expect(await refused()).toBe(true)
    const reads = before.last_seq - 4 * CAPACITY
    matcher = await start()
    await publisher.drained(AbortSignal.timeout(60_000))
    expect(publisher.spools.reads.stats()).toMatchObject({ entries: 0, dropped: 0, corrupt: 0 })
    const judged = matcher.counts
    await vi.waitFor(() => expect(judged.reads).toBe(reads + fill.length), 30_000)
    expect((await stateOf(READS)).last_seq).toBe(before.last_seq)
    await vi.waitFor(async () => expect((await stateOf(READS)).bytes).toBeLessThan(before.bytes / 2), 30_000)
  } finally {
    await matcher?.close()
    await publisher.close()
    await folder.remove()
  }
})

test('matchers that are killed while reads make room lose none, and judge each once', async () => {
  // What was refused before is no hit that was planted.
  planted.clear()
  for (const id of await raised()) planted.add(id)
  let killed = await spawnMatcher(broker, 'm1')
  const times = howOften(2, 20)
  const publishing = publishAll(admin, paced((times + 1) * 2 * CAPACITY), { user: 'admin', inFlight: 20 })
  for (let n = 0; n < times; n++) {
    const { first_seq } = await stateOf(READS)
    // In the middle of it: it has just removed something, and goes on.
    await vi.waitFor(async () => expect((await stateOf(READS)).first_seq).toBeGreaterThan(first_seq), {
      timeout: 60_000,
      interval: 5,
    })
    await killed.kill()
    killed = await spawnMatcher(broker, 'm1')
  }
  await publishing
  await eachOnce()
  await killed.stop()
})

describe('nothing is removed that somebody needs', () => {
  /** Fills the stream and has all of it judged, as its matcher sees it. */
  async function room(
    needed: () => Promise<unknown>,
    others: readonly { stream: string; stored(): number }[] = [],
  ): Promise<{ removed(): Promise<number>; close(): void }> {
    await manager.streams.purge(READS)
    for (let n = 0; n < 400; n++) {
      const { subject, payload } = nextRead()
      await jetstream(admin).publish(subject, payload)
    }
    const { first_seq, last_seq } = await stateOf(READS)
    await needed()
    const matcher = await broker.as('matcher')
    const link = await openLink(matcher)
    const parts = { name: 'm1', link, agency: await openLink(matcher, 'AGENCY'), log: quiet, idleMs: 0 }
    const rooms = makeRoom({
      ...parts,
      partitions: () => [{ stream: READS, stored: () => last_seq }, ...others],
    })
    return { removed: async () => (await stateOf(READS)).first_seq - first_seq, close: rooms.close }
  }
  const positions = async () => new Kvm(jetstream(admin)).open(POSITIONS)

  test('a history that is behind: its reads stay until it has them, or is given up', async () => {
    const key = positionKey('history', READS)
    const place = async (ahead: number) =>
      (await positions()).put(key, String((await stateOf(READS)).first_seq - 1 + ahead))
    const { removed, close } = await room(() => place(0))
    try {
      // Nothing may happen: two looks.
      await pause(1200)
      expect(await removed()).toBe(0)
      await place(100)
      await vi.waitFor(async () => expect(await removed()).toBeGreaterThan(0), 30_000)
      expect(await removed()).toBeLessThan(100)
      await (await positions()).put(key, 'nobody can read this')
      const before = await removed()
      await pause(1200)
      expect(await removed()).toBe(before)
      await (await positions()).delete(key)
      await vi.waitFor(async () => expect(await removed()).toBeGreaterThan(before), 30_000)
    } finally {
      close()
      await (await positions()).delete(key)
    }
  })

  test('a partition that stands still beside one that goes on', async () => {
    const still = agentReads(0)
    const edge = jetstream(await broker.as('edge'))
    for (let n = 0; n < 400; n++)
      await edge.publish(readSubject('edge', 'gate-1'), nextRead().payload).catch(() => {})
    const before = await stateOf(still)
    // Up to its fifth read, of which the first are long gone.
    const stored = () => before.first_seq + 4
    const { removed, close } = await room(async () => {}, [{ stream: still, stored }])
    try {
      await vi.waitFor(async () => expect(await removed()).toBeGreaterThan(100), 30_000)
      // Nothing may happen: two looks.
      await pause(1200)
      const after = await stateOf(still)
      expect(after.last_seq).toBe(before.last_seq)
      expect(after.first_seq).toBeLessThanOrEqual(stored())
    } finally {
      close()
    }
  })

  test('a durable consumer that is behind', async () => {
    const { removed, close } = await room(() =>
      manager.consumers.add(READS, { durable_name: 'elsewhere', ack_policy: AckPolicy.All }),
    )
    try {
      await pause(1200)
      expect(await removed()).toBe(0)
      await manager.consumers.delete(READS, 'elsewhere')
      await vi.waitFor(async () => expect(await removed()).toBeGreaterThan(100), 30_000)
    } finally {
      close()
    }
  })
})

test('a matcher that gets no consumer says so within seconds, and goes on as soon as it gets one', async () => {
  const before = (await manager.streams.info(READS)).config
  // Those of matchers that were killed.
  for await (const { name } of manager.consumers.list(READS)) await manager.consumers.delete(READS, name)
  const limited = { ...before, max_consumers: 1 }
  await manager.streams.update(READS, limited)
  const { name } = await manager.consumers.add(READS, {
    ack_policy: AckPolicy.None,
    inactive_threshold: 600e9,
  })
  const matcher = await start()
  const { close, url } = await monitorOf(matcher)
  try {
    const { subject, payload } = nextRead()
    await jetstream(admin).publish(subject, payload)
    // “Within seconds” is what is tested, so the limit is short.
    await vi.waitFor(async () => {
      const answer = await fetch(`${url}/health`)
      const { troubles } = (await answer.json()) as {
        troubles?: { code: string; message: string; hint: string }[]
      }
      expect([answer.status, troubles?.[0]?.code]).toEqual([503, 'FOLLOW_REFUSED'])
      expect(troubles![0]!.message).toMatch(/READS be followed: maximum consumers limit reached/)
      expect(troubles![0]!.hint).toMatch(/nats consumer ls/)
    }, 10_000)
    // This limit too.
    await vi.waitFor(
      () => expect(matcher.troubles().map(({ code }) => code)).toContain('READS_STILL'),
      10_000,
    )
    await manager.consumers.delete(READS, name)
    await vi.waitFor(async () => expect((await fetch(`${url}/health`)).status).toBe(200), 30_000)
    expect(matcher.troubles()).toEqual([])
  } finally {
    close()
    await matcher.close()
    await manager.streams.update(READS, before)
  }
})

async function monitorOf({ healthy, troubles, registry }: Matcher) {
  const port = await freePort()
  const { close } = await startMonitor({ port, healthy, troubles, registry })
  return { close, url: `http://127.0.0.1:${port}` }
}
