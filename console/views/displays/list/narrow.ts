import type { Display } from '../types.ts'
import { type DisplayStatus, statusOf } from './due.ts'

export interface Narrowing {
  status: DisplayStatus | 'all'
  mine: boolean
  priority: Display['priority'] | 'all'
  /** Reference or id of a case as displays name it; '' is any. The api narrows to it. */
  caseRef: string
  /** Parts of plate, case, owner or reason. Kept only in memory, because it may be a plate. */
  text: string
}

/** The displays that pass the filter. @param nameOf the name of a person by their id */
export function narrowDisplays(
  displays: readonly Display[],
  { status, mine, priority, text }: Omit<Narrowing, 'caseRef'>,
  me: string,
  nameOf: (id: string) => string,
  now: number,
): Display[] {
  const wanted = text.trim().toLowerCase()
  // Spaces and hyphens do not count in a plate.
  const plate = wanted.replaceAll(/[\s-]/g, '')
  const holds = (display: Display) =>
    (plate !== '' && display.plate?.toLowerCase().includes(plate)) ||
    [display.caseRef, display.owner, nameOf(display.owner), display.reason].some((words) =>
      words.toLowerCase().includes(wanted),
    )
  return displays.filter(
    (display) =>
      (status === 'all' || statusOf(display, now) === status) &&
      (!mine || display.owner === me) &&
      (priority === 'all' || display.priority === priority) &&
      (wanted === '' || holds(display)),
  )
}

/** The cases that displays are for, by name. */
export const casesOf = (displays: readonly Pick<Display, 'caseRef'>[]): string[] =>
  [...new Set(displays.map(({ caseRef }) => caseRef))].sort((a, b) => a.localeCompare(b))
