import type { ChildProcess } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@sightline/broker/free-port'
import { type EdgeAgent, startEdgeAgent } from '@sightline/edge-agent/main'
import { createChannel } from '@sightline/edge-agent/sources/channel'
import type { Frame } from '@sightline/edge-agent/sources/frame'
import { distanceM } from '@sightline/geometry/great-circle'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { quiet, type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { storedReads } from '../support/edge.ts'
import { endGpsfake, hasGpsfake, startGpsfake } from '../support/gpsfake.ts'
import { gate } from '../support/reads.ts'
import { engineOf, frameOf, sight } from './camera/bench.ts'
import { driveSentences, placeAfter, SPEED_MPS } from './position/drive.ts'

/** A camera in a vehicle: the real gpsd, a real broker, the whole agent; plates and frames are made up (CAP-2). */

let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let agent: EdgeAgent | undefined
let fake: ChildProcess | undefined

beforeEach(async () => {
  broker = await testBroker({ vendors: [], edges: { edge: ['car-1'] } })
  folder = await temporaryFolder()
})
afterEach(async () => {
  await agent?.close()
  await endGpsfake(fake)
  await broker.remove()
  await folder.remove()
})

test.skipIf(!hasGpsfake)(
  'a read has the position at the instant of its frame, and says when it is unknown',
  async () => {
    const port = await freePort()
    const frames = createChannel<Frame>()
    agent = await startEdgeAgent({
      ...{ servers: broker.url, keys: broker.keys, user: 'edge', engine: engineOf(), minConfidence: 0 },
      ...{ spool: join(folder.path, 'spool'), spoolBytes: 1e8, agentVersion: 'test', log: quiet },
      cameras: [
        {
          camera: { ...gate, id: 'car-1', kind: 'mobile', address: null },
          position: { type: 'gpsd', port },
          source: 'test',
          open: () => ({
            live: true,
            resumes: 'none',
            async *frames(signal) {
              signal.addEventListener('abort', () => frames.end(), { once: true })
              yield* frames
            },
          }),
          fingerprint: '',
        },
      ],
    })
    const read = async (plate: string) => {
      frames.push(frameOf(plate, Date.now(), [sight(plate)]))
      return vi.waitFor(async () => {
        const found = (await storedReads(broker)).find((one) => one.plate === plate)
        expect(found).toBeDefined()
        return found!
      }, 30_000)
    }
    expect((await read('1ABC111')).position).toBeNull()

    const startAt = Math.floor(Date.now() / 1000) * 1000
    const log = join(folder.path, 'drive.nmea')
    await writeFile(log, driveSentences(startAt, 120, 200), { mode: 0o644 })
    fake = startGpsfake(log, port)
    await vi.waitFor(() => expect(agent?.health()[0]?.clockOffsetMs).not.toBeNull(), 30_000)
    // A machine that had no time for gpsd gives a read a stale fix, and rightly so: then another vehicle comes by.
    let passed = 0
    await vi.waitFor(async () => {
      const { seenAt, position } = await read(`2ABC${200 + passed++}`)
      expect(position).toMatchObject({ fix: 'gps', headingDeg: expect.closeTo(90, 1) })
      // gpsd sent the first fix some seconds after its own time: where the vehicle was by the receiver's clock.
      const offset = agent!.health()[0]!.clockOffsetMs!
      const drivenS = (Date.parse(seenAt) - offset - startAt) / 1000
      expect(distanceM(position!, placeAfter(drivenS))).toBeLessThan(SPEED_MPS)
    }, 60_000)

    await endGpsfake(fake)
    await new Promise((wake) => setTimeout(wake, 3_500))
    expect((await read('3ABC333')).position).toMatchObject({ fix: 'stale', accuracyM: null, speedMps: null })
  },
)
