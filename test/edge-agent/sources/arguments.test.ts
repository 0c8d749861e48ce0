import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@sightline/broker/free-port'
import type { Frame } from '@sightline/edge-agent/sources/frame'
import { openSource } from '@sightline/edge-agent/sources/open'
import { systemClock } from '@sightline/runtime/clock'
import type { SightlineError } from '@sightline/schemas/errors'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { hasFfmpeg, hasRtspServer, makeVideo, startRtspServer } from '../../support/rtsp.ts'

/** What every user of the host can see of ffmpeg and ffprobe, by `ps`: arguments and nothing of a password. */

let folder: Awaited<ReturnType<typeof temporaryFolder>>
const ending: (() => unknown)[] = []
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})
afterAll(() => folder.remove())

/** Command line and environment of each child of this process, as the host shows them. */
function children(): { program: string; shown: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const parent = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        if (Number(parent) !== process.pid) return []
        const [words, environment] = ['cmdline', 'environ'].map((file) =>
          readFileSync(`/proc/${pid}/${file}`, 'utf8'),
        )
        return [{ program: words!.split('\0')[0]!, shown: `${words}\0${environment}` }]
      } catch {
        return [] // it has ended
      }
    })
}

interface Taken {
  frames: Frame[]
  troubles: SightlineError[]
  seen: Map<string, string>
}

/** Runs a camera and looks at the children all the while. */
async function watch(
  url: string,
  transport: 'tcp' | 'udp',
  enough: (taken: Taken) => boolean,
  login: object = {},
): Promise<Taken> {
  const stop = new AbortController()
  const taken: Taken = { frames: [], troubles: [], seen: new Map() }
  const source = openSource(
    { type: 'rtsp', url, transport, ...login },
    { clock: systemClock, onTrouble: (error) => void taken.troubles.push(error) },
  )
  const reading = (async () => {
    for await (const frame of source.frames(stop.signal)) {
      taken.frames.push(frame)
      await frame.release()
    }
  })()
  const deadline = Date.now() + 60_000
  while (!enough(taken) && Date.now() < deadline) {
    for (const { program, shown } of children()) {
      taken.seen.set(program, `${taken.seen.get(program) ?? ''}\n${shown}`)
    }
    // None of the programs ends within this time.
    await sleep(20)
  }
  stop.abort()
  await reading
  return taken
}

const SECRET = "pa%2Fss'wo%25rd"
const FORMS = [SECRET, 'pa/ss', 'pa%2Fss', "ss'wo", 'wo%25rd', 'wo%rd', 'k3yInThePath']

function expectHidden({ seen }: Taken, programs: string[]) {
  expect([...seen.keys()]).toEqual(expect.arrayContaining(programs))
  for (const program of programs) {
    expect(
      FORMS.filter((form) => seen.get(program)!.includes(form)),
      program,
    ).toEqual([])
  }
}

describe.skipIf(!hasRtspServer)('a real RTSP server with a password', () => {
  async function serve(codec: string): Promise<{ port: number; server: ChildProcess }> {
    const path = join(folder.path, `${codec}.mp4`)
    makeVideo(path, { seconds: 20 })
    const port = await freePort()
    const server = await startRtspServer(path, port, ['host', decodeURIComponent(SECRET)])
    ending.push(() => server.kill('SIGKILL'))
    return { port, server }
  }

  test.each([
    ['h264', 'tcp', 'in the address'],
    ['h265', 'tcp', 'in the address'],
    ['h264', 'udp', 'in the address'],
    ['h264', 'tcp', 'in a field'],
    ['h264', 'tcp', 'in a file'],
  ] as const)(
    '%s over %s, %s: the command lines of ffprobe and ffmpeg do not contain it, and frames arrive',
    async (codec, transport, place) => {
      const { port } = await serve(codec)
      const isInAddress = place === 'in the address'
      const url = `rtsp://${isInAddress ? `host:${SECRET}@` : ''}127.0.0.1:${port}/stream?key=k3yInThePath`
      const password = decodeURIComponent(SECRET)
      const passwordFile = join(folder.path, 'password')
      await writeFile(passwordFile, password)
      const secret = place === 'in a field' ? { password } : { passwordFile }
      const taken = await watch(
        url,
        transport,
        ({ frames, troubles }) => frames.length >= 12 || troubles.length > 0,
        isInAddress ? {} : { user: 'host', ...secret },
      )
      expect(taken.troubles).toEqual([])
      expectHidden(taken, ['ffprobe', 'ffmpeg'])
    },
  )
})

test.skipIf(!hasFfmpeg)(
  'a camera that accepts and sends nothing: the command line of ffprobe does not contain the password',
  async () => {
    const silent = createServer((socket) => socket.on('error', () => {}))
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    ending.push(() => silent.close())
    const { port } = silent.address() as { port: number }
    const url = `rtsp://host:${SECRET}@127.0.0.1:${port}/live/k3yInThePath`
    const since = Date.now()
    const taken = await watch(url, 'tcp', ({ seen }) => seen.has('ffprobe') && Date.now() - since > 1_000)
    expectHidden(taken, ['ffprobe'])
  },
)
