import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { inspect } from 'node:util'
import { freePort } from '@sightline/broker/free-port'
import { startCamera } from '@sightline/edge-agent/camera/pipeline'
import { parseConfig } from '@sightline/edge-agent/config/parse'
import type { SourceConfig } from '@sightline/edge-agent/config/schema'
import { createFrameQueue } from '@sightline/edge-agent/gate/frame-queue'
import { surveyedPosition } from '@sightline/edge-agent/position/source'
import { withoutCredentials, withoutSecrets } from '@sightline/edge-agent/sources/credentials'
import { openSource } from '@sightline/edge-agent/sources/open'
import { describeView } from '@sightline/edge-agent/status/view'
import { type SightlineError, toSightlineError } from '@sightline/schemas/errors'
import fc from 'fast-check'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { found, password } from '../../support/passwords.ts'
import { gate } from '../../support/reads.ts'
import { hasFfmpeg } from '../../support/rtsp.ts'
import { engineOf, openSpools } from '../camera/bench.ts'

/** A camera that fails, whatever its password is: nothing of the password is in what the agent writes. */

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let spools: Awaited<ReturnType<typeof openSpools>>
let refused: number
let answering: Record<'denied' | 'basic' | 'broken' | 'cut' | 'lies', number>
const servers: { close(): void }[] = []
beforeAll(async () => {
  folder = await temporaryFolder()
  spools = await openSpools(folder.path)
  refused = await freePort()
  answering = {
    denied: await serve(({ headers }, response) => {
      const challenge = `Digest realm="cam", nonce="n", qop="auth", opaque=${JSON.stringify(headers.authorization ?? '')}`
      response.writeHead(401, { 'www-authenticate': challenge }).end(headers.authorization)
    }),
    basic: await serve(({ headers }, response) => {
      response.writeHead(401, headers.authorization, { 'www-authenticate': 'Basic realm="cam"' }).end()
    }),
    broken: await serve(({ url }, response) => response.writeHead(500, url?.slice(0, 40)).end(url)),
    cut: await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100000' }).write('some')
      setTimeout(() => response.destroy(), 20)
    }),
    // It says what it was asked for, where no such thing is expected.
    lies: await listen(
      createTcpServer((socket) => {
        socket.on('error', () => {}).on('data', (asked) => socket.end(asked))
      }),
    ),
  }
})
afterAll(async () => {
  for (const server of servers) server.close()
  await spools.reads.close()
  await spools.pictures.close()
  await folder.remove()
})

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as { port: number }).port
}
const serve = (handler: RequestListener) => listen(createServer(handler))

interface Source {
  type: 'rtsp' | 'mjpeg' | 'snapshot'
  url: string
  user?: string
  password?: string
  passwordFile?: string
  everySeconds?: number
}
const configuration = (source: Source) =>
  JSON.stringify({ cameras: [{ id: gate.id, owner: 'A', ownerType: 'agency', kind: 'fixed', source }] })

/** All that is written of a camera until its source has failed: log, error, health, status page. */
async function written(text: string): Promise<{ said: string; error: SightlineError }> {
  const lines: string[] = []
  const log = pino(new Writable({ write: (chunk, _, next) => next(void lines.push(String(chunk))) }))
  const troubles: SightlineError[] = []
  let camera: ReturnType<typeof startCamera> | undefined
  try {
    const source = parseConfig(text, 'edge.yaml').cameras[0]!.source as SourceConfig
    await new Promise<void>((resolve, reject) => {
      camera = startCamera(
        {
          ...{ camera: gate, position: null, fingerprint: text, source: 'bench' },
          open: (parts) =>
            openSource(source, {
              ...parts,
              onTrouble(error) {
                troubles.push(error)
                parts.onTrouble(error)
                resolve()
              },
            }),
        },
        {
          ...{
            engine: engineOf(),
            frameQueue: createFrameQueue(1),
            spools,
            minConfidence: 0,
            agentVersion: 'test',
          },
          ...{ position: surveyedPosition({ lat: 0, lon: 0 }), log, clock: Date.now },
        },
      )
      camera.done.then(() => reject(new Error('the camera ended')), reject)
    })
  } catch (thrown) {
    troubles.push(toSightlineError(thrown))
  }
  const error = troubles[0]!
  log.error({ err: error }, 'as the agent logs errors')
  const health = camera?.health.report(Date.now())
  const page = health
    ? describeView({ id: gate.id, health: health as never, frame: camera!.view(), unsure: [], zones: {} })
    : null
  await camera?.close()
  const all = inspect(error, { depth: 9, showHidden: true })
  return { said: [...lines, JSON.stringify(page), all, error.message, error.hint].join('\n'), error }
}

const PLACES = {
  login: (at: string, secret: string) => `admin:${secret}@${at}/stream`,
  user: (at: string, secret: string) => `${secret}@${at}/stream`,
  'only a password': (at: string, secret: string) => `:${secret}@${at}/stream`,
  query: (at: string, secret: string) => `${at}/snap.cgi?user=admin&password=${secret}`,
  token: (at: string, secret: string) => `${at}/snap.jpg?t=${secret}`,
  path: (at: string, secret: string) => `${at}/user=admin&password=${secret}&channel=1`,
  segment: (at: string, secret: string) => `${at}/snap/${secret}/1`,
}
type Place = keyof typeof PLACES
const anyPlace = fc.constantFrom(...(Object.keys(PLACES) as Place[]))

const check = (
  scheme: 'rtsp' | 'http',
  type: Source['type'],
  port: () => fc.Arbitrary<number>,
  numRuns: number,
) =>
  fc.assert(
    fc.asyncProperty(password, anyPlace, fc.boolean(), port(), async (secret, place, isEncoded, at) => {
      const url = `${scheme}://${PLACES[place](`127.0.0.1:${at}`, isEncoded ? encodeURIComponent(secret) : secret)}`
      const source = { type, url, ...(type === 'snapshot' ? { everySeconds: 1 } : {}) }
      const { said, error } = await written(configuration(source))
      expect(found(said, secret)).toEqual([])
      expect(error.code).not.toBe('INTERNAL')
      if (isEncoded) expect(error.code).not.toBe('CONFIG_INVALID')
    }),
    { numRuns },
  )

/** In fields of its own any password is right, as it is. */
const checkFields = (
  scheme: 'rtsp' | 'rtsps' | 'http',
  type: Source['type'],
  port: () => fc.Arbitrary<number>,
  numRuns: number,
) =>
  fc.assert(
    fc.asyncProperty(password, fc.boolean(), port(), async (secret, isInFile, at) => {
      fc.pre(!/[\0\r\n]|\p{Surrogate}|\ufffd/u.test(secret))
      const passwordFile = join(folder.path, 'password')
      await writeFile(passwordFile, `${secret}\n`)
      const source = {
        ...{ type, url: `${scheme}://127.0.0.1:${at}/stream`, user: 'admin' },
        ...(isInFile ? { passwordFile } : { password: secret }),
        ...(type === 'snapshot' ? { everySeconds: 1 } : {}),
      }
      const { said, error } = await written(configuration(source))
      expect(found(said, secret)).toEqual([])
      expect(['INTERNAL', 'CONFIG_INVALID']).not.toContain(error.code)
    }),
    { numRuns },
  )

const ports = () => fc.constantFrom(refused, ...Object.values(answering))

test.skipIf(!hasFfmpeg)('RTSP', () => check('rtsp', 'rtsp', ports, 60), 240_000)
test('snapshots over HTTP', () => check('http', 'snapshot', ports, 200), 120_000)
test('Motion JPEG over HTTP', () => check('http', 'mjpeg', ports, 200), 120_000)

test.skipIf(!hasFfmpeg)('RTSP, in fields', () => checkFields('rtsp', 'rtsp', ports, 20), 240_000)
test.skipIf(!hasFfmpeg)('RTSPS, in fields', () => checkFields('rtsps', 'rtsp', ports, 10), 240_000)
test('snapshots over HTTP, in fields', () => checkFields('http', 'snapshot', ports, 100), 120_000)
test('Motion JPEG over HTTP, in fields', () => checkFields('http', 'mjpeg', ports, 100), 120_000)

test.skipIf(!hasFfmpeg)('messages of ffmpeg are shown without the address', async () => {
  const url = `rtsp://admin:hUnq7%2FwZk9tr@127.0.0.1:${refused}/stream`
  const { error } = await written(configuration({ type: 'rtsp', url }))
  expect(error.message).toBe(
    `rtsp://127.0.0.1:${refused}/stream refuses the connection: nothing listens at this port`,
  )
})

describe('the shown form of an address', () => {
  test.each([
    ['rtsp://admin:p@ss@10.0.0.5/s', 'rtsp://…'],
    ['rtsp://admin:p/ss@10.0.0.5/s', 'rtsp://…'],
    ['rtsp://admin:p#ss@10.0.0.5/s', 'rtsp://…'],
    ['rtsp://admin:p?ss@10.0.0.5/s', 'rtsp://…'],
    ['rtsp://admin:100%@10.0.0.5/s', 'rtsp://…'],
    ['rtsp://admin:p%40ss@10.0.0.5/s', 'rtsp://10.0.0.5/s'],
    ['rtsp://admin:p:ss@[fe80::1]:554/s', 'rtsp://[fe80::1]:554/s'],
    ['rtsp://10.0.0.5/user=admin&password=Secret1&channel=1', 'rtsp://10.0.0.5/…'],
    [
      'rtsp://10.0.0.5:554/user=admin_password=Secret1_channel=1_stream=0.sdp?real_stream',
      'rtsp://10.0.0.5:554/…',
    ],
    ['rtsps://10.0.0.1:7441/G8vXyZ1abCdEfGhI?enableSrtp', 'rtsps://10.0.0.1:7441/…'],
    ['http://10.0.0.6/cgi-bin/snapshot.cgi?user=admin&pwd=Secret1', 'http://10.0.0.6/cgi-bin/snapshot.cgi'],
    ['http://10.0.0.6/snap/admin/Secret1/1', 'http://10.0.0.6/snap/…'],
    ['rtsp://10.0.0.6/Streaming/Channels/101', 'rtsp://10.0.0.6/Streaming/Channels/101'],
    ['rtsp://10.0.0.6/cam/realmonitor?channel=1&subtype=0', 'rtsp://10.0.0.6/cam/realmonitor'],
    ['rtsp://10.0.0.6/h264Preview_01_main', 'rtsp://10.0.0.6/h264Preview_01_main'],
    ['http://10.0.0.6/', 'http://10.0.0.6/'],
    ['admin:Secret1@10.0.0.6', 'address://…'],
  ])('%s', (address, shown) => expect(withoutCredentials(address)).toBe(shown))
})

describe('others’ messages about a source', () => {
  const url = 'rtsp://admin:hUnq7%2FwZk9tr@10.0.0.5:554/live/k3yOfTheRoad'

  test.each([
    [`${url}: Connection refused`, 'rtsp://10.0.0.5:554/live/…: Connection refused'],
    [`Redirecting to rtsp://root:other@10.0.0.9/s now`, 'Redirecting to rtsp://10.0.0.9/s now'],
    ['the password hUnq7/wZk9tr is wrong', ''],
    ['the password HUNQ7%2fWZK9TR is wrong', ''],
    [`Authorization: Basic ${Buffer.from('admin:hUnq7/wZk9tr').toString('base64')}`, ''],
    ['no such path: k3yOfTheRoad', ''],
    ['No route to host', 'No route to host'],
  ])('%s', (text, shown) => expect(withoutSecrets(text, url)).toBe(shown))

  test('do not repeat even a password of one character, and the reason is shown without it', async () => {
    const { error } = await written(
      configuration({ type: 'mjpeg', url: `http://admin:f@127.0.0.1:${refused}/` }),
    )
    expect(error).toMatchObject({ code: 'SOURCE_REFUSED' })
    expect(error.message).not.toContain('fetch')
  })
})
