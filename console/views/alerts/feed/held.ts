import type { Alert, AlertWork, Entry, Listed, Sightings } from './entry.ts'

/** The alerts in memory, as immutable values. */
export interface Held {
  /** Newest first, each sequence once. */
  entries: readonly Entry[]
  /** Where the next page of older alerts begins; null when there are none; undefined before the first page. */
  next: number | null | undefined
  /** Number of the last change from the stream. */
  changes: number
  /** Work and counts of alerts that are not in memory yet: the page that brings them may be older. */
  early: readonly Early[]
}

/** Work on an alert, or its count, and the number of the change that brought it. */
interface Early {
  change: number
  work?: AlertWork
  sightings?: Sightings
}

export const NOTHING: Held = { entries: [], next: undefined, changes: 0, early: [] }

/** So many are remembered, for so many changes: a page is on its way for a moment only. */
const MOST_EARLY = 500
const LONGEST_EARLY = 600

/** Maximum number of alerts in memory. The oldest are dropped, and can be loaded again as a page. */
export const MOST_HELD = 20_000

/** What arrived by the stream since the screen was last drawn. */
export interface Batch {
  alerts: { sequence: number; alert: Alert }[]
  works: AlertWork[]
  sightings: Sightings[]
  /** Alerts that are no longer hidden. */
  judged?: { sequence: number; alert: Alert }[]
}

/** Applies new data. An alert in memory stays as it is; work and counts of other alerts wait for it. */
export function withBatch({ entries, next, changes, early }: Held, batch: Batch): Held {
  const change = changes + 1
  const newest = entries[0]?.sequence ?? 0
  const fresh = batch.alerts
    .filter(({ sequence }) => sequence > newest || placeIn(entries, sequence) === undefined)
    // A missed alert may have been judged long ago: the stream does not say so, a page does.
    .map(({ sequence, alert }): Entry => ({ sequence, alert, sightings: null, work: null, change: 0 }))
  const all = inOrder([...fresh, ...entries])
  const told: Early[] = [
    ...early.filter((one) => one.change > changes - LONGEST_EARLY),
    ...batch.works.map((work) => ({ change, work })),
    ...batch.sightings.map((sightings) => ({ change, sightings })),
  ]
  const waiting = applied(all, told)
  for (const { sequence, alert } of batch.judged ?? []) {
    const place = placeIn(all, sequence)
    if (place !== undefined) all[place] = { ...all[place]!, alert }
  }
  return trimHeld({ entries: all, next, changes: change, early: waiting })
}

/** Applies what was told to the alerts that are there. @returns the rest, the latest ones */
function applied(entries: Entry[], told: readonly Early[]): readonly Early[] {
  if (told.length === 0) return told
  const counted = new Set(told.flatMap(({ sightings }) => sightings?.alertId ?? []))
  const places = new Map<string, number>()
  if (counted.size > 0)
    for (const [place, { alert }] of entries.entries()) if (counted.has(alert.id)) places.set(alert.id, place)
  const left: Early[] = []
  for (const one of told) {
    const { work, sightings, change } = one
    const place = work ? placeIn(entries, work.sequence) : places.get(sightings!.alertId)
    if (place === undefined) {
      left.push(one)
      continue
    }
    const entry = entries[place]!
    if (work && !goesBack(entry.work, work)) entries[place] = { ...entry, work, change }
    const later = higher(entry.sightings, sightings)
    if (later !== entry.sightings) entries[place] = { ...entry, sightings: later }
  }
  return left.slice(-MOST_EARLY)
}

/**
 * Adds a page of older alerts, or updates those in memory.
 * @param asOf the alerts in memory when the page was requested: whatever arrived since then is newer than the page
 * @param next where the next page begins; absent if this page is not a continuation
 */
export function withPage(held: Held, page: readonly Listed[], asOf: Held, next?: number | null): Held {
  const known = new Map(page.map((listed) => [listed.sequence, listed]))
  const kept = held.entries.map((entry) => {
    const listed = known.get(entry.sequence)
    known.delete(entry.sequence)
    if (!listed) return entry
    const isNewer = entry.change <= asOf.changes && !goesBack(entry.work, listed.work)
    const sightings = higher(listed.sightings, entry.sightings)
    const work = isNewer ? listed.work : entry.work
    // What was revealed stays visible, even if the page arrives late.
    const alert = entry.alert.covered ? listed.alert : entry.alert
    return { ...listed, alert, sightings, work, change: entry.change }
  })
  const added = [...known.values()].map((listed): Entry => ({ ...listed, change: 0 }))
  const entries = inOrder([...kept, ...added])
  // Work that was told before the page was requested is in it.
  const later = held.early.filter(({ change, sightings }) => sightings || change > asOf.changes)
  const early = applied(entries, later)
  return trimHeld({ entries, next: next === undefined ? held.next : next, changes: held.changes, early })
}

/** Place of a sequence among entries, newest first; undefined when it is not there. */
export function placeIn(entries: readonly Pick<Entry, 'sequence'>[], sequence: number): number | undefined {
  const place = placeAfter(entries, sequence)
  return entries[place]?.sequence === sequence ? place : undefined
}

/** Index of the first entry at or before a sequence; the length if there is none. */
export function placeAfter(entries: readonly Pick<Entry, 'sequence'>[], sequence: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (entries[middle]!.sequence > sequence) low = middle + 1
    else high = middle
  }
  return low
}

/** Whether an answer is older than the known data: verdicts, attempts and shares never decrease. */
const goesBack = (known: AlertWork | null, told: AlertWork | null): boolean =>
  known !== null &&
  ((known.verdict !== null && !told?.verdict) ||
    known.tries.length > (told?.tries.length ?? 0) ||
    known.passedOn.length > (told?.passedOn.length ?? 0))

/** The later of two counts. */
const higher = (one: Sightings | null, other: Sightings | null | undefined): Sightings | null =>
  other && (!one || other.upTo > one.upTo) ? other : one

const inOrder = (entries: Entry[]): Entry[] => entries.sort((a, b) => b.sequence - a.sequence)

function trimHeld(held: Held): Held {
  if (held.entries.length <= MOST_HELD) return held
  const entries = held.entries.slice(0, MOST_HELD)
  return { ...held, entries, next: entries.at(-1)!.sequence }
}
