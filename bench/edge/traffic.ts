import { spawnSync } from 'node:child_process'
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'
import { frameName } from '@sightline/vendor-sim/camera'
import { renderFrame } from '@sightline/vendor-sim/render/frame'
import { composeScene, mountOf } from '@sightline/vendor-sim/render/scene'
import { random } from '@sightline/vendor-sim/world/random'
import { createWorld, DEFAULT_WORLD } from '@sightline/vendor-sim/world/world'

/** Rendered traffic in front of a fixed camera, as pictures and as video. */

export const FPS = 10
/** Number of frames in which a vehicle is in view. */
const PASS = 25
const VEHICLES = 2
const START = Date.UTC(2026, 0, 1)

export interface Size {
  width: number
  height: number
}

/** Frames of the passes and of the empty road, as files. */
export interface Traffic {
  passes: string[]
  empty: string
}

/** Draws the passes: each vehicle approaches on the same road. */
export async function renderTraffic(folder: string): Promise<Traffic> {
  await mkdir(folder, { recursive: true })
  const world = createWorld(DEFAULT_WORLD)
  const mount = mountOf(random('bench', 'mount'))
  const clear = { blur: 0.6, motion: 2, noise: 0, gain: 1, quality: 95 }
  const draw = async (name: string, scene: ReturnType<typeof composeScene>) => {
    const path = join(folder, name)
    await writeFile(path, await renderFrame({ ...scene, ...clear }, random('bench', 'road')))
    return path
  }
  const passes: string[] = []
  for (let n = 0; n < VEHICLES; n++) {
    const scene = composeScene([world.fleet[7 * n]!], mount, random('bench', n), 'day')
    const [seen] = scene.vehicles
    for (let step = 0; step < PASS; step++) {
      const scale = 0.2 + 0.6 * (step / PASS) ** 1.5
      const nearer = { ...seen!, scale, y: 240 + 380 * (step / PASS) ** 1.5 }
      passes.push(await draw(`${n}-${step}.jpg`, { ...scene, vehicles: [nearer] }))
    }
  }
  const empty = await draw('empty.jpg', composeScene([], mount, random('bench', 'empty'), 'day'))
  return { passes, empty }
}

/** Vehicle after vehicle, without a pause. */
export const denseFrames = ({ passes }: Traffic, frames: number): string[] =>
  Array.from({ length: frames }, (_, n) => passes[n % passes.length]!)

/** Frames from one vehicle to the next on an ordinary road: ten seconds. */
const PERIOD = 100
/** Number of frames after which all vehicles have passed, and the round begins again. */
export const ROUND = PERIOD * VEHICLES

/** One round of a road with a vehicle every ten seconds. @param offset frames by which this camera is ahead of others */
export const sparseFrames = ({ passes, empty }: Traffic, offset: number): string[] =>
  Array.from({ length: ROUND }, (_, n) => {
    const at = (n + offset) % ROUND
    const place = at % PERIOD
    return place < PASS ? passes[Math.floor(at / PERIOD) * PASS + place]! : empty
  })

/** With a sensor's noise, which differs from frame to frame. */
const asSeen = ({ width, height }: Size) => `scale=${width}:${height},noise=alls=6:allf=t`

/** Writes the frames as a camera's pictures, each under its instant. @returns their folder */
export async function asPictures(frames: readonly string[], size: Size, folder: string): Promise<string> {
  const pictures = join(folder, 'pictures')
  await mkdir(pictures, { recursive: true })
  const output = join(pictures, '%06d.jpg')
  ffmpeg([
    ...(await sequence(frames, folder)),
    '-vf',
    asSeen(size),
    '-q:v',
    '4',
    '-start_number',
    '0',
    output,
  ])
  const named = join(folder, 'named')
  await mkdir(named)
  for (let n = 0; n < frames.length; n++) {
    const source = join(pictures, `${String(n).padStart(6, '0')}.jpg`)
    // No symbolic link: the agent does not follow those, and would set every frame aside.
    await rename(source, join(named, frameName(START + (n * 1000) / FPS)))
  }
  return named
}

/** Writes the frames as H.264, as an IP camera would: no B frames, a key frame every two seconds. */
export async function asVideo(
  frames: readonly string[],
  size: Size,
  folder: string,
  name: string,
): Promise<string> {
  const path = join(folder, name)
  const h264 = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-tune',
    'zerolatency',
    '-crf',
    '25',
    '-g',
    String(2 * FPS),
  ]
  ffmpeg([
    ...(await sequence(frames, join(folder, `of-${name}`))),
    '-vf',
    asSeen(size),
    ...h264,
    '-pix_fmt',
    'yuv420p',
    path,
  ])
  return path
}

/** Repeats a video for at least this long. */
export function repeatFrames(path: string, rounds: number, longer: string): string {
  ffmpeg(['-stream_loop', String(rounds - 1), '-i', path, '-c', 'copy', longer])
  return longer
}

/** The frames as numbered links, and how ffmpeg reads them. */
async function sequence(frames: readonly string[], folder: string): Promise<string[]> {
  const links = join(folder, 'links')
  await mkdir(links, { recursive: true })
  await Promise.all(frames.map((path, n) => symlink(path, join(links, `${String(n).padStart(6, '0')}.jpg`))))
  return ['-framerate', String(FPS), '-i', join(links, '%06d.jpg')]
}

function ffmpeg(words: readonly string[]): void {
  const { status, stderr, error } = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...words], {
    encoding: 'utf8',
  })
  if (status === 0) return
  throw new SightlineError(
    'FFMPEG_MISSING',
    `ffmpeg cannot make the video: ${error?.message ?? stderr.trim()}`,
    {
      hint: 'Install it: sudo apt-get install ffmpeg',
    },
  )
}
