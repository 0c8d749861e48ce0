import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { decodePicture } from '../../edge-agent/pictures/open.ts'
import { createEngine, type Engine } from '../../edge-agent/recognition/engine.ts'
import type { Read } from '../../schemas/read.ts'
import { renderFrame } from '../../vendor-sim/render/frame.ts'
import { composeScene, mountOf } from '../../vendor-sim/render/scene.ts'
import { random } from '../../vendor-sim/world/random.ts'
import { createWorld } from '../../vendor-sim/world/world.ts'
import { type Sighting, sightingRead } from './traffic.ts'

/** Copies of each frame, each worse in its own way: drawing is the expensive part. */
const COPIES = 8

/**
 * What the project's own engine really reads from frames that the simulated vendor renders, made small, soft and
 * noisy as cheap cameras do, so that there are misreads to speak of. Half a second a frame: kept in the user's cache
 * folder, by engine version.
 */
export async function renderedReads(frames: number): Promise<Sighting[]> {
  const engine = await createEngine('sightline')
  try {
    const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sightline')
    const file = join(folder, `bench-match-${engine.version.replaceAll(' ', '-')}-${frames}.json`)
    if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as Sighting[]
    const sightings = await readFrames(engine, frames)
    await mkdir(folder, { recursive: true })
    // Written beside and moved: a run that is stopped leaves no half file.
    await writeFile(`${file}.part`, JSON.stringify(sightings))
    await rename(`${file}.part`, file)
    return sightings
  } finally {
    await engine.close()
  }
}

async function readFrames(engine: Engine, frames: number): Promise<Sighting[]> {
  const { fleet } = createWorld({ seed: 11, vehicles: frames, cameras: 4 })
  const sightings: Sighting[] = []
  for (const vehicle of fleet) {
    const rng = random('bench-match', vehicle.index)
    const frame = await renderFrame(composeScene([vehicle], mountOf(rng), rng), rng)
    for (let copy = 0; copy < COPIES; copy++) {
      const worse = await sharp(frame)
        .resize(rng.whole(560, 1280))
        .blur(rng.between(0.3, 0.9))
        .jpeg({ quality: rng.whole(45, 90) })
        .toBuffer()
      const [found] = await engine.find(await decodePicture(worse, 'frame.jpg'))
      if (!found) continue
      const { text, confidence, chars, region, regionConfidence } = found
      const read: Read = { ...sightingRead(text), confidence, chars, region, regionConfidence }
      sightings.push({ truth: vehicle.plate, read })
    }
  }
  return sightings
}
