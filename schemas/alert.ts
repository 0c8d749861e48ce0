import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { Display, PlatePattern, Priority } from './display.ts'
import { createParser, Instant, oneOf, orNull, Probability, Token } from './message.ts'
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

/** Facts besides the plate that a display may name and a read may tell. */
export const FACTS = ['region', ...VEHICLE_FACTS] as const
export type Fact = (typeof FACTS)[number]

/** What a read says of one fact that the display names. */
export const FactEvidence = Type.Object(
  {
    fact: oneOf(FACTS, { description: 'region: the state, or other issuer, of the plate' }),
    result: oneOf(['agrees', 'differs', 'unseen'], {
      description: 'unseen: nobody told it; this says nothing',
    }),
    read: orNull(Type.String({ maxLength: 40, description: 'As told' })),
    certainty: orNull(
      Type.Intersect([Probability], {
        description: 'As stated by what told it; null: not stated, and where it differs it counts as 0.9',
      }),
    ),
    factor: Type.Intersect([Probability], {
      description:
        'How likely this was told of the watched vehicle, compared with any vehicle; 1: says nothing, or agrees. docs/matching.md explains how it is measured',
    }),
  },
  { title: 'FactEvidence', additionalProperties: false },
)
export type FactEvidence = Static<typeof FactEvidence>

/** Why a match is less certain than its text. */
export const Doubts = {
  ofText: Type.Optional(
    Type.Intersect([Probability], {
      description: 'The probability from the text alone; present with `evidence`',
    }),
  ),
  evidence: Type.Optional(
    Type.Array(FactEvidence, {
      maxItems: FACTS.length,
      description:
        'What agrees, what differs and what was not seen of the facts that the display names; the product of the factors lowers the probability. Absent where it names none, and in alerts of older versions',
    }),
  ),
  differs: Type.Optional(
    Type.Array(oneOf(FACTS), {
      description:
        'Facts of the read that differ from the display, such as region: another state (read.region, with read.regionConfidence) than display.region; this lowers the probability',
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
