import { rm } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connectBroker } from '@sightline/broker/connect'
import { type EmbeddedBroker, startEmbeddedBroker } from '@sightline/broker/embedded'
import { startPublisher } from '@sightline/edge-agent/publisher/publisher'
import { openSpool } from '@sightline/edge-agent/spool/spool'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { createLog } from '@sightline/runtime/log'
import { apiOf } from '@sightline/schemas/bridges'
import { several } from '@sightline/schemas/several'
import { agentReads, EMBEDDED_SIZE } from '@sightline/schemas/streams'
import type { Benchmark, Report } from './benchmark.ts'
import { measureTime, removing, temporaryFolder } from './measure.ts'

const log = createLog('bench', 'silent')

export const bench: Benchmark = {
  name: 'backlog',
  summary: 'reads that waited on the disk of an edge agent, into the stream when the link is back',
  options: (command) =>
    command
      .option('--reads <n>', 'reads that wait', wholeNumber(1000, 1_000_000), 200_000)
      .option('--cameras <n>', 'cameras of the host', wholeNumber(1, 64), 4)
      .option('--alone <n>', 'reads that the yardstick sends, one by one', wholeNumber(100, 100_000), 5_000),
  run: (options, report) =>
    run(Number(options.reads), Number(options.cameras), Number(options.alone), report),
}

async function run(reads: number, count: number, alone: number, report: Report): Promise<void> {
  const dataDir = await temporaryFolder('sightline-bench-')
  const cameras = Array.from({ length: count }, (_, n) => `cam-${n}`)
  const broker = await startEmbeddedBroker({
    vendors: [],
    edges: { edge: cameras },
    dataDir,
    log,
    size: { ...EMBEDDED_SIZE, storageGib: 16 },
  }).catch(removing(dataDir))
  try {
    // A stream that takes no batches gets them one by one: what the agent did before, and does with nats-server 2.11.
    await setBatches(broker, false)
    const before = await drain(broker, join(dataDir, 'alone'), cameras, alone)
    await setBatches(broker, true)
    const now = await drain(broker, join(dataDir, 'backlog'), cameras, reads)
    report({
      metric: 'drain',
      ...now,
      unit: 'reads/s',
      yardstick: 'the same one by one',
      yardstickValue: before.value,
      ratio: now.value / before.value,
      reads,
      cameras: count,
      load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    })
  } finally {
    await broker.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Batches cannot be switched off again, so the stream is made again. */
async function setBatches({ url: servers, keys }: EmbeddedBroker, allowed: boolean): Promise<void> {
  const admin = await connectBroker({ servers, keys, user: 'admin' }, log)
  const { streams } = await jetstreamManager(admin, { apiPrefix: apiOf('MATCHER') })
  const { allow_atomic: _, ...config } = (await streams.info(agentReads(0))).config
  await streams.delete(agentReads(0))
  await streams.add({ ...config, ...(allowed && { allow_atomic: true }) })
  await admin.close()
}

/** Fills a spool while nobody forwards, then lets a publisher empty it; all of it must be in the stream, each camera's in order. */
async function drain(
  { url: servers, keys }: EmbeddedBroker,
  folder: string,
  cameras: readonly string[],
  count: number,
): Promise<{ value: number; cpuUs: number }> {
  const filling = await openSpool({ folder: join(folder, 'reads'), maxBytes: 64e9, log })
  const WINDOW = 256
  for (let from = 0; from < count; from += WINDOW) {
    await Promise.all(
      Array.from({ length: Math.min(WINDOW, count - from) }, (_, n) =>
        filling.append({
          camera: cameras[(from + n) % cameras.length]!,
          id: `read-${from + n}`,
          payload: payloadOf(from + n),
        }),
      ),
    )
  }
  await filling.close()
  const { ms, cpuS } = await measureTime(async () => {
    const publisher = await startPublisher({
      servers,
      keys,
      user: 'edge',
      spool: folder,
      spoolBytes: 256e9,
      log,
    })
    await publisher.drained(AbortSignal.timeout(600_000))
    await publisher.close()
  })
  await checkStored(servers, keys, cameras.length, count)
  return { value: Math.round((count * 1000) / ms), cpuUs: Math.round((cpuS * 1e7) / count) / 10 }
}

/** As long as an ordinary read. */
const payloadOf = (n: number) => Buffer.from(JSON.stringify({ n, filler: 'x'.repeat(880) }))

/** @throws Error where the stream has other reads, or in another order */
async function checkStored(servers: string, keys: string, cameras: number, count: number): Promise<void> {
  const admin = await connectBroker({ servers, keys, user: 'admin' }, log)
  try {
    const manager = await jetstreamManager(admin, { apiPrefix: apiOf('MATCHER') })
    const { state } = await manager.streams.info(agentReads(0))
    if (state.messages !== count)
      throw new Error(`the stream has ${several(state.messages, 'read')}, not ${count}`)
    const lasts = new Map<number, number>()
    for (let from = 1; from <= state.last_seq; from += 1000) {
      for await (const message of await manager.direct.getBatch(agentReads(0), { seq: from, batch: 1000 })) {
        const { n } = message.json<{ n: number }>()
        const last = lasts.get(n % cameras)
        if (last !== undefined && n !== last + cameras) throw new Error(`read ${n} came after read ${last}`)
        lasts.set(n % cameras, n)
      }
    }
  } finally {
    await admin.close()
  }
}
