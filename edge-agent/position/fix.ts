/** What a receiver said about one instant. A fix that it did not have is no Fix: there are none without a place. */
export interface Fix {
  /** The receiver's own time: milliseconds since 1970, UTC. */
  at: number
  /** This host's clock when the fix came in, milliseconds since 1970. */
  receivedAt: number
  /** Degrees, WGS 84. */
  lat: number
  lon: number
  /** Radius in meters. */
  accuracyM: number | null
  /** Degrees clockwise from true north, 0 ≤ heading < 360; receivers that stand still know none. */
  headingDeg: number | null
  speedMps: number | null
}

/** Told each line of a receiver, and the fix that it completes, if it does. */
export type OnLine = (line: string, fix: Fix | null) => void
