/** A part of the past, milliseconds since 1970: [from, to). */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A span that is written in slices of vehicles, and which of them are written. */
export interface SeededSpan extends Span {
  readonly slices: number
  readonly done: ReadonlySet<number>
}

/** One statement's worth of the past. */
export interface Piece extends Span {
  readonly slice: number
  readonly slices: number
  /** An earlier process may have begun it: what it wrote is there. */
  readonly doubtful: boolean
}

/** Reads of one statement: two parts of the largest size that the simulation writes at once. */
const READS_A_PIECE = 8_000_000

/**
 * What has to be written so that a span is complete: what was planned before and not finished, and what nobody has
 * planned yet, the newest first, because it is asked for most. A piece stays inside one calendar year, and so does
 * what it writes: one part of one partition.
 * @param wanted the span to be complete
 * @param planned the ledger
 * @param others spans that are written by others, such as a live feed
 * @param readsOf how many reads a span has, about
 */
export function planSeed(
  wanted: Span,
  planned: readonly SeededSpan[],
  others: readonly Span[],
  readsOf: (span: Span) => number,
): Piece[] {
  const fresh = without(wanted, [...planned, ...others])
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

/** The parts of a span that none of the others covers. */
export function without({ from, to }: Span, covered: readonly Span[]): Span[] {
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
