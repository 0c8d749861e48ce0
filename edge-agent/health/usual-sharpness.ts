import type { LearnedSharpness } from './learned.ts'

/** How sharp a camera's picture is when all is well, in each light. */
export interface UsualSharpness {
  /**
   * @param passedMs since the look before
   * @param light class of light
   * @param sharpness null when there were too few edges to tell
   * @param learn false while something else is wrong with the picture
   * @returns sharpness of late as a share of the usual one; null while that is not known
   */
  compare(passedMs: number, light: number, sharpness: number | null, learn: boolean): number | null
  /** Of late, 0 to 1; null when nothing is known. */
  ofLate(): number | null
  /** For a start later on. */
  learned(): LearnedSharpness
}

/** A single lorry or glare must not count: sharpness of late is a mean over so long, ms. */
const LATE_MS = 30_000
/** The usual is known after so long in this light, ms. */
const LEARN_MS = 120_000
/** The usual becomes sharper within minutes (the lens was cleaned), and unsharper only within weeks (it grows dim). */
const SHARPER_MS = 10 * 60_000
const UNSHARPER_MS = 14 * 24 * 3_600_000

export function learnSharpness(before: LearnedSharpness = []): UsualSharpness {
  const usual = new Map(before)
  let late: number | null = null

  return {
    compare(passedMs, light, sharpness, learn) {
      const known = usual.get(light) ?? { mean: sharpness ?? 0, time: 0 }
      const settled = known.time >= LEARN_MS
      // Where there were always edges and now are none, the picture is as unsharp as can be.
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
