/** A receiver's position at one instant. Without a position there is no Fix. */
export interface Fix {
  /** The receiver's own time: milliseconds since 1970, UTC. */
  at: number
  /** This host's clock when the fix arrived, milliseconds since 1970. */
  receivedAt: number
  /** Degrees, WGS 84. */
  lat: number
  lon: number
  /** Radius in meters. */
  accuracyM: number | null
  /** Degrees clockwise from true north, 0 ≤ heading < 360; a stationary receiver has none. */
  headingDeg: number | null
  speedMps: number | null
}

/** Called with each line of a receiver, and the fix that it completes, if any. */
export type OnLine = (line: string, fix: Fix | null) => void
