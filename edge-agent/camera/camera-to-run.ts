import type { Camera } from '@sightline/schemas/camera'
import type { Region } from '@sightline/schemas/plate'
import type { EventsSource } from '../plate-readers/config.ts'
import type { GpsConfig } from '../position/source.ts'
import type { OpenSource, SourceParts } from '../sources/open.ts'
import type { CameraSettings } from './settings.ts'

/** What every camera to be run has, however it was described. */
interface Described {
  readonly camera: Camera
  /** Where a fixed camera stands, degrees (WGS 84), or the GPS that a mobile one is with; null: nobody knows. */
  readonly position: { readonly lat: number; readonly lon: number } | GpsConfig | null
  /** Who issues the plates there (`us-ca`), as configured; left out: what its position says. */
  readonly site?: Region
  /** Says what the source is, without credentials; a camera whose source is another one begins again. */
  readonly source: string
  readonly settings?: CameraSettings
  /** Folder of its own in which it sets aside pictures that cannot be read; of a plate reader, the agent's spool has one. */
  readonly rejected?: string
  /** Differs when anything in the camera's description does but its settings. */
  readonly fingerprint: string
}

/** A camera whose frames the agent reads. */
export interface FrameCamera extends Described {
  open(parts: SourceParts): OpenSource
}

/** A camera that reads by itself, and tells what it read. */
export interface EventsCamera extends Described {
  readonly events: EventsSource
  /** What it has to send along. @throws CONFIG_INVALID when the file that holds it cannot be read */
  secret(): Promise<string>
}

/** One camera to be run. */
export type CameraToRun = FrameCamera | EventsCamera
