import { SightlineError } from '@sightline/schemas/errors'
import { several } from '@sightline/schemas/several'

/** State of a stream of reads: whether its reads are judged in time, and how long it has room. Pure. */

/** A stream's figures at one moment. */
export interface ReadsLook {
  stream: string
  /** Milliseconds of a monotonic clock. */
  at: number
  messages: number
  bytes: number
  first: number
  last: number
  /** Maximum size, bytes. */
  maxBytes: number
  /** Last read that the matcher has finished. */
  judged: number
  /** The slowest process that needs its reads: `matcher` or another one, and the last read that it has finished. */
  slowest: { who: string; done: number }
}

/**
 * - `judged`: reads are judged as they come
 * - `behind`: they are judged, but a new one has to wait longer than `LATE_S`
 * - `still`: some wait, and none was judged for `STILL_MS`
 * - `full`: new reads are refused
 */
export type ReadsCondition = 'judged' | 'behind' | 'still' | 'full'

export interface ReadsState {
  stream: string
  state: ReadsCondition
  /** Reads that are not judged. */
  backlog: number
  /** Number of reads that the slowest process has not handled: they stay. */
  kept: number
  /** Free share of the space, 0 to 1. */
  free: number
  /** When the stream will be full at the current rates; null if it is not filling. */
  fullInSeconds: number | null
  slowest: string
}

/**
 * The longest time between two positions is four seconds, while a vehicle is parked in front of a camera
 * (matcher/position.ts).
 */
const STILL_MS = 5000
const LATE_S = 10
/** Rates are computed over this many milliseconds. */
const WINDOW_MS = 30_000
/** Age deletes reads after a day: what would fill a stream later than that does not fill it. */
const DAY_S = 86_400
/** Space for this many of the largest reads counts as none: most reads are smaller, and one that does not fit is refused. */
const FULL_BYTES = 2 * 4096

interface Memory {
  looks: ReadsLook[]
  /** Since when no read was judged, although reads waited. */
  stillSince: number
  /** When no read waited last. */
  waitingSince: number
  /** When there was room last. */
  fullSince: number
}

/** Follows the state of streams from check to check. */
export function createReadsStates() {
  const streams = new Map<string, Memory>()

  function remember(look: ReadsLook, backlog: number, isFull: boolean): Memory {
    const { at } = look
    const known = streams.get(look.stream)
    const before = known?.looks.at(-1)
    const memory = known ?? { looks: [], stillSince: at, waitingSince: at, fullSince: at }
    // The stream was recreated, or another process is the slowest: start over.
    if (!before || before.last > look.last || before.slowest.who !== look.slowest.who) memory.looks = []
    if (look.judged !== before?.judged || backlog === 0) memory.stillSince = at
    if (backlog === 0) memory.waitingSince = at
    if (!isFull) memory.fullSince = at
    memory.looks = [...memory.looks.filter(({ at }) => at > look.at - WINDOW_MS), look]
    streams.set(look.stream, memory)
    return memory
  }

  return {
    /** Takes a stream's figures. @returns its state */
    take(look: ReadsLook): ReadsState {
      const { stream, at, messages, bytes, first, last, maxBytes, judged, slowest } = look
      // Reads that were deleted by age no longer wait. A position beyond the end belongs to an earlier stream with this name.
      const after = (done: number) =>
        messages === 0 ? 0 : Math.max(0, last - Math.max(done > last ? 0 : done, first - 1))
      const [backlog, kept] = [after(judged), after(slowest.done)]
      const isLimited = maxBytes > 0
      const isFull = isLimited && maxBytes - bytes < FULL_BYTES
      const { looks, stillSince, waitingSince, fullSince } = remember(look, backlog, isFull)
      const oldest = looks[0]!
      const seconds = Math.max(0.001, (at - oldest.at) / 1000)
      const judgedASecond = Math.max(0, (judged - oldest.judged) / seconds)
      const freedASecond = Math.max(0, (slowest.done - oldest.slowest.done) / seconds)
      const grows = (last - oldest.last) / seconds - freedASecond
      const mean = messages === 0 ? 1 : bytes / messages
      // While a matcher judges, reads that no process needs make room; otherwise they stay.
      const room = maxBytes - (judgedASecond > 0 ? kept * mean : bytes)
      const state = (): ReadsCondition => {
        // Judged reads make room at once, unless something prevents it.
        if (isFull && (kept > 0 || at - fullSince >= STILL_MS)) return 'full'
        if (backlog > 0 && at - stillSince >= STILL_MS) return 'still'
        // Where few reads come, one that has just come would look like a backlog of many seconds.
        const isWaiting = at - waitingSince >= STILL_MS
        if (isWaiting && judgedASecond > 0 && backlog / judgedASecond > LATE_S) return 'behind'
        return 'judged'
      }
      const fullIn = grows > 0 && kept > 0 ? Math.max(0, room / mean / grows) : Number.POSITIVE_INFINITY
      return {
        stream,
        state: state(),
        backlog,
        kept,
        free: isLimited ? Math.max(0, 1 - bytes / maxBytes) : 1,
        fullInSeconds: isLimited && fullIn < DAY_S ? fullIn : null,
        slowest: slowest.who,
      }
    },
    forget: (stream: string) => void streams.delete(stream),
  }
}

const inWords = (seconds: number): string =>
  seconds >= 7200 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 60)} min`

/**
 * The error for a stream; null if its reads are judged in time.
 * @param holder the matcher that judges it, if known; null: none does
 */
export function readsTrouble(
  { stream, state, backlog, kept, free, fullInSeconds, slowest }: ReadsState,
  holder?: string | null,
): SightlineError | null {
  const matcher = holder ? `the matcher ${holder}` : 'the matcher'
  const waiting = `${several(backlog, 'read')} of ${stream} ${backlog === 1 ? 'is' : 'are'} waiting`
  const untilFull = fullInSeconds === null ? '' : `, for ${inWords(fullInSeconds)} at this rate`
  const room = `${Math.floor(free * 100)} % of its space is free${untilFull}`
  const start =
    holder === null
      ? 'No matcher judges this stream: start one (./sightline matcher run).'
      : `Check the log of ${matcher}, and restart it if it is stuck.`
  switch (state) {
    case 'judged':
      return null
    case 'full': {
      if (kept === 0) {
        const message = `${stream} is full and refuses new reads, although all are judged: they do not make room`
        const hint = `See the health of ${matcher}: it says what keeps judged reads there, for example a consumer that nobody uses. Senders keep what is refused.`
        return new SightlineError('READS_FULL', message, { hint })
      }
      const isMatcher = slowest === 'matcher'
      const who = isMatcher ? matcher : slowest
      const next = isMatcher
        ? start
        : `Start ${who} again, or remove what it keeps if it is gone for good (docs/operations.md, Full disk).`
      const message = `${stream} is full and refuses new reads: ${who} has not handled ${several(kept, 'read')}`
      return new SightlineError('READS_FULL', message, { hint: `${next} Senders keep what is refused.` })
    }
    case 'still':
      return new SightlineError('READS_STILL', `${waiting}, and ${matcher} does not move; ${room}`, {
        hint: start,
      })
    case 'behind':
      return new SightlineError('READS_BEHIND', `${waiting}: ${matcher} is behind; ${room}`, {
        hint: 'If this lasts, more reads come than one matcher can judge: give the reads partitions, and start more matchers (docs/matcher.md).',
      })
  }
}
