import { execFile, execFileSync } from 'node:child_process'
import { mkdir, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createSocket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ffmpegFrames } from '@sightline/edge-agent/sources/ffmpeg'
import { folderFrames, presentFrames } from '@sightline/edge-agent/sources/folder'
import { openPicture } from '@sightline/recognition/pictures/open'
import { systemClock } from '@sightline/runtime/clock'
import { root } from '@sightline/runtime/root'
import { toSightlineError } from '@sightline/schemas/errors'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { costOf } from '../../support/cost.ts'
import { hasFfmpeg, makeVideo } from '../../support/rtsp.ts'

// Whoever may write into a folder of pictures (an FTP user, a camera) puts things there that are no files, or not theirs.

const run = promisify(execFile)
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let good: Buffer
const at = (...parts: string[]) => join(folder.path, ...parts)
const ending: (() => unknown)[] = []
beforeEach(async () => {
  folder = await temporaryFolder()
  const create = { width: 64, height: 48, channels: 3, background: '#888' } as const
  good = await sharp({ create }).jpeg().toBuffer()
  await mkdir(at('in'))
  await writeFile(at('secret.jpg'), good)
})
afterEach(async () => {
  for (const end of ending.splice(0)) await end()
  await folder.remove()
})

/** Puts something at a path, before `z.jpg`, which is a picture. */
const strange: [string, string, (path: string) => unknown][] = [
  ['a FIFO that nobody writes', 'PICTURE_NOT_READABLE', (path) => execFileSync('mkfifo', [path])],
  ['a folder', 'PICTURE_NOT_READABLE', (path) => mkdir(path)],
  [
    'a socket',
    'PICTURE_NOT_READABLE',
    (path) =>
      new Promise<void>((resolve) => {
        const server = createSocket().listen(path, resolve)
        ending.push(() => server.close())
      }),
  ],
  ['a link to a device without an end', 'PICTURE_NOT_READABLE', (path) => symlink('/dev/zero', path)],
  ['a link to a device that waits', 'PICTURE_NOT_READABLE', (path) => symlink('/dev/tty', path)],
  ['a link to nothing', 'PICTURE_NOT', (path) => symlink('/nowhere', path)],
  ['a link to itself', 'PICTURE_NOT', (path) => symlink(path, path)],
  [
    'a file of a terabyte in which nothing stands',
    'PICTURE_TOO_LARGE',
    async (path) => {
      await writeFile(path, good)
      await truncate(path, 1e12)
    },
  ],
]

describe.each(strange)('%s', (_what, code, put) => {
  test('in a watched folder is rejected, and the picture after it is read', async () => {
    await put(at('in', 'a.jpg'))
    await writeFile(at('in', 'z.jpg'), good)
    const { result, bytes } = await costOf(() =>
      taken(folderFrames(at('in'), AbortSignal.timeout(15_000), true)),
    )
    expect(result).toEqual([expect.stringMatching(`a.jpg ${code}`), 'z.jpg read'])
    expect(bytes).toBeLessThan(200e6)
    expect((await readdir(at('in', 'rejected'))).sort()).toEqual(['a.jpg', 'a.jpg.json'])
  })

  test('among the pictures at the start is refused, and the picture after it is read', async () => {
    await put(at('in', 'a.jpg'))
    await writeFile(at('in', 'z.jpg'), good)
    const paths = [at('in', 'a.jpg'), at('in', 'z.jpg')]
    const frames = presentFrames(paths, AbortSignal.timeout(15_000), true)
    expect(await taken(frames)).toEqual([expect.stringMatching(`a.jpg ${code}`), 'z.jpg read'])
  })

  test('is refused when a person names it', async () => {
    await put(at('a.jpg'))
    const { result, bytes } = await costOf(() => openPicture(at('a.jpg')).catch(toSightlineError))
    expect(result).toMatchObject({ code: expect.stringMatching(code) })
    expect(bytes).toBeLessThan(200e6)
  })
})

test('a link in a folder gives access to no other picture; a person may name one', async () => {
  await symlink(at('secret.jpg'), at('in', 'a.jpg'))
  await writeFile(at('in', 'z.jpg'), good)
  const frames = folderFrames(at('in'), AbortSignal.timeout(15_000), true)
  expect(await taken(frames)).toEqual(['a.jpg PICTURE_NOT_READABLE', 'z.jpg read'])
  await symlink(at('secret.jpg'), at('link.jpg'))
  expect((await openPicture(at('link.jpg'))).width).toBe(64)
})

test('a frame that became a FIFO meanwhile delays nobody', async () => {
  await writeFile(at('in', 'a.jpg'), good)
  for await (const frame of presentFrames([at('in', 'a.jpg')], AbortSignal.timeout(15_000), true)) {
    await frame.open()
    await rm(at('in', 'a.jpg'))
    execFileSync('mkfifo', [at('in', 'a.jpg')])
    await expect(frame.open()).rejects.toMatchObject({ code: 'PICTURE_NOT_READABLE' })
    await frame.release()
    await frame.reject(toSightlineError(new Error('late')))
  }
  expect(await readdir(at('in'))).toEqual(['a.jpg'])
})

test('./sightline read continues after each, and disables every other decoder', async () => {
  await mkdir(at('all'))
  for (const [n, [, , put]] of strange.entries()) await put(at('all', `${n}.jpg`))
  const svg =
    '<PNG:svg xmlns:PNG="http://www.w3.org/2000/svg" width="9000" height="9000"><!--<svg--></PNG:svg>'
  await writeFile(at('all', 'svg.jpg'), svg)
  await writeFile(at('all', 'z.jpg'), good)
  const program = join(root, 'cli/dist/main.js')
  const failed = await run(process.execPath, [program, 'read', '--json', at('all')], {
    timeout: 60_000,
  }).catch((error: { code: number; stdout: string }) => error)
  const lines = failed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { image: string; width?: number })
  expect(lines).toHaveLength(strange.length + 2)
  expect(lines.filter(({ width }) => width !== undefined).map(({ image }) => image)).toEqual([
    at('all', 'z.jpg'),
  ])
})

describe.skipIf(!hasFfmpeg)('a recording that is a list of other files', () => {
  const frames = async (path: string) => {
    let count = 0
    for await (const _frame of ffmpegFrames({ type: 'file', path }, systemClock, AbortSignal.timeout(20_000)))
      count++
    return count
  }
  test.each<[string, (video: string) => string]>([
    ['HLS', (video) => `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${video}\n#EXT-X-ENDLIST\n`],
    [
      'HLS by an address of files',
      (video) => `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://${video}\n#EXT-X-ENDLIST\n`,
    ],
    ['ffconcat', (video) => `ffconcat version 1.0\nfile ${video.split('/').at(-1)}\n`],
    [
      'SDP',
      () =>
        'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n',
    ],
    [
      'IMF',
      (video) =>
        `<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016">${video}</CompositionPlaylist>`,
    ],
    [
      'DASH',
      (video) =>
        `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>file://${video}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    ],
  ])('with %s is refused, whatever its name', async (_what, list) => {
    const video = at('other-h264.ts')
    makeVideo(video, { seconds: 1 })
    for (const name of ['recording.mp4', 'recording.m3u8', 'recording.ts']) {
      await writeFile(at(name), list(video))
      await expect(frames(at(name))).rejects.toMatchObject({ code: 'SOURCE_INVALID' })
    }
  })

  test('causes no request to a server that it names', async () => {
    let asked = 0
    const server = createServer((_request, response) => {
      asked++
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    ending.push(() => server.close())
    const address = `http://127.0.0.1:${(server.address() as { port: number }).port}/a.ts`
    await writeFile(at('a.mp4'), `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${address}\n#EXT-X-ENDLIST\n`)
    await expect(frames(at('a.mp4'))).rejects.toMatchObject({ code: 'SOURCE_INVALID' })
    expect(asked).toBe(0)
  })
})

/** What became of each frame: its name, and whether it was read. */
async function taken(
  frames: AsyncIterable<{ name: string } & Parameters<typeof opened>[0]>,
): Promise<string[]> {
  const said: string[] = []
  for await (const frame of frames) {
    said.push(`${frame.name.split('/').at(-1)} ${await opened(frame)}`)
    if (frame.name.endsWith('z.jpg')) return said
  }
  return said
}

async function opened(frame: {
  open(): Promise<unknown>
  release(): Promise<void>
  reject(error: ReturnType<typeof toSightlineError>): Promise<void>
}): Promise<string> {
  try {
    await frame.open()
    await frame.release()
    return 'read'
  } catch (thrown) {
    const error = toSightlineError(thrown)
    await frame.reject(error)
    return error.code
  }
}
