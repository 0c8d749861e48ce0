import type { Pass } from '@sightline/edge-agent/tracking/tracker'
import { iou } from '@sightline/recognition/geometry'
import type { Figures } from '../scoring.ts'
import { type Appearance, widest } from './appearances.ts'

/** Whether each vehicle gave one pass: what the metrics of `bench passes` mean. Pure. */

/** A vehicle counts when its plate is at least this wide in some frame. Pixels. */
const MIN_WIDTH = 80
/** A pass is of the plate that its best box covers by this intersection over union. */
const SAME_PLATE = 0.3

/** The passes of one sequence, each with the appearance that it is of; null: of no labeled plate. */
export interface Judged {
  readonly appearances: readonly Appearance[]
  readonly passes: readonly { readonly pass: Pass; readonly of: Appearance | null }[]
}

/** Times of the passes are those of the labels, in milliseconds. */
export function judge(appearances: readonly Appearance[], passes: readonly Pass[]): Judged {
  return { appearances, passes: passes.map((pass) => ({ pass, of: appearanceOf(pass, appearances) })) }
}

function appearanceOf({ best }: Pass, appearances: readonly Appearance[]): Appearance | null {
  let [nearest, most]: [Appearance | null, number] = [null, SAME_PLATE]
  for (const appearance of appearances) {
    for (const { second, box } of appearance.places) {
      const shared = second * 1000 === best.seenAt ? iou(box, best.finding.box) : 0
      if (shared >= most) [nearest, most] = [appearance, shared]
    }
  }
  return nearest
}

/** Appearances that should give a read. */
const wideOnes = ({ appearances }: Judged): Appearance[] =>
  appearances.filter((appearance) => widest(appearance).box[2] >= MIN_WIDTH)

/** Appearances that should have given a read, and did not. */
export const findMissed = (judged: Judged): Appearance[] =>
  wideOnes(judged).filter((appearance) => !judged.passes.some(({ of }) => of === appearance))

/**
 * Over the appearances of plates at least 80 px wide: `appearances`, how many; `recall`, the share with at least one
 * pass; `exactly_one`, the share with exactly one; `doubles`, passes beyond the first.
 * @param among counts only these
 */
export function appearanceFigures(
  sequences: readonly Judged[],
  among: (appearance: Appearance) => boolean,
): Figures {
  const counts = sequences.flatMap((judged) =>
    wideOnes(judged)
      .filter(among)
      .map((appearance) => judged.passes.filter(({ of }) => of === appearance).length),
  )
  return {
    appearances: [counts.length, 'appearances'],
    recall: share(counts.filter((count) => count > 0).length, counts.length),
    exactly_one: share(counts.filter((count) => count === 1).length, counts.length),
    doubles: [counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0), 'passes'],
  }
}

/** `passes`, and `precision`: the share of them that is of a labeled plate, narrow ones included. */
export function passFigures(sequences: readonly Judged[]): Figures {
  const passes = sequences.flatMap((judged) => judged.passes)
  return {
    passes: [passes.length, 'passes'],
    precision: share(passes.filter(({ of }) => of !== null).length, passes.length),
  }
}

const share = (part: number, all: number): readonly [number, string] => [all > 0 ? part / all : 0, 'share']
