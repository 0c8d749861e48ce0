import { oneOf } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'

/** What a camera's owner lets be kept of its pictures. Without rules: plate and vehicle, as they are. */
export const PictureRules = Type.Object(
  {
    /** `plate`: the plate alone; `none`: reads have no pictures; default `both`. */
    keep: Type.Optional(oneOf(['both', 'plate', 'none'])),
    /** `cut`: to the vehicle whose plate it is; default `around` it. */
    vehicle: Type.Optional(oneOf(['around', 'cut'])),
    /** `blurred`: people behind them cannot be told apart; default `clear`. */
    windows: Type.Optional(oneOf(['clear', 'blurred'])),
    /** Pictures are gone after so many days, unless their read raised an alert; default: as long as the broker keeps them, 30. */
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 30 })),
  },
  { additionalProperties: false },
)
export type PictureRules = Static<typeof PictureRules>
