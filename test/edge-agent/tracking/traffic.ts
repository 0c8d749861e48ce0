import type { Pass, Tracker } from '@sightline/edge-agent/tracking/tracker'
import { CHARACTERS, distribution } from '@sightline/recognition/characters'
import type { PlateFinding } from '@sightline/recognition/engine'
import { type Box, quadOfBox } from '@sightline/recognition/geometry'
import { type Random, random } from '@sightline/vendor-sim/world/random'

/** Simulated vehicles before a camera, and a recognizer that errs as recognizers do: distant and blurred plates more. */

export const SIZE = { width: 1280, height: 720 }

/** Where a plate is at an instant, in meters from the camera: to the right, below, ahead; null: hidden. */
export type Course = (ms: number) => readonly [x: number, y: number, z: number] | null

export interface Vehicle {
  readonly plate: string
  readonly course: Course
}

export interface Recognizer {
  /** 1 errs moderately (a plate 100 pixels wide: 3 % of the characters), 0 never, 2 much. */
  readonly noise: number
  /** Probability that a visible plate is not found in a frame. */
  readonly misses: number
}

const PLATE_M = 0.5
const FOCAL = SIZE.width
const READABLE_PX = 36

export function boxAt([x, y, z]: readonly [number, number, number]): Box {
  const w = (FOCAL * PLATE_M) / z
  return [SIZE.width / 2 + (FOCAL * x) / z - w / 2, SIZE.height / 2 + (FOCAL * y) / z - w / 8, w, w / 4]
}

/** Whether the whole plate is in the picture and near enough to be read. */
function visible([x, y, w, h]: Box): boolean {
  return w >= READABLE_PX && x >= 0 && y >= 0 && x + w <= SIZE.width && y + h <= SIZE.height
}

/** The findings of one frame; the same for the same seed, instant and vehicles. */
export function findingsAt(
  ms: number,
  vehicles: readonly Vehicle[],
  recognizer: Recognizer,
  seed: number,
): PlateFinding[] {
  return vehicles.flatMap(({ plate, course }) => {
    const place = course(ms)
    const rng = random(seed, plate, ms)
    if (!place || place[2] < 1) return []
    const box = boxAt(place)
    if (!visible(box) || rng.chance(recognizer.misses)) return []
    return [finding(plate, jittered(box, rng), recognizer.noise, rng)]
  })
}

function jittered([x, y, w, h]: Box, rng: Random): Box {
  const by = (size: number) => rng.normal(0, 0.02 * size)
  return [x + by(w), y + by(h), w * Math.exp(rng.normal(0, 0.03)), h * Math.exp(rng.normal(0, 0.03))]
}

const CONFUSED: Record<string, string> = { O: '0', I: '1', B: '8', S: '5', Z: '2', G: '6', D: '0', Q: '0' }
const LOOKS_LIKE = new Map(Object.entries(CONFUSED).flatMap(([a, b]) => [[a, b] as const, [b, a] as const]))

/** A reading of `plate`: calibrated logits of each character, blurred by noise; rarely a character is lost. */
export function finding(plate: string, box: Box, noise: number, rng: Random): PlateFinding {
  const blur = noise * (0.6 + 40 / box[2] + Math.abs(rng.normal(0, 0.4)))
  const chars = [...plate].flatMap((char) => {
    if (rng.chance(0.004 * blur)) return []
    const logits = Array.from(CHARACTERS, (c) => {
      const base = c === char ? 8 : c === LOOKS_LIKE.get(char) ? 4.5 : 0
      return base + (blur > 0 ? rng.normal(0, 1.2 * blur) : 0)
    })
    // What such noise makes of the margins: a recognizer that knows how sure it may be.
    const weights = logits.map((logit) => Math.exp(logit * Math.min(3, 8 / (1.2 * blur) ** 2)))
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return [distribution(weights.map((weight) => weight / sum))]
  })
  return {
    text: chars.map(({ char }) => char).join(''),
    confidence: chars.reduce((product, { confidence }) => product * confidence, 0.99),
    chars,
    region: null,
    regionConfidence: null,
    box,
    quad: quadOfBox(box),
  }
}

export interface Watched {
  readonly passes: Pass[]
  /** Instant of the frame at which each pass was returned; the end for those of flush(). */
  readonly reportedAt: number[]
  /** All findings, in order. */
  readonly findings: { readonly seenAt: number; readonly finding: PlateFinding }[]
}

/** Runs a camera at `fps` frames a second, with unsteady intervals, for `seconds`. */
export function watch(
  tracker: Tracker,
  vehicles: readonly Vehicle[],
  { fps, seconds, seed, recognizer }: { fps: number; seconds: number; seed: number; recognizer: Recognizer },
): Watched {
  const watched: Watched = { passes: [], reportedAt: [], findings: [] }
  const rng = random(seed, 'intervals')
  const begin = 1_700_000_000_000
  for (let ms = 0; ms < seconds * 1000; ms += Math.round((1000 / fps) * rng.between(0.8, 1.2))) {
    const findings = findingsAt(ms, vehicles, recognizer, seed)
    for (const finding of findings) watched.findings.push({ seenAt: begin + ms, finding })
    for (const pass of tracker.update(begin + ms, findings, SIZE)) {
      watched.passes.push(pass)
      watched.reportedAt.push(begin + ms)
    }
  }
  for (const pass of tracker.flush()) {
    watched.passes.push(pass)
    watched.reportedAt.push(begin + seconds * 1000)
  }
  return watched
}

/** Straight toward or away from the camera (negative speed), in a lane `x` meters to the right. */
export const along =
  (x: number, from: number, speed: number, startMs = 0): Course =>
  (ms) =>
    ms < startMs ? null : [x, 1.5, from - (speed * (ms - startMs)) / 1000]

/** Across the picture at a distance, from the left (positive speed) or the right. */
export const across =
  (z: number, speed: number, startMs = 0, y = 0): Course =>
  (ms) => {
    const traveled = (Math.abs(speed) * (ms - startMs)) / 1000 - z / 2
    return ms < startMs ? null : [Math.sign(speed) * traveled, y, z]
  }

/** Comes, stops for `standMs` at `z` meters and drives on. */
export const stopping =
  (x: number, z: number, standMs: number, startMs = 0): Course =>
  (ms) => {
    const t = ms - startMs
    if (t < 0) return null
    // Slows from 10 m/s over 4 s, then leaves as it came, toward the camera.
    if (t < 4000) return [x, 1.5, z + (10 * (4000 - t) ** 2) / (2 * 4000 * 1000)]
    if (t < 4000 + standMs) return [x, 1.5, z]
    return [x, 1.5, z - (2.5 * ((t - 4000 - standMs) / 1000) ** 2) / 2]
  }

/** What hides a course between two instants. */
export const hidden =
  (course: Course, fromMs: number, toMs: number): Course =>
  (ms) =>
    ms >= fromMs && ms < toMs ? null : course(ms)
