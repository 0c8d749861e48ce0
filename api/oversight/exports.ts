import type { AuditRecord } from '@sightline/schemas/audit-record'
import type { Vehicle } from '@sightline/schemas/read'
import type { SavedRead } from '@sightline/schemas/saved-read'
import { type CsvValue, csv } from './csv.ts'
import type { Watermark } from './watermark.ts'

/** A certainty is that of an edge agent, which told the fact from the image; empty where somebody else stated it. */
const vehicleProperties = (vehicle: Vehicle | null) => ({
  vehicle_make: vehicle?.make ?? null,
  vehicle_model: vehicle?.model ?? null,
  vehicle_color: vehicle?.color ?? null,
  vehicle_color_certainty: vehicle?.certainty?.color ?? null,
  vehicle_kind: vehicle?.kind ?? null,
  vehicle_kind_certainty: vehicle?.certainty?.kind ?? null,
  vehicle_view: vehicle?.view ?? null,
  vehicle_view_certainty: vehicle?.certainty?.view ?? null,
})

/** Fields of a saved read in a table or on a map; people view images in the system. */
const properties = ({ read, reason, savedBy, savedAt, provenance, retention }: SavedRead) => ({
  read: read.id,
  plate: read.plate,
  region: read.region,
  confidence: read.confidence,
  seen_at: read.seenAt,
  camera: read.camera.id,
  address: read.camera.address,
  ...vehicleProperties(read.vehicle),
  source: read.source,
  case_ref: provenance.caseRef,
  query: provenance.query,
  vendors: provenance.vendors.join(' '),
  saved_by: savedBy,
  saved_at: savedAt,
  reason,
  keep_until: retention.until,
})

type Properties = ReturnType<typeof properties>
const COLUMNS: readonly (keyof Properties)[] = [
  ...(['read', 'plate', 'region', 'confidence', 'seen_at', 'camera', 'address', 'source'] as const),
  ...(['vehicle_make', 'vehicle_model', 'vehicle_color', 'vehicle_color_certainty'] as const),
  ...(['vehicle_kind', 'vehicle_kind_certainty', 'vehicle_view', 'vehicle_view_certainty'] as const),
  ...(['case_ref', 'query', 'vendors', 'saved_by', 'saved_at', 'reason', 'keep_until'] as const),
]

/** Saved reads as a table; longitude and latitude in degrees (WGS 84), empty if the position is unknown. */
export function savedAsCsv(saved: readonly SavedRead[], watermark: Watermark): string {
  const rows = saved.map((one): CsvValue[] => {
    const told = properties(one)
    const { position } = one.read
    return [...COLUMNS.map((column) => told[column]), position?.lon ?? null, position?.lat ?? null]
  })
  return csv([...COLUMNS, 'lon', 'lat'], rows, watermark)
}

/** Saved reads as GeoJSON (RFC 7946); each feature carries the watermark, and so does the collection. */
export function savedAsGeoJson(saved: readonly SavedRead[], watermark: Watermark) {
  return {
    type: 'FeatureCollection',
    sightline: watermark,
    features: saved.map((one) => {
      const { position } = one.read
      return {
        type: 'Feature',
        geometry: position ? { type: 'Point', coordinates: [position.lon, position.lat] } : null,
        properties: { ...properties(one), ...watermark },
      }
    }),
  }
}

/** Audit records as a table for reading; only the output of `./sightline audit export` can be verified. */
export const auditAsCsv = (records: readonly AuditRecord[], watermark: Watermark): string =>
  csv(
    ['number', 'at', 'actor', 'action', 'subject', 'parameters'],
    records.map(({ number, at, actor, action, subject, parameters }) => [
      ...[number, at, actor, action, subject],
      JSON.stringify(parameters),
    ]),
    watermark,
  )
