/** Cells across and down a patch. */
export const PATCH = 3

/** Mean of each cell with its neighbors; at the edges, only with those that exist. */
export function patches(cells: ArrayLike<number>, width: number, height: number): Float32Array {
  const across = new Float32Array(width * height)
  const out = new Float32Array(width * height)
  meanOfThree(cells, across, width, height, 1, width)
  meanOfThree(across, out, height, width, width, 1)
  return out
}

/** Along lines of `length` values, `step` apart in memory; the lines are `next` apart. */
function meanOfThree(
  from: ArrayLike<number>,
  to: Float32Array,
  length: number,
  lines: number,
  step: number,
  next: number,
): void {
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      const at = line * next + i * step
      const before = from[i > 0 ? at - step : at]!
      const after = from[i < length - 1 ? at + step : at]!
      to[at] = (before + from[at]! + after) / 3
    }
  }
}
