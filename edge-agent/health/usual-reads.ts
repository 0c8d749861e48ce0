/**
 * Whether a camera reads as often as it usually does. Nobody sees a plate that is missed, so two things are watched that
 * should lead to reads: plates that are found, and movement. Of each the agent learns how many reads it usually brings; when
 * by that far too many reads are missing, the camera is blind to plates. Pure.
 */
export interface UsualReads {
  /**
   * Something moves in a frame.
   * @param passedMs since the last frame in which something moved
   * @param light class of light: a road at night moves (rain, lamps) more than it brings plates
   */
  moved(passedMs: number, light: number): void
  /** A vehicle has passed whose plate was found. @param isSeen whether it was read, or could have been */
  passed(isSeen: boolean, light: number): void
  /** Which of the two says that reads are missing; null while none does. */
  missing(): 'unread' | 'unseen' | null
  /** For a start later on. */
  learned(): LearnedReads
}

/** How many tries (bouts of movement, or plates found) there were in a light, and how many reads came of them. */
interface Tally {
  tries: number
  reads: number
}

type Tallies = readonly (readonly [light: number, tally: Readonly<Tally>])[]
export interface LearnedReads {
  readonly bouts: Tallies
  readonly plates: Tallies
}

/** Movement without a pause is as many bouts as times this, ms; after a pause of as much as PAUSE_MS another begins. */
const BOUT_MS = 10_000
const PAUSE_MS = 3_000
/**
 * Reads that are to be missing, by the usual rate, before it is believed: by chance that happens once in about three
 * thousand times (e^-8).
 */
const MISSING = 8
/** What is assumed of a camera of which nothing is known: so many tries gave one read. */
const FIRST = { bouts: { tries: 8, reads: 1 }, plates: { tries: 2, reads: 1 } }
/** Tries that are remembered: a rate that has changed for good is learned. */
const MEMORY = 500
/** Longest step that counts as time, ms: a clock that is set forward is no hour without reads. */
const LONGEST_STEP_MS = 120_000

/** @param longMs so long without a read, ms, movement has to go on besides */
export function learnReads(longMs: number, before?: LearnedReads): UsualReads {
  const bouts = createRate(FIRST.bouts, before?.bouts)
  const plates = createRate(FIRST.plates, before?.plates)
  let boutMs = Number.POSITIVE_INFINITY
  let unseenMs = 0

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
      plates.read(light)
      bouts.read(light)
      unseenMs = 0
    },
    missing() {
      if (plates.missing() >= MISSING) return 'unread'
      return unseenMs >= longMs && bouts.missing() >= MISSING ? 'unseen' : null
    },
    learned: () => ({ bouts: bouts.learned(), plates: plates.learned() }),
  }
}

/** The usual number of reads a try, and how many are missing since the last. */
function createRate(first: Tally, before: Tallies = []) {
  const known = new Map<number, Tally>(before.map(([light, tally]) => [light, { ...tally }]))
  const waiting = new Map<number, number>()
  const rateIn = (light: number) => {
    const { tries, reads } = known.get(light) ?? { tries: 0, reads: 0 }
    return Math.min(1, (first.reads + reads) / (first.tries + tries))
  }
  const missing = () => [...waiting].reduce((sum, [light, tries]) => sum + tries * rateIn(light), 0)

  return {
    missing,
    tried(light: number): void {
      // Tries of a blind camera are not what is usual: what goes beyond is not learned.
      if (missing() < MISSING) waiting.set(light, (waiting.get(light) ?? 0) + 1)
    },
    read(light: number): void {
      for (const of of new Set([...waiting.keys(), light])) {
        const before = known.get(of) ?? { tries: 0, reads: 0 }
        const tries = before.tries + (waiting.get(of) ?? 0)
        const reads = before.reads + (of === light ? 1 : 0)
        const fading = Math.min(1, MEMORY / Math.max(tries, 1))
        known.set(of, { tries: tries * fading, reads: reads * fading })
      }
      waiting.clear()
    },
    learned: (): Tallies => [...known],
  }
}
