/** A place on earth, degrees, WGS 84. */
export interface Place {
  lat: number
  lon: number
}

/** Something on the map. */
export interface MapPoint extends Place {
  id: string
  /** What it is, in the list below the map and on hover; may hold a plate. */
  label: string
  /** Color and shape. */
  kind: 'read' | 'camera' | 'camera-down' | 'place' | 'alert'
  /** Written beside it when there is room, e.g. an address. */
  caption?: string | undefined
  /** Degrees clockwise from north: an arrow says so. */
  headingDeg?: number | null | undefined
}

/** Joined sightings, e.g. a trip; no road. */
export interface MapLine {
  id: string
  /** In order; `[longitude, latitude]` as in GeoJSON. */
  coordinates: readonly (readonly [number, number])[]
  /** `past`: less in the foreground. Default `way`. */
  kind?: 'way' | 'past' | undefined
}

/** A place that something is about: a search, a geofence. */
export type MapArea = (Place & { radiusM: number }) | { polygon: readonly Place[] }

export interface MapProps {
  /** What the map shows, for screen readers; no plate. */
  label: string
  points: readonly MapPoint[]
  lines?: readonly MapLine[]
  areas?: readonly MapArea[]
  /** Id of the point that is marked. */
  selected?: string | null
  onSelect?: (id: string) => void
  /** A place was pointed at where nothing is, or by Enter the middle of the map: for a circle, or a corner. */
  onPick?: (place: Place) => void
  /** A vehicle on its way, drawn above everything: movements played over time. */
  moving?: (Place & { headingDeg?: number | null }) | null
  /** What is brought into sight, and again when it is another; without it all there is. */
  focus?: readonly Place[]
  /** The points stand in a table beside the map already: the map has no list of its own. */
  hasTable?: boolean
}
