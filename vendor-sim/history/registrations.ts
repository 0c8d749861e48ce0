import type { Camera } from '@sightline/schemas/camera'
import type { Position, Read } from '@sightline/schemas/read'
import type { Engine } from './engine.ts'

/**
 * A registered camera: everything about a read that is the same for all reads of one camera. A camera that moves or
 * changes hands is a new registration; what it saw before stays as it was.
 */
export interface Registration {
  readonly camera: Camera
  /** Position of a fixed one. */
  readonly position: Position | null
  readonly source: string
  readonly engine: Pick<Read['engine'], 'name' | 'version'>
}

export interface NumberedRegistration extends Registration {
  /** As the column `reader` has it. */
  readonly number: number
}

/** The registered registrations, kept in memory; one process writes a history, so nobody else gives out numbers. */
export interface Registrations {
  /** @throws RangeError for a number that was never given out */
  byNumber(number: number): NumberedRegistration
  all(): Iterable<NumberedRegistration>
  /** Number of a registration; undefined if it is not registered yet. */
  numberOf(registration: Registration): number | undefined
  /** Numbers of the given registrations, in their order; new ones are registered before this returns. */
  register(registrations: readonly Registration[]): Promise<number[]>
}

interface RegistrationRow {
  number: number
  country: string
  description: string
}

export async function openRegistrations(
  engine: Pick<Engine, 'select' | 'insertRows' | 'settle'>,
): Promise<Registrations> {
  const known = new Map<number, NumberedRegistration>()
  const numbers = new Map<string, number>()
  const learn = ({ number, description }: RegistrationRow) => {
    known.set(number, { ...(JSON.parse(description) as Registration), number })
    numbers.set(description, number)
  }
  const learnAll = async () => {
    for (const row of await engine.select<RegistrationRow>('SELECT * FROM readers ORDER BY number'))
      learn(row)
  }
  await learnAll()

  /** The last registration of each camera: nearly always the one wanted, without spelling it out. */
  const latest = new Map<string, NumberedRegistration>()
  const numberOf = (registration: Registration): number | undefined => {
    const last = latest.get(registration.camera.id)
    if (last && isSame(last, registration)) return last.number
    const number = numbers.get(describe(registration))
    if (number !== undefined) latest.set(registration.camera.id, known.get(number)!)
    return number
  }

  /** Registrations run one after another: two at once would assign the same number. */
  let last: Promise<unknown> = Promise.resolve()
  /** A registration failed, and it is unknown whether its numbers were assigned. */
  let isInDoubt = false
  const add = async (registrations: readonly Registration[]) => {
    if (isInDoubt) {
      await engine.settle()
      await learnAll()
    }
    let next = Math.max(0, ...known.keys()) + 1
    const fresh = [...new Map(registrations.map((registration) => [describe(registration), registration]))]
      .filter(([description]) => !numbers.has(description))
      .map(
        ([description, { camera }]): RegistrationRow => ({
          number: next++,
          country: camera.country,
          description,
        }),
      )
    isInDoubt = fresh.length > 0
    if (fresh.length === 0) return
    await engine.insertRows('readers', fresh)
    isInDoubt = false
    for (const row of fresh) learn(row)
  }
  return {
    numberOf,
    all: () => known.values(),
    byNumber: (number) => {
      const registration = known.get(number)
      if (!registration) throw new RangeError(`there is no registration ${number}`)
      return registration
    },
    register: async (registrations) => {
      const unknown = registrations.filter((registration) => numberOf(registration) === undefined)
      if (unknown.length > 0) {
        const adding = last.then(() => add(unknown))
        last = adding.catch(() => {})
        await adding
      }
      return registrations.map((registration) => numberOf(registration)!)
    },
  }
}

function isSame(a: Registration, b: Registration): boolean {
  return (
    sameParts(a.camera, b.camera) &&
    (a.position === b.position ||
      (a.position !== null && b.position !== null && sameParts(a.position, b.position))) &&
    a.source === b.source &&
    sameParts(a.engine, b.engine)
  )
}

/** Whether all fields of `b` equal those of `a`; both have been validated, so they have the same fields. */
function sameParts<T extends object>(a: T, b: T): boolean {
  for (const key in b) if (a[key] !== b[key]) return false
  return true
}

/** One normal form, so that the same camera has the same description. */
function describe({ camera, position, source, engine }: Registration): string {
  const { id, owner, ownerType, kind, country, address } = camera
  return JSON.stringify({
    camera: { id, owner, ownerType, kind, country, address },
    position: position && { ...EMPTY, ...position },
    source,
    engine: { name: engine.name, version: engine.version },
  })
}

/** Determines the order of a position's fields. */
const EMPTY: Position = { fix: 'surveyed', lat: 0, lon: 0, accuracyM: null, headingDeg: null, speedMps: null }

/** The registration of a read: its surveyed position belongs to it; one from a satellite, and how sure the engine was, to the read. */
export function registrationOf({ camera, position, source, engine }: Read): Registration {
  const { ownConfidence, ...own } = engine
  return {
    camera,
    position: position?.fix === 'surveyed' ? position : null,
    source,
    engine: ownConfidence === undefined ? engine : own,
  }
}
