import { distance, extent, mapQuad, type Quad } from '../geometry.ts'
import { Tensor } from '../onnx.ts'
import type { Area, Picture, Pixels } from '../picture.ts'
import { warp } from '../rectify.ts'
import { CUT_CONFIDENCE, isCut, lineOf } from './cut.ts'
import { hidesOne } from './hidden.ts'
import type { Models } from './models.ts'
import { type Look, lookOf, type Reading, readingOf } from './reading.ts'
import { loosen } from './window.ts'

/**
 * Reads the plates at `quads`, all in one run of the network; null where there is nothing to read. An uncertain reading
 * is repeated with several looks, if the model says how (models.ts): only doubtful plates cost this.
 * @param site factor of each region there (prior.ts); left out: nothing is known of the place
 */
export async function recognize(
  models: Models,
  picture: Picture,
  quads: readonly Quad[],
  site?: Float64Array,
): Promise<(Reading | null)[]> {
  const { recognizer: model, grammar } = models
  const { second_look: again } = model
  const firsts = await lookAt(models, picture, quads)
  const { lines } = model.output.text
  /** Whether a part of the plate is hidden. */
  function isPartial({ look: { columns }, face }: Seen, reading: Reading, quad: Quad): boolean {
    if (isCut(columns, lines, quad)) return true
    const line = lineOf(columns, lines)
    return line !== null && hidesOne({ ...reading, line, face, quad }, grammar, model.output.region.names)
  }
  return Promise.all(
    firsts.map(async (first, i) => {
      const quad = quads[i]!
      const reading = readingOf([first.look], model, grammar, { site })
      if (!reading) return null
      if (isPartial(first, reading, quad))
        return { ...reading, confidence: Math.min(reading.confidence, CUT_CONFIDENCE), cut: true }
      if (!again || reading.confidence >= again.below) return reading
      const loose = again.looks.map(([along, across]) => loosen(quad, along, across))
      const looks = [first, ...(await lookAt(models, picture, loose))].map(({ look }) => look)
      return readingOf(looks, model, grammar, { site, calibration: again })
    }),
  )
}

interface Seen {
  readonly look: Look
  /** What the network saw. */
  readonly face: Pixels
}

async function lookAt(
  { recognizer: model, sessions }: Models,
  picture: Picture,
  quads: readonly Quad[],
): Promise<Seen[]> {
  if (quads.length === 0) return []
  const { width, height } = model.input
  const size = 3 * width * height
  const input = new Uint8Array(quads.length * size)
  for (const [i, quad] of quads.entries()) input.set(await plateFace(picture, quad, width, height), i * size)
  const tensor = new Tensor('uint8', input, [quads.length, height, width, 3])
  const { text, region } = await sessions.recognizer.run({ image: tensor })
  const rows = (output: Tensor, i: number): Float32Array => {
    const length = output.size / quads.length
    return (output.data as Float32Array).subarray(i * length, (i + 1) * length)
  }
  return quads.map((_, i) => ({
    look: lookOf(rows(text!, i), rows(region!, i), model),
    face: { width, height, channels: 3, data: input.subarray(i * size, (i + 1) * size) },
  }))
}

/** Larger plates are sampled at twice the size and averaged, as in training (training/plates/sample.py). */
const TWICE_FROM = 1.6

async function plateFace(picture: Picture, quad: Quad, width: number, height: number): Promise<Uint8Array> {
  const area = areaAround(quad, picture)
  const [x, y, w, h] = area
  const pixels = await picture.pixels({ area, width: w, height: h, channels: 3 })
  const local = mapQuad(quad, (p) => [p[0] - x, p[1] - y])
  const [a, b, , d] = local
  const large = distance(a, b) > TWICE_FROM * width || distance(a, d) > TWICE_FROM * height
  return large ? halve(warp(pixels, local, 2 * width, 2 * height)) : warp(pixels, local, width, height).data
}

/** The quad's box in whole pixels, one more on every side for the interpolation, inside the image. */
function areaAround(quad: Quad, picture: Picture): Area {
  const [x, y, w, h] = extent(quad)
  const start = (value: number, max: number) => Math.min(Math.max(Math.floor(value) - 1, 0), max - 1)
  const end = (value: number, max: number) => Math.min(Math.max(Math.ceil(value) + 1, 1), max)
  const [left, top] = [start(x, picture.width), start(y, picture.height)]
  return [left, top, end(x + w, picture.width) - left, end(y + h, picture.height) - top]
}

/** Averages of 2 × 2 pixels. */
function halve({ data, width, height, channels }: Pixels): Uint8Array {
  const out = new Uint8Array(data.length / 4)
  const row = width * channels
  for (let y = 0, at = 0; y < height; y += 2) {
    for (let x = 0; x < row; x += 2 * channels) {
      for (let from = y * row + x, c = 0; c < channels; c++, from++) {
        const sum = data[from]! + data[from + channels]! + data[from + row]! + data[from + row + channels]!
        out[at++] = (sum + 2) >> 2
      }
    }
  }
  return out
}
