/**
 * Detects whether a camera reads as often as usual. Nobody sees a missed plate, so this watches two things that should
 * lead to reads: found plates, and movement. For each, the agent learns how many reads it usually brings. When far too
 * many of these reads are missing, the camera is blind to plates. Pure.
 */
export interface UsualReads {
  /**
   * Something moves in a frame.
   * @param passedMs since the previous frame in which something moved
   * @param light class of light: a road at night has more movement (rain, lamps) than plates
   */
  moved(passedMs: number, light: number): void
  /** A vehicle has passed whose plate was found. @param isSeen whether it was read, or could have been */
  passed(isSeen: boolean, light: number): void
  /** Which of the two shows that reads are missing; null if neither does. */
  missing(): 'unread' | 'unseen' | null
  /** For a later start. */
  learned(): LearnedReads
}

/** Number of attempts (bouts of movement, or found plates) in a light, and number of reads from them. */
interface Tally {
  tries: number
  reads: number
}

type Tallies = readonly (readonly [light: number, tally: Readonly<Tally>])[]
export interface LearnedReads {
  readonly bouts: Tallies
  readonly plates: Tallies
  /** The missing reads when it stopped: otherwise an agent that restarts every night would never miss enough. */
  readonly pending?: {
    readonly bouts: Waiting
    readonly plates: Waiting
    readonly unseenMs: number
    /** The longest recent period without a read that ended by itself, in expected reads. */
    readonly longest: number
  }
}

/** Attempts since the last read, by light. */
type Waiting = readonly (readonly [light: number, tries: number])[]

/** Continuous movement counts as one bout per this time, ms; after a pause of PAUSE_MS a new bout begins. */
const BOUT_MS = 10_000
const PAUSE_MS = 3_000
/**
 * Number of missing reads, by the usual rate, before it counts: by chance this happens about once in three thousand
 * cases (e^-8).
 */
const MISSING = 8
/**
 * Where people play and nobody drives on Sundays, movement without reads is normal. To report this once instead of
 * weekly, the period must be this many times as long as the longest recent one. An upper limit ensures that a camera
 * that was blind for days is detected the next time, too. Old periods fade with each read.
 */
const LONGER = 1.5
const LONGEST = 200
const FADE = 1 - 1 / 5000
/** Assumption about an unknown camera: this many attempts gave one read. */
const FIRST = { bouts: { tries: 8, reads: 1 }, plates: { tries: 2, reads: 1 } }
/** Number of attempts that are remembered, so that a permanent change of the rate is learned. */
const MEMORY = 500
/** Maximum step that counts as time, ms: a clock set forward does not mean an hour without reads. */
const LONGEST_STEP_MS = 120_000

/** @param longMs minimum time of movement without a read, ms */
export function learnReads(longMs: number, before?: LearnedReads): UsualReads {
  const { pending } = before ?? {}
  const bouts = createRate(FIRST.bouts, before?.bouts, pending?.bouts)
  const plates = createRate(FIRST.plates, before?.plates, pending?.plates)
  let boutMs = Number.POSITIVE_INFINITY
  let unseenMs = pending?.unseenMs ?? 0
  let longest = pending?.longest ?? 0
  const limit = () => Math.max(MISSING, LONGER * longest)

  return {
    moved(passedMs, light) {
      const passed = Math.min(passedMs, LONGEST_STEP_MS)
      unseenMs += passed
      boutMs += passed
      if (passed < PAUSE_MS && boutMs < BOUT_MS) return
      boutMs = 0
      bouts.tried(light)
    },
    passed(isSeen, light) {
      plates.tried(light)
      if (!isSeen) return
      // A short period says nothing about movement.
      if (unseenMs >= longMs) longest = Math.min(LONGEST, Math.max(bouts.missing(), longest))
      longest *= FADE
      plates.read(light, MISSING)
      bouts.read(light, limit())
      unseenMs = 0
    },
    missing() {
      if (plates.missing() >= MISSING) return 'unread'
      return unseenMs >= longMs && bouts.missing() >= limit() ? 'unseen' : null
    },
    learned: () => ({
      bouts: bouts.learned(),
      plates: plates.learned(),
      pending: { bouts: bouts.waiting(), plates: plates.waiting(), unseenMs, longest },
    }),
  }
}

/** The usual number of reads per attempt, and how many are missing since the last read. */
function createRate(first: Tally, before: Tallies = [], pending: Waiting = []) {
  const known = new Map<number, Tally>(before.map(([light, tally]) => [light, { ...tally }]))
  const waiting = new Map<number, number>(pending)
  const rateIn = (light: number) => {
    const { tries, reads } = known.get(light) ?? { tries: 0, reads: 0 }
    return Math.min(1, (first.reads + reads) / (first.tries + tries))
  }
  const missing = () => [...waiting].reduce((sum, [light, tries]) => sum + tries * rateIn(light), 0)

  return {
    missing,
    tried: (light: number) => void waiting.set(light, (waiting.get(light) ?? 0) + 1),
    /** @param limit attempts beyond this many missing reads come from a blind camera and are not learned */
    read(light: number, limit: number): void {
      const share = Math.min(1, limit / Math.max(missing(), limit))
      for (const of of new Set([...waiting.keys(), light])) {
        const before = known.get(of) ?? { tries: 0, reads: 0 }
        const tries = before.tries + share * (waiting.get(of) ?? 0)
        const reads = before.reads + (of === light ? 1 : 0)
        const fading = Math.min(1, MEMORY / Math.max(tries, 1))
        known.set(of, { tries: tries * fading, reads: reads * fading })
      }
      waiting.clear()
    },
    waiting: (): Waiting => [...waiting],
    learned: (): Tallies => [...known],
  }
}
