import { type Quad, quadHeight, quadWidth } from '../geometry.ts'
import type { Pixels } from '../picture.ts'
import type { Line } from './cut.ts'
import { follows, type Grammar } from './grammar.ts'
import type { Reading } from './reading.ts'

/**
 * Whether something hides one character of a plate: a tow ball, a post, a sticker. The network reads the others surely and
 * writes nothing for the one that is missing, so what tells is the room that it leaves, what stands there, and whether the
 * issuer has such plates at all. Fitted to rendered plates only. Pure.
 */

/** What one look shows of a plate with one line. */
export interface Sight extends Pick<Reading, 'text' | 'region' | 'regionConfidence'> {
  readonly line: Line
  /** The plate as the network sees it, straightened: RGB. */
  readonly face: Pixels
  readonly quad: Quad
}

/** @param names regions in the order of the recognizer's output */
export function hidesOne(sight: Sight, grammar: Grammar, names: readonly string[]): boolean {
  const region = names.indexOf(sight.region ?? '')
  const isWhole = isSerial(sight.text, grammar, region)
  const shape = shapeOf(sight.region ?? '')
  // Between the groups of a whole serial are seals, pictures and shadows: only what is nearly as wide as a character counts.
  if (hasObstacle(sight, shape === AMERICAN, isWhole)) return true
  const isIssuer = (sight.regionConfidence ?? 0) >= SURE_OF_ISSUER
  return !isWhole && isIssuer && shape !== null && lacksOne(sight, shape, grammar, region)
}

/** Below this the issuer, and so the length of its serials, is a guess. */
const SURE_OF_ISSUER = 0.5

/** The usual plate of a group of issuers. */
interface Shape {
  /** A narrower plate is not whole, or is seen from the side. */
  readonly ratio: number
  /** From the edge to the middle of the first or last character, in characters: more has room for another one. */
  readonly room: { readonly left: number; readonly right: number }
  /** By how much that is more than at the other end, in characters. */
  readonly more: { readonly left: number; readonly right: number }
}

const AMERICAN: Shape = {
  ratio: 1.8,
  room: { left: 1.15, right: 1.15 },
  more: { left: 0.35, right: 0.35 },
}
/** With the band on the left. */
const EUROPEAN: Shape = {
  ratio: 3.9,
  room: { left: 1.9, right: 1.15 },
  more: { left: 0.8, right: -0.2 },
}
/** Of plates of other proportions nothing is known. */
const OTHERS = new Set(['ar', 'br', 'py', 'uy'])

function shapeOf(region: string): Shape | null {
  if (/^(us|ca|mx)-/.test(region)) return AMERICAN
  return region === '' || OTHERS.has(region) ? null : EUROPEAN
}

function isSerial(text: string, grammar: Grammar, region: number): boolean {
  const patterns = grammar.get(text.length) ?? []
  return patterns.some((one) => one.region === region && follows(text, one.pattern))
}

/** Between two characters, in characters: no issuer leaves so much room within a group. */
const WIDE_GAP = 1.55

/** Whether the text would be a serial of its issuer with one character more, at a place where there is room for it. */
function lacksOne({ text, line, quad }: Sight, shape: Shape, grammar: Grammar, region: number): boolean {
  const { gaps, left, right } = inCharacters(line)
  // A character that the network saw twice, or not at all, is at no known place.
  if (gaps.length + 1 !== text.length) return false
  const isNarrow = quadWidth(quad) < shape.ratio * quadHeight(quad)
  for (let at = 0; at <= text.length; at++) {
    const completed = ['A', '0'].map((char) => text.slice(0, at) + char + text.slice(at))
    if (!completed.some((one) => isSerial(one, grammar, region))) continue
    if (at === 0) {
      if (isNarrow || (left >= shape.room.left && left - right >= shape.more.left)) return true
    } else if (at === text.length) {
      if (isNarrow || (right >= shape.room.right && right - left >= shape.more.right)) return true
    } else if (gaps[at - 1]! >= WIDE_GAP) return true
  }
  return false
}

/** Distances in the usual distance of two characters. */
function inCharacters({ centers, width }: Line) {
  const steps = centers.slice(1).map((center, i) => center - centers[i]!)
  const pitch = median(steps)
  return {
    gaps: steps.map((step) => step / pitch),
    left: centers[0]! / pitch,
    right: (width - centers.at(-1)!) / pitch,
    pitch,
  }
}

/** The rows in which letters of every issuer are, as shares of the plate's height. */
const ROWS = { from: 20 / 64, to: 49 / 64 }
/** A column is an obstacle when so much of it differs from the plate … */
const FILLED = 0.95
/** … and it is nearly of one brightness (standard deviation, gray levels). */
const PLAIN = 32
/** Difference from the plate's own color: so many levels, and this share of the contrast of its letters. */
const DIFFERENT = { levels: 18, share: 0.35 }
/** So far to both sides of its middle a column belongs to a character, in characters. */
const OWN = 0.45
/** Width of an obstacle, in characters; at the edge there are also bands and frames. */
const OBSTACLE = { least: 0.4, most: 1.8 }
/** The same where the text is a whole serial, and the room that it then needs, in characters. */
const WIDE_OBSTACLE = { least: 0.75, most: 1.8 }
const ROOM_OF_WHOLE = 1.65
const AT_EDGE = { least: 1, most: 2.2 }
/** Shares of the plate's width that count as the edge. European plates have the band on the left. */
const EDGE = { left: 2 / 160, band: 12 / 160, right: 2 / 160 }

/** Whether something plain, as high as the letters, stands where no character was read. */
function hasObstacle({ line, face }: Sight, isAmerican: boolean, isWhole: boolean): boolean {
  const scale = face.width / line.width
  const pitch = inCharacters(line).pitch * scale
  const centers = line.centers.map((center) => center * scale)
  const isPlain = plainColumns(face, centers, pitch)
  for (const center of centers) {
    isPlain.fill(false, Math.max(0, Math.floor(center - OWN * pitch)), Math.ceil(center + OWN * pitch))
  }
  /** From the character before a column to the one after it, or to the edge. */
  function roomAt(column: number): number {
    const after = centers.findIndex((center) => center > column)
    if (after < 0) return face.width - centers.at(-1)!
    return centers[after]! - (centers[after - 1] ?? 0)
  }
  const left = face.width * (isAmerican ? EDGE.left : EDGE.band)
  const right = face.width * (1 - EDGE.right)
  for (let from = 0; from < face.width; from++) {
    if (!isPlain[from]) continue
    let to = from
    while (to < face.width && isPlain[to]) to++
    const isAtEdge = from <= left || to >= right
    const { least, most } = isAtEdge ? AT_EDGE : isWhole ? WIDE_OBSTACLE : OBSTACLE
    const width = (to - from) / pitch
    const isPlausible = !isWhole || (!isAtEdge && roomAt((from + to) / 2) >= ROOM_OF_WHOLE * pitch)
    if (isPlausible && width >= least && width <= most) return true
    from = to
  }
  return false
}

/** For each column whether it is plain, and not the plate's own ground, between the upper and the lower end of the letters. */
function plainColumns({ data, width, height }: Pixels, centers: readonly number[], pitch: number): boolean[] {
  const [top, bottom] = [Math.round(height * ROWS.from), Math.round(height * ROWS.to)]
  const from = Math.max(0, Math.floor(centers[0]! - pitch / 2))
  const to = Math.min(width, Math.ceil(centers.at(-1)! + pitch / 2))
  const grays: number[] = []
  const pixels: number[] = []
  for (let y = top; y < bottom; y++) {
    for (let x = from; x < to; x++) {
      pixels.push(3 * (y * width + x))
      grays.push(grayAt(data, y * width + x))
    }
  }
  const sorted = grays.toSorted((a, b) => a - b)
  const [dark, bright] = [sorted[Math.floor(0.1 * sorted.length)]!, sorted[Math.floor(0.9 * sorted.length)]!]
  const middle = (dark + bright) / 2
  const isBright = 2 * grays.filter((gray) => gray > middle).length > grays.length
  const ground = pixels.filter((_, i) => grays[i]! > middle === isBright)
  const color = [0, 1, 2].map((channel) => median(ground.map((at) => data[at + channel]!)))
  const ownGray = (color[0]! + color[1]! + color[2]!) / 3
  const least = Math.max(DIFFERENT.levels, DIFFERENT.share * (bright - dark))
  return Array.from({ length: width }, (_, x) => {
    let [filled, sum, squares] = [0, 0, 0]
    for (let y = top; y < bottom; y++) {
      const at = y * width + x
      const gray = grayAt(data, at)
      sum += gray
      squares += gray * gray
      // Between blurred letters the ground itself is a little brighter than its mean: that is no obstacle.
      const towardInk = (ownGray - gray) * (isBright ? 1 : -1)
      const isTinted = color.some(
        (value, channel) => Math.abs(data[3 * at + channel]! - gray - value + ownGray) > least,
      )
      if (towardInk > least || isTinted) filled++
    }
    const rows = bottom - top
    return filled >= FILLED * rows && squares / rows - (sum / rows) ** 2 <= PLAIN ** 2
  })
}

const grayAt = (data: Uint8Array, pixel: number): number =>
  (data[3 * pixel]! + data[3 * pixel + 1]! + data[3 * pixel + 2]!) / 3

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
