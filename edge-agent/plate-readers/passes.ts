import { plainPlate } from '@sightline/schemas/written-plate'
import type { Reading } from './reading.ts'

/** A reading with the instant that its plate reader meant, milliseconds since 1970. */
export interface PassReading {
  readonly reading: Reading
  readonly seenAt: number
}

/**
 * What is remembered across a restart, as JSON. Not the pictures: a read that waits for its vehicle to pass loses them.
 */
export interface SavedPasses {
  readonly waiting: readonly { readonly sighted: PassReading; readonly heardAt: number }[]
  readonly recent: readonly (readonly [plate: string, seenAt: number, pass?: string])[]
  readonly tellsVehicles: boolean
}

/** Combines all messages of a plate reader about one vehicle into one reading. Pure except for its memory. */
export interface Passes {
  /**
   * @param heardAt when it arrived, by a monotonic clock, ms
   * @returns the readings completed by it: a vehicle that has passed, or that is reported only once
   */
  add(sighted: PassReading, heardAt: number): PassReading[]
  /**
   * Vehicles that have passed, because there were no messages about them for long enough. @param all whether to stop
   * waiting for any
   */
  settle(now: number, all?: boolean): PassReading[]
  /** @returns a function that restores the present state, for readings that could not be stored */
  mark(): () => void
  save(): SavedPasses
}

/** A vehicle has passed when its plate reader reports nothing more about it for this long, ms. */
const WAIT_MS = 3_000
/** The same plate within this time, ms, is the same pass, sent again or in another form. */
const REPEAT_MS = 10_000
/**
 * A stationary vehicle, at a gate for example, is reported again when it leaves: with the same id and plate, up to this
 * much later, ms.
 */
const STANDS_MS = 600_000
/**
 * After this time with frames but no vehicle, ms, the plate reader was configured to send only frames, and they count
 * again.
 */
const NO_VEHICLE_MS = 600_000
/** Maximum number of plates of frames that wait for that decision. */
const MOST_HELD = 200
/** Number of remembered plates, to recognize messages that a plate reader sends a second time, however late. */
const REMEMBERED = 500
/** Maximum number of open vehicles; a plate reader that never ends them must not fill the memory. */
const MOST_WAITING = 32

export function createPasses(saved?: SavedPasses): Passes {
  const waiting = new Map<string, { sighted: PassReading; heardAt: number }>()
  /** Plates by their latest sighting, in the order of arrival. */
  let recent = (saved?.recent ?? []).map(([plate, seenAt, pass]) => ({ plate, seenAt, pass }))
  let tellsVehicles = saved?.tellsVehicles ?? false
  /** For a plate reader that reports vehicles: frames since the last vehicle, and when they began. */
  let held = new Map<string, PassReading>()
  let heldSince = Number.POSITIVE_INFINITY
  for (const { sighted } of saved?.waiting ?? []) {
    // By this run's clock, they arrived at its beginning.
    waiting.set(sighted.reading.pass!.id, { sighted, heardAt: Number.NEGATIVE_INFINITY })
  }

  /** Lets only new readings through. */
  function complete(sighted: PassReading): PassReading[] {
    const { reading, seenAt } = sighted
    const plate = plainPlate(reading.plate)
    const pass = reading.pass?.id
    const isSamePass = (one: { pass?: string | undefined }) => pass !== undefined && one.pass === pass
    const known = recent.find((one) => {
      const apart = Math.abs(one.seenAt - seenAt)
      return one.plate === plate && apart <= (isSamePass(one) ? STANDS_MS : REPEAT_MS)
    })
    if (known) {
      // A vehicle reported repeatedly while it is stationary stays the same.
      if (reading.isFrame || isSamePass(known)) known.seenAt = Math.max(known.seenAt, seenAt)
      return []
    }
    recent = [...recent, { plate, seenAt, pass }].slice(-REMEMBERED)
    return [sighted]
  }

  /**
   * Frames of a plate reader that reports vehicles: nothing is reported twice, and nothing is lost if it stops
   * reporting vehicles.
   */
  function hold(sighted: PassReading, heardAt: number): PassReading[] {
    heldSince = Math.min(heldSince, heardAt)
    const plate = plainPlate(sighted.reading.plate)
    if (!held.has(plate)) held.set(plate, sighted)
    if (held.size > MOST_HELD) held.delete(held.keys().next().value!)
    if (heardAt - heldSince < NO_VEHICLE_MS) return []
    tellsVehicles = false
    return letGo().flatMap(complete)
  }

  function letGo(): PassReading[] {
    const frames = [...held.values()]
    held = new Map()
    heldSince = Number.POSITIVE_INFINITY
    return frames
  }

  function take(id: string): PassReading[] {
    const found = waiting.get(id)
    waiting.delete(id)
    return found ? complete(found.sighted) : []
  }

  return {
    add(sighted, heardAt) {
      const { pass, isFrame = false, isAlert = false } = sighted.reading
      if (isFrame && tellsVehicles) return hold(sighted, heardAt)
      if (!isFrame && !isAlert) {
        tellsVehicles = true
        letGo()
      }
      if (!pass) return complete(sighted)
      const before = waiting.get(pass.id)?.sighted
      waiting.set(pass.id, { sighted: before ? merged(before, sighted) : sighted, heardAt })
      if (pass.isLast) return take(pass.id)
      const [oldest] = waiting.keys()
      return waiting.size > MOST_WAITING ? take(oldest!) : []
    },
    settle(now, all = false) {
      const due = [...waiting].filter(([, { heardAt }]) => all || now - heardAt >= WAIT_MS)
      return due.flatMap(([id]) => take(id))
    },
    mark() {
      const before = { waiting: [...waiting], recent: recent.map((one) => ({ ...one })), tellsVehicles }
      const frames = { held: new Map(held), heldSince }
      return () => {
        waiting.clear()
        for (const [id, one] of before.waiting) waiting.set(id, one)
        recent = before.recent
        tellsVehicles = before.tellsVehicles
        held = frames.held
        heldSince = frames.heldSince
      }
    },
    save: () => ({
      waiting: [...waiting.values()].map(({ sighted, heardAt }) => ({
        sighted: { ...sighted, reading: { ...sighted.reading, pictures: {} } },
        heardAt,
      })),
      recent: recent.map(({ plate, seenAt, pass }) =>
        pass === undefined ? ([plate, seenAt] as const) : ([plate, seenAt, pass] as const),
      ),
      tellsVehicles,
    }),
  }
}

/**
 * One vehicle, reported twice: the surer reading, or the later one of two equal ones; its way from the first to the
 * last.
 */
function merged(before: PassReading, after: PassReading): PassReading {
  const sureness = ({ reading: { confidence } }: PassReading) =>
    confidence ? confidence.value / confidence.best : 0
  const [best, other] = sureness(after) >= sureness(before) ? [after, before] : [before, after]
  const followed = before.reading.followed ?? { first: before.seenAt, last: before.seenAt, frames: 1 }
  return {
    seenAt: best.seenAt,
    reading: {
      ...best.reading,
      direction: after.reading.direction ?? before.reading.direction ?? null,
      pictures: { ...other.reading.pictures, ...best.reading.pictures },
      followed: {
        first: Math.min(followed.first, after.seenAt),
        last: Math.max(followed.last, after.seenAt),
        frames: followed.frames + 1,
      },
    },
  }
}
