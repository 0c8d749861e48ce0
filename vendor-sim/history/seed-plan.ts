/** A part of the past, milliseconds since 1970: [from, to). */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A span written in slices of vehicles, and which of them are written. */
export interface SeededSpan extends Span {
  readonly slices: number
  readonly done: ReadonlySet<number>
}

/** The part of the past that one statement writes. */
export interface Piece extends Span {
  readonly slice: number
  readonly slices: number
  /** An earlier process may have started it, and written reads. */
  readonly doubtful: boolean
}

/** Reads per statement: two of the largest blocks that the simulation writes at once. */
const READS_A_PIECE = 8_000_000

/**
 * What must be written to complete a span: planned but unfinished parts, and unplanned ones, the newest first, because
 * it is searched most. A piece stays within one calendar year, and so do its reads: one part of one partition.
 * @param wanted the span to complete
 * @param planned the ledger
 * @param others spans written by others, such as a live feed
 * @param readsOf approximate number of reads of a span
 */
export function planSeed(
  wanted: Span,
  planned: readonly SeededSpan[],
  others: readonly Span[],
  readsOf: (span: Span) => number,
): Piece[] {
  const fresh = subtractSpans(wanted, [...planned, ...others])
    .flatMap(byYear)
    .map((span) => ({ ...span, slices: Math.max(1, Math.ceil(readsOf(span) / READS_A_PIECE)) }))
  const pieces = [
    ...fresh.flatMap(({ from, to, slices }) =>
      numbersBelow(slices).map((slice) => ({ from, to, slice, slices, doubtful: false })),
    ),
    ...planned.flatMap(({ from, to, slices, done }) =>
      numbersBelow(slices)
        .filter((slice) => !done.has(slice))
        .map((slice, n) => ({ from, to, slice, slices, doubtful: n === 0 })),
    ),
  ]
  return pieces.sort((a, b) => b.to - a.to || a.slice - b.slice)
}

/** The parts of a span that no other span covers. */
export function subtractSpans({ from, to }: Span, covered: readonly Span[]): Span[] {
  const gaps: Span[] = []
  let at = from
  for (const span of [...covered].sort((a, b) => a.from - b.from)) {
    if (span.from > at) gaps.push({ from: at, to: Math.min(span.from, to) })
    at = Math.max(at, span.to)
    if (at >= to) break
  }
  if (at < to) gaps.push({ from: at, to })
  return gaps.filter((gap) => gap.from < gap.to)
}

function byYear({ from, to }: Span): Span[] {
  const newYear = Date.UTC(new Date(from).getUTCFullYear() + 1, 0)
  return newYear >= to ? [{ from, to }] : [{ from, to: newYear }, ...byYear({ from: newYear, to })]
}

const numbersBelow = (count: number) => Array.from({ length: count }, (_, n) => n)
