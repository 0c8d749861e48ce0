import type { Position, Read, ReadCharacter } from '../../schemas/read.ts'
import { readId } from '../../schemas/read.ts'
import type { Reader } from './readers.ts'

/** One row of the table `reads` as JSONEachRow returns it; columns as history/tables.ts has them. */
export interface ReadRow {
  plate: string
  seen_at: string
  reader: number
  region: string
  make: string
  model: string
  colour: string
  confidence: number
  region_confidence: number
  char_confidences: number[]
  alternatives: { place: number; char: string; confidence: number }[]
  fix: 'none' | Position['fix']
  lat: number
  lon: number
  accuracy_m: number | null
  heading_deg: number | null
  speed_mps: number | null
  picture_plate: string
  picture_vehicle: string
}

/** Columns that the simulation fills; the others keep their defaults: it has no pictures. */
export const SIMULATED_COLUMNS =
  'plate, seen_at, reader, region, make, model, colour, confidence, region_confidence, char_confidences, alternatives, fix, lat, lon, accuracy_m, heading_deg, speed_mps'

export const READ_COLUMNS = `${SIMULATED_COLUMNS}, picture_plate, picture_vehicle`

/** `region_confidence` of a read whose region nobody has judged. */
const UNJUDGED = 65_535

const tenThousandths = (probability: number) => Math.round(probability * 10_000)
const probability = (value: number) => value / 10_000
const micro = (degrees: number) => Math.round(degrees * 1e6)

/**
 * A read as JSONCompactEachRow writes it: values in the order of `READ_COLUMNS`.
 * @param reader number of the read's reader
 */
export function rowOf(read: Read, reader: number): unknown[] {
  const { position, vehicle, pictures, chars } = read
  const roaming = position && position.fix !== 'surveyed' ? position : null
  return [
    read.plate,
    read.seenAt,
    reader,
    read.region ?? '',
    vehicle?.make ?? '',
    vehicle?.model ?? '',
    vehicle?.colour ?? '',
    tenThousandths(read.confidence),
    read.regionConfidence === null ? UNJUDGED : tenThousandths(read.regionConfidence),
    chars.map(({ confidence }) => tenThousandths(confidence)),
    chars.flatMap(({ alternatives }, place) =>
      alternatives.map(({ char, confidence }) => ({ place, char, confidence: tenThousandths(confidence) })),
    ),
    position?.fix ?? 'none',
    ...(roaming
      ? [
          micro(roaming.lat),
          micro(roaming.lon),
          // The engine's spelling of "not a number" stands for null.
          ...[roaming.accuracyM, roaming.headingDeg, roaming.speedMps].map((value) => value ?? 'nan'),
        ]
      : [0, 0, 0, 0, 0]),
    pictures.plate ?? '',
    pictures.vehicle ?? '',
  ]
}

/** The read that a row was made of; a vehicle of which nothing was known comes back as null. */
export function readOfRow(row: ReadRow, { camera, position, source, engine }: Reader): Read {
  return {
    v: 1,
    id: readId(camera.id, row.seen_at, row.plate),
    plate: row.plate,
    confidence: probability(row.confidence),
    chars: charactersOf(row),
    region: row.region || null,
    regionConfidence: row.region_confidence === UNJUDGED ? null : probability(row.region_confidence),
    seenAt: row.seen_at,
    camera,
    source,
    position: row.fix === 'surveyed' ? position : roamingPosition(row),
    vehicle:
      row.make || row.model || row.colour
        ? { make: row.make || null, model: row.model || null, colour: row.colour || null }
        : null,
    pictures: { plate: row.picture_plate || null, vehicle: row.picture_vehicle || null },
    engine,
  }
}

function charactersOf({ plate, char_confidences, alternatives }: ReadRow): ReadCharacter[] {
  const chars = char_confidences.map(
    (confidence, i): ReadCharacter => ({
      char: plate[i]!,
      confidence: probability(confidence),
      alternatives: [],
    }),
  )
  for (const { place, char, confidence } of alternatives) {
    chars[place]!.alternatives.push({ char, confidence: probability(confidence) })
  }
  return chars
}

function roamingPosition({ fix, lat, lon, accuracy_m, heading_deg, speed_mps }: ReadRow): Position | null {
  if (fix === 'none') return null
  return {
    fix,
    lat: lat / 1e6,
    lon: lon / 1e6,
    accuracyM: accuracy_m,
    headingDeg: heading_deg,
    speedMps: speed_mps,
  }
}
