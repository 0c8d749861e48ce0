import type { Camera } from '@sightline/schemas/camera'
import type { Region } from '@sightline/schemas/plate'
import type { EventsSource } from '../plate-readers/config.ts'
import type { GpsConfig } from '../position/source.ts'
import type { OpenSource, SourceParts } from '../sources/open.ts'
import type { CameraSettings } from './settings.ts'

/** What every camera to be run has, however it was described. */
interface Described {
  readonly camera: Camera
  /** Position of a fixed camera, degrees (WGS 84), or the GPS of a mobile camera's host; null: unknown. */
  readonly position: { readonly lat: number; readonly lon: number } | GpsConfig | null
  /** Issuer of the usual plates there (`us-ca`), as configured; by default derived from the position. */
  readonly site?: Region
  /** Identifies the source, without credentials; a camera with another source starts over. */
  readonly source: string
  readonly settings?: CameraSettings
  /** Its own folder for pictures that cannot be read; a plate reader has one in the agent's spool instead. */
  readonly rejected?: string
  /** Changes with everything in the camera's description except its settings. */
  readonly fingerprint: string
}

/** A camera whose frames the agent reads. */
export interface FrameCamera extends Described {
  open(parts: SourceParts): OpenSource
}

/** A camera that recognizes plates itself and reports them. */
export interface EventsCamera extends Described {
  readonly events: EventsSource
  /** The secret that it must send. @throws CONFIG_INVALID when the file with it cannot be read */
  secret(): Promise<string>
}

/** One camera to be run. */
export type CameraToRun = FrameCamera | EventsCamera
