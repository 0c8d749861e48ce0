import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, connect as openTcp, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { freePort } from '@sightline/broker/free-port'
import { ensureRouteCertificates } from '@sightline/broker/route-certificates'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { serveCamera, takeFrames } from '../../support/camera.ts'
import { hasFfmpeg, hasRtspServer, makeVideo, startRtspServer } from '../../support/rtsp.ts'

/** The agent names the cause when a camera gives nothing, the same for HTTP and RTSP, with certificates or without. */

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let own: { cert: string; key: string; ca: string }
let other: { cert: string; key: string; ca: string }
let named: { cert: string; key: string; ca: string }
let caFile: string
let picture: Buffer
const ending: (() => unknown)[] = []
beforeAll(async () => {
  folder = await temporaryFolder()
  const made = await ensureRouteCertificates(join(folder.path, 'own'), ['127.0.0.1', 'camera.invalid'])
  own = made.get('127.0.0.1')!
  named = made.get('camera.invalid')!
  other = (await ensureRouteCertificates(join(folder.path, 'other'), ['127.0.0.1'])).get('127.0.0.1')!
  caFile = join(folder.path, 'ca.pem')
  await writeFile(caFile, own.ca)
  picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer()
})
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})
afterAll(() => folder.remove())

const fingerprintOf = ({ cert }: { cert: string }) => new X509Certificate(cert).fingerprint256

async function raw(answer: (socket: Socket, asked: string) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {}).once('data', (asked) => answer(socket, String(asked)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ending.push(() => server.close())
  return (server.address() as AddressInfo).port
}

const snapshot = (url: string, more: object = {}) => ({
  type: 'snapshot' as const,
  url,
  everySeconds: 1,
  ...more,
})

describe('HTTP', () => {
  test.each<[string, () => Promise<string>, string, RegExp]>([
    [
      'a name that nobody knows',
      async () => 'http://camera.invalid/s.jpg',
      'SOURCE_NAME_UNKNOWN',
      /nobody knows this name/,
    ],
    [
      'nothing at the port',
      async () => `http://127.0.0.1:${await freePort()}/`,
      'SOURCE_REFUSED',
      /refuses the connection/,
    ],
    [
      'no such path',
      async () => `http://127.0.0.1:${(await camera((_q, s) => void s.writeHead(404).end())).port}/`,
      'SOURCE_PATH_UNKNOWN',
      /nothing at this path/,
    ],
    [
      'something that is no HTTP',
      async () => `http://127.0.0.1:${await raw((s) => s.end('SSH-2.0-dropbear\r\n'))}/`,
      'SOURCE_INVALID',
      /no HTTP/,
    ],
    [
      'a connection that is closed',
      async () => `http://127.0.0.1:${await raw((s) => s.destroy())}/`,
      'SOURCE_UNAVAILABLE',
      /closed the connection/,
    ],
    [
      'HTTPS where HTTP is',
      async () => `https://127.0.0.1:${(await camera((_q, s) => void s.end(picture))).port}/`,
      'SOURCE_UNAVAILABLE',
      /does not speak TLS/,
    ],
    [
      'a camera that is busy',
      async () => `http://127.0.0.1:${(await camera((_q, s) => void s.writeHead(503).end())).port}/`,
      'SOURCE_UNAVAILABLE',
      /answers 503/,
    ],
    [
      'a user who may not',
      async () => `http://127.0.0.1:${(await camera((_q, s) => void s.writeHead(403).end())).port}/`,
      'SOURCE_DENIED',
      /password/,
    ],
  ])('%s', async (_what, at, code, message) => {
    const url = await at()
    for (const source of [snapshot(url), { type: 'mjpeg' as const, url }]) {
      const { troubles } = await takeFrames(source)
      expect(troubles[0]).toMatchObject({ code, message: expect.stringMatching(message) })
      expect(troubles[0]?.hint).toBeDefined()
    }
  })

  test.each([
    ['lines that end with LF alone', 'HTTP/1.1 200 OK\nContent-Type: image/jpeg\nContent-Length: N\n\n'],
    ['HTTP/1.0 without a length', 'HTTP/1.0 200 OK\r\nContent-Type: image/jpeg\r\n\r\n'],
  ])('a camera that sends %s is understood', async (_what, head) => {
    const port = await raw((socket) => {
      socket.end(Buffer.concat([Buffer.from(head.replace('N', String(picture.length))), picture]))
    })
    const { frames, troubles } = await takeFrames(snapshot(`http://127.0.0.1:${port}/`), 2)
    expect(troubles).toEqual([])
    expect((await frames[1]!.open()).width).toBe(64)
  })

  const camera: typeof serveCamera = async (...all) => {
    const served = await serveCamera(...all)
    ending.push(served.close)
    return served
  }

  describe('redirects', () => {
    test.each([
      ['another path', '/b.jpg'],
      ['the whole address', 'http://HOST/b.jpg'],
      ['three times', '/3'],
    ])('within the camera are followed: %s', async (_what, to) => {
      const { port } = await camera(({ url, headers }, response) => {
        if (url === '/b.jpg') return void response.end(picture)
        const next = { '/': to.replace('HOST', headers.host!), '/3': '/2', '/2': '/b.jpg' }[url!]
        response.writeHead(302, { location: next! }).end()
      })
      expect((await takeFrames(snapshot(`http://127.0.0.1:${port}/`), 2)).troubles).toEqual([])
    })

    test.each([
      ['for ever', '/'],
      ['to another port', 'http://127.0.0.1:1/'],
      ['to another name of the same host', 'http://localhost:PORT/'],
      ['to a file', 'file:///etc/passwd'],
      ['to nothing that can be read', 'http://[/'],
    ])('%s are not followed', async (_what, to) => {
      const { port } = await camera((_request, response) => {
        response.writeHead(302, { location: to.replace('PORT', String(port)) }).end()
      })
      const { troubles } = await takeFrames(snapshot(`http://127.0.0.1:${port}/`))
      expect(troubles[0]).toMatchObject({
        code: 'SOURCE_UNAVAILABLE',
        message: expect.stringMatching(/not followed/),
      })
    })
  })

  describe('certificates', () => {
    test.each<[string, () => { cert: string; key: string }, () => object, RegExp | null]>([
      ['nobody vouches for', () => own, () => ({}), /unknown authority|signed its certificate itself/],
      ['the authority named vouches for', () => own, () => ({ caFile }), null],
      ['another authority vouches for', () => other, () => ({ caFile }), /unknown authority|itself/],
      ['is for another name', () => named, () => ({ caFile }), /another name/],
      ['is the pinned one', () => other, () => ({ fingerprint: fingerprintOf(other) }), null],
      [
        'is the pinned one, for another name',
        () => named,
        () => ({ fingerprint: fingerprintOf(named).replaceAll(':', '') }),
        null,
      ],
      [
        'is not the pinned one',
        () => own,
        () => ({ fingerprint: fingerprintOf(other) }),
        /another one than the pinned/,
      ],
    ])('one that %s', async (_what, shown, trusted, refusal) => {
      const asked: unknown[] = []
      const { port } = await camera((request, response) => {
        asked.push(request.url)
        response.end(picture)
      }, shown())
      const { frames, troubles } = await takeFrames(snapshot(`https://127.0.0.1:${port}/key`, trusted()), 2)
      if (refusal === null) return expect([frames.length, troubles]).toEqual([2, []])
      expect(troubles[0]).toMatchObject({ code: 'SOURCE_UNTRUSTED', message: expect.stringMatching(refusal) })
      // The message shows the certificate, so that people can compare it; and no request was sent.
      const digits = fingerprintOf(shown()).replaceAll(':', '').toLowerCase()
      expect(troubles[0]!.hint).toContain(digits)
      expect(asked).toEqual([])
    })

    test('are reported when the file contains none', async () => {
      const path = join(folder.path, 'none.pem')
      await writeFile(path, 'no certificate')
      for (const [file, message] of [
        [path, /no certificate in it/],
        ['/nowhere.pem', /cannot read/],
      ] as const) {
        const { troubles } = await takeFrames(snapshot('https://127.0.0.1:1/', { caFile: file }))
        expect(troubles[0]).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) })
      }
    })
  })
})

describe.skipIf(!hasFfmpeg)('RTSP', () => {
  const rtsp = (url: string, more: object = {}) => ({ type: 'rtsp' as const, url, ...more })

  test('a camera that offers Digest with SHA-256 and then MD5 is answered with MD5, never in the clear', async () => {
    const heard: string[] = []
    const offer = (algorithm: string) =>
      `WWW-Authenticate: Digest realm="cam", nonce="n1", qop="auth", algorithm=${algorithm}\r\n`
    const server = createServer((socket) => {
      socket
        .on('error', () => {})
        .on('data', (asked) => {
          heard.push(String(asked))
          const cseq = /CSeq: *(\d+)/i.exec(String(asked))?.[1]
          const isSignedOn = /^Authorization: Digest .*response="[0-9a-f]{32}"/im.test(String(asked))
          const status = isSignedOn ? '404 Not Found' : '401 Unauthorized'
          const offers = isSignedOn
            ? ''
            : `${offer('SHA-256')}${offer('MD5')}WWW-Authenticate: Basic realm="cam"\r\n`
          const isOptions = String(asked).startsWith('OPTIONS')
          socket.write(
            isOptions
              ? `RTSP/1.0 200 OK\r\nCSeq: ${cseq}\r\nPublic: DESCRIBE, SETUP, PLAY\r\n\r\n`
              : `RTSP/1.0 ${status}\r\nCSeq: ${cseq}\r\n${offers}\r\n`,
          )
        })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    ending.push(() => server.close())
    const url = `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/stream`
    const { troubles } = await takeFrames(rtsp(url, { user: 'admin', password: 'secret word' }))
    // It was signed on: what was missing is the path.
    expect(troubles[0]).toMatchObject({ code: 'SOURCE_PATH_UNKNOWN' })
    const sent = heard.join('')
    expect(sent).toMatch(/^Authorization: Digest /m)
    expect(sent).not.toContain('Basic')
  })

  test.each<[string, () => Promise<string>, string]>([
    ['a name that nobody knows', async () => 'rtsp://camera.invalid/s', 'SOURCE_NAME_UNKNOWN'],
    ['nothing at the port', async () => `rtsp://127.0.0.1:${await freePort()}/s`, 'SOURCE_REFUSED'],
    ['a name that nobody knows, over TLS', async () => 'rtsps://camera.invalid/s', 'SOURCE_NAME_UNKNOWN'],
    [
      'nothing at the port, over TLS',
      async () => `rtsps://127.0.0.1:${await freePort()}/s`,
      'SOURCE_REFUSED',
    ],
    [
      'no such path',
      async () => `rtsp://127.0.0.1:${await raw((s, asked) => says404(s, asked))}/nothing`,
      'SOURCE_PATH_UNKNOWN',
    ],
  ])('%s', async (_what, at, code) => {
    const { troubles } = await takeFrames(rtsp(await at()))
    expect(troubles[0]).toMatchObject({ code })
  })

  function says404(socket: Socket, first: string): void {
    const answer = (asked: string) => {
      const sequence = /CSeq: (\d+)/i.exec(asked)?.[1]
      const status = asked.startsWith('OPTIONS') ? '200 OK\r\nPublic: DESCRIBE' : '404 Not Found'
      socket.write(`RTSP/1.0 ${status}\r\nCSeq: ${sequence}\r\n\r\n`)
    }
    answer(first)
    socket.on('data', (asked) => answer(String(asked)))
  }

  test.skipIf(!hasRtspServer)(
    'a real server: missing path; missing password; over TLS only a trusted certificate',
    async () => {
      const path = join(folder.path, 'h264.mp4')
      makeVideo(path, { seconds: 20 })
      const [open, locked] = [await freePort(), await freePort()]
      for (const server of [
        await startRtspServer(path, open),
        await startRtspServer(path, locked, ['host', 'p/w#d?']),
      ]) {
        ending.push(() => server.kill('SIGKILL'))
      }
      const at = async (url: string, more: object = {}) => {
        const { frames, troubles } = await takeFrames(rtsp(url, more), 2)
        return troubles[0]?.code ?? `${frames.length} frames of ${frames[0]!.name}`
      }
      expect(await at(`rtsp://127.0.0.1:${open}/nothing`)).toBe('SOURCE_PATH_UNKNOWN')
      expect(await at(`rtsp://127.0.0.1:${locked}/stream`)).toBe('SOURCE_DENIED')
      const login = { user: 'host', password: 'p/w#d?' }
      expect(await at(`rtsp://127.0.0.1:${locked}/stream`, login)).toBe(
        `2 frames of rtsp://127.0.0.1:${locked}/stream`,
      )

      const secure = createTlsServer(own, (near) => {
        const far = openTcp(locked, '127.0.0.1')
        near.on('error', () => far.destroy()).pipe(far)
        far.on('error', () => near.destroy()).pipe(near)
      })
      secure.listen(0, '127.0.0.1')
      await once(secure, 'listening')
      ending.push(() => secure.close())
      const { port } = secure.address() as AddressInfo
      const url = `rtsps://127.0.0.1:${port}/stream`
      const frames = `2 frames of ${url}`
      expect(await at(url, login)).toBe('SOURCE_UNTRUSTED')
      expect(await at(url, { ...login, fingerprint: fingerprintOf(other) })).toBe('SOURCE_UNTRUSTED')
      expect(await at(url, { ...login, caFile })).toBe(frames)
      expect(await at(url, { ...login, fingerprint: fingerprintOf(own) })).toBe(frames)
      expect(await at(url, { user: 'host', password: 'wrong', caFile })).toBe('SOURCE_DENIED')
    },
    90_000,
  )
})
