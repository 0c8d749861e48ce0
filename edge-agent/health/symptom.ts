import type { LearnedHealth } from './learned.ts'
import type { Measures } from './measures.ts'
import type { SeenState } from './state.ts'
import { learnReads } from './usual-reads.ts'
import { learnSharpness } from './usual-sharpness.ts'
import { createView } from './view.ts'

/** What a frame, together with earlier ones, shows about the camera. */
export interface Symptoms {
  /**
   * @param passedMs since the previous check
   * @param before the camera's current state: it takes more to leave a state than to stay out of it
   */
  look(passedMs: number, measures: Measures, before: SeenState): SeenState
  /** Something moves. @param passedMs since the previous movement */
  moved(passedMs: number): void
  /** A vehicle has passed whose plate was found. @param isSeen whether it was read, or could have been */
  passed(isSeen: boolean): void
  /** A plate was read in the last frame checked: in this light the camera can see. */
  plateRead(): void
  /** Recent sharpness, 0 to 1. */
  sharpness(): number | null
  /** For a later start. */
  learned(): LearnedHealth
}

/** Nothing can be read in a picture darker than this, including its lamps. */
const BLACK = { brightness: 12, highlights: 24 }
/** By day; and how fast day turns black when a lens is covered, ms: dusk takes minutes. */
const LIT = 32
const SUDDEN_MS = 30_000
/** A picture with less detail shows nothing: the lens is covered or washed out. */
const NO_DETAIL = { enter: 3, leave: 5 }
const DIM = 60
/** Share of the usual sharpness; the training frames of dashcam-ro, blurred by 2 pixels, have half of theirs. */
const UNSHARP = { enter: 0.65, leave: 0.8 }
/** At this sharpness no plate of useful size can be read: edges are eight pixels wide. */
const TOO_UNSHARP = { enter: 0.25, leave: 0.3 }
/**
 * Movement without a read for this long, ms, means that plates are missed: a road can be empty, and free of vehicles
 * for longer.
 */
const UNREAD_MS = { fixed: 10 * 60_000, mobile: 30 * 60_000 }
/**
 * Frames identical for this long, and this many of them: frames of a real sensor differ by noise even in a still scene.
 */
const FROZEN = { forMs: 60_000, looks: 5 }
/** Upper bounds of the classes of light, by brightness: scenes are compared within a class. */
const LIGHTS = [25, 60, 110]

const lightOf = (brightness: number) => LIGHTS.filter((bound) => brightness >= bound).length

/**
 * @param fixed whether the camera is stationary, so that a changed view means that it was moved
 * @param before data learned in an earlier run
 */
export function createSymptoms(fixed: boolean, before?: LearnedHealth): Symptoms {
  const view = createView(before?.view)
  const sharpness = learnSharpness(before?.sharpness)
  const reads = learnReads(fixed ? UNREAD_MS.fixed : UNREAD_MS.mobile, before?.reads)
  let elapsed = 0
  let litAt = Number.NEGATIVE_INFINITY
  let blackAt: number | undefined
  let darkestRead = before?.darkestRead ?? Number.POSITIVE_INFINITY
  let last: Measures | undefined
  let same = { fingerprint: -1, looks: 0, forMs: 0 }

  const lightNow = () => lightOf(last?.brightness ?? 0)

  /** Black, and not because this camera reads in the dark (infrared with a short exposure: only plates shine). */
  function isBlack({ brightness, highlights }: Measures): boolean {
    const readable = brightness >= darkestRead - 4
    return brightness < BLACK.brightness && highlights < BLACK.highlights && !readable
  }

  function unlit(measures: Measures, before: SeenState): SeenState | undefined {
    if (measures.brightness >= LIT) litAt = elapsed
    if (isBlack(measures)) {
      blackAt ??= elapsed
      return blackAt - litAt <= SUDDEN_MS ? 'blind' : 'dark'
    }
    blackAt = undefined
    if (measures.brightness < BLACK.brightness) return undefined
    // At dusk, the visible detail fades with the light.
    const dim = Math.min(1, measures.brightness / DIM)
    return measures.detail < dim * limit(NO_DETAIL, before === 'blind') ? 'blind' : undefined
  }

  function frozen(passedMs: number, { fingerprint }: Measures): boolean {
    same =
      fingerprint === same.fingerprint
        ? { fingerprint, looks: same.looks + 1, forMs: same.forMs + passedMs }
        : { fingerprint, looks: 1, forMs: 0 }
    return same.looks >= FROZEN.looks && same.forMs >= FROZEN.forMs
  }

  function judge(passedMs: number, measures: Measures, before: SeenState): SeenState {
    const stands = frozen(passedMs, measures)
    const unseen = unlit(measures, before)
    if (unseen) return unseen
    // In the darkness that is normal for this camera there is nothing to compare.
    if (measures.brightness < BLACK.brightness && measures.detail < NO_DETAIL.enter) return 'ok'
    if (stands) return 'frozen'
    const light = lightOf(measures.brightness)
    const isMoved = fixed && view.moved(passedMs, light, measures.cells)
    const share = sharpness.compare(passedMs, light, measures.sharpness, !isMoved)
    if (isMoved) return 'moved'
    const late = sharpness.ofLate()
    const was = before === 'unsharp'
    const isUnsharp =
      (share !== null && share < limit(UNSHARP, was)) || (late !== null && late < limit(TOO_UNSHARP, was))
    if (isUnsharp) return 'unsharp'
    return reads.missing() ? 'blind to plates' : 'ok'
  }

  return {
    look(passedMs, measures, before) {
      elapsed += passedMs
      last = measures
      return judge(passedMs, measures, before)
    },
    moved: (passedMs) => reads.moved(passedMs, lightNow()),
    passed: (isSeen) => reads.passed(isSeen, lightNow()),
    plateRead() {
      if (last) darkestRead = Math.min(darkestRead, last.brightness)
    },
    sharpness: sharpness.ofLate,
    learned: () => ({
      sharpness: sharpness.learned(),
      view: view.learned(),
      reads: reads.learned(),
      darkestRead: Number.isFinite(darkestRead) ? darkestRead : null,
    }),
  }
}

const limit = ({ enter, leave }: { enter: number; leave: number }, within: boolean) =>
  within ? leave : enter
