import type { PlaneRange } from './patch.ts'

/** Side of the squares whose mean color is compared, pixels: the noise of a sensor disappears in the mean. */
const SIDE = 8
/** Squares that are too dark to have a color, or overexposed, levels of 0 to 255. */
const [DARK, CLIPPED] = [24, 248]
/** With fewer squares there is nothing to compare. */
const FEWEST = 8
/** A square as bright as the brightest tenth; below, it is night, and everything looks black. Levels of 0 to 255. */
const LEAST_LIGHT = 40
/**
 * Least spread of colors around one tint, as a share of the brightness. Of 252 photographs to train on, all in color have 0.017
 * or more; the same ones made gray, with noise, or with the tint that a camera without infrared filter gives, have at most 0.014.
 */
const LEAST_SPREAD = 0.014

/**
 * Whether the light shows colors. It does not in infrared or in a gray picture, under a lamp of one color (sodium), and
 * in the dark: there the picture has one tint at most, which depends on the brightness alone.
 * @param patch `3 × height × width`, red, green and blue apart, 0 to 255
 * @param seen the part of it that the picture shows
 */
export function showsColor(patch: Float32Array, width: number, height: number, seen: PlaneRange): boolean {
  const size = width * height
  const lights: number[] = []
  const [toRed, toBlue] = [createLine(), createLine()]
  for (let top = seen.top; top + SIDE <= seen.bottom; top += SIDE) {
    for (let left = seen.left; left + SIDE <= seen.right; left += SIDE) {
      const [red, green, blue] = [0, 1, 2].map((channel) =>
        meanAt(patch, channel * size + top * width + left, width),
      ) as [number, number, number]
      const light = 0.299 * red + 0.587 * green + 0.114 * blue
      lights.push(light)
      if (light < DARK || Math.max(red, green, blue) > CLIPPED) continue
      toRed.add(light, red - green)
      toBlue.add(light, blue - green)
    }
  }
  if (toRed.count() < FEWEST) return false
  const bright = lights.sort((a, b) => a - b)[Math.floor(0.9 * lights.length)]!
  const spread = Math.sqrt(toRed.variance() + toBlue.variance()) / (3 * toRed.meanX())
  return bright >= LEAST_LIGHT && spread >= LEAST_SPREAD
}

function meanAt(plane: Float32Array, from: number, width: number): number {
  let sum = 0
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) sum += plane[from + row * width + column]!
  return sum / SIDE ** 2
}

/** Points around a straight line (least squares). */
function createLine() {
  let [n, x, y, xx, xy, yy] = [0, 0, 0, 0, 0, 0]
  return {
    add(atX: number, atY: number) {
      n++
      x += atX
      y += atY
      xx += atX * atX
      xy += atX * atY
      yy += atY * atY
    },
    count: () => n,
    meanX: () => x / n,
    /** Mean square of the distances from the line, in y. */
    variance() {
      const [ofX, both, ofY] = [xx - (x * x) / n, xy - (x * y) / n, yy - (y * y) / n]
      const explained = ofX > 1e-6 * n ? both ** 2 / ofX : 0
      return Math.max(0, ofY - explained) / n
    },
  }
}
