import type { ReadCharacter } from '@sightline/schemas/read'
import { round } from './characters.ts'
import type { PlateFinding } from './engine.ts'
import {
  type Box,
  boundingBox,
  center,
  mapQuad,
  overlap,
  type Quad,
  quadHeight,
  quadSlope,
  quadWidth,
} from './geometry.ts'
import { issuerNamed } from './issuers.ts'
import { type Candidate, candidates, relative, type TextLine } from './lines.ts'
import { fragmentSyntax, plateSyntax } from './syntax.ts'

/**
 * Which of the text lines in an image are plates: for engines that read any text. Judged by syntax, by the shape of the
 * line, by its size compared with the others and by an issuer's name next to it. The figures are judgment (what plates
 * are like), not fitted to photographs.
 */

/** A less plausible text is not worth reporting. */
const MIN_PLAUSIBILITY = 0.1
/** Text lower than this cannot be read, in image pixels. */
export const MIN_HEIGHT = 6
/** Width of one character with its gap, in heights of the line. */
const PITCH = { min: 0.28, max: 1 }
/** Steeper text is rarely a plate: about 25 degrees. */
const MAX_SLOPE = 0.45
/** Two lines are less often one plate than a single line. */
const STACKED = 0.7
/** An issuer's name beside the text is strong evidence that the text is a plate. */
const ISSUER_BONUS = 1.5

interface Judged extends PlateFinding {
  readonly rank: number
  readonly lines: readonly TextLine[]
}

/**
 * The plates among the text lines of an image, best first. The confidence is the product of the characters' confidences
 * and the plausibility of the whole (syntax and shape): an uncalibrated estimate of the probability that the text is
 * right. The order also counts size: the nearest vehicle's plate comes first.
 */
export function choosePlates(
  lines: readonly TextLine[],
  picture: { readonly width: number; readonly height: number },
): PlateFinding[] {
  const judged = candidates(lines.filter((line) => line.chars.length > 0))
    .map((candidate) => judge(candidate, lines, picture))
    .filter((finding) => finding !== null)
    .sort((a, b) => b.rank - a.rank)
  const chosen: Judged[] = []
  for (const finding of judged) {
    const taken = chosen.some(
      (other) =>
        other.lines.some((line) => finding.lines.includes(line)) || overlap(other.box, finding.box) > 0.5,
    )
    if (!taken) chosen.push(finding)
  }
  return chosen.map(({ rank: _rank, lines: _lines, ...finding }) => finding)
}

function judge(
  { lines, quad }: Candidate,
  all: readonly TextLine[],
  picture: { readonly width: number; readonly height: number },
): Judged | null {
  const chars = lines.flatMap((line) => line.chars)
  const text = textOf(chars)
  const plausible =
    plateSyntax(text, lines.map((line) => line.raw).join(' ')) *
    Math.min(...lines.map((line) => lineShape(line))) *
    (isStacked(lines) ? STACKED : 1)
  const product = chars.reduce((value, c) => value * c.confidence, 1)
  const legible = product ** (1 / chars.length)
  if (plausible * legible < MIN_PLAUSIBILITY) return null
  const issuer = issuerBeside(quad, all)
  const corners = mapQuad(quad, ([x, y]) => [tenths(x), tenths(y)])
  return {
    text,
    confidence: round(product * plausible),
    chars,
    region: issuer?.region ?? null,
    regionConfidence: issuer?.confidence ?? null,
    box: boundingBox(corners, picture.width, picture.height).map(tenths) as Box,
    quad: corners,
    rank: plausible * legible * sizeOf(lines[0]!) * (issuer ? ISSUER_BONUS : 1),
    lines,
  }
}

/** More precision than a tenth of a pixel is meaningless. */
const tenths = (value: number): number => Math.round(value * 10) / 10

/** 1 for a line in a plate's proportions and nearly level, less the more it deviates. */
function lineShape({ quad, chars }: TextLine): number {
  if (quadHeight(quad) < MIN_HEIGHT) return 0
  const pitch = quadWidth(quad) / quadHeight(quad) / chars.length
  const off = Math.max(0, Math.log(PITCH.min / pitch), Math.log(pitch / PITCH.max))
  const tilt = Math.max(0, Math.abs(quadSlope(quad)) - MAX_SLOPE)
  return Math.exp(-((off / 0.35) ** 2) - (tilt / 0.2) ** 2)
}

const isStacked = ([a, b]: readonly TextLine[]): boolean =>
  a !== undefined &&
  b !== undefined &&
  relative(center(b.quad), center(a.quad), quadSlope(a.quad)).across > quadHeight(a.quad) / 2

/** The issuer whose name is directly above or below the text, in smaller letters. */
function issuerBeside(quad: Quad, lines: readonly TextLine[]) {
  const height = quadHeight(quad)
  for (const line of lines) {
    const issuer = issuerNamed(line.raw.toUpperCase().replace(/[^A-Z]/g, ''))
    if (!issuer || quadHeight(line.quad) > 0.9 * height) continue
    const { along, across } = relative(center(line.quad), center(quad), quadSlope(quad))
    if (Math.abs(along) > quadWidth(quad) / 2 || Math.abs(across) > 1.7 * height) continue
    return { region: issuer.region, confidence: round(issuer.agreement * line.legibility) }
  }
  return null
}

/**
 * Where a closer look may show a plate, best first: lines that are one, or may be part of one whose rest was not found.
 */
export function promisingLines(lines: readonly TextLine[]): TextLine[] {
  return lines
    .map((line) => ({
      line,
      promise: fragmentSyntax(textOf(line.chars), line.raw) * lineShape(line) * line.legibility,
    }))
    .filter(({ promise }) => promise >= MIN_PLAUSIBILITY)
    .sort((a, b) => b.promise * sizeOf(b.line) - a.promise * sizeOf(a.line))
    .map(({ line }) => line)
}

/** Weight of nearness: the height of the text, damped. */
const sizeOf = ({ quad }: TextLine): number => Math.sqrt(quadHeight(quad))

const textOf = (chars: readonly ReadCharacter[]): string => chars.map((c) => c.char).join('')
