import { plainPlate } from '@sightline/schemas/written-plate'
import type { Reading } from './reading.ts'

/** A reading with the instant that its reader meant, milliseconds since 1970. */
export interface PassReading {
  readonly reading: Reading
  readonly seenAt: number
}

/** What is remembered over a restart, as JSON. Pictures are not: a read that waits for its vehicle to pass loses them. */
export interface SavedPasses {
  readonly waiting: readonly { readonly sighted: PassReading; readonly heardAt: number }[]
  readonly recent: readonly (readonly [plate: string, seenAt: number, pass?: string])[]
  readonly tellsVehicles: boolean
}

/** Makes one reading of all that a plate reader says of one vehicle. Pure but for its memory. */
export interface Passes {
  /**
   * @param heardAt when it came, by a clock that nobody sets, ms
   * @returns what is complete with it: a vehicle that has passed, or that is told only once
   */
  add(sighted: PassReading, heardAt: number): PassReading[]
  /** Vehicles of which nothing came for so long that they have passed. @param all whether to wait no longer for any */
  settle(now: number, all?: boolean): PassReading[]
  /** @returns what puts everything back as it is now: what was not stored was not told */
  mark(): () => void
  save(): SavedPasses
}

/** A vehicle of which its reader says no more for so long, ms, has passed. */
const WAIT_MS = 3_000
/** The same plate again within so long, ms, is the same pass, sent again or in another way. */
const REPEAT_MS = 10_000
/** A vehicle that stands, at a gate for example, is told again when it leaves: by the same id and plate, so long after, ms. */
const STANDS_MS = 600_000
/** Frames without a vehicle for so long, ms: the reader was set to tell frames alone, and they count again. */
const NO_VEHICLE_MS = 600_000
/** Plates of frames that are kept until that is certain. */
const MOST_HELD = 200
/** So many plates are remembered, to know them again when a reader sends a message a second time, however late. */
const REMEMBERED = 500
/** Vehicles that are waited for at a time; a reader that never ends them must not fill the memory. */
const MOST_WAITING = 32

export function createPasses(saved?: SavedPasses): Passes {
  const waiting = new Map<string, { sighted: PassReading; heardAt: number }>()
  /** Plates by their latest sighting; in the order in which they came. */
  let recent = (saved?.recent ?? []).map(([plate, seenAt, pass]) => ({ plate, seenAt, pass }))
  let tellsVehicles = saved?.tellsVehicles ?? false
  /** Of a reader that tells vehicles, what its frames said since the last one, and when that began. */
  let held = new Map<string, PassReading>()
  let heldSince = Number.POSITIVE_INFINITY
  for (const { sighted } of saved?.waiting ?? []) {
    // By the clock of this run they came at its beginning.
    waiting.set(sighted.reading.pass!.id, { sighted, heardAt: Number.NEGATIVE_INFINITY })
  }

  /** Lets through what was not told before. */
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
      // One that is told again and again while it stands there is still that one.
      if (reading.isFrame || isSamePass(known)) known.seenAt = Math.max(known.seenAt, seenAt)
      return []
    }
    recent = [...recent, { plate, seenAt, pass }].slice(-REMEMBERED)
    return [sighted]
  }

  /** Frames of a reader that tells vehicles: nothing is told twice, and nothing is lost when it tells them no more. */
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

/** One vehicle, told twice: by the surer reading, the later one of two alike; its way from the first to the last. */
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
