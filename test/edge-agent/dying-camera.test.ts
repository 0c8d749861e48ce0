import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@sightline/broker/free-port'
import { root } from '@sightline/runtime/root'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { howOften, isLong } from '../support/long.ts'
import { hasRtspServer, makeVideo, startRtspServer } from '../support/rtsp.ts'

/** The whole agent as its own process, whose camera dies again and again. The long form takes ten minutes. */

const DEATHS = howOften(2, 20)
/** How long the camera lives each time, from its first frame on. */
const LIFE_MS = howOften(1_000, 26_000)
const CAMERA = 'dying'

/** What an agent would have more of after each death, if it left something behind. */
interface Holdings {
  rssMb: number
  descriptors: number
  threads: number
  /** Its children, each with its state: `R`, `S`, `Z` … */
  children: string[]
}

let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
const running: ChildProcess[] = []
beforeAll(async () => {
  broker = await testBroker({ vendors: [], edges: { edge: [CAMERA] } })
  folder = await temporaryFolder()
})
afterAll(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await broker.remove()
  await folder.remove()
})

function holdingsOf(pid: number): Holdings {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const number = (name: string) => Number(new RegExp(`${name}:\\s*(\\d+)`).exec(status)?.[1])
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return {
    rssMb: number('VmRSS') / 1024,
    threads: number('Threads'),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    children: children.map((child) => {
      const [, name, state] = /\((.*)\) (.)/.exec(readFileSync(`/proc/${child}/stat`, 'utf8')) ?? []
      return `${name} ${state}`
    }),
  }
}

/** Frames that came out of the camera so far, by the agent's own figures. */
async function framesOf(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined)
  const lines = (await answer?.text().catch(() => ''))?.split('\n') ?? []
  return lines
    .filter((line) => line.startsWith('sightline_camera_frames_total'))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

async function moreFrames(port: number, than: number): Promise<void> {
  while ((await framesOf(port)) <= than) await sleep(100)
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

test.skipIf(!hasRtspServer)(
  `a camera that dies ${DEATHS} times leaves nothing behind in the agent`,
  async () => {
    const video = join(folder.path, 'h264.mp4')
    makeVideo(video, { seconds: Math.ceil(LIFE_MS / 1000) + 20, size: isLong ? '1280x720' : '320x240' })
    const [cameraPort, port] = [await freePort(), await freePort()]
    const config = join(folder.path, 'edge.yaml')
    const source = `{ type: rtsp, url: 'rtsp://127.0.0.1:${cameraPort}/stream' }`
    await writeFile(
      config,
      `cameras: [{ id: ${CAMERA}, owner: A, ownerType: agency, kind: fixed, source: ${source} }]`,
    )
    const start = async () => {
      const server = await startRtspServer(video, cameraPort)
      running.push(server)
      return server
    }
    let camera = await start()
    const agent = spawn(
      process.execPath,
      [
        ...[
          join(root, 'cli/dist/main.js'),
          'edge',
          'run',
          '--config',
          config,
          '--monitor-port',
          String(port),
        ],
        ...['--broker', broker.url, '--keys', broker.keys, '--spool', join(folder.path, 'spool')],
      ],
      { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, SIGHTLINE_LOG: 'silent' } },
    )
    running.push(agent)
    const lives: Holdings[] = []
    for (let deaths = 0; ; deaths++) {
      await moreFrames(port, deaths === 0 ? 0 : await framesOf(port))
      // It lives: the pause is what the long form is long by.
      await sleep(LIFE_MS)
      await moreFrames(port, await framesOf(port))
      lives.push(holdingsOf(agent.pid!))
      if (deaths === DEATHS) break
      camera.kill('SIGKILL')
      await once(camera, 'exit')
      camera = await start()
    }
    for (const { children } of lives) expect(children).toEqual([expect.stringMatching(/^ffmpeg [RSD]$/)])
    const [first, last] = [lives[1]!, lives.at(-1)!]
    expect(last.descriptors).toBeLessThanOrEqual(first.descriptors)
    expect(last.threads).toBeLessThanOrEqual(first.threads)
    // Of the long form alone: memory of a program that has just started is still on its way to what it needs.
    const quarter = Math.floor(lives.length / 4)
    if (quarter > 1) {
      const [early, late] = [lives.slice(quarter, 2 * quarter), lives.slice(-quarter)]
      const rss = (some: Holdings[]) => mean(some.map(({ rssMb }) => rssMb))
      expect(rss(late) - rss(early)).toBeLessThan(10)
    }
    agent.kill('SIGTERM')
    expect(await once(agent, 'exit')).toEqual([0, null])
    camera.kill('SIGKILL')
    await once(camera, 'exit')
  },
  // The long form alone takes long: a death, a start and the pauses between attempts.
  (DEATHS + 1) * (LIFE_MS + 60_000) + 180_000,
)
