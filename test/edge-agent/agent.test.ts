import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type EdgeAgent, startEdgeAgent } from '../../edge-agent/main.ts'
import { createEngine, DEFAULT_ENGINE } from '../../edge-agent/recognition/engine.ts'
import { folderFrames } from '../../edge-agent/sources/folder.ts'
import { cameraHealthReader } from '../../schemas/camera-health.ts'
import { type Read, readReader } from '../../schemas/read.ts'
import { HEALTH, READS } from '../../schemas/streams.ts'
import { healthSubject } from '../../schemas/subjects.ts'
import { cameraFrame } from '../../vendor-sim/camera.ts'
import { createWorld, DEFAULT_WORLD } from '../../vendor-sim/world/world.ts'
import { quiet, type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { gate } from '../support/reads.ts'

/** A real broker, real pixels, the real engine. */

let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let frames: string
let agent: EdgeAgent | undefined

beforeEach(async () => {
  broker = await testBroker()
  folder = await temporaryFolder()
  frames = join(folder.path, 'frames')
  await mkdir(frames)
})
afterEach(async () => {
  await agent?.close()
  agent = undefined
  await broker.remove()
  await folder.remove()
})

const start = async () => {
  agent = await startEdgeAgent({
    servers: broker.url,
    keys: broker.keys,
    user: 'edge',
    camera: gate,
    position: null,
    engine: await createEngine(DEFAULT_ENGINE),
    frames: (signal) => folderFrames(frames, signal, true),
    minConfidence: 0.5,
    agentVersion: 'test',
    log: quiet,
  })
}

/** The first frame of the simulated camera in which the world lets a car come by in daylight. */
const jpeg = () => cameraFrame(createWorld(DEFAULT_WORLD), 'gate-1', 2)

/** Puts a frame into the folder as cameras do: whole, by renaming. */
async function drop(name: string, bytes: Uint8Array | string): Promise<void> {
  const aside = join(folder.path, name)
  await writeFile(aside, bytes)
  await rename(aside, join(frames, name))
}

async function storedReads(): Promise<Read[]> {
  const manager = await jetstreamManager(await broker.as('admin'))
  const { state } = await manager.streams.info(READS)
  const reads: Read[] = []
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    const message = await manager.streams.getMessage(READS, { seq })
    if (message) reads.push(readReader.parseJson(message.data))
  }
  return reads
}

const gone = () =>
  vi.waitFor(
    async () => expect((await readdir(frames)).filter((n) => n.endsWith('.jpg'))).toEqual([]),
    20_000,
  )

test('a frame becomes a read with the instant of its name, and is deleted once the read is stored', async () => {
  await start()
  await drop('20261124T030501.123Z.jpg', await jpeg())
  await gone()
  const [read] = await storedReads()
  expect(read).toMatchObject({
    seenAt: '2026-11-24T03:05:01.123Z',
    camera: gate,
    source: 'edge',
    region: 'us-ca',
  })
})

test('the same frame read again is the same read: stored once', async () => {
  await start()
  for (let time = 0; time < 2; time++) {
    await drop('20261124T030501.123Z.jpg', await jpeg())
    await gone()
  }
  expect((await storedReads()).length).toBe(1)
})

test('what is not a picture is set aside with its reason, and the frames behind it are read', async () => {
  await drop('20261124T030500.000Z.jpg', 'this is text')
  await drop('20261124T030500.500Z.jpg', (await jpeg()).subarray(0, 20_000))
  await drop('20261124T030501.123Z.jpg', await jpeg())
  await start()
  await gone()
  const rejected = await readdir(join(frames, 'rejected'))
  expect(rejected.sort()).toEqual([
    '20261124T030500.000Z.jpg',
    '20261124T030500.000Z.jpg.json',
    '20261124T030500.500Z.jpg',
    '20261124T030500.500Z.jpg.json',
  ])
  const reason = JSON.parse(await readFile(join(frames, 'rejected/20261124T030500.000Z.jpg.json'), 'utf8'))
  expect(reason).toMatchObject({ code: 'PICTURE_CORRUPT', hint: expect.any(String) })
  expect((await storedReads()).length).toBe(1)
})

test('frames wait while the broker is away and are read when it is back', async () => {
  await start()
  await broker.stop()
  await drop('20261124T030501.123Z.jpg', await jpeg())
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(await readdir(frames)).toContain('20261124T030501.123Z.jpg')
  await broker.restart()
  await gone()
  expect((await storedReads()).length).toBe(1)
})

test('an agent that stops reports what it has done', async () => {
  await start()
  await drop('20261124T030501.123Z.jpg', await jpeg())
  await gone()
  await agent?.close()
  agent = undefined
  const manager = await jetstreamManager(await broker.as('admin'))
  const message = await manager.streams.getMessage(HEALTH, { last_by_subj: healthSubject('gate-1') })
  if (!message) throw new Error('no health report')
  expect(cameraHealthReader.parseJson(message.data)).toMatchObject({
    framesSeen: 1,
    framesProcessed: 1,
    reads: 1,
  })
})
