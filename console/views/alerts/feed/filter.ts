import { type AlertStatus, type Entry, placeOf, statusOf } from './entry.ts'

export const TABS = ['all', 'unjudged', 'mine', 'verified', 'misread'] as const
export type Tab = (typeof TABS)[number]

/** The filter of the alerts; '' means any. */
export interface Filter {
  tab: Tab
  priority: '' | 'high' | 'normal' | 'low'
  /** Id of a display. */
  display: string
  /** Id of a camera. */
  camera: string
  /** Only alerts of displays that the user owns. */
  owned: boolean
  /** Only vehicles on their way to a port of entry (DSP-6). */
  approaching: boolean
}

export const EVERYTHING: Filter = {
  tab: 'all',
  priority: '',
  display: '',
  camera: '',
  owned: false,
  approaching: false,
}

/** Who filters, and when. */
export interface Viewer {
  me: string
  /** Milliseconds. */
  now: number
}

const IN_TAB: Record<Tab, readonly AlertStatus[]> = {
  all: ['open', 'mine', 'others', 'verified', 'misread'],
  unjudged: ['open', 'mine', 'others'],
  mine: ['mine'],
  verified: ['verified'],
  misread: ['misread'],
}

/** Whether any filter is set besides the tab. */
export const isNarrowed = ({ tab: _tab, ...rest }: Filter): boolean => Object.values(rest).some(Boolean)

/** The alerts that pass a filter except for its tab, and their number in each tab. */
export function filterEntries(entries: readonly Entry[], filter: Filter, { me, now }: Viewer) {
  const counts: Record<Tab, number> = { all: 0, unjudged: 0, mine: 0, verified: 0, misread: 0 }
  const narrow = isNarrowed(filter)
  const shown = entries.filter((entry) => {
    if (narrow && !passes(entry, filter, me)) return false
    const status = statusOf(entry, me, now)
    for (const tab of TABS) if (IN_TAB[tab].includes(status)) counts[tab]++
    return IN_TAB[filter.tab].includes(status)
  })
  return { shown, counts }
}

function passes({ alert }: Entry, filter: Filter, me: string): boolean {
  const { display, read, approach } = alert
  return (
    (filter.priority === '' || display.priority === filter.priority) &&
    (filter.display === '' || display.id === filter.display) &&
    (filter.camera === '' || read.camera.id === filter.camera) &&
    (!filter.owned || display.owner === me) &&
    (!filter.approaching || approach !== undefined)
  )
}

export interface Choice {
  id: string
  label: string
  count: number
}

/** The displays and cameras of the alerts in memory, most alerts first: choices for a filter. No label contains a plate. */
export function choicesOf(entries: readonly Entry[]): { displays: Choice[]; cameras: Choice[] } {
  const displays = new Map<string, Choice>()
  const cameras = new Map<string, Choice>()
  for (const { alert } of entries) {
    const { display, read } = alert
    count(displays, display.id, () => `${display.caseRef}: ${display.reason}`)
    count(cameras, read.camera.id, () => placeOf(alert))
  }
  return { displays: sortChoices(displays), cameras: sortChoices(cameras) }
}

function count(choices: Map<string, Choice>, id: string, label: () => string): void {
  const choice = choices.get(id)
  if (choice) choice.count++
  else choices.set(id, { id, label: label(), count: 1 })
}

const sortChoices = (choices: Map<string, Choice>): Choice[] =>
  [...choices.values()].sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))
