import Type, { type Static } from 'typebox'
import { AlertId } from './alert.ts'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'
import { PlateText, Region } from './plate.ts'
import { Read } from './read.ts'
import { Reason, Retention } from './retention.ts'
import { Provenance } from './saved-read.ts'

const seen = { read: Read.properties.id, seenAt: Instant, camera: Token, source: Token }

/** Where a lookout comes from: from the camera through query or alert to a person. */
const LookoutProvenance = Type.Union([
  Type.Object(
    { ...seen, savedBy: Token, savedAt: Instant, ...Provenance.properties },
    { additionalProperties: false, description: 'A read found by a query, and who saved it' },
  ),
  Type.Object(
    { ...seen, alert: AlertId, display: Token },
    { additionalProperties: false, description: 'A verified alert, and the display that raised it' },
  ),
])

/** A vehicle that border inspection looks for, and the read that led to it (AUD-9). Bucket `LOOKOUTS`. */
export const Lookout = Type.Object(
  {
    v: Type.Literal(1),
    id: Token,
    plate: PlateText,
    region: orNull(Region),
    reason: Reason,
    case: Token,
    caseRef: Type.String(),
    provenance: LookoutProvenance,
    verified: Type.Object(
      {
        by: Token,
        at: Instant,
        pictureSha256: Type.Optional(
          Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the image that was served to them' }),
        ),
      },
      { additionalProperties: false, description: 'Who compared the image with the text (DSP-7)' },
    ),
    createdBy: Token,
    createdAt: Instant,
    state: oneOf(['active', 'closed']),
    retention: Retention,
  },
  { $id: 'https://sightline.invalid/schemas/lookout-1.json', title: 'Lookout', additionalProperties: false },
)
export type Lookout = Static<typeof Lookout>

export const lookoutParser = createParser('lookout', Lookout)

export const NewLookout = Type.Object(
  {
    case: Token,
    read: Read.properties.id,
    plateSeen: Type.String({
      minLength: 1,
      maxLength: 30,
      description: 'The plate you see in the image, typed by you: it is compared with the read (DSP-7)',
    }),
    reason: Reason,
    retainUntil: Type.Optional(Instant),
  },
  { title: 'NewLookout', additionalProperties: false },
)
export type NewLookout = Static<typeof NewLookout>

/** The same for a verified alert: its plate is what the verifier read. */
export const NewAlertLookout = Type.Pick(NewLookout, ['case', 'reason', 'retainUntil'], {
  title: 'NewAlertLookout',
  additionalProperties: false,
})
export type NewAlertLookout = Static<typeof NewAlertLookout>
