import type { StreamMessage } from '@sightline/broker/stream-message'
import { createWire, type Taker } from '@sightline/broker/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const OURS = [1, 17, 205]

interface Sent {
  sid: number
  subject: string
  reply: string | undefined
  /** Lines of headers; none: a message without them. */
  headers: readonly string[]
  payload: Uint8Array
}

/** As a server writes it. */
function written({ sid, subject, reply, headers, payload }: Sent): Buffer {
  const head = headers.length === 0 ? '' : `NATS/1.0\r\n${headers.join('\r\n')}\r\n\r\n`
  const size = head.length + payload.length
  const sizes = headers.length === 0 ? `${size}` : `${head.length} ${size}`
  const op = headers.length === 0 ? 'MSG' : 'HMSG'
  const line = [op, subject, sid, ...(reply === undefined ? [] : [reply]), sizes].join(' ')
  return Buffer.concat([Buffer.from(`${line}\r\n${head}`), payload, Buffer.from('\r\n')])
}

const token = fc.stringMatching(/^[a-zA-Z0-9_$-]{1,12}$/)
/** Control characters too, but for those that end a token of the protocol: servers take them from publishers. */
const oddToken = fc.string({
  unit: fc
    .integer({ min: 1, max: 127 })
    .map((n) => String.fromCharCode(n))
    .filter((char) => !/[\s.]/.test(char) || char === '\v'),
  minLength: 1,
  maxLength: 12,
})
const anyToken = fc.oneof({ weight: 5, arbitrary: token }, { weight: 1, arbitrary: oddToken })
const subject = fc.array(anyToken, { minLength: 1, maxLength: 5 }).map((tokens) => tokens.join('.'))
const sent: fc.Arbitrary<Sent> = fc.record({
  sid: fc.constantFrom(...OURS, 2, 99),
  subject,
  reply: fc.option(subject, { nil: undefined }),
  headers: fc.array(
    fc.tuple(token, token).map(([name, value]) => `${name}: ${value}`),
    { maxLength: 3 },
  ),
  // Payloads that look like the protocol itself, too.
  payload: fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.constantFrom('\r\n', 'MSG a 1 3\r\nabc\r\n', 'PING\r\n').map((text) => Buffer.from(text)),
  ),
})
const line = fc.constantFrom(
  'PING\r\n',
  'PONG\r\n',
  '+OK\r\n',
  "-ERR 'Permissions Violation'\r\n",
  'INFO {"a":1}\r\n',
)
const stream = fc.array(fc.oneof(sent, sent, line), { maxLength: 30 })

/** Cut into pieces at these places. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  )
  return places.slice(1).map((to, i) => bytes.subarray(places[i], to))
}

const told = (message: StreamMessage, sid: number) => ({
  sid,
  subject: message.subject,
  payload: Buffer.from(message.data).toString('hex'),
})

test('our messages are taken out whole and in order, however the bytes are cut; the rest is passed on unchanged', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 40 }), (all, cuts) => {
      const seen: unknown[] = []
      const rest: Uint8Array[] = []
      const taker =
        (sid: number): Taker =>
        (message) =>
          seen.push(told(message, sid))
      const wire = createWire(new Map(OURS.map((sid) => [sid, taker(sid)])), (bytes) =>
        rest.push(Buffer.from(bytes)),
      )
      const bytes = all.map((one) => (typeof one === 'string' ? Buffer.from(one) : written(one)))
      for (const piece of pieces(Buffer.concat(bytes), cuts)) wire(piece)

      const isOurs = (one: Sent | string): one is Sent => typeof one !== 'string' && OURS.includes(one.sid)
      expect(seen).toEqual(
        all.filter(isOurs).map(({ sid, subject, payload }) => ({
          ...{ sid, subject, payload: Buffer.from(payload).toString('hex') },
        })),
      )
      expect(Buffer.concat(rest)).toEqual(Buffer.concat(bytes.filter((_, n) => !isOurs(all[n]!))))
    }),
    { numRuns: 500 },
  )
})

test('what is passed on is whole lines and messages, in their place among ours', () => {
  const order: string[] = []
  const wire = createWire(new Map([[1, ({ data }) => order.push(`ours ${data.length}`)]]), (bytes) =>
    order.push(Buffer.from(bytes).toString()),
  )
  const bytes = Buffer.from('PING\r\nMSG a 2 3\r\nabc\r\nMSG a 1 2\r\nab\r\nPONG\r\nMSG a 1 1\r\na\r\n')
  for (const byte of bytes) wire(Buffer.of(byte))
  expect(order).toEqual(['PING\r\n', 'MSG a 2 3\r\nabc\r\n', 'ours 2', 'PONG\r\n', 'ours 1'])
  order.length = 0
  wire(bytes)
  expect(order).toEqual(['PING\r\nMSG a 2 3\r\nabc\r\n', 'ours 2', 'PONG\r\n', 'ours 1'])
})

test('a message says what the broker says about it', () => {
  const messages: StreamMessage[] = []
  const wire = createWire(new Map([[1, (message) => messages.push(message)]]), () => {})
  const reply = '$JS.ACK.READS.c1.1.4711.12.1700000000123456789.5'
  const inDomain = '$JS.ACK.hub.A1B2.READS.c1.1.4711.12.1700000000123456789.5.rand'
  const plain = { sid: 1, subject: 'reads.edge.c1', reply, headers: [], payload: Buffer.from('plaque é') }
  wire(written(plain))
  wire(
    written({
      ...plain,
      reply: inDomain,
      headers: ['KV-Operation: DEL', 'Nats-Msg-Id: 7'],
      payload: Buffer.of(),
    }),
  )
  for (const status of ['100 Idle Heartbeat', '408 Request Timeout\r\nNats-Pending-Messages: 42']) {
    const head = `NATS/1.0 ${status}\r\n\r\n`
    wire(Buffer.from(`HMSG inbox.x 1 ${head.length} ${head.length}\r\n${head}\r\n`))
  }
  for (const message of messages.slice(0, 2)) {
    expect([message.seq, message.nth, message.time.toISOString()]).toEqual([
      4711,
      12,
      '2023-11-14T22:13:20.123Z',
    ])
    expect(message.status).toBe(0)
  }
  expect([messages[0]!.string(), messages[0]!.header('KV-Operation')]).toEqual(['plaque é', undefined])
  expect([
    messages[1]!.string(),
    messages[1]!.header('KV-Operation'),
    messages[1]!.header('Nats-Msg-Id'),
  ]).toEqual(['', 'DEL', '7'])
  expect(messages.slice(2).map(({ status }) => status)).toEqual([100, 408])
  expect(messages[3]!.header('Nats-Pending-Messages')).toBe('42')
  // The same line of status in the headers of an empty message that a publisher had stored.
  const head = 'NATS/1.0 408 Request Timeout\r\n\r\n'
  wire(Buffer.from(`HMSG reads.edge.c1 1 ${reply} ${head.length} ${head.length}\r\n${head}\r\n`))
  expect([messages[4]?.status, messages[4]?.seq]).toEqual([0, 4711])
})
