import { mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import { renderFrame } from './render/frame.ts'
import { composeScene, mountOf, type Scene } from './render/scene.ts'
import { type Random, random } from './world/random.ts'
import type { Vehicle } from './world/vehicles.ts'
import { demoRegulars, type World } from './world/world.ts'

export interface RenderedCameraOptions {
  world: World
  /** Id of the camera; determines how it is mounted and which vehicles pass. */
  cameraId: string
  /** Folder of the frames; the program that reads them deletes them. */
  folder: string
  /** Time between two frames, milliseconds. */
  intervalMs: number
  clock: Clock
  log: Logger
}

export interface RenderedCamera {
  /** Stops after the current frame. */
  close(): Promise<void>
}

/** Maximum number of waiting frames, like a camera's buffer. While it is full no frame is taken. */
export const BUFFER_FRAMES = 200

/**
 * Takes images of passing vehicles into a folder, each named after its instant (`20261124T030501.123Z.jpg`) and
 * complete as soon as it has that name. What they show is written nowhere.
 * @throws CONFIG_INVALID when the folder cannot be created
 */
export async function startRenderedCamera(options: RenderedCameraOptions): Promise<RenderedCamera> {
  const { folder, log } = options
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw new SightlineError('CONFIG_INVALID', `cannot create the folder of frames ${folder}`, {
      cause,
      hint: 'Choose another folder with --frames.',
    })
  })
  const stopping = new AbortController()
  const taking = takeFrames(options, stopping.signal)
  return {
    close: async () => {
      stopping.abort()
      await taking
      log.info({ camera: options.cameraId }, 'the camera has stopped')
    },
  }
}

async function takeFrames(options: RenderedCameraOptions, signal: AbortSignal): Promise<void> {
  const { world, cameraId, folder, intervalMs, clock, log } = options
  for (let index = 0; !signal.aborted; ) {
    const began = performance.now()
    try {
      if ((await framesIn(folder)) < BUFFER_FRAMES) {
        const jpeg = await cameraFrame(world, cameraId, index++)
        await placeFrame(folder, frameName(clock()), jpeg)
      }
    } catch (error) {
      log.warn({ err: error, camera: cameraId }, 'lost a frame')
    }
    const left = Math.max(1, intervalMs - (performance.now() - began))
    await sleep(left, undefined, { signal }).catch(() => {})
  }
}

/** The frame that a camera takes as its `index`th since it was switched on, as a JPEG file. */
export function cameraFrame(world: World, cameraId: string, index: number): Promise<Buffer> {
  const rng = random(world.seed, 'frame', cameraId, index)
  return renderFrame(sceneAt(world, cameraId, index), rng)
}

/** What the camera's `index`th frame shows. */
export function sceneAt(world: World, cameraId: string, index: number): Scene {
  const rng = random(world.seed, 'scene', cameraId, index)
  const mount = mountOf(random(world.seed, 'mount', cameraId))
  return composeScene(passing(world, index, rng), mount, rng)
}

/** Of ten frames, the third shows a regular, the seventh an empty road, the ninth two vehicles. */
function passing(world: World, index: number, rng: Random): Vehicle[] {
  const regulars = demoRegulars(world)
  const stranger = () => {
    for (;;) {
      const vehicle = rng.pick(world.fleet)
      if (!regulars.includes(vehicle)) return vehicle
    }
  }
  const place = index % 10
  if (place === 2) return [regulars[Math.floor(index / 10) % regulars.length]!]
  if (place === 6) return []
  return place === 8 ? [stranger(), stranger()] : [stranger()]
}

/** The name of a frame: its instant in ISO 8601 basic format. @param at milliseconds since 1970 */
export const frameName = (at: number) => `${instant(at).replace(/[-:]/g, '')}.jpg`

async function placeFrame(folder: string, name: string, jpeg: Buffer): Promise<void> {
  const hidden = join(folder, `.${name}.part`)
  await writeFile(hidden, jpeg)
  await rename(hidden, join(folder, name))
}

const framesIn = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.endsWith('.jpg')).length
