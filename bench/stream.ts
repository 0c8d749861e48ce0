import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '../broker/connect.ts'
import { startEmbeddedBroker } from '../broker/embedded.ts'
import { wholeNumber } from '../cli/options.ts'
import { startMatcher } from '../matcher/main.ts'
import { createLog } from '../runtime/log.ts'
import type { Display } from '../schemas/display.ts'
import { EDGE_SOURCE, type Read, readId } from '../schemas/read.ts'
import { DISPLAYS, READS } from '../schemas/streams.ts'
import { readSubject } from '../schemas/subjects.ts'
import type { Benchmark, Report } from './benchmark.ts'

const log = createLog('bench', 'silent')
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

export const bench: Benchmark = {
  name: 'stream',
  summary: 'reads a second through the matcher, beside a consumer of the same stream that does nothing',
  options: (command) =>
    command
      .option('--reads <n>', 'reads in the stream', wholeNumber(1000, 10_000_000), 300_000)
      .option('--displays <n>', 'displays in the index', wholeNumber(1, 1_000_000), 1000),
  run: (options, report) => run(Number(options.reads), Number(options.displays), report),
}

async function run(reads: number, displays: number, report: Report): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  const broker = await startEmbeddedBroker({ vendors: [], edges: {}, dataDir, log })
  const { url: servers, keys } = broker
  try {
    const admin = await connectBroker({ servers, keys, user: 'admin' }, log)
    await fillDisplays(admin, displays)
    const published = await rate(reads, () => fillStream(admin, reads))
    report({
      metric: 'published',
      value: published,
      unit: 'reads/s',
      reads,
      how: 'core publish into the durable stream',
    })
    const idle = await rate(reads, () => consumeIdly(admin, reads))
    const matched = await rate(reads, () => matchAll(servers, keys, reads))
    const unit = 'reads/s'
    const yardstick = 'JetStream consumer that does nothing'
    report({
      metric: 'stream',
      value: matched,
      unit,
      yardstick,
      yardstickValue: idle,
      ratio: matched / idle,
      reads,
      displays,
    })
    await admin.close()
  } finally {
    await broker.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Units a second. */
async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return Math.round(count / ((performance.now() - begun) / 1000))
}

/** Plates that no two numbers share; the first `displays` of them are on display. */
const plateOf = (n: number) => n.toString(36).toUpperCase().padStart(7, '0')

async function fillDisplays(admin: NatsConnection, count: number): Promise<void> {
  const kv = await new Kvm(jetstream(admin)).open(DISPLAYS)
  const at = '2026-01-01T00:00:00.000Z'
  for (let n = 0; n < count; n++) {
    const display: Display = {
      ...{
        v: 1,
        id: `d${n}`,
        plate: plateOf(n),
        region: null,
        priority: 'normal',
        owner: 'bench',
        state: 'active',
      },
      ...{
        reason: 'Made up for a benchmark',
        caseRef: 'BENCH',
        createdAt: at,
        noticeConfirmedAt: at,
        validatedAt: at,
      },
      expiresAt: '2999-01-01T00:00:00.000Z',
    }
    await kv.put(display.id, JSON.stringify(display))
  }
}

/** Every thousandth read is of a plate on display. */
async function fillStream(admin: NatsConnection, count: number): Promise<void> {
  const camera = {
    id: 'c1',
    owner: 'bench',
    ownerType: 'agency',
    kind: 'fixed',
    country: 'US',
    address: null,
  } as const
  const seenAt = '2026-06-01T00:00:00.000Z'
  for (let n = 0; n < count; n++) {
    const plate = plateOf(n % 1000 === 0 ? 0 : 1_000_000 + n)
    const read: Read = {
      ...{ v: 1, id: readId(camera.id, `${seenAt}${n}`, plate), plate, confidence: 0.95, seenAt, camera },
      chars: [...plate].map((char) => ({ char, confidence: 0.99, alternatives: [] })),
      ...{ region: 'us-ca', regionConfidence: 0.9, source: EDGE_SOURCE, vehicle: null },
      position: { fix: 'surveyed', lat: 32.7, lon: -117.2, accuracyM: 1, headingDeg: null, speedMps: null },
      pictures: { plate: null, vehicle: null },
      engine: { name: 'bench', version: '1' },
    }
    admin.publish(readSubject(EDGE_SOURCE, camera.id), JSON.stringify(read))
    // A window, so that neither the socket nor the server's queue grows without bound.
    if (n % 2000 === 0) await admin.flush()
  }
  await admin.flush()
  const manager = await jetstreamManager(admin)
  while ((await manager.streams.info(READS)).state.messages < count) await pause(10)
}

async function consumeIdly(admin: NatsConnection, count: number): Promise<void> {
  const consumer = await jetstream(admin).consumers.get(READS, { opt_start_seq: 1 })
  let seen = 0
  for await (const _message of await consumer.consume({ max_messages: 10_000 })) {
    if (++seen === count) return
  }
}

async function matchAll(servers: string, keys: string, count: number): Promise<void> {
  const matcher = await startMatcher({ servers, keys, log })
  while (matcher.counts.reads < count) await pause(1)
  await matcher.close()
  const expected = Math.ceil(count / 1000)
  if (matcher.counts.alerts !== expected) {
    throw new Error(`the matcher raised ${matcher.counts.alerts} alerts, ${expected} were planted`)
  }
}
