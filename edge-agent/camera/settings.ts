import type { PictureRules } from '../pictures/rules.ts'
import type { Zones } from '../zones/zones.ts'

/** What may change while a camera runs, without a frame lost. */
export interface CameraSettings {
  readonly zones?: Zones | undefined
  readonly pictures?: PictureRules | undefined
  /** How long plates that were read too unsurely are kept for the status page, minutes; 0: not at all; default 60. */
  readonly keepUnsureMinutes?: number | undefined
}
