import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EDGE_SOURCE } from '@sightline/schemas/read'
import { frameName } from '@sightline/vendor-sim/camera'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { storedReads } from '../support/edge.ts'
import { runProgram } from '../support/killed.ts'
import { howOften } from '../support/long.ts'
import { type PassFrame, renderPasses } from '../support/passes.ts'

/** The whole agent as its own process, killed at random moments while it replays frames with known passes. */

const KILLS = howOften(3, 30, 'SIGHTLINE_TEST_AGENT_KILLS')
const VEHICLES = 6
const ROUND_MS = 3_600_000
const BEGIN = Date.parse('2026-11-24T00:00:00.000Z')

let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let frames: PassFrame[]
let plates: string[]
beforeAll(async () => {
  broker = await testBroker({ vendors: ['sim'], edges: { edge: ['calm', 'killed'] } })
  folder = await temporaryFolder()
  const passes = await renderPasses(VEHICLES)
  frames = passes.frames
  plates = passes.vehicles.map(({ plate }) => plate)
})
afterAll(async () => {
  await broker.remove()
  await folder.remove()
})

/** Puts the vehicles' frames into a camera's folder again, an hour later than in the last round. */
async function addRound(camera: string, round: number): Promise<string> {
  const path = join(folder.path, camera)
  await mkdir(path, { recursive: true })
  for (const { at, jpeg } of frames) {
    await writeFile(join(path, frameName(BEGIN + round * ROUND_MS + at)), jpeg)
  }
  return path
}

const framesIn = async (path: string) => (await readdir(path)).filter((name) => name.endsWith('.jpg')).length

/** Runs the agent until it ends, or kills it: at a moment, or after it has worked off so many more frames. */
async function run(camera: string, path: string, kill?: { frames?: number; afterMs: number }) {
  const args = [
    ...['edge', 'run', '--frames', path, '--consume', '--camera', camera, '--min-confidence', '0', '--json'],
    ...['--broker', broker.url, '--keys', broker.keys, '--spool', join(folder.path, `spool-${camera}`)],
    ...(kill ? [] : ['--once']),
  ]
  const before = await framesIn(path)
  const { frames } = kill ?? {}
  const reached =
    frames === undefined ? {} : { reached: async () => (await framesIn(path)) <= before - frames }
  const { status, signal, said } = await runProgram(args, kill && { ...kill, ...reached })
  expect([status, signal], said).toEqual(kill ? [null, 'SIGKILL'] : [0, null])
}

const readsOf = async (camera: string) =>
  (await storedReads(broker)).filter((read) => read.source === EDGE_SOURCE && read.camera.id === camera)

test('when not killed, it publishes one read for each vehicle, in order', async () => {
  await run('calm', await addRound('calm', 0))
  const reads = await readsOf('calm')
  expect(reads.map(({ plate }) => plate)).toEqual(plates)
  expect(reads.map(({ pass }) => [pass?.frames, pass?.direction])).toEqual(
    plates.map(() => [3, 'approaching']),
  )
})

test(
  `when killed ${KILLS} times, it publishes each pass once and in order`,
  async () => {
    let rounds = 0
    const path = await addRound('killed', rounds++)
    for (let kill = 0; kill < KILLS; kill++) {
      // So that there is work for every kill, and for the last run.
      if ((await framesIn(path)) < frames.length) await addRound('killed', rounds++)
      const progress = Math.random() < 0.2 ? {} : { frames: Math.floor(Math.random() * 6) }
      await run('killed', path, { ...progress, afterMs: Math.random() * 500 })
    }
    await addRound('killed', rounds++)
    const left = await framesIn(path)
    await run('killed', path)
    const reads = await readsOf('killed')
    const expected = Array.from({ length: rounds }, (_, round) =>
      plates.map((plate) => ({ plate, round })),
    ).flat()
    const found = reads.map(({ plate, seenAt }) => ({
      plate,
      round: Math.floor((Date.parse(seenAt) - BEGIN) / ROUND_MS),
    }))
    process.stderr.write(
      `agent: ${KILLS} kills, ${reads.length} reads, ${left} frames were left for the last run\n`,
    )
    expect(found).toEqual(expected)
    expect(await framesIn(path)).toBe(0)
  },
  120_000 + KILLS * 60_000,
)
