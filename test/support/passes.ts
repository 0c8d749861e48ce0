import { spawnSync } from 'node:child_process'
import { renderFrame } from '@sightline/vendor-sim/render/frame'
import { composeScene, mountOf } from '@sightline/vendor-sim/render/scene'
import { random } from '@sightline/vendor-sim/world/random'
import type { Vehicle } from '@sightline/vendor-sim/world/vehicles'
import { createWorld, DEFAULT_WORLD } from '@sightline/vendor-sim/world/world'

/** One rendered frame of a vehicle on its way past a camera, as a JPEG file. */
export interface PassFrame {
  /** Since the first frame, ms. */
  readonly at: number
  readonly jpeg: Buffer
}

/** Frames of one pass, and what lies between them and between two passes, ms. */
const FRAMES = 3
const STEP_MS = 300
const NEXT_MS = 6_000

/** Different vehicles that come by one after the other, each seen coming nearer in three frames, by day. */
export async function renderPasses(
  count: number,
): Promise<{ vehicles: Vehicle[]; frames: PassFrame[]; empty: Buffer }> {
  const world = createWorld(DEFAULT_WORLD)
  const mount = mountOf(random(world.seed, 'passes'))
  const vehicles = Array.from({ length: count }, (_, n) => world.fleet[n * 7]!)
  const frames: PassFrame[] = []
  for (const [n, vehicle] of vehicles.entries()) {
    const scene = composeScene([vehicle], mount, random('pass', n), 'day')
    const [seen] = scene.vehicles
    for (let step = 0; step < FRAMES; step++) {
      const nearer = { ...seen!, scale: 0.5 + 0.12 * step, y: seen!.y + 15 * step }
      const clear = { ...scene, vehicles: [nearer], blur: 0.6, motion: 2, noise: 4, gain: 1, quality: 80 }
      const jpeg = await renderFrame(clear, random('frame', n, step))
      frames.push({ at: n * NEXT_MS + step * STEP_MS, jpeg })
    }
  }
  const nobody = composeScene([], mount, random('pass', 'nobody'), 'day')
  const still = { ...nobody, blur: 0.6, motion: 2, noise: 4, gain: 1, quality: 80 }
  return { vehicles, frames, empty: await renderFrame(still, random('frame', 'nobody')) }
}

/** How long a frame of a pass is shown in a video, ms. */
const SHOWN_MS = 300
/** Empty road after the last vehicle, ms. */
const AFTER_MS = 6_000

export interface PassVideo {
  readonly frames: readonly PassFrame[]
  readonly empty: Buffer
  readonly fps: number
  /** Empty road before the first vehicle, ms. */
  readonly beforeMs?: number
  /** When the recording began, as it says itself. */
  readonly begin?: string
}

/** Writes passes as an H.264 video, with an empty road between and after them. @returns how many frames it has */
export function writePassVideo(path: string, { frames, empty, fps, beforeMs = 0, begin }: PassVideo): number {
  const length = ((beforeMs + frames.at(-1)!.at + AFTER_MS) * fps) / 1000
  const pictures = Array.from({ length }, (_, n) => {
    const at = (n * 1000) / fps - beforeMs
    return frames.find((frame) => at >= frame.at && at < frame.at + SHOWN_MS)?.jpeg ?? empty
  })
  const input = ['-f', 'image2pipe', '-framerate', String(fps), '-c:v', 'mjpeg', '-i', 'pipe:0']
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-g', String(fps)]
  const output = ['-pix_fmt', 'yuv420p', ...(begin ? ['-metadata', `creation_time=${begin}`] : [])]
  const { status, stderr } = spawnSync(
    'ffmpeg',
    ['-v', 'error', ...input, ...coding, ...output, '-y', path],
    {
      input: Buffer.concat(pictures),
    },
  )
  if (status !== 0) throw new Error(`ffmpeg: ${stderr}`)
  return pictures.length
}
