import type { Position, Read, ReadCharacter } from '@sightline/schemas/read'
import { readId } from '@sightline/schemas/read'
import type { Registration } from './registrations.ts'

/** One row of the tables of reads as JSONEachRow returns it; columns as in history/tables.ts. */
export interface ReadRow {
  plate: string
  seen_at: string
  reader: number
  region: string
  make: string
  model: string
  color: string
  /** `REGION SURE WHOLE`, ten-thousandths: see `certaintyOf`. */
  certainty: string
  lat: number
  lon: number
  /** A `Rest` as JSON, or empty: most reads have none. */
  rest: string
}

/** A character in doubt: place, confidence, then other characters, each with its own. */
type Doubt = [place: number, confidence: number, ...others: (string | number)[]]

/** Fields that few reads have. Written by `lineOf` and, for simulated reads, by SQL (simulation/reads.ts). */
interface Rest {
  /** Confidence of the whole read, if `certainty` omits it. */
  confidence?: number
  doubts?: Doubt[]
  /** Number of characters with a confidence, if not all. */
  length?: number
  /** Fields of a position besides `lat` and `lon`; a surveyed one belongs to the camera. */
  at?: [fix: Position['fix'], accuracyM: number | null, headingDeg: number | null, speedMps: number | null]
  pictures?: Read['pictures']
  pass?: NonNullable<Read['pass']>
}

// Columns as stored. cspell:ignore colour
export const READ_COLUMNS = 'plate, seen_at, reader, region, make, model, color, certainty, lat, lon, rest'

/**
 * Prefix of the instants that the history accepts: 2000 to 2099. Others come from a wrong clock, and the engine refuses
 * a whole batch with more than a hundred yearly partitions, however often it is retried.
 */
export const HELD_CENTURY = '20'

/** Represents in `certainty` a region without a confidence. */
const UNJUDGED = '-'

const tenThousandths = (probability: number) => Math.round(probability * 10_000)
const probability = (value: number) => value / 10_000
const micro = (degrees: number) => Math.round(degrees * 1e6)

/** The fields that make the end of a line. */
export type Remainder = Pick<
  Read,
  'plate' | 'confidence' | 'chars' | 'regionConfidence' | 'position' | 'pictures' | 'pass'
>

/**
 * A read as a line of TabSeparated: values in the order of `READ_COLUMNS`.
 * @param reader number of the read's reader
 */
export function lineOf(read: Read, reader: number): string {
  const { plate, seenAt, region, vehicle } = read
  const car = vehicle
    ? `${escapeText(vehicle.make)}\t${escapeText(vehicle.model)}\t${escapeText(vehicle.color)}`
    : '\t\t'
  // The engine parses `Z` more slowly than its own format.
  const instant = `${seenAt.slice(0, 10)} ${seenAt.slice(11, 23)}`
  return `${plate}\t${instant}\t${reader}\t${region ?? ''}\t${car}\t${endOfLine(read)}`
}

/** The line from `certainty`. */
export function endOfLine(read: Remainder): string {
  const { position } = read
  const { certainty, rest } = remainderOf(read)
  const place = isRoaming(position) ? `${micro(position.lat)}\t${micro(position.lon)}` : '0\t0'
  return `${certainty}\t${place}\t${rest && escapeText(JSON.stringify(rest))}\n`
}

/** A surveyed position belongs to the camera; any other to the read. */
const isRoaming = (position: Position | null): position is Position =>
  position !== null && position.fix !== 'surveyed'

/** Text as a value of TabSeparated. */
const escapeText = (text: string | null): string =>
  text === null ? '' : /[\\\t\n]/.test(text) ? text.replace(/[\\\t\n]/g, (char) => ESCAPES[char]!) : text
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n' }

/**
 * Nearly all reads have the same confidence for every character, and so one of few values of `certainty`: of the
 * region, of each character, of the whole read. The whole goes into `rest` if a character is in doubt.
 */
function remainderOf(read: Remainder): { certainty: string; rest: Rest | '' } {
  const { chars, position, pictures, pass } = read
  let sure = 0
  for (const { confidence } of chars) if (confidence > sure) sure = confidence
  const isDoubtful = ({ confidence, alternatives }: ReadCharacter) =>
    confidence !== sure || alternatives.length > 0
  const isInDoubt = chars.some(isDoubtful)
  const hasPictures = pictures.plate !== null || pictures.vehicle !== null
  const isPartial = chars.length !== read.plate.length

  const whole = tenThousandths(read.confidence)
  const region = read.regionConfidence === null ? UNJUDGED : tenThousandths(read.regionConfidence)
  const certainty = `${region} ${tenThousandths(sure)}`
  // A million of these are made per minute: most of them are empty.
  if (!isInDoubt && !isRoaming(position) && !hasPictures && !isPartial && !pass)
    return { certainty: `${certainty} ${whole}`, rest: '' }
  const doubts = chars.flatMap((char, place): Doubt[] => (isDoubtful(char) ? [doubtOf(char, place)] : []))
  const rest: Rest = {
    ...(isInDoubt && { confidence: whole, doubts }),
    ...(isPartial && { length: chars.length }),
    ...(isRoaming(position) && {
      at: [position.fix, position.accuracyM, position.headingDeg, position.speedMps],
    }),
    ...(hasPictures && { pictures }),
    ...(pass && { pass }),
  }
  return { certainty: isInDoubt ? certainty : `${certainty} ${whole}`, rest }
}

const doubtOf = ({ confidence, alternatives }: ReadCharacter, place: number): Doubt => [
  place,
  tenThousandths(confidence),
  ...alternatives.flatMap(({ char, confidence }) => [char, tenThousandths(confidence)]),
]

/** The read of a row; a vehicle without any known fact becomes null. */
export function readOfRow(row: ReadRow, { camera, position, source, engine }: Registration): Read {
  const rest = row.rest ? (JSON.parse(row.rest) as Rest) : {}
  const [region, sure, whole] = row.certainty.split(' ')
  return {
    v: 1,
    id: readId(camera.id, row.seen_at, row.plate),
    plate: row.plate,
    confidence: probability(rest.confidence ?? Number(whole)),
    chars: charactersOf(row.plate, Number(sure), rest),
    region: row.region || null,
    regionConfidence: region === UNJUDGED ? null : probability(Number(region)),
    seenAt: row.seen_at,
    camera,
    source,
    position: position ?? roamingPosition(row, rest),
    vehicle:
      row.make || row.model || row.color
        ? { make: row.make || null, model: row.model || null, color: row.color || null }
        : null,
    pictures: rest.pictures ?? { plate: null, vehicle: null },
    ...(rest.pass && { pass: rest.pass }),
    engine,
  }
}

function charactersOf(
  plate: string,
  sure: number,
  { doubts = [], length = plate.length }: Rest,
): ReadCharacter[] {
  const chars = Array.from(
    { length },
    (_, i): ReadCharacter => ({ char: plate[i]!, confidence: probability(sure), alternatives: [] }),
  )
  for (const [place, confidence, ...others] of doubts) {
    const alternatives = []
    for (let i = 0; i < others.length; i += 2)
      alternatives.push({ char: String(others[i]), confidence: probability(Number(others[i + 1])) })
    chars[place] = { char: plate[place]!, confidence: probability(confidence), alternatives }
  }
  return chars
}

function roamingPosition({ lat, lon }: ReadRow, { at }: Rest): Position | null {
  if (!at) return null
  const [fix, accuracyM, headingDeg, speedMps] = at
  return { fix, lat: lat / 1e6, lon: lon / 1e6, accuracyM, headingDeg, speedMps }
}
