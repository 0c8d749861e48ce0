import type { Camera } from '@sightline/schemas/camera'
import type { GpsConfig } from '../position/source.ts'
import type { OpenSource, SourceParts } from '../sources/open.ts'

/** One camera to be run, however it was described. */
export interface CameraToRun {
  readonly camera: Camera
  /** Where a fixed camera stands, degrees (WGS 84), or the GPS that a mobile one is with; null: nobody knows. */
  readonly position: { readonly lat: number; readonly lon: number } | GpsConfig | null
  /** Says what the source is, without credentials; a camera whose source is another one begins again. */
  readonly source: string
  open(parts: SourceParts): OpenSource
  /** Differs when anything in the camera's description does. */
  readonly fingerprint: string
}
