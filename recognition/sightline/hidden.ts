import { type Quad, quadHeight, quadWidth } from '../geometry.ts'
import type { Pixels } from '../picture.ts'
import type { Line } from './cut.ts'
import { type Grammar, isSerial } from './grammar.ts'
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
  const isOwn = new Uint8Array(face.width)
  for (const center of centers) {
    isOwn.fill(1, Math.max(0, Math.floor(center - OWN * pitch)), Math.ceil(center + OWN * pitch))
  }
  const isPlain = plainColumns(face, centers, pitch, isOwn)
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

/**
 * For each column whether it is plain, and not the plate's own ground, between the upper and the lower end of the letters.
 * @param isOwn columns of characters, which are not looked at: every plate that is read pays for the others
 */
function plainColumns(
  { data, width, height }: Pixels,
  centers: readonly number[],
  pitch: number,
  isOwn: Uint8Array,
): Uint8Array {
  const [top, bottom] = [Math.round(height * ROWS.from), Math.round(height * ROWS.to)]
  const { color, contrast, isBright } = groundOf(
    { data, width, height, channels: 3 },
    {
      top,
      bottom,
      left: Math.max(0, Math.floor(centers[0]! - pitch / 2)),
      right: Math.min(width, Math.ceil(centers.at(-1)! + pitch / 2)),
    },
  )
  const [red, green, blue] = color
  const ownGray = (red + green + blue) / 3
  const least = Math.max(DIFFERENT.levels, DIFFERENT.share * contrast)
  const rows = bottom - top
  const mayLack = rows - FILLED * rows
  return isOwn.map((own, x) => {
    if (own) return 0
    let [lacking, sum, squares] = [0, 0, 0]
    for (let y = top, at = 3 * (top * width + x); y < bottom; y++, at += 3 * width) {
      const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!]
      const gray = (r + g + b) / 3
      sum += gray
      squares += gray * gray
      // Between blurred letters the ground itself is a little brighter than its mean: that is no obstacle.
      const towardInk = isBright ? ownGray - gray : gray - ownGray
      const lighter = gray - ownGray
      const isDifferent =
        towardInk > least ||
        Math.abs(r - red - lighter) > least ||
        Math.abs(g - green - lighter) > least ||
        Math.abs(b - blue - lighter) > least
      if (!isDifferent && ++lacking > mayLack) return 0
    }
    return squares / rows - (sum / rows) ** 2 <= PLAIN ** 2 ? 1 : 0
  })
}

interface Ground {
  readonly color: readonly [red: number, green: number, blue: number]
  /** Between the dark and the bright parts, gray levels. */
  readonly contrast: number
  readonly isBright: boolean
}

/** The plate's own color: the median of its larger part, the bright or the dark one. Histograms, because sorting took longer than reading. */
function groundOf(
  { data, width }: Pixels,
  { top, bottom, left, right }: Record<'top' | 'bottom' | 'left' | 'right', number>,
): Ground {
  /** Of the sums of the three channels. */
  const sums = new Uint32Array(3 * 255 + 1)
  for (let y = top; y < bottom; y++) {
    for (let x = left, at = 3 * (y * width + left); x < right; x++, at += 3) {
      sums[data[at]! + data[at + 1]! + data[at + 2]!]!++
    }
  }
  const count = (bottom - top) * (right - left)
  const dark = valueAt(sums, Math.floor(0.1 * count))
  const bright = valueAt(sums, Math.floor(0.9 * count))
  const brighter = sums.reduce((total, here, sum) => (2 * sum > dark + bright ? total + here : total), 0)
  const isBright = 2 * brighter > count
  const channels = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)] as const
  for (let y = top; y < bottom; y++) {
    for (let x = left, at = 3 * (y * width + left); x < right; x++, at += 3) {
      if (2 * (data[at]! + data[at + 1]! + data[at + 2]!) > dark + bright !== isBright) continue
      channels[0][data[at]!]!++
      channels[1][data[at + 1]!]!++
      channels[2][data[at + 2]!]!++
    }
  }
  const members = isBright ? brighter : count - brighter
  const middle = (histogram: Uint32Array) =>
    (valueAt(histogram, (members - 1) >> 1) + valueAt(histogram, members >> 1)) / 2
  return {
    color: [middle(channels[0]), middle(channels[1]), middle(channels[2])],
    contrast: (bright - dark) / 3,
    isBright,
  }
}

/** The value at a place among the sorted ones, by how often there is each. */
function valueAt(histogram: Uint32Array, place: number): number {
  for (let value = 0, before = 0; value < histogram.length; value++) {
    before += histogram[value]!
    if (before > place) return value
  }
  return Number.NaN
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
