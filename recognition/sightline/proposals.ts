import { extent, iou, overlap, type Point, type Quad } from '../geometry.ts'

/** From the locator's numbers to places worth a closer look; pure. It follows training/locator/decode.py. */

/** A quad with the probability that it is a plate, 0 to 1. */
export interface Scored {
  readonly quad: Quad
  readonly score: number
}

/** The locator's output for one scale: `channels × height × width` numbers. */
export interface CellMap {
  readonly data: Float32Array
  readonly width: number
  readonly height: number
  /** Width and height of a cell in pixels of the locator's image. */
  readonly stride: number
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/**
 * The plates that the cells propose, best first, corners in pixels of the locator's image. A cell proposes when none of
 * its eight neighbors has a higher score.
 * @param offset a predicted offset of 1 is this many strides
 * @param threshold minimum score
 * @param most maximum number
 * @param limit intersection over union from which two proposals are one
 */
export function propose(
  maps: readonly CellMap[],
  offset: number,
  threshold: number,
  most: number,
  limit: number,
): Scored[] {
  const logit = Math.log(threshold / (1 - threshold))
  const found = maps.flatMap((map) => peaks(map, logit).map((cell) => proposal(map, cell, offset)))
  const best = found.sort((a, b) => b.score - a.score).slice(0, 4 * most)
  return suppress(best, limit, false).slice(0, most)
}

/** Indices of the cells whose value is above `logit` and not below any neighbor's. */
function peaks({ data, width, height }: CellMap, logit: number): number[] {
  const cells: number[] = []
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i]! > logit && isPeak(data, width, height, x, y)) cells.push(i)
    }
  }
  return cells
}

function isPeak(data: Float32Array, width: number, height: number, x: number, y: number): boolean {
  const value = data[y * width + x]!
  for (let ny = Math.max(y - 1, 0); ny <= Math.min(y + 1, height - 1); ny++) {
    for (let nx = Math.max(x - 1, 0); nx <= Math.min(x + 1, width - 1); nx++) {
      if (data[ny * width + nx]! > value) return false
    }
  }
  return true
}

function proposal({ data, width, height, stride }: CellMap, cell: number, offset: number): Scored {
  const plane = width * height
  const [x, y] = [((cell % width) + 0.5) * stride, (Math.floor(cell / width) + 0.5) * stride]
  const corner = (k: number): Point => [
    x + data[(1 + 2 * k) * plane + cell]! * offset * stride,
    y + data[(2 + 2 * k) * plane + cell]! * offset * stride,
  ]
  return { quad: [corner(0), corner(1), corner(2), corner(3)], score: sigmoid(data[cell]!) }
}

/** A box this much inside another one is the same plate: a plate does not contain a plate. */
const NESTED = 0.8

/**
 * Best first, without those whose box overlaps a better one's.
 * @param limit intersection over union from which two overlap
 * @param nested whether a small one inside a large one overlaps it too
 */
export function suppress<T extends Scored>(found: readonly T[], limit: number, nested: boolean): T[] {
  const kept: T[] = []
  for (const item of [...found].sort((a, b) => b.score - a.score)) {
    if (!kept.some((other) => isSame(other, item, limit, nested))) kept.push(item)
  }
  return kept
}

/** Whether two quads show one plate; parameters as above. */
export function isSame(a: Scored, b: Scored, limit: number, nested: boolean): boolean {
  const [one, other] = [extent(a.quad), extent(b.quad)]
  return iou(one, other) >= limit || (nested && overlap(one, other) > NESTED)
}
