import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mjpegFrames, snapshotFrames } from '@sightline/edge-agent/sources/http'
import { afterEach, beforeEach, expect, test } from 'vitest'

/** A host whose clock is set back an hour after the first frame: the next frames come all the same. */

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x02, 0xff, 0xd9])
let server: Server
let url: string
beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url === '/snapshot') {
      response.end(JPEG)
      return
    }
    const timer = setInterval(() => response.write(JPEG), 50)
    response.on('close', () => clearInterval(timer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const reached = <T>(source: T) => ({ source, trust: {}, asked: { digest: false } })

test.each([
  [
    'mjpeg',
    (clock: () => number, signal: AbortSignal) =>
      mjpegFrames(reached({ type: 'mjpeg', url: `${url}/stream`, maxFps: 20 }), clock, signal),
  ],
  [
    'snapshot',
    (clock: () => number, signal: AbortSignal) =>
      snapshotFrames(reached({ type: 'snapshot', url: `${url}/snapshot`, everySeconds: 0.1 }), clock, signal),
  ],
])('%s', async (_type, open) => {
  let set = 0
  const stop = new AbortController()
  const tooLate = setTimeout(() => stop.abort(new Error('no frame came any more')), 4_000)
  const instants: number[] = []
  for await (const { seenAt } of open(() => Date.now() + set, stop.signal)) {
    instants.push(seenAt)
    set = -3_600_000
    if (instants.length === 5) break
  }
  clearTimeout(tooLate)
  stop.abort()
  expect(instants).toHaveLength(5)
  expect(instants[1]).toBeLessThan(instants[0]! - 3_500_000)
})
