import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { Display, PlatePattern, Priority } from './display.ts'
import { createParser, Instant, oneOf, Probability, Token } from './message.ts'
import { Read } from './read.ts'

export const MATCH_KINDS = ['exact', 'confusable', 'near', 'pattern'] as const

/** How a read's text relates to the plate displayed. */
export type MatchKind = (typeof MATCH_KINDS)[number]
const MatchKind = oneOf(MATCH_KINDS, {
  description:
    'exact: the text itself; confusable: look-alikes such as O and 0 alone differ; near: one character differs, is missing or too many; pattern: the text fits the pattern',
})

/** Of a vehicle, what a display may ask for and a camera may not have recognized. */
export const VEHICLE_FACTS = ['make', 'model', 'colour'] as const
export type VehicleFact = (typeof VEHICLE_FACTS)[number]

/** Why a match is less sure than its text. */
export const Doubts = {
  differs: Type.Optional(
    Type.Array(oneOf(['region']), {
      description:
        'region: the read has another state (read.region, as sure as read.regionConfidence) than the display (display.region); the probability is lowered for it',
    }),
  ),
  unchecked: Type.Optional(
    Type.Array(oneOf(VEHICLE_FACTS), {
      description: 'What the display asks of the vehicle and the camera did not recognize',
    }),
  ),
}

/** The vehicle moves toward a port of entry that the display names (DSP-6). */
export const Approach = Type.Object(
  {
    portOfEntry: Type.String({ pattern: '^[0-9]{4}$', description: 'Code of the port of entry' }),
    name: Type.String(),
    distanceKm: Type.Number({ minimum: 0, description: 'By road, estimated from the great circle' }),
    arrivesAt: Instant,
  },
  { additionalProperties: false, description: 'Estimated from the last sightings' },
)
export type Approach = Static<typeof Approach>

/** Identity of an alert, made by alertId(). */
export const AlertId = Type.String({
  pattern: '^[A-Za-z0-9_-]{22}$',
  description: 'Made by alertId(): one display and one read give one alert',
})

/** Place of an alert in its stream; the id of its event. */
export const AlertSequence = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** A read that matched a display. A lead until a person has compared picture and text (DSP-7). */
export const Alert = Type.Object(
  {
    v: Type.Literal(1),
    id: AlertId,
    raisedAt: Instant,
    /** When the broker stored the read: what delay is measured from. */
    readStoredAt: Instant,
    match: Type.Object(
      { kind: MatchKind, probability: Probability, ...Doubts },
      {
        additionalProperties: false,
        description: 'How the read matched, and how likely it is the plate displayed',
      },
    ),
    approach: Type.Optional(Approach),
    /** A person can look at this one (DSP-7). */
    standsFor: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{22}$',
        description:
          'Id of the alert before, of the same vehicle at the same camera, whose read has no picture: this one has, and stands for both',
      }),
    ),
    display: Type.Object(
      {
        id: Token,
        plate: PlatePattern,
        region: Type.Optional(Display.properties.region),
        priority: Priority,
        reason: Type.String(),
        caseRef: Type.String(),
        owner: Token,
      },
      { additionalProperties: false, description: 'The display as it stood when the alert was raised' },
    ),
    read: Read,
  },
  { $id: 'https://sightline.invalid/schemas/alert-1.json', title: 'Alert', additionalProperties: false },
)
export type Alert = Static<typeof Alert>

export const alertParser = createParser('alert', Alert)

/**
 * Identity of an alert: a redelivered read or a restarted matcher makes the same id, never a second alert. Source and camera
 * belong to it, for they alone are known of a read (schemas/origin.ts): its id can be chosen by whoever publishes it, and must
 * not stand for a read of somebody else.
 */
export function alertId(
  displayId: string,
  { id, source, camera }: Pick<Read, 'id' | 'source'> & { readonly camera: Pick<Read['camera'], 'id'> },
): string {
  const of = `alert\0${displayId}\0${source}\0${camera.id}\0${id}`
  return createHash('sha256').update(of).digest('base64url').slice(0, 22)
}
