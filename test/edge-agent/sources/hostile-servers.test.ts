import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { SourceConfig } from '@sightline/edge-agent/config/schema'
import { jpegFinder } from '@sightline/edge-agent/sources/jpeg-finder'
import { openSource } from '@sightline/edge-agent/sources/open'
import { systemClock } from '@sightline/runtime/clock'
import type { SightlineError } from '@sightline/schemas/errors'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { costOf } from '../../support/cost.ts'

// A camera, or who stands in its place, that sends without end, slowly, packed, or what is no picture.

const MOST_CPU_MS = 3000
const MOST_BYTES = 300e6

let picture: Buffer
beforeAll(async () => {
  const create = { width: 64, height: 64, channels: 3, background: 'blue' } as const
  picture = await sharp({ create }).withMetadata({ orientation: 1 }).jpeg().toBuffer()
})
const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0)) await end()
})

async function serve(answer: (response: ServerResponse) => unknown): Promise<string> {
  const server = createServer((_request, response) => void answer(response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ending.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`
}

/** Writes as fast as it is taken, until nobody takes any more. */
async function without(end: ServerResponse, chunk: Buffer): Promise<void> {
  const closed = once(end, 'close')
  while (!end.destroyed) {
    if (end.write(chunk)) continue
    const drained = new AbortController()
    await Promise.race([once(end, 'drain', { signal: drained.signal }).catch(() => {}), closed])
    drained.abort()
  }
}

/** What a source does until its first trouble, or its first frame. */
async function first(config: SourceConfig): Promise<{ trouble?: SightlineError; frames: number }> {
  const stop = new AbortController()
  let trouble: SightlineError | undefined
  let frames = 0
  const source = openSource(config, {
    clock: systemClock,
    onTrouble(error) {
      trouble ??= error
      stop.abort()
    },
  })
  for await (const _frame of source.frames(stop.signal)) {
    frames++
    stop.abort()
  }
  return { frames, ...(trouble && { trouble }) }
}

const MEBIBYTE = Buffer.alloc(2 ** 20, 0x20)
const HEAD = 'multipart/x-mixed-replace; boundary=x'

test.each<[string, (response: ServerResponse) => unknown]>([
  ['a snapshot without an end', (response) => without(response, MEBIBYTE)],
  [
    'a packed snapshot of gigabytes',
    (response) => {
      response.setHeader('content-encoding', 'gzip')
      return response.end(gzipSync(Buffer.alloc(1e9), { level: 1 }))
    },
  ],
])('%s is given up', async (_what, answer) => {
  const url = await serve(answer)
  const { result, cpuMs, bytes } = await costOf(() => first({ type: 'snapshot', url, everySeconds: 1 }))
  expect(result).toMatchObject({ frames: 0, trouble: { code: 'SOURCE_INVALID' } })
  expect(cpuMs).toBeLessThan(MOST_CPU_MS)
  expect(bytes).toBeLessThan(MOST_BYTES)
})

test.each<[string, string, (response: ServerResponse) => unknown]>([
  [
    'a picture without an end',
    'SOURCE_INVALID',
    async (response) => {
      response.write(picture.subarray(0, -2))
      // Not even the beginning of an end is in it.
      await without(response, Buffer.alloc(16 * 1024, 0x41))
    },
  ],
  [
    'a picture in pieces of a few bytes, without an end',
    'SOURCE_INVALID',
    async (response) => {
      response.write(picture.subarray(0, -2))
      await without(response, Buffer.alloc(700, 0x41))
    },
  ],
  ['no picture, without an end', 'SOURCE_UNAVAILABLE', (response) => without(response, MEBIBYTE)],
  [
    'a header without an end',
    'SOURCE_UNAVAILABLE',
    (response) => without(response, Buffer.from('X-Header: x\r\n'.repeat(5000))),
  ],
  [
    'a byte now and then',
    'SOURCE_UNAVAILABLE',
    async (response) => {
      for (const byte of picture) {
        response.write(Buffer.from([byte]))
        await new Promise((resolve) => setTimeout(resolve, 200))
        if (response.destroyed) return
      }
    },
  ],
])('a stream that sends %s is given up', async (_what, code, answer) => {
  const url = await serve((response) => {
    response.writeHead(200, { 'content-type': HEAD })
    return answer(response)
  })
  // Until it is silent, or too much.
  const silentAfterSeconds = code === 'SOURCE_INVALID' ? 30 : 2
  const config = { type: 'mjpeg', url, silentAfterSeconds } as const
  const { result, cpuMs, bytes } = await costOf(() => first(config))
  expect(result).toMatchObject({ frames: 0, trouble: { code } })
  // Two seconds of taking what is sent as fast as it comes, on both sides.
  expect(cpuMs).toBeLessThan(MOST_CPU_MS + 4000)
  expect(bytes).toBeLessThan(MOST_BYTES)
})

test('pictures are found in one pass, however they are cut, whatever lies between', () => {
  const junk = fc.uint8Array({ maxLength: 60 }).filter((bytes) => !Buffer.from(bytes).includes(0xff))
  const broken = fc.nat(picture.length - 3).map((at) => picture.subarray(0, 3 + at))
  const parts = fc.array(fc.tuple(junk, fc.option(broken, { freq: 3 })), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(parts, fc.integer({ min: 1, max: 500 }), (some, size) => {
      const pieces = some.flatMap(([between, cut]) => [between, ...(cut ? [cut] : []), picture])
      const stream = Buffer.concat([...pieces, Buffer.alloc(65_536 + 2), picture])
      const find = jpegFinder()
      const found: Uint8Array[] = []
      for (let at = 0; at < stream.length; at += size) found.push(...find(stream.subarray(at, at + size)))
      // One that broke off may take what comes behind it with it, up to the longest part that a JPEG can have.
      const whole = found.filter((one) => Buffer.from(one).equals(picture))
      const cut = some.findIndex(([, broken]) => broken)
      expect(whole.length).toBeGreaterThan(cut < 0 ? some.length : cut)
      expect(Buffer.from(found.at(-1)!).equals(picture)).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test('a thumbnail, and an end marker in a comment, are parts of the picture', () => {
  const segment = (marker: number, data: Buffer) => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(data.length + 2)
    return Buffer.concat([Buffer.from([0xff, marker]), length, data])
  }
  const exif = segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), picture]))
  const comment = segment(0xfe, Buffer.from([0xff, 0xd9, 0xff, 0xd8, 0xff]))
  const whole = Buffer.concat([picture.subarray(0, 2), exif, comment, picture.subarray(2)])
  for (const size of [1, 7, 10_000]) {
    const find = jpegFinder()
    const found: Uint8Array[] = []
    const stream = Buffer.concat([Buffer.from('--x\r\n\r\n'), whole, Buffer.from('\r\n--x\r\n\r\n'), whole])
    for (let at = 0; at < stream.length; at += size) found.push(...find(stream.subarray(at, at + size)))
    expect(found.map((one) => Buffer.from(one).equals(whole))).toEqual([true, true])
  }
})

test.each([301, 302, 303, 307, 308])(
  'a camera that redirects to another address (%i) causes no request there',
  async (status) => {
    let asked = 0
    const inside = await serve((response) => {
      asked++
      response.end(picture)
    })
    const url = await serve((response) => response.writeHead(status, { location: inside }).end())
    for (const config of [
      { type: 'snapshot', url, everySeconds: 1 },
      { type: 'mjpeg', url },
    ] as SourceConfig[]) {
      const { trouble, frames } = await first(config)
      expect([frames, trouble?.code]).toEqual([0, 'SOURCE_UNAVAILABLE'])
      expect(trouble?.message).toMatch(/sends on to another address/)
      expect(JSON.stringify([trouble?.message, trouble?.hint])).not.toContain(inside)
    }
    expect(asked).toBe(0)
  },
)
