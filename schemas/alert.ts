import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { Display, PlatePattern, Priority } from './display.ts'
import { createParser, Instant, oneOf, Probability, Token } from './message.ts'
import { colorOfAlert } from './older-names.ts'
import { Read } from './read.ts'

export const MATCH_KINDS = ['exact', 'confusable', 'near', 'pattern'] as const

/** How a read's text relates to the watched plate. */
export type MatchKind = (typeof MATCH_KINDS)[number]
const MatchKind = oneOf(MATCH_KINDS, {
  description:
    'exact: the same text; confusable: differs only in look-alikes such as O and 0; near: one character is different, missing or extra; pattern: the text matches the pattern',
})

/** Facts about a vehicle that a display may require and a camera may not have recognized. */
export const VEHICLE_FACTS = ['make', 'model', 'color', 'kind'] as const
export type VehicleFact = (typeof VEHICLE_FACTS)[number]

/** Why a match is less certain than its text. */
export const Doubts = {
  differs: Type.Optional(
    Type.Array(oneOf(['region']), {
      description:
        'region: the read has another state (read.region, with read.regionConfidence) than the display (display.region); this lowers the probability',
    }),
  ),
  unchecked: Type.Optional(
    Type.Array(oneOf(VEHICLE_FACTS), {
      description: 'Facts that the display requires and the camera did not recognize',
    }),
  ),
}

/** The vehicle moves toward a port of entry that the display names (DSP-6). */
export const Approach = Type.Object(
  {
    portOfEntry: Type.String({ pattern: '^[0-9]{4}$', description: 'Code of the port of entry' }),
    name: Type.String(),
    distanceKm: Type.Number({ minimum: 0, description: 'By road, estimated from the great-circle distance' }),
    arrivesAt: Instant,
  },
  { additionalProperties: false, description: 'Estimated from the last sightings' },
)
export type Approach = Static<typeof Approach>

/** Identity of an alert, from alertId(). */
export const AlertId = Type.String({
  pattern: '^[A-Za-z0-9_-]{22}$',
  description: 'From alertId(): one display and one read give one alert',
})

/** Place of an alert in its stream; the id of its event. */
export const AlertSequence = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** A read that matched a display. It is a lead until a person has compared image and text (DSP-7). */
export const Alert = Type.Object(
  {
    v: Type.Literal(1),
    id: AlertId,
    raisedAt: Instant,
    /** When the broker stored the read: the start for measuring delay. */
    readStoredAt: Instant,
    match: Type.Object(
      { kind: MatchKind, probability: Probability, ...Doubts },
      {
        additionalProperties: false,
        description: 'How the read matched, and the probability that it is the watched plate',
      },
    ),
    approach: Type.Optional(Approach),
    test: Type.Optional(
      Type.Literal(true, {
        description:
          'Raised by test traffic, or by a display of a test: nobody was seen, and nothing follows from it',
      }),
    ),
    /** A person can look at this alert (DSP-7). */
    standsFor: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{22}$',
        description:
          'Id of the previous alert of the same vehicle at the same camera, whose read has no image: this one has an image, and represents both',
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
      { additionalProperties: false, description: 'The display at the time of the alert' },
    ),
    read: Read,
  },
  { $id: 'https://sightline.invalid/schemas/alert-1.json', title: 'Alert', additionalProperties: false },
)
export type Alert = Static<typeof Alert>

export const alertParser = createParser('alert', Alert, colorOfAlert)

/**
 * Identity of an alert: a redelivered read or a restarted matcher gives the same id, never a second alert. Source and
 * camera are part of it, because the broker guarantees only these of a read (schemas/origin.ts): its publisher can
 * choose the id, and must not be able to replace a read of somebody else.
 */
export function alertId(
  displayId: string,
  { id, source, camera }: Pick<Read, 'id' | 'source'> & { readonly camera: Pick<Read['camera'], 'id'> },
): string {
  const of = `alert\0${displayId}\0${source}\0${camera.id}\0${id}`
  return createHash('sha256').update(of).digest('base64url').slice(0, 22)
}
