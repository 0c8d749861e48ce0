import type { Camera } from '@sightline/schemas/camera'
import type { Position, Read } from '@sightline/schemas/read'
import type { Engine } from './engine.ts'

/**
 * A registered reader: everything about a read that is the same for all reads of one camera. A camera that moves or
 * changes hands is a new reader; what it saw before stays as it was.
 */
export interface Reader {
  readonly camera: Camera
  /** Where a fixed one stands. */
  readonly position: Position | null
  readonly source: string
  readonly engine: Read['engine']
}

export interface NumberedReader extends Reader {
  /** As the column `reader` has it. */
  readonly number: number
}

/** The registered readers, kept in memory; one process writes a history, so nobody else gives out numbers. */
export interface Readers {
  /** @throws RangeError for a number that was never given out */
  byNumber(number: number): NumberedReader
  all(): Iterable<NumberedReader>
  /** Of a reader that is registered. */
  numberOf(reader: Reader): number | undefined
  /** Numbers of the given readers, in their order; new ones are registered before this comes back. */
  register(readers: readonly Reader[]): Promise<number[]>
}

interface ReaderRow {
  number: number
  country: string
  description: string
}

export async function openReaders(
  engine: Pick<Engine, 'select' | 'insertRows' | 'settle'>,
): Promise<Readers> {
  const known = new Map<number, NumberedReader>()
  const numbers = new Map<string, number>()
  const learn = ({ number, description }: ReaderRow) => {
    known.set(number, { ...(JSON.parse(description) as Reader), number })
    numbers.set(description, number)
  }
  const learnAll = async () => {
    for (const row of await engine.select<ReaderRow>('SELECT * FROM readers ORDER BY number')) learn(row)
  }
  await learnAll()

  /** The last reader of each camera: nearly always the one wanted, without spelling it out. */
  const latest = new Map<string, NumberedReader>()
  const numberOf = (reader: Reader): number | undefined => {
    const last = latest.get(reader.camera.id)
    if (last && isSame(last, reader)) return last.number
    const number = numbers.get(describe(reader))
    if (number !== undefined) latest.set(reader.camera.id, known.get(number)!)
    return number
  }

  /** Registrations run one after another: two at once would assign the same number. */
  let last: Promise<unknown> = Promise.resolve()
  /** A registration failed, and it is unknown whether its numbers were assigned. */
  let isInDoubt = false
  const add = async (readers: readonly Reader[]) => {
    if (isInDoubt) {
      await engine.settle()
      await learnAll()
    }
    let next = Math.max(0, ...known.keys()) + 1
    const fresh = [...new Map(readers.map((reader) => [describe(reader), reader]))]
      .filter(([description]) => !numbers.has(description))
      .map(
        ([description, { camera }]): ReaderRow => ({ number: next++, country: camera.country, description }),
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
      const reader = known.get(number)
      if (!reader) throw new RangeError(`there is no reader ${number}`)
      return reader
    },
    register: async (readers) => {
      const unknown = readers.filter((reader) => numberOf(reader) === undefined)
      if (unknown.length > 0) {
        const adding = last.then(() => add(unknown))
        last = adding.catch(() => {})
        await adding
      }
      return readers.map((reader) => numberOf(reader)!)
    },
  }
}

function isSame(a: Reader, b: Reader): boolean {
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
function describe({ camera, position, source, engine }: Reader): string {
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

/** The reader of a read: its surveyed position belongs to it, one from a satellite to the read. */
export function readerOf({ camera, position, source, engine }: Read): Reader {
  return { camera, position: position?.fix === 'surveyed' ? position : null, source, engine }
}
