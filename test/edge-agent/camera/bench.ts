import { type CameraParts, type RunningCamera, startCamera } from '@sightline/edge-agent/camera/pipeline'
import type { CameraSettings } from '@sightline/edge-agent/camera/settings'
import { createFrameQueue, type FrameQueue } from '@sightline/edge-agent/gate/frame-queue'
import { surveyedPosition } from '@sightline/edge-agent/position/source'
import { createChannel } from '@sightline/edge-agent/sources/channel'
import type { Frame } from '@sightline/edge-agent/sources/frame'
import type { Resumes, SourceParts } from '@sightline/edge-agent/sources/open'
import { openSpool, type Spool } from '@sightline/edge-agent/spool/spool'
import type { Engine, PlateFinding } from '@sightline/recognition/engine'
import type { Picture } from '@sightline/recognition/picture'
import { pictureOf } from '@sightline/recognition/pictures/raw'
import { type Clock, steadyClock } from '@sightline/runtime/clock'
import { type Read, readParser } from '@sightline/schemas/read'
import { random } from '@sightline/vendor-sim/world/random'
import { quiet } from '../../support/broker.ts'
import { gate } from '../../support/reads.ts'
import { boxAt, finding } from '../tracking/traffic.ts'

/** A camera's pipeline on the bench: its frames and what an engine sees in them are what the test says. */

const seen = new WeakMap<Picture, readonly PlateFinding[]>()
let serial = 0

/** A sight of a plate so many meters away. */
export const sight = (plate: string, z = 8, noise = 0): PlateFinding =>
  finding(plate, boxAt([0, 1.5, z]), noise, random(plate, z, noise))

export interface BenchFrame extends Frame {
  released: boolean
  rejected: boolean
}

/** A frame in which something moves, of the size that the simulated traffic has. */
export function frameOf(name: string, seenAt: number, findings: readonly PlateFinding[]): BenchFrame {
  const frame: BenchFrame = {
    name,
    seenAt,
    released: false,
    rejected: false,
    async open() {
      const data = new Uint8Array(1280 * 720 * 3).fill(100)
      // A band that is never where it was: brightness alone would pass for exposure.
      const from = (++serial % 5) * (data.length / 5)
      data.fill(200, from, from + data.length / 5)
      const picture = pictureOf({ width: 1280, height: 720, channels: 3, data })
      seen.set(picture, findings)
      return picture
    },
    async release() {
      frame.released = true
    },
    async reject() {
      frame.rejected = true
    },
  }
  return frame
}

/** Finds what the frame was made with, after so long. */
export const engineOf = (delayMs = 0): Engine & { found: number } => {
  const engine = {
    name: 'bench',
    version: '1',
    found: 0,
    async find(picture: Picture) {
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
      engine.found++
      return [...(seen.get(picture) ?? [])]
    },
    async close() {},
  }
  return engine
}

export interface Bench {
  readonly camera: RunningCamera
  /** What the source may tell its camera. */
  readonly told: SourceParts
  feed(frame: Frame): void
  end(error?: Error): void
}

export interface BenchOptions {
  readonly spools: CameraParts['spools']
  readonly id?: string
  readonly live?: boolean
  readonly resumes?: Resumes
  readonly engine?: Engine
  readonly vehicles?: CameraParts['vehicles']
  readonly frameQueue?: FrameQueue
  readonly minConfidence?: number
  readonly clock?: Clock
  readonly steady?: Clock
  readonly settings?: CameraSettings
  /** Whose plates come by there; left out: nobody knows. */
  readonly site?: string
}

export function startBench(options: BenchOptions): Bench {
  const { spools, id = 'gate-1', live = false, resumes = 'unreleased', minConfidence = 0 } = options
  const { clock = Date.now, steady = steadyClock } = options
  const channel = createChannel<Frame>()
  let told: SourceParts
  const camera = startCamera(
    {
      camera: { ...gate, id },
      position: null,
      ...(options.site !== undefined && { site: options.site }),
      source: 'bench',
      open(parts) {
        told = parts
        return {
          live,
          resumes,
          async *frames(signal) {
            signal.addEventListener('abort', () => channel.end(), { once: true })
            yield* channel
          },
        }
      },
      fingerprint: id,
      settings: options.settings ?? {},
    },
    {
      engine: options.engine ?? engineOf(),
      vehicles: options.vehicles,
      frameQueue: options.frameQueue ?? createFrameQueue(2),
      spools,
      position: surveyedPosition({ lat: 32.7, lon: -117.1 }),
      minConfidence,
      agentVersion: 'test',
      log: quiet,
      clock,
      steady,
    },
  )
  return { camera, told: told!, feed: channel.push, end: channel.end }
}

export async function openSpools(folder: string) {
  const [reads, pictures] = await Promise.all(
    ['reads', 'pictures'].map((name) =>
      openSpool({ folder: `${folder}/${name}`, maxBytes: 1e8, log: quiet }),
    ),
  )
  return { reads: reads!, pictures: pictures! }
}

/** Takes out what waits in a spool, in order. */
export async function takeOut(spool: Spool): Promise<{ id: string; payload: Uint8Array }[]> {
  const out: { id: string; payload: Uint8Array }[] = []
  const enough = new AbortController()
  if (spool.stats().entries === 0) return out
  await spool.forward(async ({ id, payload }) => {
    out.push({ id, payload })
    if (spool.stats().entries === 1) setTimeout(() => enough.abort(), 20)
    return undefined
  }, enough.signal)
  return out
}

export const takeReads = async (spool: Spool): Promise<Read[]> =>
  (await takeOut(spool)).map(({ payload }) => readParser.parseJson(payload))
