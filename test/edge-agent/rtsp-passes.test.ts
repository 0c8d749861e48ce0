import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@sightline/broker/free-port'
import { startEdgeAgent } from '@sightline/edge-agent/main'
import { openSource } from '@sightline/edge-agent/sources/open'
import { createEngine, DEFAULT_ENGINE } from '@sightline/recognition/engine'
import { expect, test, vi } from 'vitest'
import { quiet, temporaryFolder, testBroker } from '../support/broker.ts'
import { storedReads } from '../support/edge.ts'
import { renderPasses, writePassVideo } from '../support/passes.ts'
import { gate } from '../support/reads.ts'
import { hasRtspServer, startRtspServer } from '../support/rtsp.ts'

/** A rendered video with known passes, from a real RTSP server, through the real engine, to a real broker. */

const VEHICLES = 3
const FPS = 10
/** Empty road before the first vehicle, ms: a client may join a stream a little late. */
const BEFORE_MS = 3_000

test.skipIf(!hasRtspServer)(
  'a video of known passes over RTSP gives one read for each vehicle, in order (CAP-3)',
  async () => {
    const [broker, folder] = await Promise.all([testBroker(), temporaryFolder()])
    const engine = await createEngine(DEFAULT_ENGINE)
    const { vehicles, frames, empty } = await renderPasses(VEHICLES)
    const video = join(folder.path, 'passes-h264.mp4')
    writePassVideo(video, { frames, empty, fps: FPS, beforeMs: BEFORE_MS })
    const port = await freePort()
    const server = await startRtspServer(video, port)
    const url = `rtsp://127.0.0.1:${port}/stream`
    const agent = await startEdgeAgent({
      ...{ servers: broker.url, keys: broker.keys, user: 'edge', engine, minConfidence: 0.5 },
      ...{ spool: join(folder.path, 'spool'), spoolBytes: 1e8, agentVersion: 'test', log: quiet },
      cameras: [
        {
          camera: gate,
          position: null,
          source: 'rtsp test',
          open: (parts) => openSource({ type: 'rtsp', url }, parts),
          fingerprint: '',
        },
      ],
    })
    try {
      const plates = vehicles.map(({ plate }) => plate)
      await vi.waitFor(
        async () => expect((await storedReads(broker)).map(({ plate }) => plate)).toEqual(plates),
        { timeout: 60_000, interval: 200 },
      )
      // A second read of one of them would come now; the video ends a little later.
      await sleep(2_500)
      const reads = await storedReads(broker)
      expect(reads.map(({ plate }) => plate)).toEqual(plates)
      for (const { pass } of reads) expect(pass!.frames).toBeGreaterThan(1)
      const [health] = agent.health()
      expect(health!.framesStill).toBeGreaterThan(0)
    } finally {
      await agent.close()
      server.kill('SIGKILL')
      await engine.close()
      await broker.remove()
      await folder.remove()
    }
  },
  120_000,
)
