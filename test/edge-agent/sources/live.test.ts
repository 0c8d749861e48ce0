import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { freePort } from '@sightline/broker/free-port'
import type { SourceConfig } from '@sightline/edge-agent/config/schema'
import type { Frame } from '@sightline/edge-agent/sources/frame'
import { openSource } from '@sightline/edge-agent/sources/open'
import { systemClock } from '@sightline/runtime/clock'
import type { SightlineError } from '@sightline/schemas/errors'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { hasFfmpeg, hasRtspServer, makeVideo, startRtspServer } from '../../support/rtsp.ts'

/** Real cameras' protocols: an RTSP server, ffmpeg, HTTP. */

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

interface Taken {
  frames: Frame[]
  troubles: SightlineError[]
}

/** Takes frames until `enough` says so. */
async function take(config: SourceConfig, enough: (taken: Taken) => boolean): Promise<Taken> {
  const stop = new AbortController()
  const taken: Taken = { frames: [], troubles: [] }
  const check = () => {
    if (enough(taken)) stop.abort()
  }
  const source = openSource(config, {
    clock: systemClock,
    onTrouble: (error) => {
      taken.troubles.push(error)
      check()
    },
  })
  for await (const frame of source.frames(stop.signal)) {
    taken.frames.push(frame)
    check()
  }
  return taken
}

const frames = (count: number) => (taken: Taken) => taken.frames.length >= count
const trouble = (taken: Taken) => taken.troubles.length > 0

describe.skipIf(!hasFfmpeg)('video files', () => {
  test('give every frame once, with its time in the video', async () => {
    const path = join(folder.path, 'h264.mp4')
    makeVideo(path, { seconds: 2, rate: 10 })
    const taken = await take({ type: 'file', path }, () => false)
    expect(taken.frames.length).toBe(20)
    const start = taken.frames[0]!.seenAt
    expect(taken.frames.map(({ seenAt }) => seenAt - start)).toEqual(
      Array.from({ length: 20 }, (_, n) => n * 100),
    )
    const picture = await taken.frames[0]!.open()
    expect([picture.width, picture.height]).toEqual([320, 240])
  })

  test('are thinned out by maxFps', async () => {
    const path = join(folder.path, 'thin-h264.mp4')
    makeVideo(path, { seconds: 2, rate: 10 })
    expect((await take({ type: 'file', path, maxFps: 2 }, () => false)).frames.length).toBe(4)
  })

  test('give frames of one size when the resolution changes', async () => {
    const [small, large] = [join(folder.path, 'small-h264.ts'), join(folder.path, 'large-h264.ts')]
    makeVideo(small, { seconds: 1, rate: 10 })
    makeVideo(large, { seconds: 1, rate: 10, size: '640x480' })
    const path = join(folder.path, 'both.ts')
    await writeFile(path, Buffer.concat([await readFile(small), await readFile(large)]))
    const { frames: taken } = await take({ type: 'file', path }, () => false)
    expect(taken.length).toBeGreaterThanOrEqual(19)
    const sizes = new Set(await Promise.all(taken.map(async (frame) => (await frame.open()).width)))
    expect([...sizes]).toEqual([320])
  })

  test.each([
    [
      'a picture disguised as a video',
      () =>
        sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
          .jpeg()
          .toBuffer(),
    ],
    ['garbage', async () => Buffer.from('this is no video at all, not even a little of one')],
    [
      'a video cut off in its beginning',
      async () => Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom'), Buffer.alloc(100)]),
    ],
  ])('are refused for %s', async (_what, bytes) => {
    const path = join(folder.path, 'fake.mp4')
    await writeFile(path, await bytes())
    await expect(take({ type: 'file', path }, () => false)).rejects.toMatchObject({ code: 'SOURCE_INVALID' })
  })

  test('are reported when missing', async () => {
    const missing = take({ type: 'file', path: '/nowhere.mp4' }, () => false)
    await expect(missing).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: expect.stringContaining('/nowhere.mp4'),
    })
  })
})

describe.skipIf(!hasRtspServer)('RTSP', () => {
  async function serve(
    file: string,
    login: string[] = [],
  ): Promise<{ url: string; port: number; server: ChildProcess }> {
    const port = await freePort()
    const server = await startRtspServer(file, port, login)
    ending.push(() => server.kill('SIGKILL'))
    return { url: `rtsp://127.0.0.1:${port}/stream`, port, server }
  }

  test.each(['h264', 'h265'])('frames of a real server in %s, with instants near now', async (codec) => {
    const path = join(folder.path, `rtsp-${codec}.mp4`)
    makeVideo(path, { seconds: 20 })
    const { url } = await serve(path)
    const { frames: taken } = await take({ type: 'rtsp', url }, frames(8))
    const picture = await taken[0]!.open()
    expect([picture.width, picture.height]).toEqual([320, 240])
    // By the clock of this host, not by the stream's own, which begins at 0. A busy machine opens the picture late.
    expect(Math.abs(taken.at(-1)!.seenAt - Date.now())).toBeLessThan(60_000)
    for (let n = 1; n < taken.length; n++) expect(taken[n]!.seenAt).toBeGreaterThan(taken[n - 1]!.seenAt)
  })

  test('a server that dies and comes back is connected again', async () => {
    const path = join(folder.path, 'rtsp-h264-again.mp4')
    makeVideo(path, { seconds: 20 })
    const { url, port, server } = await serve(path)
    let killed = false
    const taken = await take({ type: 'rtsp', url }, ({ frames: soFar }) => {
      if (soFar.length === 5 && !killed) {
        killed = true
        server.kill('SIGKILL')
        void once(server, 'exit').then(async () => {
          const again = await startRtspServer(path, port)
          ending.push(() => again.kill('SIGKILL'))
        })
      }
      return killed && soFar.length > 40
    })
    expect(taken.frames.length).toBeGreaterThan(40)
  })

  test('a wrong password is reported, without repeating it', async () => {
    const path = join(folder.path, 'rtsp-h264-login.mp4')
    makeVideo(path, { seconds: 20 })
    const { port } = await serve(path, ['host', 'right'])
    const wrong = await take(
      { type: 'rtsp', url: `rtsp://host:wrong-secret@127.0.0.1:${port}/stream` },
      trouble,
    )
    expect(wrong.troubles[0]).toMatchObject({ code: 'SOURCE_DENIED' })
    expect(JSON.stringify([wrong.troubles[0]?.message, wrong.troubles[0]?.hint])).not.toContain('secret')
    const right = await take({ type: 'rtsp', url: `rtsp://host:right@127.0.0.1:${port}/stream` }, frames(3))
    expect(right.frames[0]!.name).toBe(`rtsp://127.0.0.1:${port}/stream`)
  })
})

describe('pictures over HTTP', () => {
  const jpeg = (size: number) =>
    sharp({ create: { width: size, height: size, channels: 3, background: 'blue' } })
      .jpeg()
      .toBuffer()

  async function serve(handler: Parameters<typeof createServer>[1]): Promise<string> {
    const server: Server = createServer(handler as never)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ending.push(() => {
      server.closeAllConnections()
      server.close()
    })
    return `127.0.0.1:${(server.address() as { port: number }).port}`
  }

  test('a Motion JPEG stream, however its bytes are cut, also when its pictures change their size', async () => {
    const pictures = [await jpeg(64), await jpeg(128), await jpeg(64)]
    const at = await serve(async (_request, response) => {
      response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=x' })
      for (let n = 0; ; n++) {
        const part = Buffer.concat([
          Buffer.from('--x\r\nContent-Type: image/jpeg\r\n\r\n'),
          pictures[n % 3]!,
          Buffer.from('\r\n'),
        ])
        for (let cut = 0; cut < part.length; cut += 97) response.write(part.subarray(cut, cut + 97))
        await new Promise((resolve) => setTimeout(resolve, 20))
        if (response.destroyed) return
      }
    })
    const taken = await take({ type: 'mjpeg', url: `http://${at}/` }, frames(6))
    const sizes = await Promise.all(taken.frames.map(async (frame) => (await frame.open()).width))
    expect(sizes).toEqual([64, 128, 64, 64, 128, 64])
  })

  test('a snapshot address with user and password', async () => {
    const picture = await jpeg(64)
    const expected = `Basic ${Buffer.from('host:s3cret').toString('base64')}`
    const at = await serve((request, response) => {
      const allowed = request.headers.authorization === expected
      const challenge = { 'www-authenticate': 'Basic realm="camera"' }
      response.writeHead(allowed ? 200 : 401, allowed ? {} : challenge).end(allowed ? picture : undefined)
    })
    const taken = await take(
      { type: 'snapshot', url: `http://host:s3cret@${at}/s.jpg?token=1`, everySeconds: 0.05 },
      frames(3),
    )
    expect(taken.frames[0]!.name).toBe(`http://${at}/s.jpg`)
    const refused = await take(
      { type: 'snapshot', url: `http://host:nope@${at}/s.jpg`, everySeconds: 1 },
      trouble,
    )
    expect(refused.troubles[0]).toMatchObject({ code: 'SOURCE_DENIED' })
    expect(refused.troubles[0]!.message).not.toContain('nope')
  })

  test('a camera that sends garbage gives a frame that is refused, and continues', async () => {
    let count = 0
    const picture = await jpeg(64)
    const at = await serve((_request, response) => response.end(count++ === 0 ? 'garbage' : picture))
    const { frames: taken } = await take(
      { type: 'snapshot', url: `http://${at}/`, everySeconds: 0.05 },
      frames(2),
    )
    await expect(taken[0]!.open()).rejects.toMatchObject({ code: 'PICTURE_CORRUPT' })
    expect((await taken[1]!.open()).width).toBe(64)
  })

  test('a missing camera is retried again and again', async () => {
    const port = await freePort()
    const { troubles } = await take(
      { type: 'mjpeg', url: `http://127.0.0.1:${port}/` },
      (t) => t.troubles.length >= 2,
    )
    expect(troubles[1]).toMatchObject({ code: 'SOURCE_REFUSED' })
  })

  test('a camera that accepts and then sends nothing is given up', async () => {
    const silent = createTcpServer(() => {})
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    ending.push(() => silent.close())
    const { port } = silent.address() as { port: number }
    const { troubles } = await take(
      { type: 'mjpeg', url: `http://127.0.0.1:${port}/`, silentAfterSeconds: 1 },
      trouble,
    )
    expect(troubles[0]).toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: expect.stringContaining('silent'),
    })
  })

  test('a camera that rarely sends a frame is waited for, if so configured', async () => {
    const picture = await jpeg(64)
    const at = await serve(async (_request, response) => {
      response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=x' })
      while (!response.destroyed) {
        response.write(picture)
        await new Promise((resolve) => setTimeout(resolve, 1300))
      }
    })
    const url = `http://${at}/`
    expect((await take({ type: 'mjpeg', url, silentAfterSeconds: 1 }, trouble)).troubles).toHaveLength(1)
    const patient = await take({ type: 'mjpeg', url, silentAfterSeconds: 5 }, frames(3))
    expect(patient.troubles).toEqual([])
  })
})
