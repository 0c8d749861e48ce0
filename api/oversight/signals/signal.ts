import { createHash } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import type { MisuseSettings, Signal, SignalKind, Thresholds } from '@sightline/schemas/misuse'
import type { Conduct } from '../conduct.ts'

/** Input for finding signals of one kind. */
export interface SignalContext {
  readonly settings: MisuseSettings
  readonly thresholds: Thresholds
}

/** Finds one kind of signal: pure, and independent of all others. */
export type SignalFinder = (conduct: Conduct, context: SignalContext) => Signal[]

/** Maximum number of record numbers in a signal. */
const MOST = 20

/** @param evidence records, oldest first; at least one */
export function signal(
  kind: SignalKind,
  people: readonly string[],
  plate: string | null,
  evidence: readonly { record: number; at: number }[],
  words: { explanation: string; perhaps: string },
): Signal {
  const first = evidence[0]!
  // Clocks of several processes differ: the last record need not be the latest.
  const times = evidence.map(({ at }) => at)
  // Without the count: the same use, found again a day later, is the same signal.
  const identity = JSON.stringify([kind, people, plate, first.record])
  return {
    id: createHash('sha256').update(identity).digest('base64url').slice(0, 22),
    kind,
    people: [...people],
    plate,
    from: instant(lowest(times)),
    to: instant(highest(times)),
    ...words,
    evidence: { records: evidence.slice(-MOST).map(({ record }) => record), count: evidence.length },
  }
}

const lowest = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b))
const highest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b))

/** Items by a key, in the order in which the keys first appear; items without a key are left out. */
export function groupBy<T>(things: readonly T[], keyOf: (thing: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const thing of things) {
    const key = keyOf(thing)
    if (key === null) continue
    const group = groups.get(key)
    if (group) group.push(thing)
    else groups.set(key, [thing])
  }
  return groups
}
