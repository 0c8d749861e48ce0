import type { WindowChoice } from './state.ts'
import type { SearchBody, Wanted } from './wanted.ts'
import { isWholePlate } from './wanted.ts'

const DAY = 86_400_000

interface Window {
  from: string
  to: string
}
/** Maximum number of years that a search may go back (QRY-4). */
const YEARS = 5

/** Maximum number of days of a search without a whole plate (QRY-6). */
const PLACE_DAYS = 31

/** Whether a window is too long for a search without a whole plate; the api refuses those. */
export function windowFault(choice: WindowChoice, wanted: Pick<Wanted, 'plate'>): 'long-window' | null {
  if (choice.kind === 'recent' || isWholePlate(wanted)) return null
  const span = Date.parse(choice.to) - Date.parse(choice.from)
  return span > PLACE_DAYS * DAY ? 'long-window' : null
}

/** The next window before this one: all of the rest for a plate; without one, no more days than allowed (QRY-6). */
export function olderOf(older: Window, hasPlate: boolean): Window {
  const from = Date.parse(older.to) - 30 * DAY
  return hasPlate || from <= Date.parse(older.from) ? older : { ...older, from: new Date(from).toISOString() }
}

/** From and to of a search; empty for the api's own default, the last 30 days (QRY-3). */
export function windowOf(choice: WindowChoice, wanted: Wanted, now: number): Pick<SearchBody, 'from' | 'to'> {
  if (choice.kind === 'span') return { from: instantOf(choice.from), to: instantOf(choice.to) }
  if (isWholePlate(wanted)) return {}
  // Without a plate, the window is required (QRY-6). It is rounded to the minute, so that a repeated search is the same.
  const to = Math.floor(now / 60_000) * 60_000
  return { from: new Date(to - 30 * DAY).toISOString(), to: new Date(to).toISOString() }
}

const instantOf = (local: string): string => new Date(local).toISOString()

/** An instant in the format of `datetime-local`: in the viewer's zone, to the minute. */
export function localOf(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 16)
}

/** The possible choices; the first is the last week. */
export function spanLimits(now: Date): { min: string; max: string; from: string; to: string } {
  const oldest = new Date(now)
  oldest.setFullYear(oldest.getFullYear() - YEARS)
  const max = localOf(new Date(now.getTime() + 60_000))
  return { min: localOf(oldest), max, from: localOf(new Date(now.getTime() - 7 * DAY)), to: localOf(now) }
}
