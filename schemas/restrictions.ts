import Type, { type Static } from 'typebox'
import { OwnerType } from './camera.ts'
import { oneOf, Probability, Token } from './message.ts'
import { VEHICLE_KINDS } from './vehicle-words.ts'

export const Latitude = Type.Number({ minimum: -90, maximum: 90, description: 'degrees, WGS 84' })
export const Longitude = Type.Number({ minimum: -180, maximum: 180, description: 'degrees, WGS 84' })
/** A corner of a polygon. */
export const Corner = Type.Object({ lat: Latitude, lon: Longitude }, { additionalProperties: false })
const few = { minItems: 1, maxItems: 50 }

export const Circle = Type.Object(
  { lat: Latitude, lon: Longitude, radiusM: Type.Number({ exclusiveMinimum: 0, maximum: 5_000_000 }) },
  { title: 'Circle', additionalProperties: false },
)
export type Circle = Static<typeof Circle>

export const Polygon = Type.Object(
  {
    polygon: Type.Array(Corner, {
      minItems: 3,
      maxItems: 500,
      description: 'Corners in order; the last connects to the first; sides are straight in degrees',
    }),
  },
  { title: 'Polygon', additionalProperties: false },
)
export type Polygon = Static<typeof Polygon>

export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

const Hour = (description = 'Included') =>
  Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description, examples: ['22:00'] })

export const Times = Type.Object(
  {
    timeZone: Type.String({ minLength: 1, maxLength: 40, examples: ['America/Los_Angeles'] }),
    days: Type.Optional(Type.Array(oneOf(DAYS), { minItems: 1, maxItems: 7 })),
    from: Type.Optional(Hour()),
    to: Type.Optional(
      Hour('Exclusive. If not after `from`: over midnight, and `days` are those on which the hours begin'),
    ),
  },
  { title: 'Times', additionalProperties: false },
)
export type Times = Static<typeof Times>

/**
 * Which reads a display covers, beyond the plate; all limits must be met. A read without a position does not meet a
 * limit on position. Make, model, color and kind are evidence: what differs lowers the probability, what the read does not
 * contain changes nothing. Only a strict display insists on them.
 */
export const Restrictions = Type.Object(
  {
    makes: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 40 }), few)),
    models: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 40 }), few)),
    colors: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 20 }), few)),
    kinds: Type.Optional(
      Type.Array(oneOf(VEHICLE_KINDS), {
        minItems: 1,
        maxItems: VEHICLE_KINDS.length,
        description: 'truck: also pickups, which people call trucks',
      }),
    ),
    cameras: Type.Optional(Type.Array(Token, few)),
    ownerTypes: Type.Optional(Type.Array(OwnerType, few)),
    area: Type.Optional(Type.Union([Circle, Polygon])),
    times: Type.Optional(Times),
    minConfidence: Type.Optional(Probability),
  },
  {
    additionalProperties: false,
    description:
      'Only reads that meet all of these, except that makes, models, colors and kinds are evidence unless the display is strict; words are compared without regard to case',
  },
)
export type Restrictions = Static<typeof Restrictions>
