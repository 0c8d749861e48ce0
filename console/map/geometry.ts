import type { MapArea, MapLine, MapPoint, Place } from './types.ts'

/** Meters in a degree of latitude. */
const METERS = 111_195

const collection = (features: GeoJSON.Feature[]): GeoJSON.FeatureCollection => ({
  type: 'FeatureCollection',
  features,
})

/** Points in the format of the map's source. */
export const pointsAsGeoJson = (points: readonly MapPoint[]): GeoJSON.FeatureCollection =>
  collection(
    points.map(({ id, lat, lon, kind, label, caption = '', headingDeg = null }) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [lon, lat] },
      properties: { id, kind, label, caption, headingDeg },
    })),
  )

export const linesAsGeoJson = (lines: readonly MapLine[]): GeoJSON.FeatureCollection =>
  collection(
    lines
      .filter(({ coordinates }) => coordinates.length > 1)
      .map(({ id, coordinates, kind = 'way' }) => ({
        type: 'Feature',
        geometry: { type: 'LineString', coordinates: coordinates.map(([lon, lat]) => [lon, lat]) },
        properties: { id, kind },
      })),
  )

export const areasAsGeoJson = (areas: readonly MapArea[]): GeoJSON.FeatureCollection =>
  collection(
    areas.map((area) => ({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: [ringOf(area)] },
      properties: {},
    })),
  )

/** The edge of an area, as a closed ring. */
export function ringOf(area: MapArea): [number, number][] {
  if ('polygon' in area) {
    const ring = area.polygon.map(({ lat, lon }): [number, number] => [lon, lat])
    return [...ring, ring[0]!]
  }
  const high = area.radiusM / METERS
  const wide = high / Math.max(0.01, Math.cos((area.lat * Math.PI) / 180))
  return Array.from({ length: 65 }, (_, n) => {
    const angle = (n * Math.PI) / 32
    return [area.lon + wide * Math.sin(angle), area.lat + high * Math.cos(angle)]
  })
}

/** West, south, east, north. */
export type Box = [number, number, number, number]

/** The box around everything shown; null if there is nothing. */
export function boxAround(
  points: readonly Place[],
  lines: readonly MapLine[],
  areas: readonly MapArea[],
): Box | null {
  const all = [
    ...points.map(({ lat, lon }) => [lon, lat] as const),
    ...lines.flatMap(({ coordinates }) => coordinates),
    ...areas.flatMap(ringOf),
  ]
  if (all.length === 0) return null
  const box: Box = [180, 90, -180, -90]
  for (const [lon, lat] of all) {
    box[0] = Math.min(box[0], lon)
    box[1] = Math.min(box[1], lat)
    box[2] = Math.max(box[2], lon)
    box[3] = Math.max(box[3], lat)
  }
  return box
}

/** Spacing of the grid lines that suits a width, degrees: about eight lines. */
export function graticuleStep(widthDeg: number): number {
  const steps = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]
  return steps.find((step) => widthDeg / step <= 8) ?? 20
}

/** The grid lines within a box. */
export function graticule([west, south, east, north]: Box): GeoJSON.MultiLineString {
  const step = graticuleStep(east - west)
  const from = (low: number) => Math.floor(low / step) * step
  const coordinates: [number, number][][] = []
  for (let lon = from(west); lon <= east + step; lon += step) {
    coordinates.push([
      [lon, Math.max(-85, south - step)],
      [lon, Math.min(85, north + step)],
    ])
  }
  for (let lat = from(south); lat <= north + step; lat += step) {
    coordinates.push([
      [west - step, lat],
      [east + step, lat],
    ])
  }
  return { type: 'MultiLineString', coordinates }
}

/** The centroid of the largest ring: a good enough place for a name. */
export function middleOf(geometry: GeoJSON.Geometry): [number, number] {
  const rings =
    geometry.type === 'MultiPolygon'
      ? geometry.coordinates.map(([outer]) => outer!)
      : geometry.type === 'Polygon'
        ? [geometry.coordinates[0]!]
        : []
  let best = { area: 0, lon: 0, lat: 0 }
  for (const ring of rings) {
    const found = centroidOf(ring)
    if (found.area > best.area) best = found
  }
  return [best.lon, best.lat]
}

function centroidOf(ring: GeoJSON.Position[]) {
  let [area, lon, lat] = [0, 0, 0]
  for (let n = 0; n + 1 < ring.length; n++) {
    const [x0 = 0, y0 = 0] = ring[n]!
    const [x1 = 0, y1 = 0] = ring[n + 1]!
    const cross = x0 * y1 - x1 * y0
    area += cross
    lon += (x0 + x1) * cross
    lat += (y0 + y1) * cross
  }
  return { area: Math.abs(area / 2), lon: lon / (3 * area), lat: lat / (3 * area) }
}

/** Of points at the same place, the one after the selected one; the first if none of them is selected. */
export function nextOf(ids: readonly string[], selected: string | null | undefined): string | undefined {
  const at = selected == null ? -1 : ids.indexOf(selected)
  return ids[(at + 1) % ids.length]
}
