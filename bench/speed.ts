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

/** Frames of each size, and how often each is read before it is measured: a camera's agent has compiled its code long ago. */
const FRAMES = 24
const WARM_UPS = 2

/**
 * CPU milliseconds from a frame's JPEG bytes to its plates, median over the frames that the simulated vendor
 * renders: a line for each size and engine, beside decoding alone and each other engine, all in turn in the same run.
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
    const times = await cpuMsOf(engines, files)
    for (const engine of engines) reportEngine(report, `${width}×${height}`, engine, times)
  }
}

/** Median CPU milliseconds of each engine, and of decoding alone. */
async function cpuMsOf(engines: readonly Engine[], files: readonly Uint8Array[]): Promise<Times> {
  const decode = (file: Uint8Array) => decodePicture(file, 'frame.jpg')
  const works = new Map<Engine | typeof DECODING, (file: Uint8Array) => Promise<unknown>>([
    [DECODING, decode],
    ...engines.map(
      (engine) => [engine, async (file: Uint8Array) => engine.find(await decode(file))] as const,
    ),
  ])
  const times = new Map([...works.keys()].map((key) => [key, [] as number[]]))
  for (let round = 0; round <= WARM_UPS; round++) {
    for (const file of files) {
      for (const [key, work] of works) {
        const { cpuS } = await measureTime(() => work(file))
        if (round === WARM_UPS) times.get(key)!.push(cpuS * 1000)
      }
    }
  }
  return new Map([...times].map(([key, all]) => [key, percentile(all, 0.5)]))
}

const DECODING = 'decoding the same frames alone'
/** Milliseconds. */
type Times = ReadonlyMap<Engine | typeof DECODING, number>

function reportEngine(report: Report, set: string, engine: Engine, times: Times): void {
  const value = times.get(engine)!
  const figure = { metric: 'speed', value, unit: 'ms CPU', set, engine: engine.name, pictures: FRAMES }
  for (const [other, yardstickValue] of times) {
    if (other === engine) continue
    const yardstick = other === DECODING ? other : other.name
    report({ ...figure, yardstick, yardstickValue, ratio: value / yardstickValue })
  }
}
