import { minAreaRectangle, type Point, type Quad } from '../geometry.ts'

/** From "this pixel is text" probabilities to rectangles around text lines (DB, Liao et al. 2020, section 3.4). */

/** PaddleOCR's own settings for PP-OCRv4. */
const TEXT = 0.3
const MEAN_TEXT = 0.5
const UNCLIP = 1.5
/** Thinner areas hold no legible text, in pixels of the map. */
const MIN_SIDE = 3

export interface TextArea {
  /** In pixels of the map. */
  readonly quad: Quad
  /** Mean probability over the area's pixels. */
  readonly probability: number
}

/** @param map probabilities, `width` × `height`, row by row */
export function textAreas(map: Float32Array, width: number, height: number): TextArea[] {
  const found: TextArea[] = []
  const seen = new Uint8Array(width * height)
  for (let start = 0; start < map.length; start++) {
    if (seen[start] || map[start]! <= TEXT) continue
    const { outline, probability } = flood(map, seen, width, height, start)
    if (probability < MEAN_TEXT) continue
    const tight = minAreaRectangle(outline)
    const shorter = Math.min(
      Math.hypot(tight[1][0] - tight[0][0], tight[1][1] - tight[0][1]),
      Math.hypot(tight[3][0] - tight[0][0], tight[3][1] - tight[0][1]),
    )
    if (shorter < MIN_SIDE) continue
    // The network was taught shrunken areas; this grows them back to the text's edges.
    const quad = minAreaRectangle(outline, (w, h) => (w * h * UNCLIP) / (2 * (w + h)))
    found.push({ quad, probability })
  }
  return found
}

/** Marks the connected area (8 neighbours) around `start` as seen. */
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
  return { outline, probability: sum / count }
}
