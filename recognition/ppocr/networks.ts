import { mapQuad, type Quad, quadHeight, quadWidth } from '../geometry.ts'
import { Tensor } from '../onnx.ts'
import type { Area, Picture, Pixels } from '../picture.ts'
import { rectify } from '../rectify.ts'
import { type Decoded, decode } from './decode.ts'
import type { PpocrModels } from './models.ts'
import { textAreas } from './text-areas.ts'

/** The two networks of PP-OCRv4 as functions of a picture. */

const DETECTOR_NORM = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }
const RECOGNIZER_NORM = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] }
/** The detector's input sides are multiples of this. */
const DETECTOR_STEP = 32
/** Further enlargement does not help the detector. */
const MAX_ENLARGEMENT = 2

const LINE_HEIGHT = 48
/** The recognizer was trained on lines padded to at least this width. */
const MIN_LINE_WIDTH = 320
const MAX_LINE_WIDTH = 640

/**
 * Text lines in a part of the picture.
 * @param longestSide of the detector's input, in pixels: what it costs
 * @returns their corners, in picture pixels
 */
export async function detect(
  { detector }: PpocrModels,
  picture: Picture,
  area: Area,
  longestSide: number,
): Promise<Quad[]> {
  const [x, y, w, h] = area
  const scale = Math.min(longestSide / Math.max(w, h), MAX_ENLARGEMENT)
  const side = (length: number) => Math.max(1, Math.round((length * scale) / DETECTOR_STEP)) * DETECTOR_STEP
  const pixels = await picture.pixels({ area, width: side(w), height: side(h), channels: 3 })
  const input = toTensor(pixels, pixels.width, DETECTOR_NORM)
  const output = await detector.run({ [detector.inputNames[0]!]: input })
  const map = output[detector.outputNames[0]!]!.data as Float32Array
  return textAreas(map, pixels.width, pixels.height).map((quad) =>
    mapQuad(quad, (p) => [x + (p[0] * w) / pixels.width, y + (p[1] * h) / pixels.height]),
  )
}

/** Reads the one text line inside `quad`. */
export async function recognize(models: PpocrModels, picture: Picture, quad: Quad): Promise<Decoded> {
  const { recognizer, alphabet } = models
  const ratio = quadWidth(quad) / quadHeight(quad)
  const width = Math.min(Math.max(Math.ceil(LINE_HEIGHT * ratio), LINE_HEIGHT), MAX_LINE_WIDTH)
  const line = await rectify(picture, quad, width, LINE_HEIGHT)
  const input = toTensor(line, Math.max(width, MIN_LINE_WIDTH), RECOGNIZER_NORM)
  const output = await recognizer.run({ [recognizer.inputNames[0]!]: input })
  const { data, dims } = output[recognizer.outputNames[0]!]!
  return decode(data as Float32Array, dims[1]!, alphabet)
}

/** Pixels in the networks' format: planes in the order blue, green, red, padded with zeros on the right. */
function toTensor({ data, width, height }: Pixels, paddedWidth: number, norm: typeof DETECTOR_NORM): Tensor {
  const plane = paddedWidth * height
  const values = new Float32Array(3 * plane)
  for (let c = 0; c < 3; c++) {
    const factor = 1 / (255 * norm.deviation[c]!)
    const offset = norm.mean[c]! / norm.deviation[c]!
    for (let y = 0; y < height; y++) {
      const to = c * plane + y * paddedWidth
      const from = y * width * 3 + (2 - c)
      for (let x = 0; x < width; x++) values[to + x] = data[from + x * 3]! * factor - offset
    }
  }
  return new Tensor('float32', values, [1, 3, height, paddedWidth])
}
