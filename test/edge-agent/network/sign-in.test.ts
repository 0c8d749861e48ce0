import type { IncomingMessage, ServerResponse } from 'node:http'
import sharp from 'sharp'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type DigestRules, digestGuard, serveCamera, takeFrames } from '../../support/camera.ts'

/** Cameras that ask for a user and a password over HTTP, one picture at a time and as a stream. */

const LOGIN = { user: 'admin', password: 'a/b#c?d@e:f%41 "\\ä€' }
const TYPES = ['snapshot', 'mjpeg'] as const

let picture: Buffer
beforeAll(async () => {
  picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: 'blue' } })
    .jpeg()
    .toBuffer()
})
const ending: (() => void)[] = []
afterEach(() => {
  for (const end of ending.splice(0)) end()
})

type Judge = (request: IncomingMessage) => 'yes' | string | string[]

/** A camera that shows its picture to whom `judge` lets in. */
async function camera(judge: Judge) {
  const sent: string[] = []
  const { port, close } = await serveCamera((request, response) => {
    sent.push(request.headers.authorization ?? '')
    const verdict = judge(request)
    if (verdict !== 'yes') {
      response.writeHead(401, { 'www-authenticate': verdict }).end('<html>Unauthorized</html>')
    } else show(request, response)
  })
  ending.push(close)
  return { port, sent }
}

function show({ url }: IncomingMessage, response: ServerResponse): void {
  if (url?.startsWith('/snap')) return void response.end(picture)
  response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=x' })
  const timer = setInterval(() => response.write(picture), 10)
  response.once('close', () => clearInterval(timer))
}

const source = (type: (typeof TYPES)[number], port: number, more: object = LOGIN) =>
  type === 'snapshot'
    ? { type, url: `http://127.0.0.1:${port}/snap.cgi?channel=1`, everySeconds: 0.05, ...more }
    : { type, url: `http://127.0.0.1:${port}/mjpeg`, ...more }

const VARIANTS: Partial<DigestRules>[] = [
  {},
  { qop: false },
  { algorithm: 'MD5-sess' },
  { algorithm: 'SHA-256' },
  { algorithm: 'SHA-256-sess' },
  { uses: 2 },
]

describe.each(TYPES)('%s', (type) => {
  test.each(VARIANTS)('Digest %o', async (variant) => {
    const guard = digestGuard({ ...LOGIN, ...variant })
    const { port, sent } = await camera(guard.judge)
    const { frames, troubles } = await takeFrames(source(type, port), 5)
    expect(troubles).toEqual([])
    expect((await frames[4]!.open()).width).toBe(64)
    // Nothing before the camera asks, and nothing that is not needed.
    expect(sent[0]).toBe('')
    expect(sent.slice(1).every((header) => header.startsWith('Digest '))).toBe(true)
    if (variant.uses === undefined) expect(sent).toHaveLength(type === 'snapshot' ? 6 : 2)
  })

  test('of several challenges, in one header or more, Digest with the stronger hash is chosen', async () => {
    const guard = digestGuard({ ...LOGIN, algorithm: 'SHA-256' })
    const { port, sent } = await camera((request) => {
      const verdict = guard.judge(request)
      return verdict === 'yes'
        ? verdict
        : ['Basic realm="cam"', `${verdict}, ${verdict.replace('SHA-256', 'MD5')}`]
    })
    expect(await takeFrames(source(type, port))).toMatchObject({ troubles: [] })
    expect(sent.filter((header) => /Basic/.test(header))).toEqual([])
  })

  test('Basic is used only where nothing else is offered, and never before the camera asks', async () => {
    const expected = `Basic ${Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString('base64')}`
    const { port, sent } = await camera(({ headers }) =>
      headers.authorization === expected ? 'yes' : 'Basic realm="cam"',
    )
    expect(await takeFrames(source(type, port), 2)).toMatchObject({ troubles: [] })
    expect([sent[0], sent[1]]).toEqual(['', expected])
  })

  test('a camera that asks for nothing gets nothing', async () => {
    const { port, sent } = await camera(() => 'yes')
    expect(await takeFrames(source(type, port), 2)).toMatchObject({ troubles: [] })
    expect(sent.every((header) => header === '')).toBe(true)
  })

  test('user and password may also be in the address', async () => {
    const { port } = await camera(digestGuard(LOGIN).judge)
    const { url, ...rest } = source(type, port, {})
    const login = `${encodeURIComponent(LOGIN.user)}:${encodeURIComponent(LOGIN.password)}@`
    const taken = await takeFrames({ ...rest, url: url.replace('://', `://${login}`) } as never, 2)
    expect(taken.troubles).toEqual([])
  })

  test.each([
    ['a wrong password', { user: 'admin', password: 'wrong' }, 'Digest', /refuses the user or password/, 2],
    [
      'a wrong password, Basic',
      { user: 'admin', password: 'wrong' },
      'Basic',
      /refuses the user or password/,
      2,
    ],
    ['no password', {}, 'Digest', /asks for a user and a password/, 1],
    ['a sign-in that nobody knows', LOGIN, 'Negotiate', /a sign-in that is not supported/, 1],
  ])('%s', async (_what, login, scheme, message, requests) => {
    const { judge } = digestGuard(LOGIN)
    const { port, sent } = await camera(scheme === 'Digest' ? judge : () => `${scheme} realm="cam"`)
    const { troubles } = await takeFrames(source(type, port, login))
    expect(troubles[0]).toMatchObject({ code: 'SOURCE_DENIED', message: expect.stringMatching(message) })
    // A camera that counts wrong tries is asked no more often than it must be.
    expect(sent).toHaveLength(requests)
  })
})

test('a camera that calls every nonce stale is given up', async () => {
  const { challenge } = digestGuard(LOGIN)
  const { port, sent } = await camera(() => challenge(true))
  expect((await takeFrames(source('snapshot', port))).troubles[0]).toMatchObject({ code: 'SOURCE_DENIED' })
  expect(sent.length).toBeLessThan(6)
})

test('a camera that asked for Digest never gets the password in the clear, even after a reconnect', async () => {
  const guard = digestGuard(LOGIN)
  let requests = 0
  const { port, sent } = await camera((request) =>
    requests++ < 4 ? guard.judge(request) : 'Basic realm="cam"',
  )
  const { frames, troubles } = await takeFrames(source('snapshot', port), 50)
  expect(frames.length).toBeGreaterThan(0)
  expect(troubles[0]).toMatchObject({ code: 'SOURCE_DENIED', message: expect.stringMatching(/in the clear/) })
  expect(sent.filter((header) => header.startsWith('Basic'))).toEqual([])
})
