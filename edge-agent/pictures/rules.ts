import { oneOf } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'

/** Which pictures a camera's owner allows. Without rules: plate and vehicle, unchanged. */
export const PictureRules = Type.Object(
  {
    /** `plate`: only the plate; `none`: reads have no pictures; default `both`. */
    keep: Type.Optional(oneOf(['both', 'plate', 'none'])),
    /** `cut`: only the vehicle with the plate; default `around` it. */
    vehicle: Type.Optional(oneOf(['around', 'cut'])),
    /** `blurred`: people behind them cannot be recognized; default `clear`. */
    windows: Type.Optional(oneOf(['clear', 'blurred'])),
    /**
     * Days after which pictures are deleted, unless their read raised an alert; default: as long as the broker keeps
     * them, 30.
     */
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 30 })),
  },
  { additionalProperties: false },
)
export type PictureRules = Static<typeof PictureRules>
