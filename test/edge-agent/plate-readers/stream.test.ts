import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPace, hearUntilStopped } from '@sightline/edge-agent/plate-readers/hear'
import type { Make } from '@sightline/edge-agent/plate-readers/makes/makes'
import { MAKES } from '@sightline/edge-agent/plate-readers/makes/makes'
import { partsOf } from '@sightline/edge-agent/plate-readers/multipart'
import { type Message, streamedMessages } from '@sightline/edge-agent/plate-readers/stream'
import type { SightlineError } from '@sightline/schemas/errors'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { quiet } from '../../support/broker.ts'
import { digestGuard, serveCamera } from '../../support/camera.ts'
import { gate } from '../../support/reads.ts'
import * as examples from './examples.ts'

/** The streams that plate readers offer, fetched from real HTTP servers that want Digest. */

const LOGIN = { user: 'admin', password: 'a/b#c?d@e' }
const BOUNDARY = 'boundary'
const ending: (() => void)[] = []
afterEach(() => {
  for (const end of ending.splice(0)) end()
})

interface Piece {
  type: string
  bytes: Buffer
  hasLength?: boolean
}

const part = ({ type, bytes, hasLength = true }: Piece) =>
  Buffer.concat([
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Type: ${type}\r\n${hasLength ? `Content-Length: ${bytes.length}\r\n` : ''}\r\n`,
    ),
    bytes,
    Buffer.from('\r\n'),
  ])

/** What a stream says: a sign of life, an event with its picture, another one. */
const STREAMS: Record<string, { path: string; pieces: (hasLength: boolean) => Piece[] }> = {
  hikvision: {
    path: '/ISAPI/Event/notification/alertStream',
    pieces: (hasLength) => [
      {
        type: 'application/xml; charset="UTF-8"',
        bytes: Buffer.from(examples.hikvisionHeartbeat),
        hasLength,
      },
      {
        type: 'application/xml; charset="UTF-8"',
        bytes: Buffer.from(examples.hikvisionXml({ plate: '7ABC123' })),
        hasLength,
      },
      { type: 'image/jpeg', bytes: examples.JPEG, hasLength },
      {
        type: 'application/xml; charset="UTF-8"',
        bytes: Buffer.from(examples.hikvisionXml({ plate: '8XYZ999' })),
        hasLength,
      },
      { type: 'image/jpeg', bytes: examples.JPEG, hasLength },
    ],
  },
  dahua: {
    path: '/cgi-bin/snapManager.cgi?action=attachFileProc&Flags[0]=Event&Events=[TrafficJunction]&heartbeat=5',
    pieces: (hasLength) => [
      { type: 'text/plain', bytes: Buffer.from('Heartbeat'), hasLength },
      { type: 'text/plain', bytes: Buffer.from(examples.dahuaText({ plate: '7ABC123' })), hasLength },
      { type: 'image/jpeg', bytes: examples.JPEG, hasLength },
      { type: 'text/plain', bytes: Buffer.from(examples.dahuaText({ plate: '8XYZ999' })), hasLength },
      { type: 'image/jpeg', bytes: examples.JPEG, hasLength },
    ],
  },
}

/** A reader that wants Digest, and then tells what `tell` writes. */
async function reader(path: string, tell: (response: ServerResponse) => Promise<void>) {
  const guard = digestGuard(LOGIN)
  const { port, close } = await serveCamera((request, response) => {
    const verdict = request.url === path ? guard.judge(request) : guard.challenge()
    if (verdict !== 'yes') return void response.writeHead(401, { 'www-authenticate': verdict }).end()
    response.writeHead(200, { 'content-type': `multipart/mixed; boundary=${BOUNDARY}` })
    void tell(response)
  })
  ending.push(close)
  return `http://127.0.0.1:${port}${path}`
}

const messages = (make: Make, url: string, more: object = LOGIN, signal = new AbortController().signal) =>
  streamedMessages({ type: 'events', make, url, ...more }, { digest: false }, signal)

const platesIn = (make: Make, { contentType, body }: Message) =>
  MAKES[make](partsOf(contentType, body)).map(({ plate, pictures }) => [
    plate,
    Object.values(pictures).length,
  ])

describe.each(Object.keys(STREAMS) as Make[])('%s', (make) => {
  const { path, pieces } = STREAMS[make]!

  test.each([
    ['whole', true, Number.POSITIVE_INFINITY],
    ['a byte at a time', true, 1],
    ['in pieces, without lengths', false, 700],
  ])(
    '%s: each event comes with its own image, the last one without waiting for the next',
    async (_how, hasLength, size) => {
      const bytes = Buffer.concat(pieces(hasLength).map(part))
      const url = await reader(path, async (response) => {
        for (let at = 0; at < bytes.length; at += size) {
          response.write(bytes.subarray(at, at + size))
          if (size > 1) await sleep(2)
        }
        // The next delimiter ends a part that does not say how long it is.
        if (!hasLength) response.write(`--${BOUNDARY}\r\n`)
      })
      const found: unknown[] = []
      for await (const message of messages(make, url)) {
        found.push(...platesIn(make, message))
        if (found.length === 2) break
      }
      expect(found).toEqual([
        ['7ABC123', 1],
        ['8XYZ999', 1],
      ])
    },
  )

  test('an image that stops in the middle for longer than a pause between events stays with its event', async () => {
    const picture = Buffer.concat([examples.JPEG, Buffer.alloc(8_000)])
    const [, event] = pieces(true)
    const bytes = [event!, { type: 'image/jpeg', bytes: picture }].map(part)
    const url = await reader(path, async (response) => {
      response.write(Buffer.concat([bytes[0]!, bytes[1]!.subarray(0, 4_000)]))
      // Longer than the pause after which an event without an image is complete.
      await sleep(900)
      response.write(bytes[1]!.subarray(4_000))
    })
    const { value } = await messages(make, url).next()
    expect(platesIn(make, value as Message)).toEqual([['7ABC123', 1]])
  })

  test('ends when the stream does, with everything before', async () => {
    const url = await reader(
      path,
      async (response) => void response.end(Buffer.concat(pieces(true).map(part))),
    )
    const found: unknown[] = []
    for await (const message of messages(make, url)) found.push(...platesIn(make, message))
    expect(found).toHaveLength(2)
  })
})

test('a wrong password, another path and an answer that is no stream are reported with their cause', async () => {
  const url = await reader('/stream', async (response) => void response.end())
  const first = (address: string, more: object = LOGIN) => messages('hikvision', address, more).next()
  await expect(first(url, { ...LOGIN, password: 'wrong' })).rejects.toMatchObject({ code: 'SOURCE_DENIED' })
  await expect(first(url, {})).rejects.toMatchObject({ code: 'SOURCE_DENIED' })
  const { port, close } = await serveCamera((request, response) => {
    if (request.url === '/page') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
    else response.writeHead(404).end()
  })
  ending.push(close)
  await expect(first(`http://127.0.0.1:${port}/page`, {})).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
  await expect(first(`http://127.0.0.1:${port}/else`, {})).rejects.toMatchObject({
    code: 'SOURCE_PATH_UNKNOWN',
  })
})

test('a plate reader that never ends a message is disconnected, and its message is not kept in memory', async () => {
  const picture = part({ type: 'image/jpeg', bytes: examples.JPEG })
  const url = await reader('/stream', async (response) => {
    response.write(part({ type: 'application/xml', bytes: Buffer.from(examples.hikvisionXml()) }))
    for (let n = 0; n < 100; n++) response.write(picture)
  })
  await expect(messages('hikvision', url).next()).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
})

describe('a camera that is malicious or broken', () => {
  const PATIENCE_MS = 700
  /** Serves raw HTTP; what comes of it when silence lasts so long. */
  async function hostile(answer: (socket: Socket) => void, ms = PATIENCE_MS) {
    const server = createServer((socket) => {
      socket.on('error', () => {}).resume()
      socket.once('data', () => answer(socket))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const sockets = new Set<Socket>()
    server.on('connection', (socket) => sockets.add(socket))
    ending.push(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/stream`
    const source = { type: 'events', make: 'dahua', url, ...LOGIN } as const
    const begun = performance.now()
    const stop = new AbortController()
    const outcome = await streamedMessages(source, { digest: false }, stop.signal, undefined, ms)
      .next()
      .catch((error: unknown) => error)
    return { outcome, ms: performance.now() - begun }
  }
  const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=b\r\n'
  /** Goes on as long as the other side reads. */
  const endless = (socket: Socket, bytes: Buffer) => {
    const more = () => {
      while (!socket.destroyed && socket.write(bytes));
    }
    socket.on('drain', more)
    more()
  }
  const every = (socket: Socket, ms: number, text: string) => {
    const timer = setInterval(() => socket.write(text), ms)
    socket.once('close', () => clearInterval(timer))
  }

  test.each<[string, string, (socket: Socket) => void]>([
    [
      'headers without an end',
      'SOURCE_INVALID',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        endless(socket, Buffer.from(`X: ${'x'.repeat(1000)}\r\n`))
      },
    ],
    [
      'answers that are none yet, for ever',
      'SOURCE_UNAVAILABLE',
      (socket) => every(socket, 20, 'HTTP/1.1 100 Continue\r\n\r\n'),
    ],
    [
      'a stream without its boundary',
      'MESSAGE_INVALID',
      (socket) => {
        socket.write(`${HEAD}\r\n`)
        endless(socket, Buffer.alloc(64 * 1024, 'x'))
      },
    ],
    [
      'no end after its end',
      'MESSAGE_INVALID',
      (socket) => {
        socket.write(`${HEAD}\r\n--b--\r\n`)
        endless(socket, Buffer.alloc(64 * 1024, 'x'))
      },
    ],
    [
      'a part without an end',
      'MESSAGE_INVALID',
      (socket) => {
        socket.write(`${HEAD}\r\n--b\r\nContent-Type: image/jpeg\r\n\r\n`)
        endless(socket, Buffer.alloc(64 * 1024, 'x'))
      },
    ],
    [
      'pictures without an end',
      'MESSAGE_INVALID',
      (socket) => {
        socket.write(`${HEAD}\r\n`)
        endless(socket, Buffer.from(`--b\r\nContent-Type: image/jpeg\r\n\r\n${'x'.repeat(1000)}\r\n`))
      },
    ],
    [
      'headers of a part without an end',
      'MESSAGE_INVALID',
      (socket) => {
        socket.write(`${HEAD}\r\n--b\r\n`)
        endless(socket, Buffer.from('X: y\r\n'))
      },
    ],
    ['a packed stream', 'SOURCE_INVALID', (socket) => socket.write(`${HEAD}Content-Encoding: gzip\r\n\r\n`)],
    [
      'a byte now and then',
      'SOURCE_UNAVAILABLE',
      (socket) => {
        socket.write(`${HEAD}\r\n--b\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\n\r\n`)
        every(socket, 20, 'x')
      },
    ],
    [
      'a byte of what belongs to no part now and then',
      'SOURCE_UNAVAILABLE',
      (socket) => {
        socket.write(`${HEAD}\r\n`)
        every(socket, 20, 'x')
      },
    ],
    [
      'a redirect to another host',
      'SOURCE_UNAVAILABLE',
      (socket) => sendOn(socket, 'http://127.0.0.2/admin'),
    ],
    ['a redirect to another port', 'SOURCE_UNAVAILABLE', (socket) => sendOn(socket, 'http://127.0.0.1:1/x')],
    ['a redirect to a file', 'SOURCE_UNAVAILABLE', (socket) => sendOn(socket, 'file:///etc/passwd')],
    ['redirects in a circle', 'SOURCE_UNAVAILABLE', (socket) => sendOn(socket, '/stream')],
  ])('and sends %s is disconnected: %s', async (_what, code, answer) => {
    // Only what is silent is to be left because of that.
    const { outcome } = await hostile(answer, code === 'SOURCE_UNAVAILABLE' ? PATIENCE_MS : 60_000)
    expect(outcome).toMatchObject({ code })
    expect(JSON.stringify(outcome)).not.toContain(LOGIN.password)
  })
  const sendOn = (socket: Socket, to: string) =>
    socket.end(`HTTP/1.1 302 Found\r\nLocation: ${to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)

  test('and sends a large image slowly is waited for', async () => {
    const bytes = Buffer.alloc(600 * 1024, 7)
    const { outcome } = await hostile((socket) => {
      socket.write(`${HEAD}\r\n--b\r\nContent-Type: image/jpeg\r\nContent-Length: ${bytes.length}\r\n\r\n`)
      let at = 0
      const timer = setInterval(() => {
        socket.write(bytes.subarray(at, at + 100 * 1024))
        at += 100 * 1024
        if (at >= bytes.length) {
          clearInterval(timer)
          socket.write('\r\n')
        }
      }, 200)
    })
    expect(outcome).toMatchObject({ done: false })
  })

  test('and whose messages are waited for elsewhere does not count as silent meanwhile', async () => {
    const url = await reader('/stream', async (response) => {
      for (const plate of ['7ABC123', '8XYZ999'])
        response.write(part({ type: 'text/plain', bytes: Buffer.from(examples.dahuaText({ plate })) }))
    })
    const source = { type: 'events', make: 'dahua', url, ...LOGIN } as const
    const found: unknown[] = []
    const stop = new AbortController()
    for await (const message of streamedMessages(source, { digest: false }, stop.signal, undefined, 1_500)) {
      found.push(...platesIn('dahua', message))
      // The disk refuses for longer than a stream may be silent.
      if (found.length === 1) await sleep(2_500)
      else break
    }
    expect(found).toHaveLength(2)
  })

  test('and reports thousands of plates is slowed down', async () => {
    const stop = new AbortController()
    const ms = 2_000
    const pace = createPace(() => performance.now(), stop.signal, { most: 10, ms })
    const begun = performance.now()
    for (let n = 0; n < 9; n++) expect(await pace()).toBe(false)
    expect(await pace()).toBe(true)
    expect(performance.now() - begun).toBeGreaterThan(ms - 50)
    expect(await pace()).toBe(false)
    // One that is stopped meanwhile is not waited for.
    const long = createPace(() => performance.now(), stop.signal, { most: 1, ms: 3_600_000 })
    setTimeout(() => stop.abort(), 50)
    expect(await long()).toBe(true)
  })
})

/** What `hearUntilStopped` does with a stream. @param idle whether its messages tell of no vehicle */
async function hear(
  url: string,
  idle: boolean,
  most: number,
  onTrouble: (error: SightlineError) => void = () => {},
) {
  const stop = new AbortController()
  let heard = 0
  const until = hearUntilStopped(
    {
      camera: gate,
      events: { type: 'events', make: 'dahua', url, ...LOGIN },
      secret: async () => '',
    } as never,
    {
      listeners: () => Promise.reject(new Error('not here')),
      log: quiet,
      async take() {
        if (++heard >= most) stop.abort()
        return { reads: 0, ...(idle && { isIdle: true }) }
      },
      onTrouble,
      onUnheard: () => {},
      onCertificate: () => {},
      steady: () => performance.now(),
      signal: stop.signal,
    },
  )
  return { until, stop, heard: () => heard }
}

describe('a stream of very many messages', () => {
  const many = (text: string) =>
    reader('/stream', async (response) => {
      const message = part({ type: 'text/plain', bytes: Buffer.from(text) })
      response.write(Buffer.concat(Array.from({ length: 2_000 }, () => message)))
    })

  test('that tell of no vehicle, as a recorder with much motion sends them, delays no plate', async () => {
    const { until, heard } = await hear(await many('Heartbeat'), true, 1_500)
    await until
    expect(heard()).toBeGreaterThanOrEqual(1_500)
  })

  test('that tell of vehicles is slowed down, and somebody learns of it', async () => {
    let tell: (error: SightlineError) => void = () => {}
    const told = new Promise<SightlineError>((resolve) => {
      tell = resolve
    })
    const { until, stop, heard } = await hear(
      await many(examples.dahuaText({ plate: '7ABC123' })),
      false,
      1_500,
      (error) => tell(error),
    )
    // It is told when the stream may go on, after the rest of a minute.
    await vi.waitFor(() => expect(heard()).toBe(600), 30_000)
    stop.abort()
    await until
    expect((await told).code).toBe('TOO_MANY_REQUESTS')
  })
})

test('can be stopped without an error', async () => {
  const url = await reader('/stream', async () => {})
  const stopping = new AbortController()
  const next = messages('hikvision', url, LOGIN, stopping.signal).next()
  setTimeout(() => stopping.abort(), 100)
  expect(await next).toEqual({ done: true, value: undefined })
})
