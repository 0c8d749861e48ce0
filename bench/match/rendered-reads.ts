import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createEngine, type Engine } from '@sightline/recognition/engine'
import { decodePicture } from '@sightline/recognition/pictures/open'
import type { ReadCharacter } from '@sightline/schemas/read'
import { renderFrame } from '@sightline/vendor-sim/render/frame'
import {
  composeScene,
  FRAME_HEIGHT,
  FRAME_WIDTH,
  mountOf,
  type Scene,
} from '@sightline/vendor-sim/render/scene'
import { type Random, random } from '@sightline/vendor-sim/world/random'
import type { Vehicle } from '@sightline/vendor-sim/world/vehicles'
import { createWorld } from '@sightline/vendor-sim/world/world'
import sharp, { type OutputInfo } from 'sharp'
import { type LabeledRead, readOfPlate } from './traffic.ts'

/** Vehicles per file of the cache: the most that an interrupted run loses. */
const PART = 50
/** Copies of each frame, each degraded in its own way, because drawing is expensive. */
const COPIES = 10
/** The world from which the vehicles come; the confusion table is measured on another (bench/pictures.ts). */
const SEED = 11
/** Part of the frame that is cut out before copying: half of it. */
const CUT = { width: FRAME_WIDTH / 2, height: FRAME_HEIGHT / 2 }

/** Format in the cache, and its version: files of another one are made again. */
type Kept = readonly [
  truth: string,
  confidence: number,
  chars: ReadCharacter[],
  issuer: string,
  region: string | null,
  regionConfidence: number | null,
]
const FORMAT = 2

/**
 * Results of the project's own engine on frames from the simulated vendor, made small, soft and noisy like those of cheap
 * cameras, so that there are enough misreads. Half a second of CPU per vehicle, so they are cached in the user's cache folder
 * by the versions of engine and format, PART vehicles per file.
 * @param vehicles COPIES sightings each, rounded up to whole files
 */
export async function renderedReads(vehicles: number): Promise<LabeledRead[]> {
  const parts = Math.ceil(vehicles / PART)
  const { fleet } = createWorld({ seed: SEED, vehicles: parts * PART, cameras: 4 })
  const engine = await createEngine('sightline')
  try {
    const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sightline', 'bench-match')
    await mkdir(folder, { recursive: true })
    const kept: Kept[] = []
    for (let part = 0; part < parts; part++) {
      const file = join(folder, `${engine.version.replaceAll(' ', '-')}-format-${FORMAT}-${part}.json`)
      kept.push(...(await partOf(file, fleet.slice(part * PART, (part + 1) * PART), engine)))
    }
    return kept.map(([truth, confidence, chars, issuer, region, regionConfidence]) => {
      const read = readOfPlate(chars.map(({ char }) => char).join(''))
      const { name, version } = engine
      const told = { region, regionConfidence, engine: { name, version } }
      return { truth, region: issuer, read: { ...read, confidence, chars, ...told } }
    })
  } finally {
    await engine.close()
  }
}

export async function partOf(file: string, vehicles: readonly Vehicle[], engine: Engine): Promise<Kept[]> {
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as Kept[]
  const kept: Kept[] = []
  for (const vehicle of vehicles) kept.push(...(await sightings(vehicle, engine)))
  // Written under another name and renamed, so that an interrupted run leaves no partial file.
  await writeFile(`${file}.${process.pid}`, JSON.stringify(kept))
  await rename(`${file}.${process.pid}`, file)
  return kept
}

async function sightings(vehicle: Vehicle, engine: Engine): Promise<Kept[]> {
  const rng = random('bench-match', vehicle.index)
  const scene = composeScene([vehicle], mountOf(rng), rng)
  const frame = await sharp(await renderFrame(scene, rng))
    .extract(cutOf(scene))
    .raw()
    .toBuffer({ resolveWithObject: true })
  const kept: Kept[] = []
  for (let copy = 0; copy < COPIES; copy++) {
    const worse = await worsened(frame, rng)
    const [found] = await engine.find(await decodePicture(worse, 'frame.jpg'))
    if (!found) continue
    const { confidence, chars, region, regionConfidence } = found
    kept.push([vehicle.plate, confidence, chars, vehicle.region, region, regionConfidence])
  }
  return kept
}

/** The part of the frame around the plate. */
function cutOf({ vehicles }: Scene) {
  const { x, y } = vehicles[0]!
  const from = (middle: number, size: number, whole: number) =>
    Math.round(Math.min(Math.max(middle - size / 2, 0), whole - size))
  return { left: from(x, CUT.width, FRAME_WIDTH), top: from(y, CUT.height, FRAME_HEIGHT), ...CUT }
}

/** As if the frame were 560 to 1280 pixels wide, soft, and compressed again. */
function worsened({ data, info }: { data: Buffer; info: OutputInfo }, rng: Random): Promise<Buffer> {
  const { width, height, channels } = info
  return sharp(data, { raw: { width, height, channels } })
    .resize(rng.whole(280, 640))
    .blur(rng.between(0.3, 0.9))
    .jpeg({ quality: rng.whole(45, 90) })
    .toBuffer()
}
