import type { Pixels } from '@sightline/recognition/picture'

/** Number of bands, spread evenly over the picture's height, and rows averaged in each, which halves the noise. */
const BANDS = 90
const ROWS = 4
/** An edge is followed at most this far to both sides, pixels. */
const REACH = 16
/** An edge rises by at least this many gray levels, and this many times the noise. */
const LEAST_RISE = 24
const NOISE_TIMES = 10
/** Minimum number of edges for a result. */
const LEAST_EDGES = 40
/** Share of the edges that are at least as steep as the result: far or moving objects are never sharp. */
const STEEPER = 0.4

/**
 * How steep a picture's edges are, at its own size, which shows how blurred plates are: a transition of w pixels gives
 * 2/w. 1 is as sharp as pixels can be. 0.2 is a transition of ten pixels, at which letters of a plate run together.
 * Brightness, contrast, scene and noise hardly matter, because only the width of strong edges counts.
 * @returns null when there are too few edges
 */
export function sharpnessOf(frame: Pixels): number | null {
  if (frame.width < 4 * REACH || frame.height < 2 * ROWS) return null
  const bands = Array.from({ length: Math.min(BANDS, Math.floor(frame.height / ROWS)) }, (_, i, of = BANDS) =>
    bandOf(frame, Math.floor(((i + 0.5) * frame.height) / Math.min(of, frame.height / ROWS)) - ROWS / 2),
  )
  const least = Math.max(LEAST_RISE, NOISE_TIMES * noiseOf(bands))
  const widths = bands.flatMap((band) => edgeWidths(band, least)).sort((a, b) => a - b)
  if (widths.length < LEAST_EDGES) return null
  return Math.min(1, 2 / widths[Math.floor(STEEPER * widths.length)]!)
}

/** The mean of a few adjacent rows, in gray or green. */
function bandOf({ width, height, channels, data }: Pixels, from: number): Float32Array {
  const out = new Float32Array(width)
  const first = Math.max(0, Math.min(Math.floor(from), height - ROWS))
  for (let y = first; y < first + ROWS; y++) {
    for (let x = 0, at = y * width * channels + (channels === 3 ? 1 : 0); x < width; x++, at += channels) {
      out[x]! += data[at]! / ROWS
    }
  }
  return out
}

/** Deviation of the noise in a band, from the median of second differences, few of which belong to edges. */
function noiseOf(bands: readonly Float32Array[]): number {
  const histogram = new Uint32Array(1024)
  let count = 0
  for (const band of bands) {
    for (let x = 1; x < band.length - 1; x += 3) {
      const bend = Math.abs(band[x - 1]! - 2 * band[x]! + band[x + 1]!)
      histogram[Math.min(Math.floor(bend * 4), 1023)]!++
      count++
    }
  }
  let below = 0
  let step = 0
  while (below + histogram[step]! < count / 2) below += histogram[step++]!
  // Second differences of noise have √6 times its deviation, and their median is 0.674 times theirs.
  return (step + (count / 2 - below) / histogram[step]!) / 4 / 0.674 / Math.sqrt(6)
}

/** Widths of a band's edges, pixels: rise divided by steepest slope. */
function edgeWidths(band: Float32Array, leastRise: number): number[] {
  const widths: number[] = []
  const last = band.length - 2
  for (let x = 1; x <= last; ) {
    const direction = Math.sign(band[x + 1]! - band[x - 1]!)
    let steepest = 0
    let at = x
    // One stretch of the band that only rises or only falls.
    let end = x
    for (; end <= last && (band[end + 1]! - band[end - 1]!) * direction > 0; end++) {
      const slope = (Math.abs(band[end + 1]! - band[end - 1]!) * 1) / 2
      if (slope > steepest) {
        steepest = slope
        at = end
      }
    }
    if (end === x) {
      x++
      continue
    }
    const left = Math.max(x - 1, at - REACH)
    const right = Math.min(end, at + REACH)
    const rise = Math.abs(band[right]! - band[left]!)
    if (rise >= leastRise) widths.push(rise / steepest)
    x = end
  }
  return widths
}
