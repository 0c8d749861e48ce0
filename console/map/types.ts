/** A place on earth, degrees, WGS 84. */
export interface Place {
  lat: number
  lon: number
}

/** An item on the map. */
export interface MapPoint extends Place {
  id: string
  /** Its label, in the list below the map and on hover; may contain a plate. */
  label: string
  /** Color and shape. */
  kind: 'read' | 'camera' | 'camera-down' | 'place' | 'alert'
  /** Text beside it if there is room, e.g. an address. */
  caption?: string | undefined
  /** Degrees clockwise from north, shown as an arrow. */
  headingDeg?: number | null | undefined
}

/** Connected sightings, e.g. a trip; not a road. */
export interface MapLine {
  id: string
  /** In order; `[longitude, latitude]` as in GeoJSON. */
  coordinates: readonly (readonly [number, number])[]
  /** `past`: less prominent. Default `way`. */
  kind?: 'way' | 'past' | undefined
}

/** The area of a search or a geofence. */
export type MapArea = (Place & { radiusM: number }) | { polygon: readonly Place[] }

export interface MapProps {
  /** The map's contents, for screen readers; no plate. */
  label: string
  points: readonly MapPoint[]
  lines?: readonly MapLine[]
  areas?: readonly MapArea[]
  /** Id of the selected point. */
  selected?: string | null
  onSelect?: (id: string) => void
  /** A place without a point was picked, or with Enter the center of the map: for a circle, or a corner. */
  onPick?: (place: Place) => void
  /** A moving vehicle, drawn above everything: movements played over time. */
  moving?: (Place & { headingDeg?: number | null }) | null
  /** What the view shows, adjusted whenever this changes; by default everything. */
  focus?: readonly Place[]
  /** A table next to the map already lists the points, so the map needs no list. */
  hasTable?: boolean
}
