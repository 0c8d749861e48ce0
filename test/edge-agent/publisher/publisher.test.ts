import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { messageIdsOf } from '@sightline/broker/message-ids'
import { publishTogether } from '@sightline/broker/publish-together'
import { type Publisher, startPublisher } from '@sightline/edge-agent/publisher/publisher'
import { openSpool } from '@sightline/edge-agent/spool/spool'
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

/** Puts reads on the disk of a host whose link is down. */
async function spool(some: readonly Read[]): Promise<void> {
  await broker.stop()
  await start()
  for (const read of some) await put(read)
  await stop()
  await broker.restart()
}

const platesOfCameras = (some: readonly Read[]) =>
  ['gate-1', 'gate-2', 'gate-3'].map((id) => plates(some.filter(({ camera }) => camera.id === id)))

/** How many of the stored reads came in a batch. */
async function batched(): Promise<number> {
  const { streams } = await readsManager(await broker.as('admin'))
  const { state } = await streams.info(agentReads(0))
  let count = 0
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    if ((await streams.getMessage(agentReads(0), { seq }))?.header.has('Nats-Batch-Id')) count++
  }
  return count
}

test('sends a backlog in batches, each read once and in its camera’s order, though broker and agent end in the middle', async () => {
  await broker.remove()
  const cameras = ['gate-1', 'gate-2', 'gate-3']
  broker = await testBroker({ vendors: [], edges: { edge: cameras } })
  const some = reads(1500).map((read, n) =>
    aRead({ ...read, camera: { ...read.camera, id: cameras[n % 3]! } }),
  )
  await broker.stop()
  await start()
  await Promise.all(some.map(put))
  await broker.restart()
  const left = () => publisher!.spools.reads.stats().entries
  await vi.waitFor(() => expect(left()).toBeLessThan(1400), { timeout: 30_000, interval: 1 })
  await broker.stop()
  await broker.restart()
  await forgetfulStream()
  await vi.waitFor(() => expect(left()).toBeLessThan(1000), { timeout: 30_000, interval: 1 })
  // It ends while batches are under way, whose answers it does not hear.
  await stop()
  await sleep(200)
  await start()
  await drained()
  expect(platesOfCameras(await storedReads(broker))).toEqual(platesOfCameras(some))
  expect(await batched()).toBeGreaterThan(1000)
})

test('sends a backlog one by one to a stream that takes no batches', async () => {
  const some = reads(40)
  await spool(some)
  const { streams } = await readsManager(await broker.as('admin'))
  const { allow_atomic: _, ...older } = (await streams.info(agentReads(0))).config
  await streams.delete(agentReads(0))
  await streams.add(older)
  await start()
  await drained()
  expect(await platesStored()).toEqual(plates(some))
  expect(await batched()).toBe(0)
})

test('a read in a batch that the broker never takes is set aside, and the others arrive', async () => {
  await start()
  await broker.stop()
  const some = reads(20)
  for (const [n, read] of some.entries()) {
    if (n !== 12) await put(read)
    else {
      const messages = [{ id: 'large', payload: Buffer.alloc(5000, 'x') }]
      await publisher!.spools.reads.commit({ camera: read.camera.id, messages, state: '' })
    }
  }
  await broker.restart()
  await drained()
  expect(await platesStored()).toEqual(plates(some.toSpliced(12, 1)))
  expect(publisher!.spools.reads.stats().corrupt).toBe(1)
})

test('a full stream gets the rest of a backlog, in order, when it has room again', async () => {
  const some = reads(120)
  await spool(some)
  const { streams } = await readsManager(await broker.as('admin'))
  const { config } = await streams.info(agentReads(0))
  await streams.update(agentReads(0), { ...config, max_bytes: 40_000 })
  await start()
  const isFull = async () => (await streams.info(agentReads(0))).state.bytes > 38_000
  await vi.waitFor(async () => expect(await isFull()).toBe(true), 30_000)
  const first = await platesStored()
  expect(first).toEqual(plates(some).slice(0, first.length))
  await streams.update(agentReads(0), { ...config, max_bytes: 1e6 })
  await drained()
  expect(await platesStored()).toEqual(plates(some))
})

test.each(['remembers', 'has forgotten'])(
  'does not store a batch twice when the agent was killed before it saw the answer, and the stream %s it',
  async (what) => {
    if (what === 'has forgotten') await forgetfulStream()
    const [first, ...others] = reads(6) as [Read, ...Read[]]
    await start()
    await put(first)
    await drained()
    await stop()
    // As the disk and the stream are when it is killed behind the last message of the batch.
    const messageIds = await messageIdsOf({ keys: broker.keys, user: 'edge' })
    const batch = others.map((read) => ({
      msgID: messageIds(read.id),
      payload: Buffer.from(JSON.stringify(read)),
    }))
    const connection = await broker.as('edge')
    const subject = readSubject(EDGE_SOURCE, 'gate-1')
    const { seq } = await publishTogether(connection, subject, batch, { timeout: 5000 })
    expect(seq).toBe(6)
    const folderOfReads = join(folder.path, 'spool/reads')
    const filling = await openSpool({ folder: folderOfReads, maxBytes: 1e6, log: quiet })
    for (const read of others) {
      const messages = [{ id: read.id, payload: Buffer.from(JSON.stringify(read)) }]
      await filling.commit({ camera: 'gate-1', messages, state: '' })
    }
    await filling.close()
    const note = join(folderOfReads, 'receipts/gate-1.json')
    expect(JSON.parse(await readFile(note, 'utf8'))).toEqual({ sequence: 1, receipt: 1 })
    await writeFile(note, JSON.stringify({ sequence: 1, receipt: 1, sending: 6 }))
    await sleep(500)
    await start()
    const next = aRead({ plate: 'NEXT1' })
    await put(next)
    await drained()
    expect(await platesStored()).toEqual(plates([first, ...others, next]))
  },
)

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
