import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '@sightline/broker/free-port'
import type { EventsCamera } from '@sightline/edge-agent/camera/camera-to-run'
import type { CameraParts } from '@sightline/edge-agent/camera/pipeline'
import { createFrameQueue } from '@sightline/edge-agent/gate/frame-queue'
import { parseChallenges } from '@sightline/edge-agent/network/challenges'
import { digestAnswer, strongestDigest } from '@sightline/edge-agent/network/digest'
import { listenerPool } from '@sightline/edge-agent/plate-readers/listener'
import {
  endOfPem,
  followCertificate,
  readPem,
} from '@sightline/edge-agent/plate-readers/listener-certificate'
import { startPlateReader } from '@sightline/edge-agent/plate-readers/main'
import type { Make } from '@sightline/edge-agent/plate-readers/makes/makes'
import { surveyedPosition } from '@sightline/edge-agent/position/source'
import { createEngine, DEFAULT_ENGINE, type Engine } from '@sightline/recognition/engine'
import type { Box } from '@sightline/recognition/geometry'
import type { VehicleLook } from '@sightline/recognition/vehicle/vehicle'
import { SightlineError } from '@sightline/schemas/errors'
import { cameraFrame } from '@sightline/vendor-sim/camera'
import { createWorld, DEFAULT_WORLD } from '@sightline/vendor-sim/world/world'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { serveCamera } from '../../support/camera.ts'
import { certificateIn } from '../../support/certificate.ts'
import { gate } from '../../support/reads.ts'
import { openSpools, takeOut, takeReads } from '../camera/bench.ts'
import * as examples from './examples.ts'

/** A plate reader over real HTTP, with a real spool and the real engine. */

const SECRET = 'abcdefghijklmnop0123'
const { SEEN_AT } = examples
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let spools: Awaited<ReturnType<typeof openSpools>>
let engine: Engine
let scene: Buffer
const running: { close(): Promise<void> }[] = []

beforeAll(async () => {
  engine = await createEngine(DEFAULT_ENGINE)
  scene = Buffer.from(await cameraFrame(createWorld(DEFAULT_WORLD), 'gate-1', 2))
})
afterAll(() => engine.close())
beforeEach(async () => {
  folder = await temporaryFolder()
  spools = await openSpools(folder.path)
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.close()
  await spools.reads.close()
  await spools.pictures.close()
  await folder.remove()
})

interface Options {
  id?: string
  more?: Partial<EventsCamera['events']>
  listeners?: ReturnType<typeof listenerPool>
  port?: number
  /** Not to be waited for over HTTP. */
  isTls?: boolean
  minConfidence?: number
  now?: () => number
  steady?: () => number
  settings?: EventsCamera['settings']
  vehicles?: CameraParts['vehicles']
}

async function start(make: Make, options: Options = {}) {
  const { id = gate.id, minConfidence = 0.5, now = () => SEEN_AT + 500, steady } = options
  const port = options.port ?? (await freePort())
  const camera = startPlateReader(
    {
      ...{ camera: { ...gate, id }, position: null, source: `events ${make}`, fingerprint: id },
      events: { type: 'events', make, listen: { host: '127.0.0.1', port }, zone: 'UTC', ...options.more },
      secret: async () => SECRET,
      ...(options.settings && { settings: options.settings }),
    },
    {
      ...{
        engine,
        frameQueue: createFrameQueue(1),
        spools,
        minConfidence,
        agentVersion: 'test',
        log: quiet,
        clock: now,
      },
      ...(steady && { steady }),
      vehicles: options.vehicles,
      position: surveyedPosition({ lat: 32.7, lon: -117.1 }),
      listeners: options.listeners ?? listenerPool(quiet),
      rejected: join(folder.path, 'rejected', id),
    },
  )
  running.push(camera)
  const url = `http://127.0.0.1:${port}/events/${id}`
  const send = (
    { contentType, body }: examples.Example,
    path = `/${SECRET}`,
    headers: Record<string, string> = {},
  ) =>
    fetch(url + path, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { 'content-type': contentType, ...headers },
    })
  if (!options.isTls) await vi.waitFor(() => fetch(url), 30_000)
  const report = () => camera.health.report(now())
  return { camera, send, url, port, report }
}

const settled = async () => {
  await running.splice(0)[0]!.close()
  return takeReads(spools.reads)
}

test('a message that a plate reader pushes is answered when its read and images are on the disk', async () => {
  const { send, report } = await start('hikvision')
  const answer = await send(examples.hikvision({}, scene))
  expect([answer.status, await answer.json()]).toEqual([200, { reads: 1 }])
  expect(report()).toMatchObject({
    framesSeen: 1,
    framesProcessed: 1,
    reads: 1,
    state: 'ok',
    lastError: null,
  })
  const [read, ...more] = await takeReads(spools.reads)
  expect(more).toEqual([])
  expect(read).toMatchObject({ plate: '7ABC123', engine: { name: 'hikvision' }, position: { lat: 32.7 } })
  // The small picture of the plate in this example is none that can be decoded.
  const pictures = await takeOut(spools.pictures)
  expect(pictures.map(({ id }) => id)).toEqual([read?.pictures.vehicle])
  expect(read?.pictures.plate).toBeNull()
  expect(pictures[0]!.payload.length).toBeLessThan(2 ** 20)
})

test("reads of a plate reader's stream are on the disk, also after the stream was cut", async () => {
  let connections = 0
  const { port, close } = await serveCamera((_request, response) => {
    const plate = ['7ABC123', '8XYZ999'][connections++]
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=edge' })
    if (plate === undefined) return
    response.write(
      `--edge\r\nContent-Type: text/plain\r\n\r\n${examples.dahuaText({ plate })}\r\n--edge\r\nContent-Type: image/jpeg\r\nContent-Length: ${scene.length}\r\n\r\n`,
    )
    response.end(scene)
  })
  const url = `http://127.0.0.1:${port}/cgi-bin/snapManager.cgi?action=attachFileProc`
  const { report } = await start('dahua', { isTls: true, more: { listen: undefined, url } })
  await vi.waitFor(() => expect(report().reads).toBe(2), 30_000)
  expect(report().lastError).toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
  const reads = await settled()
  close()
  expect(reads.map(({ plate, engine }) => [plate, engine.name])).toEqual([
    ['7ABC123', 'dahua'],
    ['8XYZ999', 'dahua'],
  ])
  expect(await takeOut(spools.pictures)).toHaveLength(2)
})

test('a message of a stream waits while the disk refuses, because nobody sends it again', async () => {
  const { port, close } = await serveCamera((_request, response) => {
    response.writeHead(200, { 'content-type': 'multipart/mixed; boundary=edge' })
    response.write('--edge\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nwhat\r\n')
  })
  // A file where the folder for what cannot be read has to be.
  const rejected = join(folder.path, 'rejected')
  await writeFile(rejected, '')
  const { report } = await start('dahua', {
    isTls: true,
    more: { listen: undefined, url: `http://127.0.0.1:${port}/stream` },
  })
  await vi.waitFor(() => expect(report().lastError).not.toBeNull(), 30_000)
  expect(report().framesRejected).toBe(0)
  await rm(rejected)
  await vi.waitFor(() => expect(report().framesRejected).toBe(1), 30_000)
  expect((await readdir(join(rejected, gate.id))).length).toBe(2)
  close()
})

test('the same message again is answered, and published once', async () => {
  const { send } = await start('plate-recognizer')
  for (let n = 0; n < 3; n++)
    expect((await send(examples.plateRecognizer('7abc123', scene))).status).toBe(200)
  expect(await settled()).toHaveLength(1)
})

test('a vehicle that is reported as new, updated and lost is one read; one that is never lost passes at the end', async () => {
  const { send } = await start('axis')
  await send(examples.axis({ plateASCII: '7ABC12' }))
  await send(examples.axis({ carState: 'update', plateConfidence: '0.95' }))
  expect(await (await send(examples.axis({ carState: 'lost' }))).json()).toEqual({ reads: 1 })
  await send(examples.axis({ carID: '1328', plateASCII: '8XYZ999' }))
  expect((await settled()).map(({ plate }) => plate)).toEqual(['7ABC123', '8XYZ999'])
})

test('a message that was not stored counts as new when it comes again', async () => {
  const { send, report } = await start('plate-recognizer')
  const { commit } = spools.reads
  Object.assign(spools.reads, {
    commit: () => Promise.reject(new SightlineError('MESSAGE_INVALID', 'too long')),
  })
  const message = examples.plateRecognizer('7abc123', null)
  expect((await send(message)).status).toBeGreaterThanOrEqual(400)
  expect(report().reads).toBe(0)
  Object.assign(spools.reads, { commit })
  expect(await (await send(message)).json()).toEqual({ reads: 1 })
  expect(await settled()).toHaveLength(1)
})

test('an unreachable plate reader is a warning after a minute, until it is reached', async () => {
  let passed = 0
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/stream`
  const { camera } = await start('dahua', {
    isTls: true,
    more: { listen: undefined, url },
    steady: () => passed,
  })
  const troubles = () => camera.health.troubles(SEEN_AT)
  await vi.waitFor(() => expect(camera.health.report(SEEN_AT).lastError?.code).toBe('SOURCE_REFUSED'), 30_000)
  expect(troubles()).toEqual([])
  passed = 61_000
  await vi.waitFor(() => expect(troubles()).toMatchObject([{ code: 'SOURCE_REFUSED' }]), 30_000)
  const server = createHttpServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'multipart/mixed; boundary=edge' })
    response.write('--edge\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nHeartbeat\r\n')
  }).listen(port, '127.0.0.1')
  await vi.waitFor(() => expect(troubles()).toEqual([]), 60_000)
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
}, 120_000)

describe('a plate reader that signs in by Digest', () => {
  const ask = (answer: Response) => answer.headers.get('www-authenticate') ?? ''
  const answerTo = (
    header: string,
    url: string,
    more: { password?: string; count?: number; only?: string } = {},
  ) => {
    const { password = SECRET, count = 1, only } = more
    const offers = parseChallenges(header).filter(
      ({ parameters }) => only === undefined || parameters.get('algorithm') === only,
    )
    return digestAnswer({ user: 'any"one', password }, strongestDigest(offers)!, {
      ...{ method: 'POST', uri: new URL(url).pathname, count, cnonce: 'c' },
    })
  }

  test.each(['MD5', 'SHA-256'])('with %s is accepted, and each answer counts once', async (only) => {
    const { send, url, report } = await start('plate-recognizer')
    const message = examples.plateRecognizer('7abc123', null)
    const first = await send(message, '')
    expect(first.status).toBe(401)
    const authorization = answerTo(ask(first), url, { only })
    expect(authorization).toContain(`algorithm=${only},`)
    expect(await (await send(message, '', { authorization })).json()).toEqual({ reads: 1 })
    // Who has heard it on the line gets nothing by saying it again.
    const replayed = await send(message, '', { authorization })
    expect([replayed.status, ask(replayed)]).toEqual([401, expect.stringContaining('stale=true')])
    const next = answerTo(ask(first), url, { only, count: 2 })
    expect((await send(message, '', { authorization: next })).status).toBe(200)
    expect(report()).toMatchObject({ framesSeen: 2, reads: 1 })
  })

  test('with another secret, path, camera or method is refused', async () => {
    const listeners = listenerPool(quiet)
    const { send, url, port } = await start('plate-recognizer', { listeners })
    const other = await start('plate-recognizer', { id: 'gate-2', listeners, port })
    const message = examples.plateRecognizer('7abc123', null)
    const header = ask(await send(message, ''))
    const status = async (authorization: string, to = send) =>
      (await to(message, '', { authorization })).status
    expect(await status(answerTo(header, url, { password: 'another-secret-here' }))).toBe(401)
    expect(await status(answerTo(header, `${url}/x`))).toBe(401)
    // A nonce is of one camera, also where both have the same secret.
    expect(await status(answerTo(header, other.url), other.send)).toBe(401)
    const right = answerTo(header, url)
    expect((await fetch(url, { method: 'PUT', body: 'x', headers: { authorization: right } })).status).toBe(
      401,
    )
    for (const wrong of [
      'Digest',
      'Digest nonce="x"',
      right.replace(/nonce="./, 'nonce="_'),
      right.replace('00000001', '0'),
    ])
      expect(await status(wrong)).toBe(401)
    expect(await status(right)).toBe(200)
  })

  test('is not locked out although each message begins without a secret; a guesser is', async () => {
    const { send, url } = await start('plate-recognizer')
    const message = examples.plateRecognizer('7abc123', null)
    let header = ''
    for (let n = 0; n < 40; n++) {
      header = ask(await send(message, ''))
      expect((await send(message, '', { authorization: answerTo(header, url) })).status).toBe(200)
    }
    for (let n = 0; n < 20; n++)
      await send(message, '', {
        authorization: answerTo(header, url, { password: `guess-${n}-guess-guess` }),
      })
    expect((await send(message, '')).status).toBe(429)
  })

  test('is understood as curl does it', async () => {
    const { url, report } = await start('hikvision')
    const { contentType, body } = examples.hikvision({}, scene)
    const file = join(folder.path, 'message')
    await writeFile(file, body)
    const { stdout } = await promisify(execFile)('curl', [
      '-sS',
      '--digest',
      '-u',
      `camera:${SECRET}`,
      '-H',
      `Content-Type: ${contentType}`,
      '--data-binary',
      `@${file}`,
      url,
    ])
    expect(JSON.parse(stdout)).toEqual({ reads: 1 })
    expect(report().reads).toBe(1)
  })
})

test('a vehicle that waits to pass survives a restart', async () => {
  const first = await start('axis')
  await first.send(examples.axis())
  // Killed: nothing of it is closed. What is on the disk is all that the next run has.
  const remembered = spools.reads.remembered(gate.id)
  expect(remembered).toContain('7ABC123')
  expect(spools.reads.stats().entries).toBe(0)
  const second = await start('axis')
  await vi.waitFor(() => expect(second.report().reads).toBe(1), 30_000)
})

test('an unreadable message is set aside with its reason, and answered so that it is not sent for ever', async () => {
  const { send, report } = await start('hikvision')
  const answer = await send({ contentType: 'application/xml', body: Buffer.from('<no') })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    reads: 0,
    setAside: expect.stringContaining('MESSAGE_INVALID'),
  })
  const at = join(folder.path, 'rejected', gate.id)
  const names = (await readdir(at)).sort()
  expect(names).toHaveLength(2)
  expect(await readFile(join(at, names[0]!), 'utf8')).toBe('<no')
  expect(JSON.parse(await readFile(join(at, names[1]!), 'utf8'))).toMatchObject({ code: 'MESSAGE_INVALID' })
  expect(report()).toMatchObject({ framesRejected: 1, lastError: { code: 'MESSAGE_INVALID' } })
  expect((await send(examples.hikvision())).status).toBe(200)
  expect(report()).toMatchObject({ reads: 1 })
})

test('a plate that no issuer can have issued is set aside, too', async () => {
  const { send, report } = await start('hikvision')
  await send(examples.hikvision({ plate: '粤B12345678901' }))
  expect(report()).toMatchObject({ framesRejected: 1, lastError: { code: 'PLATE_IMPOSSIBLE' } })
  expect(JSON.stringify(report())).not.toContain('12345678901')
})

test('set-aside messages are bounded: the newest are kept', async () => {
  const { send } = await start('hikvision')
  for (let n = 0; n < 55; n++) await send({ contentType: 'text/xml', body: Buffer.from(`<no${n}`) })
  const names = (await readdir(join(folder.path, 'rejected', gate.id))).filter(
    (name) => !name.endsWith('.json'),
  )
  expect(names).toHaveLength(50)
  const last = await readFile(join(folder.path, 'rejected', gate.id, names.sort().at(-1)!), 'utf8')
  expect(last).toBe('<no54')
})

test('a message that the disk does not accept leaves nothing there, however often it comes', async () => {
  const { send } = await start('hikvision')
  const at = join(folder.path, 'rejected', gate.id)
  // In the place of each reason stands what no file can be written over.
  const stamp = new Date(SEEN_AT + 500).toISOString().replace(/[-:]/g, '')
  const names = [0, 1, 2].map((n) => `${stamp}-${process.pid}-000${n}.json`)
  for (const name of names) await mkdir(join(at, name), { recursive: true })
  for (const _ of names) {
    const answer = await send({ contentType: 'application/xml', body: Buffer.from('<no') })
    expect(answer.status).toBeGreaterThanOrEqual(500)
  }
  expect((await readdir(at)).sort()).toEqual(names)
})

test('an unsure reading is not published; one without a confidence is', async () => {
  const { send } = await start('axis', { minConfidence: 0.9 })
  await send(examples.axis({ carID: '', plateASCII: 'LOW1' }))
  await send(examples.axis({ carID: '', plateASCII: 'HIGH1', plateConfidence: '0.95' }))
  await send(examples.axis({ carID: '', plateASCII: 'NONE1', plateConfidence: '' }))
  expect((await settled()).map(({ plate }) => plate)).toEqual(['HIGH1', 'NONE1'])
})

test('a pass below the confidence is counted, and its image is kept for the installer for a while', async () => {
  let passed = 0
  const settings = { keepUnsureMinutes: 30 }
  const { send, report, camera } = await start('hikvision', {
    minConfidence: 0.99,
    steady: () => passed,
    settings,
  })
  const answer = await send(examples.hikvision({ plate: '7ABC123', confidence: '60' }, scene))
  expect(await answer.json()).toEqual({ reads: 0 })
  // The same pass, sent again, is no second one.
  await send(examples.hikvision({ plate: '7ABC123', confidence: '60' }, scene))
  expect(report()).toMatchObject({ framesSeen: 2, reads: 0, unsure: 1 })
  const [pass, ...more] = camera.unsure()
  expect(more).toEqual([])
  // Hikvision states whole seconds.
  expect(pass).toMatchObject({ text: '7ABC123', confidence: 0.6, seenAt: SEEN_AT - 123 })
  expect(Buffer.from(pass!.jpeg).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
  passed = 31 * 60_000
  expect(camera.unsure()).toEqual([])
  camera.change({ keepUnsureMinutes: 0 })
  await send(examples.hikvision({ plate: '8XYZ999', confidence: '60' }, scene))
  expect(report().unsure).toBe(2)
  expect(camera.unsure()).toEqual([])
})

test('a wrong clock is a warning, and its reads keep the time; an impossible one gives them the time of arrival', async () => {
  let now = SEEN_AT + 3_600_000
  const { send, report } = await start('plate-recognizer', { now: () => now })
  await send(examples.plateRecognizer('7ABC123', null))
  expect(report().lastError).toMatchObject({
    code: 'CAMERA_CLOCK_WRONG',
    message: expect.stringContaining('behind'),
  })
  now = SEEN_AT - 3_600_000
  await send(examples.plateRecognizer('8XYZ999', null))
  const reads = await settled()
  expect(reads.map(({ seenAt }) => Date.parse(seenAt))).toEqual([SEEN_AT, now])
})

test('a plate reader that sends nothing for a long time is silent', async () => {
  let passed = 0
  const { report, send } = await start('openalpr', { more: { silentAfterSeconds: 60 }, steady: () => passed })
  await send({ contentType: 'application/json', body: Buffer.from('{"data_type":"heartbeat"}') })
  expect(report()).toMatchObject({ state: 'ok', framesStill: 1 })
  passed = 61_000
  expect(report().state).toBe('silent')
  await send(examples.alprGroup())
  expect(report().state).toBe('ok')
})

test('Sightline reads the picture again, and says where it reads something else', async () => {
  const { send, report } = await start('hikvision', { more: { readAgain: true } })
  await send(examples.hikvision({ plate: 'WRONG1' }, scene))
  await vi.waitFor(() => expect(report().reads).toBe(2), 30_000)
  const reads = await settled()
  expect(reads.map(({ engine: { name } }) => name)).toEqual(['hikvision', 'sightline'])
  expect(reads[1]!.engine).not.toHaveProperty('ownConfidence')
  expect(reads[1]!.seenAt).toBe(reads[0]!.seenAt)
  // Where both read the same there is one.
  const again = await start('hikvision', { id: 'gate-2', more: { readAgain: true } })
  await again.send(examples.hikvision({ plate: reads[1]!.plate }, scene))
  await vi.waitFor(() => expect(again.camera.view()?.findings.length).toBeGreaterThan(0), 30_000)
  expect(again.report().reads).toBe(1)
})

describe('the vehicle network', () => {
  const look: VehicleLook = {
    color: { name: 'gray', probability: 0.8 },
    kind: { name: 'van', probability: 0.9 },
    view: { name: 'rear', probability: 0.99 },
  }
  const SAID = { make: 'Toyota', model: 'Camry', color: 'silver' }

  test('tells what a plate reader does not say of the vehicle, each with how sure it is', async () => {
    const boxes: Box[] = []
    const describe = async (_: unknown, box: Box) => {
      boxes.push(box)
      return look
    }
    const { send } = await start('plate-recognizer', { vehicles: { describe } })
    await send(examples.plateRecognizer('7abc123', scene))
    const [read] = await settled()
    expect(boxes).toEqual([[10, 20, 100, 30]])
    const { make, model, color, ...rest } = read!.vehicle!
    // The plate reader says the color.
    expect({ make, model, color }).toEqual(SAID)
    expect(rest).toEqual({
      ...{ kind: 'van', view: 'rear' },
      certainty: { color: null, kind: 0.9, view: 0.99 },
    })
  })

  test('that fails costs no read', async () => {
    const describe = async () => Promise.reject(new Error('no memory'))
    const { send } = await start('plate-recognizer', { vehicles: { describe } })
    await send(examples.plateRecognizer('7abc123', scene))
    expect((await settled()).map(({ vehicle }) => vehicle)).toEqual([SAID])
  })

  test('looks at the second read where the plate reader gives no place', async () => {
    const describe = async () => look
    const { send, report } = await start('hikvision', { more: { readAgain: true }, vehicles: { describe } })
    await send(examples.hikvision({ plate: 'WRONG1' }, scene))
    await vi.waitFor(() => expect(report().reads).toBe(2), 30_000)
    const [first, second] = await settled()
    expect(first!.vehicle?.certainty).toBeUndefined()
    expect(second!.vehicle).toMatchObject({ kind: 'van', view: 'rear', certainty: { kind: 0.9, view: 0.99 } })
    expect(second!.vehicle!.color).toBe(first!.vehicle?.color ?? 'gray')
  })
})

test('nothing is accepted without the secret of that camera, in the same words whether the camera exists or not', async () => {
  const listeners = listenerPool(quiet)
  const one = await start('hikvision', { listeners })
  await start('hikvision', { id: 'gate-2', listeners, port: one.port })
  const refused = [
    await one.send(examples.hikvision(), ''),
    await one.send(examples.hikvision(), '/wrongwrongwrongwrong'),
    await one.send(examples.hikvision(), '', { authorization: 'Basic Og==' }),
    await fetch(`${one.url.replace('gate-1', 'nobody')}/${SECRET}`, { method: 'POST', body: 'x' }),
  ]
  expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401])
  expect(new Set(await Promise.all(refused.map((answer) => answer.text()))).size).toBe(1)
  expect(one.report().framesSeen).toBe(0)
  const basic = `Basic ${Buffer.from(`camera:${SECRET}`).toString('base64')}`
  expect((await one.send(examples.hikvision(), '', { authorization: basic })).status).toBe(200)
})

test('somebody who guesses secrets is no longer answered', async () => {
  const { send } = await start('hikvision')
  const statuses: number[] = []
  for (let n = 0; n < 30; n++) statuses.push((await send(examples.hikvision(), `/wrong${n}`)).status)
  expect(statuses.slice(0, 19).every((status) => status === 401)).toBe(true)
  expect(statuses.at(-1)).toBe(429)
})

test('a plate reader with a wrong secret does not block others behind its address', async () => {
  const listeners = listenerPool(quiet)
  const wrong = await start('hikvision', { listeners })
  const right = await start('hikvision', { id: 'gate-2', listeners, port: wrong.port })
  for (let n = 0; n < 30; n++) await wrong.send(examples.hikvision(), '/wrongwrongwrongwrong')
  expect((await wrong.send(examples.hikvision())).status).toBe(429)
  expect((await right.send(examples.hikvision())).status).toBe(200)
  expect(right.report().reads).toBe(1)
})

test.each(['xml', '', 'text / xml', 'multipart/form-data, boundary=MIME_boundary'])(
  'an invalid content type (%j) loses no message: it is read, or set aside',
  async (type) => {
    const { url } = await start('hikvision')
    const { body } = type.startsWith('multipart')
      ? examples.hikvision()
      : { body: Buffer.from(examples.hikvisionXml()) }
    const sent = httpRequest(`${url}/${SECRET}`, { method: 'POST', headers: { 'content-type': type } })
    sent.end(body)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    answer.resume()
    expect(answer.statusCode).toBe(200)
    expect((await settled()).map(({ plate }) => plate)).toEqual(['7ABC123'])
  },
)

test.each(['1970-01-01T00:03:00Z', '2000-01-01T00:03:00Z', '2015-01-01T00:03:00Z'])(
  'a clock that was never set (%s) gives its reads the time of arrival, because another would be refused',
  async (dateTime) => {
    const { send, report } = await start('hikvision')
    expect((await send(examples.hikvision({ dateTime }))).status).toBe(200)
    expect(report().lastError).toMatchObject({ code: 'CAMERA_CLOCK_WRONG' })
    expect((await settled()).map(({ seenAt }) => Date.parse(seenAt))).toEqual([SEEN_AT + 500])
  },
)

test.each(['-1e18', '1e300', '123456', '12'])(
  'invalid milliseconds (%s) do not keep a read from being stored',
  async (ms) => {
    const { send } = await start('dahua')
    const text = `${examples.dahuaText({}).replace(/^.*UTCMS=.*$/gm, '')}\nEvents[0].UTCMS=${ms}`
    expect((await send({ contentType: 'text/plain', body: Buffer.from(text) })).status).toBe(200)
    expect(await settled()).toHaveLength(1)
  },
)

test('a host that opens as many connections as it can does not shut out plate readers', async () => {
  const { url, port } = await start('hikvision')
  const sockets = Array.from({ length: 200 }, () =>
    connect({ host: '127.0.0.1', port, localAddress: '127.0.0.2' }).on('error', () => {}),
  )
  try {
    await Promise.all(
      sockets.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {})),
    )
    const { contentType, body } = examples.hikvision()
    const sent = httpRequest(`${url}/${SECRET}`, {
      ...{ method: 'POST', agent: false, headers: { 'content-type': contentType } },
    })
    sent.end(body)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    answer.resume()
    expect(answer.statusCode).toBe(200)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
})

test('listens over TLS with its own certificate, and from then on not without', async () => {
  const pem = certificateIn(folder.path)
  const port = await freePort()
  const listen = { host: '127.0.0.1', port, ...pem }
  const { report } = await start('openalpr', { port, more: { listen }, isTls: true })
  const { body, contentType } = examples.alprGroup()
  const call = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = {
        method: 'POST',
        headers: { 'content-type': contentType, 'x-sightline-secret': SECRET },
      }
      const trusting = { ...options, ca: readFileSync(pem.certificate), servername: 'localhost' }
      const sent = request(`https://127.0.0.1:${port}/events/gate-1`, trusting, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      sent.on('error', reject)
      sent.end(body)
    })
  expect(await vi.waitFor(call, 30_000)).toBe(200)
  expect(report().reads).toBe(1)
  await expect(fetch(`http://127.0.0.1:${port}/events/gate-1`)).rejects.toThrow()
})

test('a renewed certificate is read from its files without a restart, and logged', async () => {
  const { certificate, key } = certificateIn(folder.path)
  const pem = await readPem({ host: '', port: 0, certificate, key })
  const used: unknown[] = []
  const renewed: unknown[] = []
  const end = followCertificate(
    { host: '', port: 0, certificate, key },
    pem!,
    { setSecureContext: ({ cert }) => used.push(cert) },
    (next) => renewed.push(endOfPem(next)),
    quiet,
    20,
  )
  await new Promise((wait) => setTimeout(wait, 100))
  expect(used).toEqual([])
  await rm(key)
  await new Promise((wait) => setTimeout(wait, 100))
  certificateIn(folder.path)
  await vi.waitFor(() => expect(used.length).toBeGreaterThan(0), 30_000)
  await vi.waitFor(async () => expect(used.at(-1)).toEqual(await readFile(certificate)), 30_000)
  expect(renewed.at(-1)).toBeGreaterThan(Date.now() + 86_400_000)
  end()
})

test('a listener that cannot be opened is reported in the health report, and tried again', async () => {
  const port = await freePort()
  const blocker = createServer().listen(port, '127.0.0.1')
  await once(blocker, 'listening')
  const { report, send } = await start('openalpr', { port, isTls: true })
  await vi.waitFor(() => expect(report().lastError?.code).toBe('PORT_IN_USE'), 30_000)
  await new Promise((closed) => blocker.close(closed))
  await vi.waitFor(async () => expect((await send(examples.alprGroup())).status).toBe(200), 30_000)
})

test('a listener that cannot be opened stops checking its certificate', async () => {
  const port = await freePort()
  const blocker = createServer().listen(port, '127.0.0.1')
  await once(blocker, 'listening')
  const [begun, ended] = [vi.spyOn(globalThis, 'setInterval'), vi.spyOn(globalThis, 'clearInterval')]
  try {
    const config = { host: '127.0.0.1', port, ...certificateIn(folder.path) }
    const listened = { camera: gate.id, secret: SECRET, take: async () => ({ reads: 0 }) }
    await expect(listenerPool(quiet)(config, listened)).rejects.toMatchObject({ code: 'PORT_IN_USE' })
    const looks = begun.mock.results.filter((_, n) => begun.mock.calls[n]![1] === 600_000)
    expect(looks).toHaveLength(1)
    expect(ended).toHaveBeenCalledWith(looks[0]!.value)
  } finally {
    begun.mockRestore()
    ended.mockRestore()
    await new Promise((closed) => blocker.close(closed))
  }
})

test('a message that is too large is refused before it is in the memory', async () => {
  const { send, report } = await start('hikvision')
  const answer = await send({ contentType: 'text/xml', body: Buffer.alloc(25 * 1024 * 1024) }).catch(
    () => null,
  )
  expect(answer?.status ?? 413).toBe(413)
  expect(report().framesSeen).toBe(0)
})

test('a slow sender is cut off, and delays nobody', async () => {
  const { port, send } = await start('hikvision')
  const socket = connect(port, '127.0.0.1')
  const closed = new Promise<void>((resolve) => void socket.on('close', () => resolve()))
  socket.on('error', () => {})
  socket.resume()
  socket.write(`POST /events/gate-1/${SECRET} HTTP/1.1\r\nHost: x\r\n`)
  expect((await send(examples.hikvision())).status).toBe(200)
  await closed
})
