import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { readBody, send } from '@sightline/api/federation/exchange'
import { afterAll, beforeAll, expect, it } from 'vitest'

const sockets: Socket[] = []
let requests = 0
/** Closes a connection as soon as a second request comes on it, as one that has waited for too long. */
const server = createServer((request, response) => {
  requests++
  const { socket } = request
  if (sockets.includes(socket)) socket.destroy()
  else sockets.push(socket)
  request.resume().on('end', () => response.end(`connection ${sockets.indexOf(socket)}`))
})
let url: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterAll(() => void server.close().closeAllConnections())

it('a question sent on a connection that the vendor just closed is sent again on another', async () => {
  const ask = async () => {
    const answer = await send(url, { method: 'POST', headers: {}, body: '{}' }, new AbortController().signal)
    return Buffer.from((await readBody(answer!, 1000)).bytes).toString()
  }
  expect(await ask()).toBe('connection 0')
  expect(await ask()).toBe('connection 1')
  expect(requests).toBe(3)
})
