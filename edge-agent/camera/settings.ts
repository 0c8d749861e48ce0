import type { PictureRules } from '../pictures/rules.ts'
import type { Zones } from '../zones/zones.ts'

/** Settings that may change while a camera runs, without losing a frame. */
export interface CameraSettings {
  readonly zones?: Zones | undefined
  readonly pictures?: PictureRules | undefined
  /** How long the status page keeps plates with too low a confidence, minutes; 0: not at all; default 60. */
  readonly keepUnsureMinutes?: number | undefined
}
