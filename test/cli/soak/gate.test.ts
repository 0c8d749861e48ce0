import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { type Gate, openGate } from '@sightline/cli/soak/gate'
import { afterEach, beforeEach, expect, it } from 'vitest'

/** A gate before a server that sends back what it gets. */
let server: Server
let gate: Gate
const sockets: Socket[] = []

beforeEach(async () => {
  server = createServer((socket) => socket.on('error', () => {}).pipe(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  gate = await openGate((server.address() as { port: number }).port)
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await gate.close()
  server.close()
})

function open(): Socket {
  const socket = connect(gate.port, '127.0.0.1')
  socket.on('error', () => {})
  sockets.push(socket)
  return socket
}

/** Not `once`, which an error ends. */
const closeOf = (socket: Socket) => new Promise((resolve) => socket.on('close', resolve))

async function echoed(socket: Socket, text: string): Promise<string> {
  socket.write(text)
  const [bytes] = await once(socket, 'data')
  return String(bytes)
}

it('lets bytes pass, also a million of them', async () => {
  const socket = open()
  expect(await echoed(socket, 'hello')).toBe('hello')
  let got = 0
  socket.write(Buffer.alloc(2 ** 20))
  while (got < 2 ** 20) got += (await once(socket, 'data'))[0].length
})

it('resets connections and refuses new ones while it is cut', async () => {
  const socket = open()
  await echoed(socket, 'hello')
  const closed = closeOf(socket)
  gate.set('cut')
  await closed
  await closeOf(open())
  gate.set('open')
  expect(await echoed(open(), 'again')).toBe('again')
})

it('holds bytes back while it is stalled, and loses none', async () => {
  const socket = open()
  await echoed(socket, 'hello')
  gate.set('stalled')
  const silence = new Promise((resolve) => setTimeout(resolve, 200, 'silence'))
  const answer = echoed(socket, 'later')
  // A fixed pause: nothing may happen.
  expect(await Promise.race([answer, silence])).toBe('silence')
  const another = open()
  const second = echoed(another, 'new')
  gate.set('open')
  expect(await answer).toBe('later')
  expect(await second).toBe('new')
})
