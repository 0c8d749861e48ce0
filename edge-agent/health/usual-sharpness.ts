import type { LearnedSharpness } from './learned.ts'

/** How sharp a camera's picture is in normal operation, in each light. */
export interface UsualSharpness {
  /**
   * @param passedMs since the previous check
   * @param light class of light
   * @param sharpness null if there were too few edges
   * @param learn false while something else is wrong with the picture
   * @returns recent sharpness as a share of the usual one; null while that is unknown
   */
  compare(passedMs: number, light: number, sharpness: number | null, learn: boolean): number | null
  /** Recent sharpness, 0 to 1; null if unknown. */
  ofLate(): number | null
  /** For a later start. */
  learned(): LearnedSharpness
}

/** A single truck or glare must not count: recent sharpness is a mean over this time, ms. */
const LATE_MS = 30_000
/** The usual sharpness is known after this long in a light, ms. */
const LEARN_MS = 120_000
/**
 * The usual sharpness rises within minutes (the lens was cleaned), and falls only within weeks (it is getting dirty).
 */
const SHARPER_MS = 10 * 60_000
const UNSHARPER_MS = 14 * 24 * 3_600_000

export function learnSharpness(before: LearnedSharpness = []): UsualSharpness {
  const usual = new Map(before)
  let late: number | null = null

  return {
    compare(passedMs, light, sharpness, learn) {
      const known = usual.get(light) ?? { mean: sharpness ?? 0, time: 0 }
      const settled = known.time >= LEARN_MS
      // If a picture always had edges and now has none, it is as blurred as possible.
      const seen = sharpness ?? (settled ? 0 : null)
      if (seen === null) return null
      late = late === null ? seen : late + (seen - late) * (1 - Math.exp(-passedMs / LATE_MS))
      if (learn && sharpness !== null) {
        const pace = !settled ? known.time + passedMs : late > known.mean ? SHARPER_MS : UNSHARPER_MS
        const share = settled ? 1 - Math.exp(-passedMs / pace) : passedMs / Math.max(pace, 1)
        usual.set(light, {
          mean: known.mean + share * ((settled ? late : sharpness) - known.mean),
          time: known.time + passedMs,
        })
      }
      return settled ? late / known.mean : null
    },
    ofLate: () => late,
    learned: () => [...usual],
  }
}
