import type { Engine } from '@sightline/recognition/engine'
import { decodePicture } from '@sightline/recognition/pictures/open'
import sharp from 'sharp'
import type { Report } from './benchmark.ts'
import { measureTime } from './measure.ts'
import { renderedSet } from './pictures.ts'
import { percentile } from './scoring.ts'

/** Usual sizes of a camera's frames. */
const SIZES = [
  [1280, 720],
  [1920, 1080],
] as const

/** Frames of each size, and the number of warm-up frames, for compilers and caches. */
const FRAMES = 24
const WARM_UP = 4

/**
 * CPU milliseconds from a frame's JPEG bytes to its plates, median over the frames that the simulated vendor
 * renders: a line for each size and engine, beside each other engine of the same run.
 */
export async function reportSpeed(engines: readonly Engine[], report: Report): Promise<void> {
  const { pictures } = await renderedSet(FRAMES)
  const frames = await Promise.all(pictures.map((picture) => picture.bytes()))
  for (const [width, height] of SIZES) {
    const files = await Promise.all(
      frames.map((frame) =>
        sharp(frame).resize(width, height, { fit: 'fill' }).jpeg({ quality: 85 }).toBuffer(),
      ),
    )
    const medians = new Map<Engine, number>()
    for (const engine of engines) medians.set(engine, await medianCpuMs(engine, files))
    for (const engine of engines) reportEngine(report, `${width}×${height}`, engine, medians)
  }
}

async function medianCpuMs(engine: Engine, files: readonly Uint8Array[]): Promise<number> {
  const read = async (file: Uint8Array) => engine.find(await decodePicture(file, 'frame.jpg'))
  for (const file of files.slice(0, WARM_UP)) await read(file)
  const times: number[] = []
  for (const file of files) times.push((await measureTime(() => read(file))).cpuS * 1000)
  return percentile(times, 0.5)
}

function reportEngine(
  report: Report,
  set: string,
  engine: Engine,
  medians: ReadonlyMap<Engine, number>,
): void {
  const value = medians.get(engine)!
  const figure = { metric: 'speed', value, unit: 'ms CPU', set, engine: engine.name, pictures: FRAMES }
  const others = [...medians].filter(([other]) => other !== engine)
  if (others.length === 0) report(figure)
  for (const [other, yardstickValue] of others) {
    report({ ...figure, yardstick: other.name, yardstickValue, ratio: value / yardstickValue })
  }
}
