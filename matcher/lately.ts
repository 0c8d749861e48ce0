import type { StreamMessage } from '@sightline/broker/stream-message'
import type { DisplayIndex, Match } from '@sightline/matching'
import { isStoredSince } from '@sightline/matching'
import type { Display } from '@sightline/schemas/display'

/**
 * Reads of one stream that were judged lately, for displays that are heard of after them. The broker says that a display is
 * stored a little before the matcher hears of it; a read that is stored in between is the display's next read, and was
 * judged without it (DSP-1, DSP-5).
 */
export interface Lately {
  /** Keeps reads, in their order, that were judged by the displays known so far. */
  judged(batch: readonly StreamMessage[]): void
  /** A display was stored or changed, while reads are kept: what comes later is judged by it anyway. */
  changed(display: Display, storedAt: number): void
  /** A display is gone. */
  gone(id: string): void
  /** Judges what is kept once more, by the displays that changed since it was. */
  judgeAgain(): void
  /** No display that was stored before these reads is still to come. */
  forget(upTo: number): void
  /** Number of reads kept. */
  readonly size: number
}

/** Whether a match of a read counts. */
export type Counts = (match: Match) => boolean

/**
 * @param index empty; of these displays alone
 * @param judge judges a read by an index, raises what counts of its matches, and sees to it that nothing is raised twice
 */
export function keepLately(
  index: DisplayIndex,
  judge: (message: StreamMessage, index: DisplayIndex, counts: Counts) => void,
): Lately {
  let batches: (readonly StreamMessage[])[] = []
  let size = 0
  /** When the last step of each was stored, milliseconds: it holds for the reads from then on. */
  const changed = new Map<string, number>()
  const again = (message: StreamMessage) => {
    const counts = ({ id }: Match) => isStoredSince(message.time.getTime(), changed.get(id) ?? 0)
    judge(message, index, counts)
  }
  function judgeAgain(): void {
    if (index.size > 0) for (const batch of batches) batch.forEach(again)
    for (const id of changed.keys()) index.remove(id)
    changed.clear()
  }

  return {
    judged(batch) {
      batches.push(batch)
      size += batch.length
    },
    changed(display, storedAt) {
      // The step before holds for the reads up to this one, and those kept may not have been judged by it yet.
      if (changed.has(display.id)) judgeAgain()
      index.set(display, storedAt)
      changed.set(display.id, storedAt)
    },
    gone: (id) => index.remove(id),
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
