import { several } from '@sightline/schemas/several'

/** An unexpected or repeated alert. */
export interface Stray {
  displayId: string
  readId: string
}

export interface Verdict {
  /** Planted hits that were published. */
  planted: number
  /** Of those, how many raised an alert of their own display. */
  alerted: number
  /** Ids of planted reads that raised none. */
  missing: string[]
  /** Repeated alerts for one display and one read. */
  doubled: Stray[]
  /** Alerts for our reads that were not planted, or of our displays for other reads. */
  unexpected: Stray[]
  /** Alerts that have nothing to do with this run. */
  elsewhere: number
}

export interface PlantedCheck {
  /** A planted read is due, and this display must raise an alert. @param due milliseconds of `performance.now()` */
  planted(readId: string, displayId: string, due: number): void
  /**
   * An alert arrived.
   * @returns when its read was due; undefined for an unexpected or repeated alert
   */
  alert(alert: Stray): number | undefined
  /** Planted hits still waiting for their alert. */
  outstanding(): number
  verdict(): Verdict
}

/** Checks that each planted hit raised exactly one alert, and nothing else did. Pure. */
export function createPlantedCheck(isOurRead: (readId: string) => boolean): PlantedCheck {
  const hits = new Map<string, { displayId: string; due: number; alerts: number }>()
  const displays = new Set<string>()
  const doubled: Stray[] = []
  const unexpected: Stray[] = []
  let alerted = 0
  let elsewhere = 0
  return {
    planted(readId, displayId, due) {
      hits.set(readId, { displayId, due, alerts: 0 })
      displays.add(displayId)
    },
    alert(alert) {
      const hit = hits.get(alert.readId)
      if (hit?.displayId === alert.displayId) {
        if (++hit.alerts > 1) {
          doubled.push(alert)
          return undefined
        }
        alerted++
        return hit.due
      }
      if (displays.has(alert.displayId) || isOurRead(alert.readId)) unexpected.push(alert)
      else elsewhere++
      return undefined
    },
    outstanding: () => hits.size - alerted,
    verdict() {
      const missing = [...hits].filter(([, { alerts }]) => alerts === 0).map(([readId]) => readId)
      return { planted: hits.size, alerted, missing, doubled, unexpected, elsewhere }
    },
  }
}

/** The faults in words; empty if there are none. */
export function faultsOf({ missing, doubled, unexpected }: Verdict): string[] {
  const some = (ids: readonly string[]) => `${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', …' : ''}`
  const pairs = (strays: readonly Stray[]) =>
    some(strays.map(({ displayId, readId }) => `display ${displayId}, read ${readId}`))
  return [
    ...(missing.length > 0 ? [`${missing.length} planted hits raised no alert (${some(missing)})`] : []),
    ...(doubled.length > 0
      ? [`${several(doubled.length, 'alert')} came more than once (${pairs(doubled)})`]
      : []),
    ...(unexpected.length > 0
      ? [`${several(unexpected.length, 'alert')} came for reads that were not planted (${pairs(unexpected)})`]
      : []),
  ]
}
