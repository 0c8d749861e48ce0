import { type Display, displayIsActive } from '../../schemas/display.ts'
import type { Read } from '../../schemas/read.ts'

/** A display that a read answers. */
export interface Match {
  display: Display
  kind: 'exact'
  /** Probability that the vehicle carries the plate displayed. */
  probability: number
}

/** The displays in memory. Pure: no clock, no broker. */
export interface DisplayIndex {
  /** Adds a display, or replaces the one with its id. */
  set(display: Display): void
  remove(id: string): void
  /** The displays that `read` matches at instant `now` (milliseconds). */
  match(read: Read, now: number): Match[]
  readonly size: number
}

export function createDisplayIndex(): DisplayIndex {
  const byId = new Map<string, Display>()
  const byPlate = new Map<string, Set<Display>>()

  function remove(id: string): void {
    const display = byId.get(id)
    if (!display) return
    byId.delete(id)
    const others = byPlate.get(display.plate)
    others?.delete(display)
    if (others?.size === 0) byPlate.delete(display.plate)
  }

  function set(display: Display): void {
    remove(display.id)
    byId.set(display.id, display)
    const others = byPlate.get(display.plate)
    if (others) others.add(display)
    else byPlate.set(display.plate, new Set([display]))
  }

  function match(read: Read, now: number): Match[] {
    const candidates = byPlate.get(read.plate)
    if (!candidates) return []
    return [...candidates]
      .filter((display) => displayIsActive(display, now) && isNew(read, display) && regionFits(read, display))
      .map((display) => ({ display, kind: 'exact', probability: read.confidence }))
  }

  return {
    set,
    remove,
    match,
    get size() {
      return byId.size
    },
  }
}

/** A display concerns new reads (DSP-1): a read from before it is history, which is queried, not alerted. */
function isNew(read: Read, display: Display): boolean {
  return read.seenAt >= display.createdAt
}

/** A read without a region may be from any; one with another region is another vehicle. */
function regionFits(read: Read, display: Display): boolean {
  return display.region === null || read.region === null || read.region === display.region
}
