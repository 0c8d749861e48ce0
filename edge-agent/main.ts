import { jetstream } from '@nats-io/jetstream'
import { connectBroker, disconnect } from '../broker/connect.ts'
import { followState } from '../broker/link.ts'
import { publishUntilStored } from '../broker/publish.ts'
import { type Clock, instant, systemClock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/log.ts'
import type { Camera } from '../schemas/camera.ts'
import type { CameraHealth } from '../schemas/camera-health.ts'
import { toSightlineError } from '../schemas/errors.ts'
import { EDGE_SOURCE, type Position, type Read } from '../schemas/read.ts'
import { healthSubject, pictureSubject, readSubject } from '../schemas/subjects.ts'
import { countHealth } from './health.ts'
import { cropJpeg, plateArea, vehicleArea } from './pictures/crop.ts'
import { readOf } from './read-of.ts'
import type { Engine, PlateFinding } from './recognition/engine.ts'
import type { Picture } from './recognition/picture.ts'
import type { Frame } from './sources/frame.ts'

export interface EdgeOptions {
  servers: string | string[]
  keys: string
  /** Broker user of this agent. */
  user: string
  camera: Camera
  position: Position | null
  /** Shared by the cameras of a host; the caller closes it. */
  engine: Engine
  /** Where the frames come from, given the signal that ends them. */
  frames(signal: AbortSignal): AsyncIterable<Frame>
  /** Least confidence of a read that is published. */
  minConfidence: number
  agentVersion: string
  log: Logger
  clock?: Clock
}

export interface EdgeAgent {
  /** Settles when the frames have come to their end; rejects when the source fails. */
  done: Promise<void>
  /** What the camera has done so far. */
  health(): CameraHealth
  /** Whether the broker is connected, so that reads can leave. */
  healthy(): boolean
  close(): Promise<void>
}

const HEALTH_EVERY_MS = 10_000

/**
 * Wires one camera: frames to plates, plates to reads, reads to the broker. A frame is left where it is until
 * its reads are stored, so that an agent that is killed reads it again, with the same read ids.
 */
export async function startEdgeAgent(options: EdgeOptions): Promise<EdgeAgent> {
  const {
    servers,
    keys,
    user,
    camera,
    position,
    engine,

    minConfidence,
    log,
    clock = systemClock,
  } = options
  const connection = await connectBroker({ servers, keys, user }, log)
  const { connected } = followState(connection)
  const js = jetstream(connection)
  const stopping = new AbortController()
  const health = countHealth(camera.id, options.agentVersion, clock())

  async function publishPictures(read: Read, { box }: PlateFinding, picture: Picture): Promise<void> {
    const crops = [
      [read.pictures.plate, plateArea(box, picture)],
      [read.pictures.vehicle, vehicleArea(box, picture)],
    ] as const
    for (const [name, area] of crops) {
      if (name === null) continue
      const jpeg = await cropJpeg(picture, area)
      await publishUntilStored(js, pictureSubject(name), jpeg, { msgID: name }, stopping.signal)
    }
  }

  async function readFrame(frame: Frame): Promise<void> {
    const picture = await frame.open()
    const findings = (await engine.find(picture)).filter(({ confidence }) => confidence >= minConfidence)
    const sighting = { camera, position, seenAt: instant(frame.seenAt), engine }
    const reads: Read[] = []
    for (const finding of findings) {
      const read = readOf(finding, sighting)
      const subject = readSubject(EDGE_SOURCE, camera.id)
      await publishUntilStored(js, subject, JSON.stringify(read), { msgID: read.id }, stopping.signal)
      // After the read: it never waits for its pictures.
      await publishPictures(read, finding, picture)
      reads.push(read)
    }
    health.frameRead(reads)
  }

  async function takeFrame(frame: Frame): Promise<void> {
    health.frameSeen()
    try {
      await readFrame(frame)
    } catch (thrown) {
      if (stopping.signal.aborted) return
      // A frame that cannot be read must not stop the ones behind it, whatever the reason.
      const error = toSightlineError(thrown)
      log.warn({ err: error, camera: camera.id, frame: frame.name }, 'set aside a frame that cannot be read')
      health.frameRejected(error, clock())
      await frame.reject(error)
      return
    }
    await frame.release()
  }

  async function sendHealth(): Promise<void> {
    const report = JSON.stringify(health.report(clock()))
    try {
      if (connected()) await js.publish(healthSubject(camera.id), report)
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'a health report was not stored; the next one says more')
    }
  }
  const healthTimer = setInterval(() => void sendHealth(), HEALTH_EVERY_MS)

  const done = (async () => {
    for await (const frame of options.frames(stopping.signal)) await takeFrame(frame)
  })()
  done.catch(() => {})

  return {
    done,
    health: () => health.report(clock()),
    healthy: connected,
    async close() {
      clearInterval(healthTimer)
      stopping.abort(new Error('the edge agent is stopping'))
      await done.catch(() => {})
      await sendHealth()
      await disconnect(connection)
    },
  }
}
