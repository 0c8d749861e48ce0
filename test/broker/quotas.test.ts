import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { openPictures } from '@sightline/api/pictures/store'
import { freePort } from '@sightline/broker/free-port'
import { openLink } from '@sightline/broker/link'
import { type Publisher, startPublisher } from '@sightline/edge-agent/publisher/publisher'
import { root } from '@sightline/runtime/root'
import type { SightlineError } from '@sightline/schemas/errors'
import type { Read } from '@sightline/schemas/read'
import { agentReads, DISPLAYS, POSITIONS, positionKey } from '@sightline/schemas/streams'
import { pictureName, pictureSubject, readSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { storedAlerts } from '../support/alerts.ts'
import { quiet, readsManager, type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { aDisplay } from '../support/displays.ts'
import { aJpeg } from '../support/jpeg.ts'
import { endMatchers, spawnMatcher } from '../support/matchers.ts'
import { aRead, gate } from '../support/reads.ts'

/**
 * Whoever has one source's key sends as much as the broker takes: the others lose nothing and wait for nothing, and a client
 * that is refused by its own share keeps what it has.
 */

/** Small, so that a share is full in a second: 5 MB for each source. */
const SIZE = { replicas: 1, storageGib: 0.05 }
const PARTIES = { vendors: ['flood', 'calm'], edges: { edge: ['gate-1'], hostile: ['evil-1'] } }
const FLOOD_MS = 1500

let broker: TestBroker
let monitor: number
let admin: NatsConnection
const folders: Awaited<ReturnType<typeof temporaryFolder>>[] = []

beforeAll(async () => {
  broker = await testBroker(PARTIES, { ...SIZE, vendors: PARTIES.vendors })
  admin = await broker.as('admin')
  await (await new Kvm(jetstream(admin)).open(DISPLAYS)).put('d1', JSON.stringify(aDisplay()))
  monitor = await freePort()
  await spawnMatcher(broker, 'm1', ['--suppress', '0', '--monitor-port', String(monitor)])
})
afterAll(async () => {
  endMatchers()
  await broker?.remove()
  for (const folder of folders) await folder.remove()
})

interface Flood {
  /** Settles when the broker refuses something for the first time: until then there is room. */
  refused: Promise<unknown>
  /** Ends it. @returns what the broker answered to the last */
  end(): Promise<string>
}

/** A process that sends as much as the broker takes. */
function flood(user: string, subject: string, bytes: number): Flood {
  const program = join(root, 'test/support/flood.mjs')
  const key = join(broker.keys, `${user}.nk`)
  const port = new URL(broker.url).port
  const child = spawn(process.execPath, [program, port, key, user, subject, String(bytes)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const refused = once(child.stdout, 'data')
  refused.catch(() => {})
  const said = text(child.stdout)
  return {
    refused,
    end: async () => {
      child.stdin.end()
      return said
    },
  }
}

let made = 0
const nextRead = (source: string, camera: string): Read =>
  aRead({
    source,
    camera: { ...gate, id: camera },
    seenAt: new Date(Date.now() + made++).toISOString(),
  })

interface Sent {
  ids: string[]
  /** How long each acknowledgement took, milliseconds. */
  waits: number[]
}

/** Publishes a read of the displayed plate every 20 ms, each once and never again. */
async function publishOrdinarily(user: string, source: string, camera: string, forMs: number): Promise<Sent> {
  const js = jetstream(await broker.as(user))
  const sent: Sent = { ids: [], waits: [] }
  for (const end = performance.now() + forMs; performance.now() < end; ) {
    const read = nextRead(source, camera)
    const begun = performance.now()
    await js.publish(readSubject(source, camera), JSON.stringify(read), { msgID: read.id, timeout: 20_000 })
    sent.waits.push(performance.now() - begun)
    sent.ids.push(read.id)
    await pause(20)
  }
  return sent
}

const at = (waits: readonly number[], part: number) =>
  [...waits].sort((a, b) => a - b)[Math.floor((waits.length - 1) * part)]!

const OTHERS = [
  ['edge', 'edge', 'gate-1'],
  ['calm', 'calm', 'lot-1'],
] as const
const others = (forMs: number) =>
  Promise.all(OTHERS.map(([user, source, camera]) => publishOrdinarily(user, source, camera, forMs)))

/** Somebody needs the reads of a stream, and takes none of them: those that are judged make no room. */
const keepAll = async (stream: string) =>
  (await new Kvm(jetstream(admin)).open(POSITIONS)).put(positionKey('history', stream), '0')

describe.each([
  ['a vendor, with small messages that are judged as they come', 'flood', 'flood', 'lot-1', 1, null],
  ['a vendor, with large messages', 'flood', 'flood', 'lot-2', 4000, 'READS-flood'],
  ['an edge agent, with large messages', 'hostile', 'edge', 'evil-1', 4000, agentReads(1)],
  ['an edge agent, with small ones', 'hostile', 'edge', 'evil-1', 1, agentReads(1)],
])('the flood of %s', (_what, user, source, camera, bytes, full) => {
  test('neither loses nor delays anything of the other sources', async () => {
    if (full) await keepAll(full)
    const before = await others(FLOOD_MS / 5)
    const { refused, end } = flood(user, readSubject(source, camera), bytes)
    if (full) await refused
    const during = await others(FLOOD_MS)
    const answer = await end()
    const after = await others(FLOOD_MS / 5)
    // Each got through at its first try. The flood takes a part of two cores, and no more. The machine may have more to do,
    // from some moment on or until then, so what counts is the slower of before and after.
    for (const [n, { waits }] of during.entries()) {
      const calm = (part: number) => Math.max(at(before[n]!.waits, part), at(after[n]!.waits, part))
      expect(at(waits, 0.5)).toBeLessThan(Math.max(300, 5 * calm(0.5)))
      expect(at(waits, 0.95)).toBeLessThan(Math.max(2000, 5 * calm(0.95)))
    }
    if (full) expect(answer).toMatch(/"code":503.*maximum (bytes|messages per subject) exceeded/)
    const ids = [...before, ...during, ...after].flatMap(({ ids }) => ids)
    await vi.waitFor(
      async () => {
        const raised = new Set((await storedAlerts(admin)).map(({ read }) => read.id))
        expect(ids.filter((id) => !raised.has(id))).toEqual([])
      },
      { timeout: 40_000, interval: 250 },
    )
  })
})

test('operations see which source used up its room', async () => {
  // The gauge is absent while the broker is slow to answer.
  await vi.waitFor(async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${monitor}/metrics`)).text()
    expect(metrics).toMatch(/sightline_matcher_room_used\{stream="READS-flood"\} (1|0\.9\d*)\n/)
    expect(metrics).toMatch(/sightline_matcher_room_used\{stream="READS_a1"\} (1|0\.9\d*)\n/)
    for (const calm of ['READS_a0', 'READS-calm'])
      expect(metrics).toMatch(new RegExp(`room_used\\{stream="${calm}"\\} 0\\.0`))
  }, 30_000)
})

test('an agent that is refused keeps its reads and tries again', async () => {
  const folder = await temporaryFolder()
  folders.push(folder)
  const refused: SightlineError[] = []
  const publisher: Publisher = await startPublisher({
    ...{ servers: broker.url, keys: broker.keys, user: 'hostile', log: quiet },
    ...{ spool: join(folder.path, 'spool'), spoolBytes: 100e6 },
    onFull: (_camera, error) => refused.push(error),
  })
  try {
    const put = async () => {
      const read = nextRead('edge', 'evil-1')
      const messages = [{ id: read.id, payload: Buffer.from(JSON.stringify(read)) }]
      await publisher.spools.reads.commit({ camera: 'evil-1', messages, state: '' })
      return read.id
    }
    const kept = [await put(), await put(), await put()]
    await vi.waitFor(() => expect(refused.length).toBeGreaterThan(1), 30_000)
    expect(refused.map(({ code }) => code)).toEqual(refused.map(() => 'QUOTA_EXCEEDED'))
    expect(publisher.spools.reads.stats()).toMatchObject({ entries: 3, dropped: 0, corrupt: 0 })
    // Room comes back as older messages end.
    await (await readsManager(admin)).streams.purge(agentReads(1))
    const raised = async () => (await storedAlerts(admin)).map(({ read }) => read.id)
    await vi.waitFor(async () => expect(await raised()).toEqual(expect.arrayContaining(kept)), 30_000)
    await publisher.drained(AbortSignal.timeout(10_000))
    expect(publisher.spools.reads.stats()).toMatchObject({ entries: 0, dropped: 0, corrupt: 0 })
  } finally {
    await publisher.close()
  }
})

test("a flood of an agent's images removes none of another agent's", async () => {
  const js = jetstream(await broker.as('edge'))
  const names = Array.from({ length: 20 }, (_, n) => pictureName('edge', 'gate-1', `id-${n}`, 'plate'))
  for (const name of names) await js.publish(pictureSubject(name), aJpeg(name))
  const { end } = flood('hostile', pictureSubject(pictureName('edge', 'evil-1', 'x', 'plate')), 900_000)
  const hostile = jetstream(await broker.as('hostile'))
  for (let n = 0; n < 40; n++) {
    const name = pictureName('edge', 'evil-1', `id-${n}`, 'vehicle')
    await hostile.publish(pictureSubject(name), Buffer.alloc(900_000), { timeout: 10_000 })
  }
  const last = pictureName('edge', 'evil-1', 'id-40', 'vehicle')
  await hostile.publish(pictureSubject(last), aJpeg(last), { timeout: 10_000 })
  await end()
  const pictures = openPictures(await openLink(await broker.as('api')))
  for (const name of names) expect(Buffer.from(await pictures.get(name))).toEqual(aJpeg(name))
  // Its own have pushed out each other.
  await expect(pictures.get(pictureName('edge', 'evil-1', 'id-0', 'vehicle'))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  expect(Buffer.from(await pictures.get(last))).toEqual(aJpeg(last))
})

test.each([
  ['a read', 'edge', readSubject('edge', 'gate-1'), 4096],
  ["a vendor's read", 'calm', readSubject('calm', 'lot-1'), 4096],
  ['a health report', 'edge', 'health.gate-1', 16 * 1024],
])('%s larger than allowed is refused for good', async (_what, user, subject, most) => {
  const js = jetstream(await broker.as(user))
  await expect(js.publish(subject, 'x'.repeat(most + 1), { timeout: 2000 })).rejects.toMatchObject({
    code: 10054,
  })
})
