import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@sightline/broker/free-port'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { storedReads } from '../support/edge.ts'
import { type Kill, runProgram } from '../support/killed.ts'
import { howOften } from '../support/long.ts'
import { renderPasses, writePassVideo } from '../support/passes.ts'
import { hasFfmpeg } from '../support/rtsp.ts'

/** The whole agent as its own process, killed at random moments while it reads recordings with known passes. */

const KILLS = howOften(2, 30, 'SIGHTLINE_TEST_AGENT_KILLS')
const VEHICLES = 4
const FPS = 5
const ROUND_MS = 3_600_000
const BEGIN = Date.parse('2026-11-24T00:00:00.000Z')
const CAMERA = 'killed'

let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let passes: Awaited<ReturnType<typeof renderPasses>>
beforeAll(async () => {
  broker = await testBroker({ vendors: ['sim'], edges: { edge: [CAMERA] } })
  folder = await temporaryFolder()
  passes = await renderPasses(VEHICLES)
})
afterAll(async () => {
  await broker.remove()
  await folder.remove()
})

/** Makes the recording of another hour the camera's, in the place of the one before. @returns its frames */
async function record(round: number): Promise<number> {
  const path = join(folder.path, 'recording.mp4')
  const begin = new Date(BEGIN + round * ROUND_MS).toISOString()
  const frames = writePassVideo(path, { ...passes, fps: FPS, begin })
  const source = `{ type: file, path: ${path} }`
  const camera = `{ id: ${CAMERA}, owner: A, ownerType: agency, kind: fixed, source: ${source} }`
  await writeFile(join(folder.path, 'edge.yaml'), `cameras: [${camera}]`)
  return frames
}

/** Runs the agent until the recording has come to its end, or kills it. @returns whether it was killed */
async function run(port: number, kill?: Kill): Promise<boolean> {
  const args = [
    ...['edge', 'run', '--config', join(folder.path, 'edge.yaml'), '--min-confidence', '0', '--json'],
    ...['--broker', broker.url, '--keys', broker.keys, '--spool', join(folder.path, 'spool')],
    ...['--monitor-port', String(port)],
  ]
  const { status, signal, said } = await runProgram(args, kill)
  const isKilled = kill !== undefined && signal === 'SIGKILL'
  expect([status, signal], said).toEqual(isKilled ? [null, 'SIGKILL'] : [0, null])
  return isKilled
}

/** Frames that the agent has worked on in this run, by its own figures. */
async function workedOn(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined)
  const lines = (await answer?.text().catch(() => ''))?.split('\n') ?? []
  return lines
    .filter((line) => line.startsWith('sightline_camera_frames_total'))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

test.skipIf(!hasFfmpeg)(
  `when killed ${KILLS} times while it reads recordings, the agent publishes each pass once and in order`,
  async () => {
    const port = await freePort()
    let rounds = 0
    let length = await record(rounds++)
    for (let kills = 0; kills < KILLS; ) {
      const least = Math.floor(Math.random() ** 2 * length)
      const progress = Math.random() < 0.1 ? {} : { reached: async () => (await workedOn(port)) >= least }
      if (await run(port, { ...progress, afterMs: Math.random() * 300 })) kills++
      else length = await record(rounds++)
    }
    await run(port)
    // Read to its end: the same recording gives nothing more.
    await run(port)
    const reads = (await storedReads(broker)).filter(({ camera }) => camera.id === CAMERA)
    const plates = passes.vehicles.map(({ plate }) => plate)
    const expected = Array.from({ length: rounds }, (_, round) =>
      plates.map((plate) => ({ plate, round })),
    ).flat()
    process.stderr.write(`agent: ${KILLS} kills in ${rounds} recordings, ${reads.length} reads\n`)
    const found = reads.map(({ plate, seenAt }) => ({
      plate,
      round: Math.floor((Date.parse(seenAt) - BEGIN) / ROUND_MS),
    }))
    expect(found).toEqual(expected)
    const hourOf = ({ seenAt }: { seenAt: string }) => (Date.parse(seenAt) - BEGIN) % ROUND_MS
    for (const [n, read] of reads.entries()) {
      const at = passes.frames[(n % VEHICLES) * (passes.frames.length / VEHICLES)]!.at
      expect(hourOf(read)).toBeGreaterThanOrEqual(at)
      expect(hourOf(read)).toBeLessThan(at + 1_200)
    }
  },
  120_000 + KILLS * 60_000,
)
