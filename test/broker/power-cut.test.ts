import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connectBroker } from '@sightline/broker/connect'
import { type EmbeddedBroker, startEmbeddedBroker } from '@sightline/broker/embedded'
import { findServer } from '@sightline/broker/find-server'
import { AUDIT, CASES, DISPLAYS, isReadStream } from '@sightline/schemas/streams'
import { auditSubject, readSubject } from '@sightline/schemas/subjects'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { quiet, readsManager, temporaryFolder } from '../support/broker.ts'
import { howOften } from '../support/long.ts'
import { cutPower, sizesOf, tracedServer } from '../support/power-cut.ts'
import { hasStrace } from '../support/strace.ts'

/** What was acknowledged is there after a power cut at any instant (test/support/power-cut.ts says what that models). */

const CUTS = howOften(2, 20, 'SIGHTLINE_TEST_POWER_CUTS')

const folder = await temporaryFolder()
afterAll(() => folder.remove())
afterEach(() => void vi.unstubAllEnvs())

interface Acknowledged {
  stream: string
  seq: number
  text: string
}

const start = (dataDir: string, syncAlways?: boolean): Promise<EmbeddedBroker> =>
  startEmbeddedBroker({
    ...{ vendors: ['sim'], edges: { edge: ['gate-1'] }, dataDir, log: quiet },
    ...(syncAlways === undefined ? {} : { syncAlways }),
  })

/** Publishes to each of these, one after the other's acknowledgement, until the broker is gone. */
const WRITERS: readonly (readonly [user: string, subject: (n: number) => string])[] = [
  ['admin', () => auditSubject('ada')],
  ['admin', (n) => `$KV.${DISPLAYS}.d${n}`],
  ['admin', (n) => `$KV.${CASES}.c${n}`],
  ['edge', () => readSubject('edge', 'gate-1')],
  ['sim', () => readSubject('sim', 'lot-1')],
]

/** One life of a broker, ended at a random instant. @returns what is missing of what it had acknowledged */
async function oneCut(name: string, syncAlways?: boolean) {
  const { path, trace } = await tracedServer(folder.path, (await findServer()).path)
  vi.stubEnv('SIGHTLINE_NATS_SERVER', path)
  const [dataDir, image] = [join(folder.path, name), join(folder.path, `${name}-after`)]
  const broker = await start(dataDir, syncAlways)
  const address = { servers: broker.url, keys: broker.keys }
  const acknowledged: Acknowledged[] = []
  let over = false
  const connections = await Promise.all(WRITERS.map(([user]) => connectBroker({ ...address, user }, quiet)))
  const before = await sizesOf(dataDir)
  const writing = WRITERS.map(async ([, subject], writer) => {
    for (let n = 0; !over; n++) {
      const text = JSON.stringify({ writer, n, more: 'x'.repeat((n * 37) % 900) })
      const answer = await jetstream(connections[writer]!)
        .publish(subject(n), text, { timeout: 10_000 })
        .catch(() => undefined)
      if (answer) acknowledged.push({ stream: answer.stream, seq: answer.seq, text })
    }
  })
  await pause(300 + Math.random() * 700)
  over = true
  process.kill(broker.pid, 'SIGKILL')
  await broker.exited
  await Promise.all(connections.map((connection) => connection.close()))
  await Promise.all([...writing, broker.stop()])
  // strace notes the end a moment later.
  await pause(300)
  const gone = await cutPower(dataDir, image, trace, before)
  vi.unstubAllEnvs()
  const missing = await missingIn(image, acknowledged)
  return { acknowledged, missing, gone }
}

async function missingIn(dataDir: string, acknowledged: readonly Acknowledged[]): Promise<Acknowledged[]> {
  const broker = await start(dataDir)
  const admin = await connectBroker({ servers: broker.url, keys: broker.keys, user: 'admin' }, quiet)
  const [agency, reads] = [await jetstreamManager(admin), await readsManager(admin)]
  const missing: Acknowledged[] = []
  for (const one of acknowledged) {
    const manager = isReadStream(one.stream) ? reads : agency
    const found = await manager.streams.getMessage(one.stream, { seq: one.seq }).catch(() => null)
    if (found?.string() !== one.text) missing.push(one)
  }
  await admin.close()
  await broker.stop()
  return missing
}

describe.skipIf(!hasStrace)('a power cut', { timeout: 60_000 + CUTS * 20_000 }, () => {
  test('loses nothing that the embedded broker has acknowledged: audit records, displays, cases, reads', async () => {
    let count = 0
    for (let n = 0; n < CUTS; n++) {
      const { acknowledged, missing } = await oneCut(`cut-${n}`)
      const streams = new Set(acknowledged.map(({ stream }) => stream))
      expect([...streams].sort()).toEqual(
        [AUDIT, `KV_${CASES}`, `KV_${DISPLAYS}`, 'READS-sim', 'READS_a0'].sort(),
      )
      expect(missing.map(({ stream, seq }) => `${stream} ${seq}`)).toEqual([])
      count += acknowledged.length
    }
    process.stderr.write(`power cuts: ${CUTS}, messages acknowledged and there: ${count}\n`)
  })

  test('would lose some without syncing at once', async () => {
    const { missing, gone } = await oneCut('careless', false)
    expect(gone).toBeGreaterThan(0)
    expect(missing.length).toBeGreaterThan(0)
  })
})
