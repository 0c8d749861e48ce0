import type { ReadCharacter } from '@sightline/schemas/read'
import {
  center,
  midpoint,
  minAreaRectangle,
  type Point,
  type Quad,
  quadHeight,
  quadSlope,
  quadWidth,
} from './geometry.ts'

/** One line of text that a general text recognizer found in an image. */
export interface TextLine {
  /** As printed, with lowercase letters and signs if the recognizer knows them. */
  readonly raw: string
  /** How certain `raw` is, 0 to 1. */
  readonly legibility: number
  /** The characters of it that a plate can contain. */
  readonly chars: ReadCharacter[]
  readonly quad: Quad
}

/** Lines that may together be one plate, in reading order. */
export interface Candidate {
  readonly lines: readonly TextLine[]
  readonly quad: Quad
}

const between = (value: number, min: number, max: number) => value >= min && value <= max

/**
 * Every line by itself, every two on one line with the gap of a symbol between them ("7ABC" "123"), and every
 * two stacked as on a motorcycle's plate.
 */
export function candidates(lines: readonly TextLine[]): Candidate[] {
  const all: Candidate[] = lines.map((line) => ({ lines: [line], quad: line.quad }))
  for (const a of lines) {
    for (const b of lines) {
      if (a === b || !between(quadHeight(a.quad) / quadHeight(b.quad), 0.65, 1 / 0.65)) continue
      if (continues(a.quad, b.quad)) {
        all.push({ lines: [a, b], quad: [a.quad[0], b.quad[1], b.quad[2], a.quad[3]] })
      } else if (isStackedOn(a, b)) {
        all.push({ lines: [a, b], quad: minAreaRectangle([...a.quad, ...b.quad]) })
      }
    }
  }
  return all
}

/** Whether `b` continues `a` on the same baseline. */
function continues(a: Quad, b: Quad): boolean {
  const height = (quadHeight(a) + quadHeight(b)) / 2
  const { along, across } = relative(midpoint(b[0], b[3]), midpoint(a[1], a[2]), quadSlope(a))
  return (
    Math.abs(quadSlope(a) - quadSlope(b)) < 0.2 &&
    between(along, -0.3 * height, 1.5 * height) &&
    Math.abs(across) < 0.35 * height
  )
}

/** Whether `a` is the upper and `b` the lower line of a plate about as high as wide. */
function isStackedOn(a: TextLine, b: TextLine): boolean {
  if (Math.min(a.chars.length, b.chars.length) < 2) return false
  const height = (quadHeight(a.quad) + quadHeight(b.quad)) / 2
  const width = Math.max(quadWidth(a.quad), quadWidth(b.quad))
  const { along, across } = relative(center(b.quad), center(a.quad), quadSlope(a.quad))
  return width < 4.5 * height && between(across, 0.7 * height, 1.7 * height) && Math.abs(along) < 0.3 * width
}

/** `point` seen from `origin`, along and across a line of text with this slope. */
export function relative(point: Point, origin: Point, slope: number): { along: number; across: number } {
  const [dx, dy] = [point[0] - origin[0], point[1] - origin[1]]
  return {
    along: dx * Math.cos(slope) + dy * Math.sin(slope),
    across: dy * Math.cos(slope) - dx * Math.sin(slope),
  }
}
