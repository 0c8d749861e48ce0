import type { Display } from '../types.ts'
import { type Standing, standingOf } from './due.ts'

export interface Narrowing {
  standing: Standing | 'all'
  mine: boolean
  priority: Display['priority'] | 'all'
  /** Parts of plate, case, owner or reason; in memory only, for it may be a plate. */
  text: string
}

export const narrowed = (displays: readonly Display[], by: Narrowing, me: string, now: number): Display[] => {
  const wanted = by.text.trim().toLowerCase()
  return displays.filter(
    (display) =>
      (by.standing === 'all' || standingOf(display, now) === by.standing) &&
      (!by.mine || display.owner === me) &&
      (by.priority === 'all' || display.priority === by.priority) &&
      [display.plate, display.caseRef, display.owner, display.reason].some((text) =>
        text.toLowerCase().includes(wanted),
      ),
  )
}
