import type { Pixels } from '@sightline/recognition/picture'

/** What a camera sees when nothing moves: for each cell the gray level, and its usual variation. */
export interface Background {
  /**
   * Whether something moves in this frame; learns from it.
   * @param passedMs since the previous frame
   */
  moved(passedMs: number, thumbnail: Pixels): boolean
}

/** How fast a cell's level adapts, ms: where nothing moves, and where something does. */
const LEARN_STILL_MS = 5_000
const LEARN_MOVED_MS = 20_000
/** How fast a cell's own variation is learned, ms. */
const LEARN_NOISE_MS = 10_000
/**
 * Maximum time between two frames that counts, ms: a clock set forward must not make a vehicle in view the background.
 */
const LONGEST_STEP_MS = 10_000
/**
 * A cell has changed if it differs by more than this many mean deviations (4 in a normal distribution are 3.2 sigma) …
 */
const DEVIATIONS = 4
/** … and by at least this many gray levels; by this many in any case, so that a busy road stays visible. */
const LEAST_CHANGE = 6
const SURE_CHANGE = 30
/** Moving objects cover adjacent cells; rain and noise are scattered. */
const NEIGHBORS = 3
const LEAST_CELLS = 4
/** When this share of the picture differs, it is a new scene: a light went on, or the camera was turned. */
const NEW_SCENE = 0.6
/** A darker cell says nothing about exposure. */
const BLACK = 12
/** Assumed deviation in a new scene, gray levels. */
const FIRST_NOISE = 3

export function createBackground(): Background {
  let width = 0
  let height = 0
  let level = new Float32Array(0)
  let noise = new Float32Array(0)
  let changed = new Uint8Array(0)

  function begin(thumbnail: Pixels): true {
    ;({ width, height } = thumbnail)
    level = Float32Array.from(thumbnail.data)
    noise = new Float32Array(level.length).fill(FIRST_NOISE)
    changed = new Uint8Array(level.length)
    return true
  }

  return {
    moved(passedMs, thumbnail) {
      const { data } = thumbnail
      if (thumbnail.width !== width || thumbnail.height !== height) return begin(thumbnail)
      const gain = exposureChange(level, data)
      const passed = Math.min(passedMs, LONGEST_STEP_MS)
      const still = 1 - Math.exp(-passed / LEARN_STILL_MS)
      const moving = 1 - Math.exp(-passed / LEARN_MOVED_MS)
      const varying = 1 - Math.exp(-passed / LEARN_NOISE_MS)
      let count = 0
      for (let i = 0; i < data.length; i++) {
        const off = data[i]! - level[i]! * gain
        const allowed = Math.min(Math.max(DEVIATIONS * noise[i]!, LEAST_CHANGE), SURE_CHANGE)
        const differs = Math.abs(off) > allowed
        changed[i] = differs ? 1 : 0
        if (differs) count++
        level[i] = level[i]! * gain + off * (differs ? moving : still)
        // A passing vehicle must not make the cell blind to the next one.
        noise[i]! += varying * (Math.min(Math.abs(off), 1.5 * allowed) - noise[i]!)
      }
      if (count > NEW_SCENE * data.length) return begin(thumbnail)
      return count >= LEAST_CELLS && clustered(changed, width, height) >= LEAST_CELLS
    },
  }
}

/** How much brighter the whole picture became: the median of the cells' ratios, in steps of 1/64. */
function exposureChange(level: Float32Array, data: Uint8Array): number {
  const histogram = new Uint32Array(257)
  let cells = 0
  for (let i = 0; i < data.length; i++) {
    // Cells that are black or saturated do not follow the exposure.
    if (level[i]! < BLACK || data[i]! < BLACK || data[i]! >= 250) continue
    histogram[Math.min(Math.round((data[i]! / level[i]!) * 64), 256)]!++
    cells++
  }
  if (cells < data.length / 8) return 1
  let below = 0
  for (let step = 0; step <= 256; step++) {
    const here = histogram[step]!
    // Interpolated within the step; otherwise a steady scene would seem to pulsate.
    if (below + here >= cells / 2) return (step - 0.5 + (cells / 2 - below) / here) / 64
    below += here
  }
  return 1
}

/** For each changed cell, the number of changed neighbors. */
function clustered(changed: Uint8Array, width: number, height: number): number {
  let cells = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (changed[y * width + x] === 0) continue
      let around = -1
      for (let v = Math.max(y - 1, 0); v <= Math.min(y + 1, height - 1); v++) {
        for (let u = Math.max(x - 1, 0); u <= Math.min(x + 1, width - 1); u++)
          around += changed[v * width + u]!
      }
      if (around >= NEIGHBORS) cells++
    }
  }
  return cells
}
