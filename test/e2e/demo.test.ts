import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { publishUntilStored } from '@sightline/broker/publish'
import { type Demo, startDemo } from '@sightline/cli/demo/demo'
import type { Printer } from '@sightline/cli/demo/print'
import { DEFAULT_SUPPRESS_MS } from '@sightline/matcher/main'
import { type Alert, alertParser } from '@sightline/schemas/alert'
import { type Read, readParser } from '@sightline/schemas/read'
import { ALERTS, allReadStreams, isReadStream } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { createWorld, DEFAULT_WORLD, demoRegulars } from '@sightline/vendor-sim/world/world'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'
import { aRead, gate } from '../support/reads.ts'

/** The whole path with real parts: frames, pixels, JetStream, ClickHouse, matcher, api, subscriber. */

let demo: Demo
let admin: NatsConnection
let matcher: NatsConnection
let folder: Awaited<ReturnType<typeof temporaryFolder>>
const reads: Read[] = []
const alerts: { alert: Alert; latencyMs: number }[] = []
const restarted: string[] = []

const printer: Printer = {
  ready: () => {},
  read: (read) => reads.push(read),
  alert: (alert, latencyMs) => alerts.push({ alert, latencyMs }),
  restart: (service) => restarted.push(service),
}

const displayed = demoRegulars(createWorld(DEFAULT_WORLD)).map(({ plate }) => plate)

beforeAll(async () => {
  folder = await temporaryFolder()
  demo = await startDemo({
    data: folder.path,
    seed: DEFAULT_WORLD.seed,
    frameEvery: 2,
    historyDays: 1,
    printer,
    say: () => {},
  })
  const { broker } = demo.addresses
  const at = { servers: broker, keys: demo.keys }
  admin = await connectBroker({ ...at, user: 'admin' }, quiet)
  matcher = await connectBroker({ ...at, user: 'matcher' }, quiet)
})

afterAll(async () => {
  await admin?.close()
  await matcher?.close()
  await demo?.stop()
  await folder.remove()
})

test('a car passes the rendered camera, and its alert reaches a subscriber of the api', async () => {
  await vi.waitFor(() => expect(alerts.some(({ alert }) => alert.read.source === 'edge')).toBe(true), {
    timeout: 100_000,
    interval: 200,
  })
  const { alert } = alerts.find((a) => a.alert.read.source === 'edge')!
  expect(displayed).toContain(alert.read.plate)
  expect(alert.read.engine.name).toBe('sightline')
  expect(alert.read.chars.map(({ char }) => char).join('')).toBe(alert.read.plate)

  const authorization = `Bearer ${demo.token}`
  const picture = () =>
    fetch(`${demo.addresses.api}/v1/pictures/${alert.read.pictures.plate}`, { headers: { authorization } })
  await vi.waitFor(async () => expect((await picture()).status).toBe(200), { timeout: 30_000 })
  const jpeg = new Uint8Array(await (await picture()).arrayBuffer())
  expect([...jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8])
}, 120_000)

test("reads from the vendor's cameras arrive too, and no camera is outside the United States (CAP-5)", async () => {
  await vi.waitFor(
    () => expect(reads.filter(({ source }) => source === 'sim').length).toBeGreaterThan(3),
    30_000,
  )
  expect(reads.every(({ camera }) => camera.country === 'US')).toBe(true)
})

test('when any one process is killed and restarted, no published read is lost and no alert repeated', async () => {
  const planted: Read[] = []
  let publishing = true
  const publisher = (async () => {
    while (publishing) {
      const seenAt = new Date().toISOString()
      const plate = displayed[planted.length % displayed.length]!
      // Each at a camera of its own: sightings at one camera would be one alert.
      const camera = { ...gate, id: `planted-${planted.length}` }
      const read = aRead({ plate, region: null, seenAt, camera })
      await publishUntilStored(jetstream(admin), readSubject('edge', read.camera.id), JSON.stringify(read), {
        msgID: read.id,
      })
      planted.push(read)
      await sleep(50)
    }
  })()
  /** Until what is published from now on raises its alert. */
  const works = async () => {
    const first = planted.length
    await vi.waitFor(
      () => {
        const read = planted[first]
        expect(alerts.some(({ alert }) => read && alert.read.id === read.id)).toBe(true)
      },
      { timeout: 30_000, interval: 50 },
    )
  }
  for (const victim of ['matcher', 'broker', 'api', 'edge', 'vendor']) {
    await works()
    const before = demo.pids()[victim]!
    process.kill(before, 'SIGKILL')
    await vi.waitFor(() => expect(restarted).toContain(victim), { timeout: 30_000 })
    await vi.waitFor(() => expect(demo.pids()[victim]).not.toBe(before), { timeout: 30_000 })
  }
  await works()
  publishing = false
  await publisher

  // Cars keep passing, so both sides are looked at until they agree; a repeated alert would never agree.
  const from = planted[0]!.seenAt
  await vi.waitFor(
    async () => {
      const everyRead = allReadStreams({ vendors: ['sim'] }).map((stream) =>
        all(stream, readParser.parseJson),
      )
      const stored = (await Promise.all(everyRead)).flat().filter(({ seenAt }) => seenAt >= from)
      const hits = stored.filter(({ plate }) => displayed.includes(plate))
      const hitIds = new Set(hits.map(({ id }) => id))
      expect(planted.filter(({ id }) => !hitIds.has(id))).toEqual([])
      const everyAlert = await all(ALERTS, alertParser.parseJson)
      const raised = everyAlert.filter(({ read }) => read.seenAt >= from).map(({ read }) => read.id)
      expect(planted.filter(({ id }) => !raised.includes(id))).toEqual([])
      expect(raised.filter((id, n) => !hitIds.has(id) || raised.indexOf(id) !== n)).toEqual([])
      // Cars of the rendered camera come again: each of their reads is an alert, or stands behind one.
      expect(hits.filter((hit) => !everyAlert.some((alert) => standsFor(alert, hit)))).toEqual([])
      expect(received(from)).toEqual([...raised].sort())
    },
    { timeout: 40_000, interval: 500 },
  )
}, 120_000)

/** Whether a read is the one of the alert, or of the same vehicle at the same camera within its window. */
const standsFor = ({ read, display }: Alert, hit: Read) =>
  read.camera.id === hit.camera.id &&
  display.plate === hit.plate &&
  Math.abs(Date.parse(read.seenAt) - Date.parse(hit.seenAt)) < DEFAULT_SUPPRESS_MS

/** Ids of the reads whose alerts the subscriber got, one entry an alert. */
const received = (from: string) =>
  alerts
    .filter(({ alert }) => alert.read.seenAt >= from)
    .map(({ alert }) => alert.read.id)
    .sort()

async function all<T>(stream: string, parse: (bytes: Uint8Array) => T): Promise<T[]> {
  const connection = isReadStream(stream) ? matcher : admin
  const { state } = await (await jetstreamManager(connection)).streams.info(stream)
  const found: T[] = []
  if (state.messages === 0) return found
  const consumer = await jetstream(connection).consumers.get(stream)
  for await (const message of await consumer.consume()) {
    found.push(parse(message.data))
    if (message.seq >= state.last_seq) break
  }
  return found
}
