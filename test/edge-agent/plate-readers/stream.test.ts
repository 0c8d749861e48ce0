import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Make } from '@sightline/edge-agent/plate-readers/makes/makes'
import { MAKES } from '@sightline/edge-agent/plate-readers/makes/makes'
import { partsOf } from '@sightline/edge-agent/plate-readers/multipart'
import { type Message, streamedMessages } from '@sightline/edge-agent/plate-readers/stream'
import { afterEach, describe, expect, test } from 'vitest'
import { digestGuard, serveCamera } from '../../support/camera.ts'
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
    '%s: each event comes with its own picture, the last one without waiting for the next',
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

  test('ends when the stream does, with what came before', async () => {
    const url = await reader(
      path,
      async (response) => void response.end(Buffer.concat(pieces(true).map(part))),
    )
    const found: unknown[] = []
    for await (const message of messages(make, url)) found.push(...platesIn(make, message))
    expect(found).toHaveLength(2)
  })
})

test('a wrong password, another path and an answer that is no stream are told by their cause', async () => {
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

test('a reader that never ends a message is left, not kept in memory', async () => {
  const picture = part({ type: 'image/jpeg', bytes: examples.JPEG })
  const url = await reader('/stream', async (response) => {
    response.write(part({ type: 'application/xml', bytes: Buffer.from(examples.hikvisionXml()) }))
    for (let n = 0; n < 100; n++) response.write(picture)
  })
  await expect(messages('hikvision', url).next()).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
})

test('stops when it is told to, without an error', async () => {
  const url = await reader('/stream', async () => {})
  const stopping = new AbortController()
  const next = messages('hikvision', url, LOGIN, stopping.signal).next()
  setTimeout(() => stopping.abort(), 100)
  expect(await next).toEqual({ done: true, value: undefined })
})
