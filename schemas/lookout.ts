import Type, { type Static } from 'typebox'
import { AlertId } from './alert.ts'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'
import { PlateText, Region } from './plate.ts'
import { Read } from './read.ts'
import { Reason, Retention } from './retention.ts'
import { Provenance } from './saved-read.ts'

const seen = { read: Read.properties.id, seenAt: Instant, camera: Token, source: Token }

/** Where a lookout comes from: from the camera over query or alert to a person. */
const LookoutProvenance = Type.Union([
  Type.Object(
    { ...seen, savedBy: Token, savedAt: Instant, ...Provenance.properties },
    { additionalProperties: false, description: 'A read that a query found, and who saved it' },
  ),
  Type.Object(
    { ...seen, alert: AlertId, display: Token },
    { additionalProperties: false, description: 'A verified alert, and the display that raised it' },
  ),
])

/** A vehicle that is looked out for at border inspection, and the read that led to it (AUD-9). Bucket `LOOKOUTS`. */
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
          Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the picture that was served to them' }),
        ),
      },
      { additionalProperties: false, description: 'Who compared the picture with the text (DSP-7)' },
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
      description: 'What you read on the picture, typed by you: it is compared with the read (DSP-7)',
    }),
    reason: Reason,
    retainUntil: Type.Optional(Instant),
  },
  { title: 'NewLookout', additionalProperties: false },
)
export type NewLookout = Static<typeof NewLookout>

/** The same of an alert that was verified: its plate is what the verifier read. */
export const NewAlertLookout = Type.Pick(NewLookout, ['case', 'reason', 'retainUntil'], {
  title: 'NewAlertLookout',
  additionalProperties: false,
})
export type NewAlertLookout = Static<typeof NewAlertLookout>
