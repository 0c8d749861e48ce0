import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { type EdgeAgent, startEdgeAgent } from '@sightline/edge-agent/main'
import { createEngine, DEFAULT_ENGINE } from '@sightline/recognition/engine'
import { cameraHealthParser } from '@sightline/schemas/camera-health'
import { agentPictures, HEALTH } from '@sightline/schemas/streams'
import { agentSubject, healthSubject, pictureSubject } from '@sightline/schemas/subjects'
import { cameraFrame } from '@sightline/vendor-sim/camera'
import { createWorld, DEFAULT_WORLD, demoRegulars } from '@sightline/vendor-sim/world/world'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { quiet, type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { folderCamera, storedReads } from '../support/edge.ts'
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
    cameras: [folderCamera(frames)],
    engine: await createEngine(DEFAULT_ENGINE),
    spool: join(folder.path, 'spool'),
    spoolBytes: 100e6,
    minConfidence: 0.5,
    agentVersion: 'test',
    log: quiet,
  })
}

const world = createWorld(DEFAULT_WORLD)
/** The first frame of the simulated camera in which the world lets a car come by in daylight. */
const jpeg = () => cameraFrame(world, 'gate-1', 2)

/** Puts a frame into the folder as cameras do: whole, by renaming. */
async function drop(name: string, bytes: Uint8Array | string): Promise<void> {
  const aside = join(folder.path, name)
  await writeFile(aside, bytes)
  await rename(aside, join(frames, name))
}

const stored = (count: number) =>
  vi.waitFor(async () => {
    const reads = await storedReads(broker)
    expect(reads).toHaveLength(count)
    return reads
  }, 30_000)

const gone = () =>
  vi.waitFor(
    async () => expect((await readdir(frames)).filter((n) => n.endsWith('.jpg'))).toEqual([]),
    30_000,
  )

test('a frame becomes a read with the instant in its name, and is deleted once the read is on the disk', async () => {
  await start()
  await drop('20261124T030501.123Z.jpg', await jpeg())
  await gone()
  const [read] = await stored(1)
  const seenAt = '2026-11-24T03:05:01.123Z'
  expect(read?.pass).toEqual({ firstSeenAt: seenAt, lastSeenAt: seenAt, frames: 1, direction: null })
  expect(read).toMatchObject({
    seenAt: '2026-11-24T03:05:01.123Z',
    camera: gate,
    source: 'edge',
    region: demoRegulars(world)[0]!.region,
  })
})

test('the same frame read again gives the same read: stored once', async () => {
  await start()
  for (let time = 0; time < 2; time++) {
    await drop('20261124T030501.123Z.jpg', await jpeg())
    await gone()
  }
  await stored(1)
  await agent?.drained()
  await stored(1)
})

test('a file that is no image is set aside with its reason, and the frames after it are read', async () => {
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
  await stored(1)
})

test('the images of plate and vehicle follow the read', async () => {
  await start()
  await drop('20261124T030501.123Z.jpg', await jpeg())
  const [read] = await stored(1)
  const manager = await jetstreamManager(await broker.as('admin'))
  for (const name of Object.values(read!.pictures)) {
    const message = await vi.waitFor(async () => {
      const found = await manager.streams.getMessage(agentPictures(0), {
        last_by_subj: agentSubject(pictureSubject(name!), 0),
      })
      expect(found).not.toBeNull()
      return found!
    }, 30_000)
    const { format, width } = await sharp(message.data).metadata()
    expect(format).toBe('jpeg')
    expect(width).toBeGreaterThan(50)
  }
})

test('reads wait on the disk while the broker is down, also from the start, and are sent when it is back', async () => {
  await broker.stop()
  await start()
  await drop('20261124T030501.123Z.jpg', await jpeg())
  await gone()
  expect(agent?.health()[0]?.spool).toMatchObject({ messages: 1 })
  await agent?.close()
  await start()
  await broker.restart()
  await stored(1)
  await agent?.drained()
  expect(agent?.health()[0]?.spool).toMatchObject({ messages: 0 })
})

test('an agent that stops reports what it did', async () => {
  await start()
  await drop('20261124T030501.123Z.jpg', await jpeg())
  await gone()
  await agent?.close()
  agent = undefined
  const manager = await jetstreamManager(await broker.as('admin'))
  const message = await manager.streams.getMessage(HEALTH, { last_by_subj: healthSubject('gate-1') })
  if (!message) throw new Error('no health report')
  expect(cameraHealthParser.parseJson(message.data)).toMatchObject({
    framesSeen: 1,
    framesProcessed: 1,
    reads: 1,
  })
})
