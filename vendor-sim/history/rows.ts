import type { Position, Read, ReadCharacter, Vehicle } from '@sightline/schemas/read'
import { readId } from '@sightline/schemas/read'
import { VEHICLE_VIEWS, type VehicleKind, type VehicleView } from '@sightline/schemas/vehicle-words'
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
  /** `KIND VIEW`, empty where the read has neither: see `lookOf`. */
  look: string
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
  cut?: true
  /** `vehicle.certainty`: of color, kind, view. */
  sure?: readonly [color: number | null, kind: number | null, view: number | null]
  /** Parts of a vehicle that the columns cannot represent: empty texts; or an empty object for a vehicle without any part. */
  vehicle?: Partial<Vehicle>
  /** `engine.ownConfidence`. */
  own?: Read['engine']['ownConfidence']
  /** What a ten-thousandth, or a millionth of a degree, would change, as it was; characters that are not the plate's. */
  exact?: Partial<Pick<Read, 'confidence' | 'chars'>> & {
    regionConfidence?: number
    place?: [lat: number, lon: number]
  }
}

// Columns as stored. cspell:ignore colour
export const READ_COLUMNS =
  'plate, seen_at, reader, region, make, model, color, look, certainty, lat, lon, rest'

/**
 * Prefix of the instants that the history accepts: 2000 to 2099. Others come from a wrong clock, and the engine refuses
 * a whole batch with more than a hundred yearly partitions, however often it is retried.
 */
export const HELD_CENTURY = '20'

/** Represents in `certainty` a region without a confidence. */
const UNJUDGED = '-'

/** Represents null in `look`; a missing field is represented by nothing. */
export const UNTOLD = '-'

const tenThousandths = (probability: number) => Math.round(probability * 10_000)
const probability = (value: number) => value / 10_000
const micro = (degrees: number) => Math.round(degrees * 1e6)
/** Whether a number of ten-thousandths represents exactly this probability. */
export const isKept = (value: number): boolean => probability(tenThousandths(value)) === value
const isKeptDegree = (degrees: number) => micro(degrees) / 1e6 === degrees

/** The fields that make the end of a line. */
export type Remainder = Pick<
  Read,
  | 'plate'
  | 'confidence'
  | 'chars'
  | 'regionConfidence'
  | 'position'
  | 'vehicle'
  | 'pictures'
  | 'pass'
  | 'cut'
  | 'engine'
>

/**
 * A read as a line of TabSeparated: values in the order of `READ_COLUMNS`.
 * @param reader number of the read's reader
 */
export function lineOf(read: Read, reader: number): string {
  const { plate, seenAt, region, vehicle } = read
  const car = vehicle
    ? `${escapeText(vehicle.make)}\t${escapeText(vehicle.model)}\t${escapeText(vehicle.color)}\t${lookOf(vehicle)}`
    : '\t\t\t'
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

/** Kind and view in one column, because each column of each part costs a search half a millisecond. */
export const lookOf = ({ kind, view }: Pick<Vehicle, 'kind' | 'view'>): string =>
  kind === undefined && view === undefined ? '' : `${toldText(kind)} ${toldText(view)}`

/** All values of `look` of a vehicle that is, or may be, of one of these kinds. */
export function looksOf(kinds: readonly VehicleKind[]): string[] {
  const views = ['', UNTOLD, ...VEHICLE_VIEWS]
  return ['', ...['', UNTOLD, ...kinds].flatMap((kind) => views.map((view) => `${kind} ${view}`))]
}

const toldText = (name: string | null | undefined): string => (name === undefined ? '' : (name ?? UNTOLD))

/** Text as a value of TabSeparated. */
const escapeText = (text: string | null): string =>
  text === null ? '' : /[\\\t\n]/.test(text) ? text.replace(/[\\\t\n]/g, (char) => ESCAPES[char]!) : text
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n' }

/**
 * Nearly all reads have the same confidence for every character, and so one of few values of `certainty`: of the
 * region, of each character, of the whole read. The whole goes into `rest` if a character is in doubt.
 */
function remainderOf(read: Remainder): { certainty: string; rest: Rest | '' } {
  const { position, pictures, pass, cut, vehicle } = read
  const exact = exactOf(read)
  const chars = exact?.chars ? ofPlate(read.plate) : read.chars
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
  const { ownConfidence: own } = read.engine
  const odd = vehicle && oddOf(vehicle)
  // A million of these are made per minute: most of them are empty.
  const isPlain = !isInDoubt && !isPartial && !exact && !cut && own === undefined
  if (isPlain && !isRoaming(position) && !hasPictures && !pass && !vehicle?.certainty && !odd)
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
    ...(cut && { cut }),
    ...(vehicle?.certainty && {
      sure: [vehicle.certainty.color, vehicle.certainty.kind, vehicle.certainty.view],
    }),
    ...(odd && { vehicle: odd }),
    ...(own !== undefined && { own }),
    ...(exact && { exact }),
  }
  return { certainty: isInDoubt ? certainty : `${certainty} ${whole}`, rest }
}

/** Values that columns and doubts would change; null if there are none. */
function exactOf({ plate, confidence, chars, regionConfidence, position }: Remainder): Rest['exact'] | null {
  const areKept =
    chars.length <= plate.length &&
    chars.every(
      ({ char, confidence, alternatives }, i) =>
        char === plate[i] && isKept(confidence) && alternatives.every(({ confidence }) => isKept(confidence)),
    )
  const isJudged = regionConfidence === null || isKept(regionConfidence)
  const isThere = !isRoaming(position) || (isKeptDegree(position.lat) && isKeptDegree(position.lon))
  if (areKept && isJudged && isThere && isKept(confidence)) return null
  return {
    ...(!isKept(confidence) && { confidence }),
    ...(!areKept && { chars }),
    ...(!isJudged && { regionConfidence }),
    ...(!isThere && { place: [position.lat, position.lon] }),
  }
}

/** Placeholder characters, without confidence or alternatives. */
const ofPlate = (plate: string): ReadCharacter[] =>
  Array.from(plate, (char) => ({ char, confidence: 0, alternatives: [] }))

/** Parts of a vehicle that the columns cannot represent; null if there are none. */
function oddOf({ make, model, color, kind, view, certainty }: Vehicle): Rest['vehicle'] | null {
  const isEmpty = make === '' || model === '' || color === ''
  const isTold = make || model || color || kind !== undefined || view !== undefined || certainty
  if (isTold && !isEmpty) return null
  return {
    ...(make === '' && { make }),
    ...(model === '' && { model }),
    ...(color === '' && { color }),
  }
}

const doubtOf = ({ confidence, alternatives }: ReadCharacter, place: number): Doubt => [
  place,
  tenThousandths(confidence),
  ...alternatives.flatMap(({ char, confidence }) => [char, tenThousandths(confidence)]),
]

/** The read of a row: exactly the one given to `lineOf`, if its id is its own (`readId`). */
export function readOfRow(row: ReadRow, { camera, position, source, engine }: Registration): Read {
  const rest = row.rest ? (JSON.parse(row.rest) as Rest) : {}
  const { exact = {} } = rest
  const [region, sure, whole] = row.certainty.split(' ')
  return {
    v: 1,
    id: readId(camera.id, row.seen_at, row.plate),
    plate: row.plate,
    confidence: exact.confidence ?? probability(rest.confidence ?? Number(whole)),
    chars: exact.chars ?? charactersOf(row.plate, Number(sure), rest),
    region: row.region || null,
    regionConfidence: exact.regionConfidence ?? (region === UNJUDGED ? null : probability(Number(region))),
    ...(rest.cut && { cut: true }),
    seenAt: row.seen_at,
    camera,
    source,
    position: position ?? roamingPosition(row, rest),
    vehicle: vehicleOf(row, rest),
    pictures: rest.pictures ?? { plate: null, vehicle: null },
    ...(rest.pass && { pass: rest.pass }),
    engine: rest.own === undefined ? engine : { ...engine, ownConfidence: rest.own },
  }
}

function vehicleOf({ make, model, color, look }: ReadRow, { sure, vehicle }: Rest): Vehicle | null {
  if (!make && !model && !color && !look && !sure && !vehicle) return null
  const [kind, view] = look.split(' ')
  return {
    make: make || null,
    model: model || null,
    color: color || null,
    ...(kind && { kind: told<VehicleKind>(kind) }),
    ...(view && { view: told<VehicleView>(view) }),
    ...(sure && { certainty: { color: sure[0], kind: sure[1], view: sure[2] } }),
    ...vehicle,
  }
}

const told = <Name extends string>(column: string): Name | null =>
  column === UNTOLD ? null : (column as Name)

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

function roamingPosition(row: ReadRow, { at, exact }: Rest): Position | null {
  if (!at) return null
  const [fix, accuracyM, headingDeg, speedMps] = at
  const [lat, lon] = exact?.place ?? [row.lat / 1e6, row.lon / 1e6]
  return { fix, lat, lon, accuracyM, headingDeg, speedMps }
}
