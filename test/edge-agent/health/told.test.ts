import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { jetstreamManager } from '@nats-io/jetstream'
import { connectBroker } from '@sightline/broker/connect'
import { declareBroker } from '@sightline/broker/declare'
import { findServer } from '@sightline/broker/find-server'
import { freePort } from '@sightline/broker/free-port'
import { ensureKeys } from '@sightline/broker/keys'
import { serverConfig } from '@sightline/broker/server-config'
import { brokerUsers } from '@sightline/broker/users'
import { configuredCameras } from '@sightline/edge-agent/command/cameras'
import { loadConfig } from '@sightline/edge-agent/config/file'
import { type Feeds, startFeeds } from '@sightline/edge-agent/feeds/main'
import { cameraMetrics } from '@sightline/edge-agent/health/metrics'
import { type EdgeAgent, startEdgeAgent } from '@sightline/edge-agent/main'
import { xor } from '@sightline/edge-agent/position/nmea'
import { type StatusPage, startStatusPage } from '@sightline/edge-agent/status/main'
import { startMonitor } from '@sightline/runtime/monitor'
import { type CameraHealth, cameraHealthParser } from '@sightline/schemas/camera-health'
import { EMBEDDED_SIZE, HEALTH } from '@sightline/schemas/streams'
import { healthSubject } from '@sightline/schemas/subjects'
import pino from 'pino'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { serveCamera, type TestCamera } from '../../support/camera.ts'
import { certificateIn } from '../../support/certificate.ts'
import { engineOf } from '../camera/bench.ts'
import * as examples from '../plate-readers/examples.ts'

/**
 * All that can go wrong though a camera seems to work, at one host: real folders, files, certificates, listeners and feeds,
 * and a real broker over TLS. Each appears in the log, in the health report at the broker, in the metrics and on the page.
 */

const IDS = ['folder-1', 'mobile-1', 'https-1', 'rtsps-1', 'reader-1', 'stream-1'] as const
const SECRET = 'abcdefghijklmnop0123'
const CLOCK_MS = 1_600

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let agent: EdgeAgent
let feeds: Feeds
let page: StatusPage
let metricsUrl: string
let manager: Awaited<ReturnType<typeof jetstreamManager>>
let readerPort: number
const said: { camera?: string; feed?: string; level: number; code?: string; msg: string }[] = []
const ends: (() => unknown)[] = []
const at = (name: string) => join(folder.path, name)
const isWaiting = { timeout: 60_000, interval: 200 }

/** A broker with a certificate of two days, as `certificateIn` makes it. */
async function startBroker(tls: { cert: string; key: string }): Promise<{ url: string; keys: string }> {
  const keys = at('keys')
  const users = brokerUsers({ vendors: [], edges: { edge: [...IDS] } })
  const publicKeys = await ensureKeys(
    keys,
    users.map(({ name }) => name),
  )
  const port = await freePort()
  const settings = { host: '127.0.0.1', port, storeDir: at('store'), users, publicKeys, tls }
  await writeFile(at('broker.json'), serverConfig(settings))
  const child = spawn((await findServer()).path, ['-c', at('broker.json')], { stdio: 'ignore' })
  ends.push(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  return { url: `tls://127.0.0.1:${port}`, keys }
}

beforeAll(async () => {
  folder = await temporaryFolder()
  const pem = certificateIn(folder.path)
  const tls = { cert: pem.certificate, key: pem.key }
  const broker = await startBroker(tls)
  const admin = await connectBroker(
    { servers: broker.url, keys: broker.keys, user: 'admin', ca: tls.cert },
    quiet,
    30_000,
  )
  ends.push(() => admin.close())
  await declareBroker(admin, EMBEDDED_SIZE)
  manager = await jetstreamManager(admin)

  const jpeg = readFileSync(await aPicture())
  const [cert, key] = [readFileSync(tls.cert, 'utf8'), readFileSync(tls.key, 'utf8')]
  const secure = await served((_request, response) => response.end(jpeg), { cert, key })
  const stream = await served(
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'multipart/mixed; boundary=edge' })
      response.write('--edge\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nHeartbeat\r\n')
    },
    { cert, key },
  )
  const busy = await served((_request, response) => response.writeHead(503).end())
  await mkdir(at('in'))
  await writeFile(at('in/1.jpg'), 'this is no picture')
  const noFix = 'GPGGA,030501.00,,,,,0,00,99.99,,,,,,'
  await writeFile(at('gps.nmea'), `$${noFix}*${xor(noFix).toString(16).padStart(2, '0')}\r\n`)
  await writeFile(at('webhook'), `whsec_${Buffer.alloc(24, 5).toString('base64')}`)
  readerPort = await freePort()
  const nobody = await freePort()
  const fixed = { owner: 'Harbor Parking LLC', ownerType: 'private-business', kind: 'fixed' }
  const config = {
    cameras: [
      { id: 'folder-1', ...fixed, source: { type: 'folder', path: at('in') } },
      {
        ...{ id: 'mobile-1', ...fixed, kind: 'mobile', gps: { type: 'nmea', device: at('gps.nmea') } },
        source: { type: 'folder', path: at('in-2') },
      },
      {
        ...{ id: 'https-1', ...fixed },
        source: {
          ...{ type: 'snapshot', url: `https://127.0.0.1:${secure.port}/`, caFile: tls.cert },
          everySeconds: 1,
        },
      },
      {
        ...{ id: 'rtsps-1', ...fixed },
        source: { type: 'rtsp', url: `rtsps://127.0.0.1:${secure.port}/x`, caFile: tls.cert },
      },
      {
        ...{ id: 'reader-1', ...fixed },
        source: {
          ...{ type: 'events', make: 'plate-recognizer', secret: SECRET, zone: 'UTC' },
          listen: { host: '127.0.0.1', port: readerPort, ...pem },
        },
      },
      {
        ...{ id: 'stream-1', ...fixed },
        source: {
          ...{ type: 'events', make: 'dahua', zone: 'UTC', caFile: tls.cert },
          url: `https://127.0.0.1:${stream.port}/x`,
        },
      },
    ],
    feeds: [
      { type: 'mqtt', url: `mqtt://127.0.0.1:${nobody}`, plate: 'as-is', cameras: ['folder-1'] },
      {
        ...{ type: 'webhook', url: `http://127.0.0.1:${busy.port}/x`, secretFile: at('webhook') },
        ...{ plate: 'as-is', cameras: ['reader-1'], keepSeconds: 2 },
      },
    ],
  }
  await writeFile(at('edge.yaml'), JSON.stringify(config))
  const log = pino(
    { base: {} },
    new Writable({
      write(line, _encoding, done) {
        said.push(JSON.parse(line.toString()))
        done()
      },
    }),
  )
  feeds = await startFeeds((await loadConfig(at('edge.yaml'))).feeds ?? [], [...IDS], log)
  agent = await startEdgeAgent({
    ...{ servers: broker.url, keys: broker.keys, user: 'edge', ca: tls.cert },
    ...{ engine: engineOf(), minConfidence: 0.5, spool: at('spool'), spoolBytes: 1e8, agentVersion: 'test' },
    ...{ cameras: await configuredCameras(at('edge.yaml')), log, feeds },
    clock: () => Date.now() + CLOCK_MS,
  })
  const monitorPort = await freePort()
  const registry = cameraMetrics(agent.health)
  const monitor = await startMonitor({ port: monitorPort, healthy: agent.healthy, registry })
  ends.push(monitor.close)
  metricsUrl = `http://127.0.0.1:${monitorPort}/metrics`
  page = await startStatusPage({ port: 0, cameras: agent.views, log: quiet })
}, 120_000)
afterAll(async () => {
  await page?.close()
  await agent?.close()
  await feeds?.close()
  for (const end of ends.splice(0).reverse()) await end()
  await folder.remove()
})

async function served(...[handler, tls]: Parameters<typeof serveCamera>): Promise<TestCamera> {
  const camera = await serveCamera(handler, tls)
  ends.push(camera.close)
  return camera
}

async function aPicture(): Promise<string> {
  const { default: sharp } = await import('sharp')
  await sharp({ create: { width: 640, height: 360, channels: 3, background: 'gray' } })
    .jpeg()
    .toFile(at('a.jpg'))
  return at('a.jpg')
}

/** The last report of a camera that the broker has. */
async function reportOf(camera: string): Promise<CameraHealth> {
  const message = await manager.streams.getMessage(HEALTH, { last_by_subj: healthSubject(camera) })
  return cameraHealthParser.parseJson(message!.data)
}

const metrics = async () => (await fetch(metricsUrl)).text()
const shown = async () =>
  (await (await fetch(`${page.url}cameras`)).json()) as { id: string; health: CameraHealth }[]

/** Sends what a plate reader pushes. */
const push = ({ contentType, body }: examples.Example) =>
  new Promise<number>((resolve, reject) => {
    request(
      `https://127.0.0.1:${readerPort}/events/reader-1/${SECRET}`,
      { method: 'POST', rejectUnauthorized: false, headers: { 'content-type': contentType } },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      },
    )
      .on('error', reject)
      .end(body)
  })

/** Waits until a warning appears in all four places. */
async function expectTold(camera: (typeof IDS)[number], code: string, text: string): Promise<void> {
  const warning = expect.objectContaining({ code, message: expect.stringContaining(text) })
  await vi.waitFor(async () => expect((await reportOf(camera)).warnings).toContainEqual(warning), isWaiting)
  expect(await metrics()).toContain(`sightline_camera_warning{camera="${camera}",code="${code}"} 1`)
  expect((await shown()).find(({ id }) => id === camera)?.health.warnings).toContainEqual(warning)
  const lines = said.filter((line) => line.camera === camera && line.code === code && line.msg === 'warning')
  expect(lines).toHaveLength(1)
}

describe('a problem is shown in log, health report, metrics and on the page:', { timeout: 90_000 }, () => {
  test('a folder that rejects a picture', () =>
    expectTold('folder-1', 'PICTURES_REJECTED', 'set aside within an hour: 1 picture'))
  test('a GPS receiver without a usable sentence', () =>
    expectTold('mobile-1', 'POSITION_UNAVAILABLE', 'sees no satellites'))
  test.each(IDS)('a clock that is off by more than a second: %s', (camera) =>
    expectTold(camera, 'CLOCK_WRONG', '1.6 s ahead'),
  )
  test.each(IDS)('a certificate of the broker that is about to end: %s', (camera) =>
    expectTold(camera, 'CERTIFICATE_ENDING', 'the certificate of the broker ends on'),
  )
  test.each([
    ['that gives snapshots over HTTPS', 'https-1'],
    ['that speaks RTSP over TLS', 'rtsps-1'],
    ['whose stream of reads is fetched', 'stream-1'],
  ] as const)('the certificate of a camera %s', (_what, camera) =>
    expectTold(camera, 'CAMERA_CERTIFICATE_ENDING', 'the certificate of the camera ends on'),
  )
  test('the certificate of the listener for plate readers', () =>
    expectTold('reader-1', 'LISTENER_CERTIFICATE_ENDING', 'the certificate of the listener ends on'))
  test('a message of a plate reader that is set aside', async () => {
    expect(await push({ contentType: 'application/json', body: Buffer.from('{') })).toBe(200)
    await expectTold('reader-1', 'MESSAGES_REJECTED', 'set aside within an hour: 1 message')
  })
  test('a plate reader whose clock is off, until it is right', async () => {
    await push(examples.plateRecognizer('7abc123', null))
    await expectTold('reader-1', 'CAMERA_CLOCK_WRONG', 'behind this host')
  })
  test('a feed whose broker cannot be reached', async () => {
    await expectTold('folder-1', 'FEED_FAILING', 'feed 1 (mqtt) does not work: ECONNREFUSED')
    expect(await metrics()).toContain('sightline_feed_up{feed="1 (mqtt)"} 0')
    expect((await reportOf('folder-1')).feeds).toEqual([
      { name: '1 (mqtt)', works: false, waiting: 0, dropped: 0 },
    ])
    expect((await reportOf('mobile-1')).feeds).toBeUndefined()
  })
  test('a feed whose receiver fails, with how much waits and how much was dropped', async () => {
    // The message of the plate reader above became a read, which nobody takes and which is then too old.
    await expectTold('reader-1', 'FEED_FAILING', 'feed 2 (webhook) does not work')
    await vi.waitFor(
      async () =>
        expect((await reportOf('reader-1')).feeds).toEqual([
          { name: '2 (webhook)', works: false, waiting: 0, dropped: 1 },
        ]),
      isWaiting,
    )
    expect(await metrics()).toContain('sightline_feed_dropped_total{feed="2 (webhook)"} 1')
    expect(await metrics()).toContain('sightline_feed_waiting{feed="2 (webhook)"} 0')
  })
})

test('the page says in words what does not work', { timeout: 90_000 }, async () => {
  const browser: Browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  try {
    const tab = await browser.newPage()
    await tab.goto(page.url)
    const text = () => tab.textContent('main')
    await vi.waitFor(async () => {
      expect(await text()).toContain('feed 2 (webhook) does not work')
      expect(await text()).toContain('set aside within an hour: 1 picture')
      expect(await text()).toContain('not working, 0 wait, 1 dropped')
    }, isWaiting)
  } finally {
    await browser.close()
  }
})

test('what is shown of its feeds contains no address, secret or plate of the host', async () => {
  const texts = JSON.stringify([...(await Promise.all(IDS.map(reportOf))), await shown(), said])
  for (const secret of [SECRET, '7ABC123', (await readFile(at('webhook'), 'utf8')).slice(6)])
    expect(texts).not.toContain(secret)
})
