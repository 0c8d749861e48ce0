import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { type Publisher, startPublisher } from '@sightline/edge-agent/publisher/publisher'
import { EDGE_SOURCE, type Read } from '@sightline/schemas/read'
import { agentReads } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { quiet, readsManager, type TestBroker, temporaryFolder, testBroker } from '../../support/broker.ts'
import { storedReads } from '../../support/edge.ts'
import { aRead } from '../../support/reads.ts'

/** A real broker that goes away, hangs, forgets. */

let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let publisher: Publisher | undefined

beforeEach(async () => {
  broker = await testBroker()
  folder = await temporaryFolder()
})
afterEach(async () => {
  await stop()
  await broker.remove()
  await folder.remove()
})

async function start(spoolBytes = 100e6): Promise<Publisher> {
  const address = { servers: broker.url, keys: broker.keys, user: 'edge' }
  publisher = await startPublisher({ ...address, spool: join(folder.path, 'spool'), spoolBytes, log: quiet })
  return publisher
}

async function stop(): Promise<void> {
  await publisher?.close()
  publisher = undefined
}

const reads = (count: number): Read[] =>
  Array.from({ length: count }, (_, n) => aRead({ plate: `7ABC${100 + n}` }))

const put = (read: Read) =>
  publisher!.spools.reads.commit({
    camera: read.camera.id,
    messages: [{ id: read.id, payload: Buffer.from(JSON.stringify(read)) }],
    state: '',
  })

const platesStored = async () => (await storedReads(broker)).map(({ plate }) => plate)
const plates = (some: readonly Read[]) => some.map(({ plate }) => plate)
const drained = (within = 30_000) => publisher!.drained(AbortSignal.timeout(within))

test('publishes every read once and in order when the broker is stopped and restarted', async () => {
  await start()
  const some = reads(30)
  for (const [n, read] of some.entries()) {
    if (n === 10) await broker.stop()
    if (n === 20) await broker.restart()
    await put(read)
  }
  await drained()
  expect(await platesStored()).toEqual(plates(some))
})

test('publishes every read once and in order when the broker hangs (SIGSTOP) longer than the timeout', async () => {
  await start()
  const some = reads(12)
  for (const read of some.slice(0, 3)) await put(read)
  await drained()
  process.kill(broker.pid, 'SIGSTOP')
  try {
    for (const read of some.slice(3)) await put(read)
    await sleep(7000)
  } finally {
    process.kill(broker.pid, 'SIGCONT')
  }
  await drained()
  expect(await platesStored()).toEqual(plates(some))
})

/** Lets the stream forget message ids almost at once, as it does after two minutes. */
async function forgetfulStream(): Promise<void> {
  const { streams } = await readsManager(await broker.as('admin'))
  await streams.update(agentReads(0), { duplicate_window: 100e6 })
}

test('does not store a read twice a day later when the agent was killed before it saw the answer', async () => {
  await forgetfulStream()
  const [first, second, third] = reads(3) as [Read, Read, Read]
  await start()
  await put(first)
  await drained()
  await stop()
  const js = jetstream(await broker.as('edge'))
  await js.publish(readSubject(EDGE_SOURCE, 'gate-1'), JSON.stringify(second), { msgID: second.id })
  await sleep(500)
  await start()
  await put(second)
  await put(third)
  await drained()
  expect(await platesStored()).toEqual(plates([first, second, third]))
})

test('stores an uncertain read when the stream has already dropped the one before', async () => {
  const [first, second] = reads(2) as [Read, Read]
  await start()
  await put(first)
  await drained()
  await stop()
  await (await readsManager(await broker.as('admin'))).streams.purge(agentReads(0))
  await start()
  await put(second)
  await drained()
  expect(await platesStored()).toEqual(plates([second]))
})

test('drops and counts the oldest reads when the space is full; the others arrive in order', async () => {
  await broker.stop()
  // 0.3 of it is for reads: room for ten, of 4 KiB each.
  await start((10 * 4096) / 0.3)
  const some = reads(25)
  for (const read of some) await put(read)
  expect(publisher!.spools.reads.stats()).toMatchObject({ entries: 10, dropped: 15 })
  await broker.restart()
  await drained()
  // The first was on its way: it might have arrived already, so it did not go.
  expect(await platesStored()).toEqual(plates([some[0]!, ...some.slice(16)]))
})

test('reports a refused user at once', async () => {
  const other = await testBroker({ vendors: [], edges: { edge: ['gate-1'] } })
  try {
    const address = { servers: broker.url, keys: other.keys, user: 'edge' }
    const spool = join(folder.path, 'spool')
    const refused = startPublisher({ ...address, spool, spoolBytes: 1e6, log: quiet })
    await expect(refused).rejects.toMatchObject({ code: 'BROKER_DENIED' })
    // The folder is free again.
    await start()
    await vi.waitFor(() => expect(publisher?.connected()).toBe(true), 30_000)
  } finally {
    await other.remove()
  }
})

test('sets aside what the broker never accepts, and later messages of the camera arrive', async () => {
  await start()
  const [first, last] = reads(2) as [Read, Read]
  // Larger than a message may be, and larger than the stream takes.
  for (const bytes of [1_200_000, 100_000]) {
    const payload = Buffer.alloc(bytes, 'x')
    await publisher!.spools.reads.commit({
      camera: first.camera.id,
      messages: [{ id: `large-${bytes}`, payload }],
      state: '',
    })
  }
  const camera = first.camera.id
  await publisher!.spools.pictures.append({
    camera,
    id: `edge.${camera}.a.plate`,
    payload: Buffer.alloc(2_000_000),
  })
  await publisher!.spools.pictures.append({
    camera,
    id: `edge.${camera}.b.plate`,
    payload: Buffer.alloc(100),
  })
  await put(last)
  await drained()
  expect(await platesStored()).toEqual(plates([last]))
  const { spools } = publisher!
  expect([spools.reads.stats().corrupt, spools.pictures.stats().corrupt]).toEqual([2, 1])
})
