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
  /** What was missing when it stopped: an agent that restarts every night would else never miss enough. */
  readonly pending?: {
    readonly bouts: Waiting
    readonly plates: Waiting
    readonly unseenMs: number
    /** The longest while without a read of late that ended by itself, in reads that were to be expected. */
    readonly longest: number
  }
}

/** Tries since the last read, by light. */
type Waiting = readonly (readonly [light: number, tries: number])[]

/** Movement without a pause is as many bouts as times this, ms; after a pause of as much as PAUSE_MS another begins. */
const BOUT_MS = 10_000
const PAUSE_MS = 3_000
/**
 * Reads that are to be missing, by the usual rate, before it is believed: by chance that happens once in about three
 * thousand times (e^-8).
 */
const MISSING = 8
/**
 * Where people play and nobody drives on Sundays, movement without reads is usual. So that this is told once and not every
 * week, so many times the longest such while of late must be over; and at most so many reads, so that a camera that was blind
 * for days is found out the next time, too. What was long ago fades with each read.
 */
const LONGER = 1.5
const LONGEST = 200
const FADE = 1 - 1 / 5000
/** What is assumed of a camera of which nothing is known: so many tries gave one read. */
const FIRST = { bouts: { tries: 8, reads: 1 }, plates: { tries: 2, reads: 1 } }
/** Tries that are remembered: a rate that has changed for good is learned. */
const MEMORY = 500
/** Longest step that counts as time, ms: a clock that is set forward is no hour without reads. */
const LONGEST_STEP_MS = 120_000

/** @param longMs so long without a read, ms, movement has to go on besides */
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
      // A short while says nothing of movement.
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

/** The usual number of reads a try, and how many are missing since the last. */
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
    /** @param limit tries beyond so many missing reads are those of a blind camera: they are not learned */
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
