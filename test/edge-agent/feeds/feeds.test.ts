import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort } from '@sightline/broker/free-port'
import { parseConfig } from '@sightline/edge-agent/config/parse'
import { type FeedConfig, feedFaults } from '@sightline/edge-agent/feeds/config'
import { type Feeds, startFeeds } from '@sightline/edge-agent/feeds/main'
import { feedMessage } from '@sightline/edge-agent/feeds/message'
import { createQueue } from '@sightline/edge-agent/feeds/queue'
import { type Read, readId } from '@sightline/schemas/read'
import { pictureName } from '@sightline/schemas/subjects'
import type { IPublishPacket } from 'mqtt'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { certificateIn } from '../../support/certificate.ts'
import { gate } from '../../support/reads.ts'
import { openSpools, takeReads } from '../camera/bench.ts'

interface Heard {
  topic: string
  payload: Buffer
  packet: IPublishPacket
}

/** Feeds of a host behind a real spool, to a real MQTT broker and a real web server. */

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let spools: Awaited<ReturnType<typeof openSpools>>
let feeds: Feeds | undefined
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await temporaryFolder()
  spools = await openSpools(folder.path)
})
afterEach(async () => {
  await feeds?.close()
  feeds = undefined
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  await spools.reads.close()
  await spools.pictures.close()
  await folder.remove()
})

const SEEN_AT = '2026-11-24T03:05:01.123Z'
function aRead(plate = '7ABC123', more: Partial<Read> = {}): Read {
  const id = readId(gate.id, SEEN_AT, plate)
  const name = (kind: 'plate' | 'vehicle') => pictureName('edge', gate.id, id, kind)
  return {
    ...{
      v: 1,
      id,
      plate,
      confidence: 0.97,
      chars: [],
      region: 'us-ca',
      regionConfidence: 0.9,
      seenAt: SEEN_AT,
    },
    ...{ camera: gate, source: 'edge', position: null, vehicle: null },
    pictures: { plate: name('plate'), vehicle: name('vehicle') },
    engine: { name: 'sightline', version: '1' },
    ...more,
  }
}

/** Puts a read and its pictures on the disk, as a camera does. */
async function keep(read: Read): Promise<void> {
  const tapped = feeds!.tapped(spools)
  const messages = [{ id: read.id, payload: Buffer.from(JSON.stringify(read)) }]
  await tapped.reads.commit({ camera: read.camera.id, messages, state: '{}' })
  for (const id of Object.values(read.pictures))
    if (id) await tapped.pictures.append({ camera: gate.id, id, payload: Buffer.from(`JPEG of ${id}`) })
}

const open = async (...configs: FeedConfig[]) => {
  feeds = await startFeeds(configs, [gate.id], quiet)
}

describe('MQTT', () => {
  let port: number
  let pem: { certificate: string; key: string }
  let passwordFile: string
  const USER = 'sightline'
  const PASSWORD = 'pass/word#?'

  beforeEach(async () => {
    port = await freePort()
    pem = certificateIn(folder.path)
    passwordFile = join(folder.path, 'password')
    await writeFile(passwordFile, `${PASSWORD}\n`)
    execFileSync('mosquitto_passwd', ['-b', '-c', join(folder.path, 'users'), USER, PASSWORD], {
      stdio: 'ignore',
    })
    const lines = [`listener ${port} 127.0.0.1`, `certfile ${pem.certificate}`, `keyfile ${pem.key}`]
    const config = [
      ...lines,
      'allow_anonymous false',
      `password_file ${join(folder.path, 'users')}`,
      'user root',
    ]
    await writeFile(join(folder.path, 'mosquitto.conf'), `${config.join('\n')}\n`)
  })

  /** Debian's broker, with TLS and a password. */
  async function startBroker(): Promise<ChildProcess> {
    const child = spawn('mosquitto', ['-c', join(folder.path, 'mosquitto.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    children.push(child)
    let said = ''
    child.stderr!.on('data', (data) => {
      said += data
    })
    await vi.waitFor(() => expect(said).toContain('running'), 30_000)
    return child
  }

  /** Everything that comes on all topics from now on. */
  async function listen(): Promise<Heard[]> {
    const { connectAsync } = await import('mqtt')
    const { readFile } = await import('node:fs/promises')
    const client = await connectAsync(`mqtts://localhost:${port}`, {
      ...{ username: USER, password: PASSWORD, ca: [await readFile(pem.certificate)], protocolVersion: 5 },
    })
    const heard: Heard[] = []
    client.on('message', (topic, payload, packet) => heard.push({ topic, payload, packet }))
    await client.subscribeAsync('#', { qos: 1 })
    listeners.push(client)
    return heard
  }
  const listeners: { endAsync(force: boolean): Promise<void> }[] = []
  afterEach(async () => {
    for (const client of listeners.splice(0)) await client.endAsync(true)
  })

  const feed = (more: Partial<FeedConfig> = {}): FeedConfig =>
    ({
      ...{ type: 'mqtt', url: `mqtts://localhost:${port}`, user: USER, passwordFile, ca: pem.certificate },
      ...{ plate: 'as-is', ...more },
    }) as FeedConfig

  test('sends a read over TLS with a password, with its image, and Home Assistant discovers the camera', async () => {
    await startBroker()
    const heard = await listen()
    await open(feed({ homeAssistant: true, picture: 'vehicle', allow: ['7 abc-123'] } as Partial<FeedConfig>))
    await vi.waitFor(() => expect(heard.map(({ topic }) => topic)).toContain('sightline/status'), 30_000)
    const read = aRead()
    await keep(read)
    await vi.waitFor(
      () => expect(heard.map(({ topic }) => topic)).toContain(`sightline/${gate.id}/read`),
      30_000,
    )
    const of = (topic: string) => heard.find((one) => one.topic === topic)!.payload.toString()
    expect(JSON.parse(of(`sightline/${gate.id}/read`))).toEqual({
      ...{ camera: gate.id, seenAt: SEEN_AT, plate: '7ABC123', confidence: 0.97, region: 'us-ca' },
      ...{ direction: null, vehicle: null, engine: 'sightline', allowed: true },
    })
    expect(of(`sightline/${gate.id}/picture`)).toBe(`JPEG of ${read.pictures.vehicle}`)
    const sensor = JSON.parse(of(`homeassistant/sensor/sightline_${gate.id}/config`))
    expect(sensor).toMatchObject({
      ...{ state_topic: `sightline/${gate.id}/read`, value_template: '{{ value_json.plate }}' },
      ...{ availability_topic: 'sightline/status', unique_id: expect.any(String) },
    })
    await feeds!.close()
    feeds = undefined
    await vi.waitFor(() => expect(heard.at(-1)!.payload.toString()).toBe('offline'), 30_000)
  })

  test('never delays a read when its broker is down; recent reads are sent when it is back', async () => {
    await open(feed())
    const begun = performance.now()
    for (let n = 0; n < 20; n++) await keep(aRead(`A${n}`))
    // One that waited for the broker would wait until it is started, below.
    expect(performance.now() - begun).toBeLessThan(30_000)
    expect(await takeReads(spools.reads)).toHaveLength(20)
    await startBroker()
    const heard = await listen()
    const reads = () => heard.filter(({ topic }) => topic.endsWith('/read'))
    await vi.waitFor(() => expect(reads()).toHaveLength(20), 30_000)
    expect(reads().map(({ payload }) => JSON.parse(payload.toString()).plate)).toEqual(
      Array.from({ length: 20 }, (_, n) => `A${n}`),
    )
  }, 30_000)

  test('does not send later what the broker did not confirm in time: no gate opens late', async () => {
    const broker = await startBroker()
    const heard = await listen()
    const isOnline = (all: typeof heard) =>
      vi.waitFor(() => expect(all.some(({ payload }) => payload.toString() === 'online')).toBe(true), 30_000)
    await open(feed({ keepSeconds: 3, retain: true } as Partial<FeedConfig>))
    await isOnline(heard)
    // It hangs: the connection stands, and nothing is confirmed.
    broker.kill('SIGSTOP')
    await keep(aRead('1OLD111'))
    await new Promise((wait) => setTimeout(wait, 3_500))
    broker.kill('SIGKILL')
    await once(broker, 'exit')
    await startBroker()
    const later = await listen()
    await isOnline(later)
    await keep(aRead('2NEW222'))
    const plates = () =>
      later
        .filter(({ topic }) => topic.endsWith('/read'))
        .map(({ payload }) => JSON.parse(`${payload}`).plate)
    await vi.waitFor(() => expect(plates()).toContain('2NEW222'), 30_000)
    expect(plates()).toEqual(['2NEW222'])
  }, 90_000)

  test('lets a message that waited in the agent expire at the broker at its original time', async () => {
    const KEEP_SECONDS = 30
    await open(feed({ keepSeconds: KEEP_SECONDS, retain: true } as Partial<FeedConfig>))
    await keep(aRead())
    // Nobody takes it for a while.
    await new Promise((wait) => setTimeout(wait, 3_000))
    await startBroker()
    const heard = await listen()
    await vi.waitFor(() => expect(heard.some(({ topic }) => topic.endsWith('/read'))).toBe(true), 30_000)
    const { packet } = heard.find(({ topic }) => topic.endsWith('/read'))!
    const left = packet.properties?.messageExpiryInterval
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(KEEP_SECONDS - 3)
  }, 60_000)

  test('tells the broker nothing after a wrong password, or with an untrusted certificate', async () => {
    await startBroker()
    const heard = await listen()
    const wrong = join(folder.path, 'wrong')
    await writeFile(wrong, 'wrong')
    const { ca: _untrusted, ...untrusting } = feed() as { ca?: string } & FeedConfig
    await open(feed({ passwordFile: wrong } as Partial<FeedConfig>), untrusting)
    await keep(aRead())
    // Nothing may come: time for both to have connected.
    await new Promise((wait) => setTimeout(wait, 1_500))
    expect(heard).toEqual([])
  })
})

describe('webhooks', () => {
  test('send a read signed as Standard Webhooks says, and again under its id until it is accepted', async () => {
    const secret = `whsec_${Buffer.alloc(24, 5).toString('base64')}`
    const secretFile = join(folder.path, 'webhook')
    await writeFile(secretFile, `${secret}\n`)
    const got: { headers: IncomingMessage['headers']; body: string }[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (data) => {
        body += data
      })
      request.on('end', () => {
        got.push({ headers: request.headers, body })
        response.writeHead(got.length === 1 ? 503 : 204).end()
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/reads`
    await open({ type: 'webhook', url, secretFile, plate: 'as-is', picture: 'plate' })
    const read = aRead()
    await keep(read)
    await vi.waitFor(() => expect(got).toHaveLength(2), 30_000)
    expect(got[0]!.headers['webhook-id']).toBe(got[1]!.headers['webhook-id'])
    const { headers, body } = got[1]!
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'read.created',
      data: { plate: '7ABC123', picture: Buffer.from(`JPEG of ${read.pictures.plate}`).toString('base64') },
    })
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
})

describe('what is sent', () => {
  const feed = (more: object) => ({ type: 'mqtt', url: 'mqtts://x', plate: 'as-is', ...more }) as FeedConfig
  const key = Buffer.alloc(32, 1)

  test('contains no plate if the host says so, and nothing from which it could be found', () => {
    const read = aRead()
    for (const plate of ['hashed', 'none'] as const) {
      const text = JSON.stringify(feedMessage(read, feed({ plate }), key))
      expect(text).not.toContain('7ABC123')
      expect(text).not.toContain(read.id)
    }
    const hash = (more: Partial<Read>, secret = key) =>
      feedMessage({ ...read, ...more }, feed({ plate: 'hashed' }), secret)?.plateHash
    expect(hash({ seenAt: '2026-11-25T03:05:01.123Z' })).toBe(hash({}))
    expect(hash({ plate: '7ABC124' })).not.toBe(hash({}))
    expect(hash({}, Buffer.alloc(32, 2))).not.toBe(hash({}))
  })
  test('is limited to chosen cameras, sure reads, and a list, if the host says so', () => {
    const told = (more: object, read: Partial<Read> = {}) =>
      feedMessage(aRead('7ABC123', read), feed(more), undefined)
    expect(told({ cameras: ['other'] })).toBeNull()
    expect(told({ cameras: [gate.id] })).not.toBeNull()
    expect(told({ minConfidence: 0.98 })).toBeNull()
    expect(told({ allow: ['8XYZ999'], onlyAllowed: true })).toBeNull()
    expect(told({ allow: ['8XYZ999'] })?.allowed).toBe(false)
    expect(told({ allow: ['7abc 123'], onlyAllowed: true })?.allowed).toBe(true)
    expect(told({})).not.toHaveProperty('allowed')
  })
  test('is refused by the configuration if it contradicts itself or would be sent in the clear', () => {
    const faults = (more: object) => feedFaults(feed(more), ['gate-1'])
    expect(faults({})).toEqual([])
    for (const more of [
      ...[
        { cameras: ['gate-9'] },
        { plate: 'hashed' },
        { hashKeyFile: 'k' },
        { plate: 'none', picture: 'vehicle' },
      ],
      ...[{ onlyAllowed: true }, { url: 'mqtt://10.0.0.5' }, { type: 'webhook', url: 'http://10.0.0.5/x' }],
    ])
      expect(faults(more)).toHaveLength(1)
    expect(faults({ url: 'mqtt://127.0.0.1:1883' })).toEqual([])
    const source = { type: 'folder', path: 'x' }
    const cameras = [{ id: 'gate-1', owner: 'A', ownerType: 'agency', kind: 'fixed', source }]
    const parse = (one: object) => parseConfig(JSON.stringify({ cameras, feeds: [one] }), 'edge.yaml')
    expect(parse(feed({})).feeds).toEqual([feed({})])
    expect(() => parse(feed({ plate: undefined }))).toThrow('plate')
    expect(() => parse(feed({ plate: 'none', picture: 'vehicle' }))).toThrow(
      'a picture always shows the plate',
    )
    expect(parseConfig(JSON.stringify({ cameras }), 'edge.yaml').feeds).toBeUndefined()
  })
})

test('a queue that nobody reads stays short, and drops what is too old', async () => {
  let now = 0
  let dropped = 0
  let isDown = true
  const sent: number[] = []
  const queue = createQueue<number>({
    async send(item) {
      if (isDown) throw new Error('down')
      sent.push(item)
    },
    onState: () => {},
    onDropped: (count) => {
      dropped += count
    },
    ...{ most: 10, keepMs: 1000, steady: () => now },
  })
  // The first is on its way.
  for (let n = 0; n < 100; n++) queue.add(n)
  expect(dropped).toBe(89)
  expect(queue.waiting()).toBe(11)
  now = 1_500
  queue.add(100)
  isDown = false
  await vi.waitFor(() => expect(sent).toEqual([100]), 30_000)
  await queue.close()
})

test('what is on its way while somebody asks is sent or dropped, never both', async () => {
  for (const [most, after] of [
    [3, 1],
    [1, 1],
    [3, 100],
    [1, 100],
  ] as const) {
    let now = 0
    let dropped = 0
    let arrive = () => {}
    const sent: number[] = []
    const queue = createQueue<number>({
      send: (item, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
          arrive = () => {
            sent.push(item)
            resolve()
          }
        }),
      onState: () => {},
      onDropped: (count) => {
        dropped += count
      },
      ...{ most, keepMs: 50, steady: () => now },
    })
    queue.add(1)
    now += after
    queue.waiting()
    queue.add(2)
    arrive()
    await vi.waitFor(() => expect(sent).toEqual([1]), 30_000)
    await queue.close()
    expect({ most, after, dropped }).toEqual({ most, after, dropped: 0 })
  }
})

test('what arrives just as the queue became empty is sent too', async () => {
  for (let moment = 0; moment < 20; moment++) {
    const sent: number[] = []
    const queue = createQueue<number>({
      send: async (item) => void sent.push(item),
      onState: () => {},
      onDropped: () => {},
      ...{ most: 10, keepMs: 1_000, steady: () => 0 },
    })
    queue.add(1)
    for (let n = 0; n < moment; n++) await null
    queue.add(2)
    await new Promise((later) => setImmediate(later))
    expect({ moment, sent }).toEqual({ moment, sent: [1, 2] })
    await queue.close()
  }
})
