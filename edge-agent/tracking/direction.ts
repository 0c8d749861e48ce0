import type { Box } from '@sightline/recognition/geometry'

/** How a vehicle moved relative to its camera; left and right as in the picture. */
export type Direction = 'approaching' | 'receding' | 'left' | 'right'

/** Movement of fewer plate widths (half a meter each) means stationary, or the box's jitter. */
const LEAST_WAY = 2
/** Nor does a smaller change of the plate's size mean that it came nearer: boxes jitter by a twentieth. */
const LEAST_GROWTH = 1.12

/**
 * Direction of travel, from the plate's first boxes to its last. A plate has a known size, so its width in pixels shows its
 * distance: in units of plate widths it is f/w away and (x − c)/w to the side, for a focal length f in pixels and the
 * picture's center c. The longer of the two movements decides. f is assumed to be the picture's width (an angle of view of
 * 53°); a lens twice as long doubles the movement in depth.
 * @param early the first boxes of the pass, at least one
 * @param late its last boxes, at least one
 * @param pictureWidth pixels
 * @returns null when the vehicle hardly moved
 */
export function directionOf(
  early: readonly Box[],
  late: readonly Box[],
  pictureWidth: number,
): Direction | null {
  const [from, to] = [placeOf(early, pictureWidth), placeOf(late, pictureWidth)]
  const grown = Math.max(from.depth / to.depth, to.depth / from.depth)
  const nearer = grown >= LEAST_GROWTH ? from.depth - to.depth : 0
  const sideways = to.side - from.side
  if (Math.max(Math.abs(nearer), Math.abs(sideways)) < LEAST_WAY) return null
  if (Math.abs(nearer) >= Math.abs(sideways)) return nearer > 0 ? 'approaching' : 'receding'
  return sideways > 0 ? 'right' : 'left'
}

/** In plate widths, as a mean of several boxes. */
function placeOf(boxes: readonly Box[], pictureWidth: number): { depth: number; side: number } {
  const width = Math.max(median(boxes.map((box) => box[2])), 1)
  const x = median(boxes.map((box) => box[0] + box[2] / 2))
  return { depth: pictureWidth / width, side: (x - pictureWidth / 2) / width }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
