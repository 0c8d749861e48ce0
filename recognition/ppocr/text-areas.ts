import { minAreaRectangle, type Point, type Quad, quadHeight, quadWidth } from '../geometry.ts'

/** From "this pixel is text" probabilities to rectangles around text lines (DB, Liao et al. 2020, section 3.4). */

/** PaddleOCR's settings for PP-OCRv4; the mean is over the area only, not over its rectangle as there. */
const TEXT = 0.3
const MEAN_TEXT = 0.5
const UNCLIP = 1.5
/** Thinner areas contain no legible text, in pixels of the map. */
const MIN_SIDE = 3

/**
 * @param map probabilities, `width` × `height`, row by row
 * @returns corners in pixels of the map
 */
export function textAreas(map: Float32Array, width: number, height: number): Quad[] {
  const found: Quad[] = []
  const seen = new Uint8Array(width * height)
  for (let start = 0; start < map.length; start++) {
    if (seen[start] || map[start]! <= TEXT) continue
    const { outline, mean } = flood(map, seen, width, height, start)
    if (mean < MEAN_TEXT) continue
    const tight = minAreaRectangle(outline)
    if (Math.min(quadWidth(tight), quadHeight(tight)) < MIN_SIDE) continue
    // The network was trained on shrunken areas; this grows them back to the text's edges.
    found.push(minAreaRectangle(outline, (w, h) => (w * h * UNCLIP) / (2 * (w + h))))
  }
  return found
}

/** Marks the connected area (8 neighbors) around `start` as seen. */
function flood(map: Float32Array, seen: Uint8Array, width: number, height: number, start: number) {
  const stack = [start]
  seen[start] = 1
  const rows = new Map<number, [left: number, right: number]>()
  let sum = 0
  let count = 0
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const x = at % width
    const y = (at - x) / width
    sum += map[at]!
    count++
    const row = rows.get(y)
    if (!row) rows.set(y, [x, x])
    else if (x < row[0]) row[0] = x
    else if (x > row[1]) row[1] = x
    for (let ny = Math.max(y - 1, 0); ny <= Math.min(y + 1, height - 1); ny++) {
      for (let nx = Math.max(x - 1, 0); nx <= Math.min(x + 1, width - 1); nx++) {
        const next = ny * width + nx
        if (seen[next] || map[next]! <= TEXT) continue
        seen[next] = 1
        stack.push(next)
      }
    }
  }
  const outline: Point[] = []
  for (const [y, [left, right]] of rows) {
    outline.push([left, y], [left, y + 1], [right + 1, y], [right + 1, y + 1])
  }
  return { outline, mean: sum / count }
}
