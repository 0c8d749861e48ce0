import type { Figures } from '../scoring.ts'

/** Whether each plate of a clip gave one read: what the metrics of `bench clips` mean. Pure. */

/** One clip: the plates that it shows, and what was read, in normal form (schemas/plate.ts). */
export interface ClipReads {
  readonly labels: readonly string[]
  readonly reads: readonly string[]
}

/**
 * Of the labeled plates of all clips: `exactly_once`, those with one read of exactly their text; `doubled`, those with
 * more; `missed`, those with none. `other`: reads of any other text, misreads and plates without a label alike.
 */
export function clipFigures(clips: readonly ClipReads[]): Figures {
  const counts = clips.flatMap(({ labels, reads }) =>
    labels.map((label) => reads.filter((text) => text === label).length),
  )
  const others = clips.flatMap(({ labels, reads }) => reads.filter((text) => !labels.includes(text)))
  const plates = (holds: (count: number) => boolean) => [counts.filter(holds).length, 'plates'] as const
  return {
    exactly_once: plates((count) => count === 1),
    doubled: plates((count) => count > 1),
    missed: plates((count) => count === 0),
    other: [others.length, 'reads'],
  }
}
