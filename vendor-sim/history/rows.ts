import type { Read } from '../../schemas/read.ts'

/** One row of the table `reads` as JSONEachRow writes and returns it. */
export interface ReadRow {
  plate: string
  seen_at: string
  id: string
  source: string
  confidence: number
  chars: Read['chars']
  region: string | null
  region_confidence: number | null
  camera_id: string
  camera_owner: string
  camera_owner_type: Read['camera']['ownerType']
  camera_kind: Read['camera']['kind']
  camera_country: string
  camera_address: string | null
  position_fix: NonNullable<Read['position']>['fix'] | null
  position_lat: number | null
  position_lon: number | null
  position_accuracy_m: number | null
  position_heading_deg: number | null
  position_speed_mps: number | null
  vehicle_make: string | null
  vehicle_model: string | null
  vehicle_colour: string | null
  picture_plate: string | null
  picture_vehicle: string | null
  engine_name: string
  engine_version: string
}

export function rowOf(read: Read): ReadRow {
  const { camera, position, vehicle, pictures, engine } = read
  return {
    plate: read.plate,
    seen_at: read.seenAt,
    id: read.id,
    source: read.source,
    confidence: read.confidence,
    chars: read.chars,
    region: read.region,
    region_confidence: read.regionConfidence,
    camera_id: camera.id,
    camera_owner: camera.owner,
    camera_owner_type: camera.ownerType,
    camera_kind: camera.kind,
    camera_country: camera.country,
    camera_address: camera.address,
    position_fix: position?.fix ?? null,
    position_lat: position?.lat ?? null,
    position_lon: position?.lon ?? null,
    position_accuracy_m: position?.accuracyM ?? null,
    position_heading_deg: position?.headingDeg ?? null,
    position_speed_mps: position?.speedMps ?? null,
    vehicle_make: vehicle?.make ?? null,
    vehicle_model: vehicle?.model ?? null,
    vehicle_colour: vehicle?.colour ?? null,
    picture_plate: pictures.plate,
    picture_vehicle: pictures.vehicle,
    engine_name: engine.name,
    engine_version: engine.version,
  }
}

/** The read that a row was made of; a vehicle of which nothing was known comes back as null. */
export function readOfRow(row: ReadRow): Read {
  return {
    v: 1,
    id: row.id,
    plate: row.plate,
    confidence: row.confidence,
    chars: row.chars,
    region: row.region,
    regionConfidence: row.region_confidence,
    seenAt: row.seen_at,
    camera: {
      id: row.camera_id,
      owner: row.camera_owner,
      ownerType: row.camera_owner_type,
      kind: row.camera_kind,
      country: row.camera_country,
      address: row.camera_address,
    },
    source: row.source,
    position: positionOf(row),
    vehicle: vehicleOf(row),
    pictures: { plate: row.picture_plate, vehicle: row.picture_vehicle },
    engine: { name: row.engine_name, version: row.engine_version },
  }
}

function positionOf(row: ReadRow): Read['position'] {
  const { position_fix: fix, position_lat: lat, position_lon: lon } = row
  if (fix === null || lat === null || lon === null) return null
  return {
    fix,
    lat,
    lon,
    accuracyM: row.position_accuracy_m,
    headingDeg: row.position_heading_deg,
    speedMps: row.position_speed_mps,
  }
}

function vehicleOf({
  vehicle_make: make,
  vehicle_model: model,
  vehicle_colour: colour,
}: ReadRow): Read['vehicle'] {
  return make === null && model === null && colour === null ? null : { make, model, colour }
}
