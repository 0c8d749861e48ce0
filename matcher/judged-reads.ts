import type { StreamMessage } from '@sightline/broker/stream-message'
import type { DisplayIndex, Match } from '@sightline/matching'
import { isStoredSince } from '@sightline/matching'
import type { Display } from '@sightline/schemas/display'

/**
 * Recently judged reads of one stream, to be judged again by displays of which the matcher learns later. The broker
 * confirms a display to its author a little before the matcher receives it. A read that is stored in between comes after
 * the display, but was judged without it (DSP-1, DSP-5).
 */
export interface JudgedReads {
  /** Keeps reads, in their order, that were judged by the displays known so far. */
  add(batch: readonly StreamMessage[]): void
  /** A display was stored or changed. Call it only while reads are kept: later reads are judged by the display anyway. */
  setDisplay(display: Display, storedAt: number): void
  removeDisplay(id: string): void
  /** Judges the kept reads again, by the displays that changed since the last time. */
  judgeAgain(): void
  /** Drops reads up to a sequence: every display that was stored before them is known. */
  forget(upTo: number): void
  /** Number of reads kept. */
  readonly size: number
}

/** Whether a match of a read counts. */
export type IsCounted = (match: Match) => boolean

/**
 * @param index an empty one, for only these displays
 * @param judge judges a read by an index, raises those of its matches that count, and raises nothing twice
 */
export function keepJudgedReads(
  index: DisplayIndex,
  judge: (message: StreamMessage, index: DisplayIndex, isCounted: IsCounted) => void,
): JudgedReads {
  let batches: (readonly StreamMessage[])[] = []
  let size = 0
  /** When the last step of each changed display was stored, milliseconds: it applies to reads after that. */
  const storedAtOf = new Map<string, number>()
  const again = (message: StreamMessage) => {
    const isCounted = ({ id }: Match) => isStoredSince(message.time.getTime(), storedAtOf.get(id) ?? 0)
    judge(message, index, isCounted)
  }
  function judgeAgain(): void {
    if (index.size > 0) for (const batch of batches) batch.forEach(again)
    for (const id of storedAtOf.keys()) index.remove(id)
    storedAtOf.clear()
  }

  return {
    add(batch) {
      batches.push(batch)
      size += batch.length
    },
    setDisplay(display, storedAt) {
      // The previous step applies to reads before this one, and kept reads may not have been judged by it yet.
      if (storedAtOf.has(display.id)) judgeAgain()
      index.set(display, storedAt)
      storedAtOf.set(display.id, storedAt)
    },
    removeDisplay: (id) => index.remove(id),
    judgeAgain,
    forget(upTo) {
      batches = batches.filter((batch) => batch.at(-1)!.seq > upTo)
      size = batches.reduce((sum, { length }) => sum + length, 0)
    },
    get size() {
      return size
    },
  }
}
