import type { Pixels } from '@sightline/recognition/picture'
import { type LearnedView, pack, unpack } from './learned.ts'
import { patches } from './patches.ts'

/** What a fixed camera is aimed at, and whether it still is. */
export interface View {
  /**
   * @param passedMs since the previous check
   * @param cells the frame in gray cells, always of the same size
   * @returns true when the stationary part of the picture is no longer the same
   */
  moved(passedMs: number, light: number, cells: Pixels): boolean
  /** For a later start. */
  learned(): LearnedView
}

/**
 * The stationary scene follows the frames by this many normalized levels per second in either direction: a recent
 * median.
 */
const FOLLOW_PER_S = 0.8
/** Maximum time that one frame represents, ms, however rare frames are: a vehicle must not become the scene. */
const LONGEST_STEP_MS = 10_000
/** A scene is compared this often, ms. */
const COMPARE_EVERY_MS = 10_000
/** How long a scene is observed before it becomes the reference, ms. */
const LEARN_MS = 120_000
/** Longer in each further light, because the scene takes time to follow a turned camera, which must not be learned. */
const LEARN_NEXT_MS = 300_000
/** Time in which a reference follows shadows and seasons, ms: slower than the scene follows a turned camera. */
const REFERENCE_MS = 2 * 3_600_000
/** A new view that lasts this long was intended, ms: it becomes the reference. */
const ACCEPT_MS = 60 * 60_000

/** Scenes are compared at shifts up to this many cells: a fifth of the picture. */
const REACH = { x: 12, y: 8 }
/**
 * Correlation above which a scene certainly is the reference's, above which a shifted one is, and below which, at every
 * shift, it is a different one.
 */
const CERTAIN = 0.8
const SAME = 0.6
const STRANGE = 0.5
/** A vehicle in front of the camera also makes the scene different, but rarely for this long, ms. */
const STRANGE_MS = 20 * 60_000
/** A shift counts if it is at least this large, cells, and correlates this much better than no shift. */
const LEAST_SHIFT = 2
const LEAST_GAIN = 0.15
/** Deviation of a normalized scene; a frame with less than the minimum, in gray levels, shows mostly noise. */
const NORMAL = 48
const LEAST_DEVIATION = 8

/**
 * Compares outlines (gradients) of the scene, without its traffic, with a reference, one for each class of light: a
 * street at night has different outlines than by day. Exposure does not matter, because frames are normalized. If the
 * camera was turned by less than a fifth of its picture, the shift of the outlines shows it. If it sees something else
 * completely, only the duration shows it. Fitted on rendered roads and on the training frames of dashcam-ro: shifted by
 * 3 % of their width they correlate with themselves by 0.38 to 0.65, aligned by 0.93 and more; different places by 0.56
 * at most.
 */
export function createView(before?: LearnedView): View {
  let scene: Float32Array | undefined
  const references = new Map(before?.references.map(([light, packed]) => [light, unpack(packed)]))
  const watched = new Map(before?.watched)
  let sinceCompared = 0
  let strangeFor = 0
  let movedFor = before?.movedFor ?? 0
  let moved = movedFor > 0

  function learn(light: number, passedMs: number, scene: Float32Array): void {
    const time = (watched.get(light) ?? 0) + passedMs
    watched.set(light, time)
    if (time >= (references.size === 0 ? LEARN_MS : LEARN_NEXT_MS)) references.set(light, scene.slice())
  }

  /** Of this light, or of the nearest one: a turned camera often sees a brighter or darker scene. */
  function nearest(light: number): Float32Array | undefined {
    const [best] = [...references.keys()].sort((a, b) => Math.abs(a - light) - Math.abs(b - light))
    return best === undefined ? undefined : references.get(best)
  }

  function compare(light: number, passedMs: number, scene: Float32Array, { width, height }: Pixels): boolean {
    const own = references.get(light)
    const reference = own ?? nearest(light)
    if (!reference) {
      learn(light, passedMs, scene)
      return false
    }
    const outlines = [gradients(reference, width, height), gradients(scene, width, height)] as const
    const still = correlation(...outlines, width, height, 0, 0)
    if (still < CERTAIN) {
      const best = bestShift(...outlines, width, height)
      const shifted = Math.hypot(best.dx, best.dy) >= LEAST_SHIFT && best.score - still >= LEAST_GAIN
      if (best.score >= SAME && shifted) return true
      // In a new light, outlines may well differ; but a moved camera stays moved.
      if (!own && moved) return true
      strangeFor = own && best.score < STRANGE ? strangeFor + passedMs : 0
      if (strangeFor > 0) return strangeFor >= STRANGE_MS
    }
    strangeFor = 0
    if (own) follow(own, scene, 1 - Math.exp(-passedMs / REFERENCE_MS))
    else learn(light, passedMs, scene)
    return false
  }

  return {
    moved(passedMs, light, cells) {
      const frame = normalized(cells.data)
      if (!frame) return moved
      if (scene?.length !== frame.length) scene = frame.slice()
      const step = (FOLLOW_PER_S * Math.min(passedMs, LONGEST_STEP_MS)) / 1000
      for (let i = 0; i < frame.length; i++) {
        scene[i]! += Math.max(-step, Math.min(step, frame[i]! - scene[i]!))
      }
      sinceCompared += passedMs
      if (sinceCompared < COMPARE_EVERY_MS) return moved
      moved = compare(light, sinceCompared, scene, cells)
      movedFor = moved ? movedFor + sinceCompared : 0
      sinceCompared = 0
      if (movedFor >= ACCEPT_MS) {
        references.clear()
        watched.clear()
        moved = false
        movedFor = 0
      }
      return moved
    },
    learned: () => ({
      references: [...references].map(([light, reference]) => [light, pack(reference)]),
      watched: [...watched],
      movedFor,
    }),
  }
}

function follow(reference: Float32Array, scene: Float32Array, share: number): void {
  for (let i = 0; i < scene.length; i++) reference[i]! += share * (scene[i]! - reference[i]!)
}

/** With mean 0 and deviation NORMAL, whatever the exposure; undefined if hardly anything is visible. */
function normalized(levels: Uint8Array): Float32Array | undefined {
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length
  const square = levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / levels.length
  const deviation = Math.sqrt(square)
  if (deviation < LEAST_DEVIATION) return undefined
  return Float32Array.from(levels, (level) => ((level - mean) * NORMAL) / deviation)
}

/**
 * Horizontal and vertical differences of each inner cell, interleaved; smoothed, so that half a cell does not matter.
 */
function gradients(scene: Float32Array, width: number, height: number): Float32Array {
  const smooth = patches(scene, width, height)
  const out = new Float32Array(2 * scene.length)
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x
      // A few very strong outlines must not decide alone.
      out[2 * at] = softened(smooth[at + 1]! - smooth[at - 1]!)
      out[2 * at + 1] = softened(smooth[at + width]! - smooth[at - width]!)
    }
  }
  return out
}

const softened = (difference: number) => Math.sign(difference) * Math.sqrt(Math.abs(difference))

/** Normalized correlation, −1 to 1, of `b` shifted by (dx, dy) cells on `a`, where they overlap. */
function correlation(
  a: Float32Array,
  b: Float32Array,
  width: number,
  height: number,
  dx: number,
  dy: number,
): number {
  let [ab, aa, bb] = [0, 0, 0]
  const shift = 2 * (dy * width + dx)
  for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
    const row = 2 * y * width
    for (let i = row + 2 * Math.max(0, -dx); i < row + 2 * Math.min(width, width - dx); i++) {
      const [p, q] = [a[i]!, b[i + shift]!]
      ab += p * q
      aa += p * p
      bb += q * q
    }
  }
  return ab / Math.max(Math.sqrt(aa * bb), 1e-9)
}

/**
 * Every second shift, then those around the best: outlines are soft enough that the best one stands out among its
 * neighbors.
 */
function bestShift(a: Float32Array, b: Float32Array, width: number, height: number) {
  let best = { dx: 0, dy: 0, score: -1 }
  const search = (atX: number, atY: number, reachX: number, reachY: number, stride: number) => {
    for (let dy = atY - reachY; dy <= atY + reachY; dy += stride) {
      for (let dx = atX - reachX; dx <= atX + reachX; dx += stride) {
        const score = correlation(a, b, width, height, dx, dy)
        if (score > best.score) best = { dx, dy, score }
      }
    }
  }
  search(0, 0, REACH.x, REACH.y, 2)
  search(best.dx, best.dy, 1, 1, 1)
  return best
}
