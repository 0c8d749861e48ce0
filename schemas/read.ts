import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { Camera } from './camera.ts'
import { createParser, Instant, oneOf, orNull, Probability, Token } from './message.ts'
import { colorOfRead } from './older-names.ts'
import { MAX_PLATE_LENGTH, PlateText, Region } from './plate.ts'
import { VEHICLE_KINDS, VEHICLE_VIEWS } from './vehicle-words.ts'

/** The recognizer's result for one character: the best candidate, and other likely ones (CAP-4). */
export const ReadCharacter = Type.Object(
  {
    char: Type.String({ pattern: '^[A-Z0-9]$' }),
    confidence: Probability,
    alternatives: Type.Array(
      Type.Object(
        { char: Type.String({ pattern: '^[A-Z0-9]$' }), confidence: Probability },
        { additionalProperties: false },
      ),
      { maxItems: 35, description: 'Other characters with their probabilities, most likely first' },
    ),
  },
  { title: 'ReadCharacter', additionalProperties: false },
)
export type ReadCharacter = Static<typeof ReadCharacter>

/** The vehicle as far as the camera could tell (CAP-1: "where known"). */
export const Vehicle = Type.Object(
  {
    make: orNull(Type.String({ maxLength: 40, examples: ['Toyota'] })),
    model: orNull(Type.String({ maxLength: 40, examples: ['Camry'] })),
    color: orNull(Type.String({ maxLength: 20, examples: ['silver'] })),
    kind: Type.Optional(orNull(oneOf(VEHICLE_KINDS))),
    view: Type.Optional(orNull(oneOf(VEHICLE_VIEWS, { description: 'Which end of it the camera saw' }))),
    certainty: Type.Optional(
      Type.Object(
        {
          color: orNull(Probability),
          kind: orNull(Probability),
          view: orNull(Probability),
        },
        {
          additionalProperties: false,
          description:
            'How probable each fact is; only of an edge agent, which tells them from the picture. null: not told',
        },
      ),
    ),
  },
  { title: 'Vehicle', additionalProperties: false },
)
export type Vehicle = Static<typeof Vehicle>

/** Where the camera was at the instant of the frame (CAP-2). A missing fix is stated, never invented. */
export const Position = Type.Object(
  {
    fix: oneOf(['surveyed', 'gps', 'stale'], {
      description:
        'surveyed: from the configuration of a fixed camera; gps: at the instant of the frame; stale: last known',
    }),
    lat: Type.Number({ minimum: -90, maximum: 90, description: 'degrees, WGS 84' }),
    lon: Type.Number({ minimum: -180, maximum: 180, description: 'degrees, WGS 84' }),
    accuracyM: orNull(Type.Number({ minimum: 0, description: 'radius in meters' })),
    headingDeg: orNull(
      Type.Number({ minimum: 0, exclusiveMaximum: 360, description: 'degrees clockwise from north' }),
    ),
    speedMps: orNull(Type.Number({ minimum: 0, description: 'meters per second' })),
  },
  { title: 'Position', additionalProperties: false },
)
export type Position = Static<typeof Position>

/** The vehicle's movement past the camera, if the camera tracks vehicles over its frames (CAP-3). */
export const Pass = Type.Object(
  {
    firstSeenAt: Instant,
    lastSeenAt: Instant,
    frames: Type.Integer({ minimum: 1, description: 'Frames with this plate until the read was made' }),
    direction: orNull(
      oneOf(['approaching', 'receding', 'left', 'right'], {
        description: 'Relative to the camera, in the image; null: it hardly moved',
      }),
    ),
    line: Type.Optional(
      oneOf(['crossed'], {
        description: 'Only of cameras with a line: the plate crossed it in the direction that counts',
      }),
    ),
  },
  { title: 'Pass', additionalProperties: false },
)
export type Pass = Static<typeof Pass>

/** Name of an image in the object store `PICTURES`; null when there is none yet, or no longer. */
const PictureName = orNull(Type.String({ minLength: 1, maxLength: 200 }))

/** The confidence that a third-party plate reader reports, on its own scale; nobody has measured what it means. */
const OwnConfidence = orNull(
  Type.Object(
    { value: Type.Number({ minimum: 0 }), best: Type.Number({ exclusiveMinimum: 0 }) },
    {
      additionalProperties: false,
      description:
        'Of a plate reader of another make: its confidence on its own scale, from 0 to best; `confidence` is the share. ' +
        'null: it said nothing, and `confidence` is 0.5. Absent: a probability that Sightline measured',
    },
  ),
)

/** One sighting of one plate by one camera (CAP-1, CAP-4). */
export const Read = Type.Object(
  {
    v: Type.Literal(1),
    id: Type.String({
      pattern: '^[A-Za-z0-9_-]{22}$',
      description: 'From readId(): the same sighting has the same id',
    }),
    plate: PlateText,
    confidence: Probability,
    chars: Type.Array(ReadCharacter, {
      maxItems: MAX_PLATE_LENGTH,
      description: 'One entry per character of the plate, in order',
    }),
    region: orNull(Region),
    regionConfidence: orNull(Probability),
    cut: Type.Optional(
      Type.Literal(true, { description: 'Something hides a part of the plate: characters are missing' }),
    ),
    seenAt: Instant,
    camera: Camera,
    source: Token,
    position: orNull(Position),
    vehicle: orNull(Vehicle),
    pictures: Type.Object({ plate: PictureName, vehicle: PictureName }, { additionalProperties: false }),
    pass: Type.Optional(Pass),
    engine: Type.Object(
      {
        name: Type.String({ maxLength: 40 }),
        version: Type.String({ maxLength: 40 }),
        ownConfidence: Type.Optional(OwnConfidence),
      },
      { additionalProperties: false, description: 'What read the plate' },
    ),
  },
  { $id: 'https://sightline.invalid/schemas/read-1.json', title: 'Read', additionalProperties: false },
)
export type Read = Static<typeof Read>

export const readParser = createParser('read', Read, colorOfRead)

/** `source` of reads from the agency's own edge agents; vendors use their vendor id. */
export const EDGE_SOURCE = 'edge'

/** `source` of canary reads (canary.ts): no edge agent or vendor has it. */
export const CANARY_SOURCE = 'canary'

/**
 * Identity of a sighting: the same camera, instant and plate always give the same id, so that whatever is delivered or
 * recomputed twice is recognized (the JetStream message id, the alert's id).
 * @returns 22 characters of base64url: the first 128 bits of a SHA-256
 */
export function readId(cameraId: string, seenAt: string, plate: string): string {
  return createHash('sha256')
    .update(`read\0${cameraId}\0${seenAt}\0${plate}`)
    .digest('base64url')
    .slice(0, 22)
}
