import { center, type Quad, quadHeight, quadSlope, quadWidth } from '../geometry.ts'
import type { Columns } from './ctc.ts'

/**
 * Whether something hides a part of a plate: a post, another vehicle, a tow bar. What is visible is then a narrower "plate"
 * whose few characters have their usual size, and the network is sure of each of them. Pure.
 */

/** Probability of a text of which a part is hidden, at most: it is as likely as not that nothing is missing. */
export const CUT_CONFIDENCE = 0.5

/** A North American plate is 12 by 6 inches. Seen 40° from the side it is 1.53 times as wide as high, a narrower one is not whole. */
const WHOLE_RATIO = 1.55
/** Issuers leave room for six to eight characters side by side. */
const WHOLE_CELLS = 6
/** Fewer characters do not tell how far apart they are. */
const LEAST_CHARACTERS = 3

/**
 * @param columns of one look at the plate, those of its upper line first
 * @param lines of text that the network can tell apart
 * @param quad corners of what is visible of the plate, pixels
 */
export function isCut(columns: Columns, lines: number, quad: Quad): boolean {
  const cells = cellsOf(columns, lines)
  return cells !== null && cells < WHOLE_CELLS && quadWidth(quad) < WHOLE_RATIO * quadHeight(quad)
}

/**
 * How many characters fit side by side across the plate, at the distance of those that are there: the same from every side.
 * @returns null for a plate with two lines, and where there are too few characters
 */
export function cellsOf(columns: Columns, lines: number): number | null {
  const line = lineOf(columns, lines)
  if (!line) return null
  const { centers, width } = line
  return (width * (centers.length - 1)) / (centers.at(-1)! - centers[0]!)
}

/** Where the characters of a plate with one line are, in columns from its left edge. */
export interface Line {
  /** The middle of each character. */
  readonly centers: readonly number[]
  /** Of the plate. */
  readonly width: number
}

/** @returns null for a plate with two lines, and where there are too few characters */
export function lineOf(columns: Columns, lines: number): Line | null {
  const centers = centersOf(columns)
  const [first, last] = [centers[0]!, centers.at(-1)!]
  if (centers.length < LEAST_CHARACTERS) return null
  const width = columns.steps / lines
  const line = Math.floor(first / width)
  if (line !== Math.floor(last / width)) return null
  return { centers: centers.map((center) => center - line * width + 0.5), width }
}

/** In which column each character has its middle, by the likeliest class of each column. */
function centersOf({ data, steps, alphabet }: Columns): number[] {
  const classes = alphabet.length
  const centers: number[] = []
  for (let step = 0, from = 0, before = 0; step <= steps; step++) {
    const likeliest = step < steps ? likeliestAt(data, step * classes, classes) : 0
    if (likeliest === before) continue
    if (before !== 0) centers.push((from + step - 1) / 2)
    from = step
    before = likeliest
  }
  return centers
}

/** The class with the greatest of `count` values from `start` on; the first of several. */
function likeliestAt(data: Float64Array, start: number, count: number): number {
  let best = 0
  for (let k = 1; k < count; k++) if (data[start + k]! > data[start + best]!) best = k
  return best
}

/** Two parts of one plate differ less than this in height, as a factor … */
const SAME_HEIGHT = 1.3
/** … stand less than this above each other, in heights … */
const SAME_LINE = 0.25
/** … and no more than this apart, in heights: two vehicles never are. */
const APART = 1

/** The quads that are parts of one plate, to the left and right of what hides its middle. */
export function halvesOf(findings: readonly { readonly quad: Quad }[]): Set<Quad> {
  const halves = new Set<Quad>()
  for (const { quad: a } of findings) {
    for (const { quad: b } of findings) {
      if (a === b || !isRightOf(a, b)) continue
      halves.add(a)
      halves.add(b)
    }
  }
  return halves
}

/** Whether `b` may go on where `a` ends. */
function isRightOf(a: Quad, b: Quad): boolean {
  const [heightA, heightB] = [quadHeight(a), quadHeight(b)]
  const height = Math.max(heightA, heightB)
  if (height > SAME_HEIGHT * Math.min(heightA, heightB)) return false
  const slope = quadSlope(a)
  const [from, to] = [center(a), center(b)]
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const along = dx * Math.cos(slope) + dy * Math.sin(slope)
  const across = dy * Math.cos(slope) - dx * Math.sin(slope)
  const gap = along - (quadWidth(a) + quadWidth(b)) / 2
  return (
    along > 0 && Math.abs(across) < SAME_LINE * height && gap > -SAME_LINE * height && gap < APART * height
  )
}
