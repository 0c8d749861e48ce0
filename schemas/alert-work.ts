import Type, { type Static } from 'typebox'
import { AlertId } from './alert.ts'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'
import { PlateText, Region } from './plate.ts'

/** How what a person read in the image relates to the display. */
export const Agreement = oneOf(['exact', 'look-alike', 'differs', 'unreadable'], {
  description:
    'exact: the watched plate; look-alike: the same except for O and 0 or I and 1, which many plates print alike; differs: another plate; unreadable: the image shows too little',
})
export type Agreement = Static<typeof Agreement>

const Authority = Type.String({
  minLength: 10,
  maxLength: 500,
  description: 'The law or agreement that allows it (AUD-7)',
})

/** What a person read in the image, and how it compares with the display. */
export const Reading = Type.Object(
  {
    by: Token,
    at: Instant,
    plate: orNull(PlateText),
    region: orNull(Region),
    agreement: Agreement,
  },
  { title: 'Reading', additionalProperties: false },
)
export type Reading = Static<typeof Reading>

/** One sharing of an alert: with whom and under which authority (AUD-7). */
export const PassedOn = Type.Object(
  {
    id: Token,
    by: Token,
    at: Instant,
    recipient: Type.String({ description: 'Id in the list of recipients' }),
    authority: Authority,
  },
  { title: 'PassedOn', additionalProperties: false },
)
export type PassedOn = Static<typeof PassedOn>

/** What people have done with an alert (DSP-7). An alert without one is open. */
export const AlertWork = Type.Object(
  {
    v: Type.Literal(1),
    alertId: AlertId,
    sequence: Type.Integer({ minimum: 1, description: 'Sequence of the alert in its stream' }),
    displayId: Token,
    cameraId: Token,
    cameraAddress: Type.Optional(
      orNull(
        Type.String({
          description: 'Where the camera was, from the alert; stays known after the alert is deleted',
        }),
      ),
    ),
    source: Token,
    state: oneOf(['open', 'claimed', 'verified', 'misread'], {
      description: 'verified and misread are final; a claim expires by itself',
    }),
    claim: orNull(
      Type.Object(
        { by: Token, at: Instant, until: Instant },
        {
          additionalProperties: false,
          description: 'Who is verifying it; after `until` another person can claim it',
        },
      ),
    ),
    tries: Type.Array(Reading, { description: 'Entries that did not match the display' }),
    verdict: orNull(
      Type.Object(
        {
          ...Reading.properties,
          knew: Type.Optional(
            oneOf(['owner', 'case', 'supervisor'], {
              description:
                'Why they knew the watched plate before they looked: they own the display, may use its case, or supervise its owner. Absent: the api had not shown it to them',
            }),
          ),
          reason: orNull(Type.String({ maxLength: 500 })),
          pictureSha256: orNull(
            Type.String({
              pattern: '^[0-9a-f]{64}$',
              description: 'Of the image that was served to them after they claimed the alert',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    passedOn: Type.Array(PassedOn),
  },
  {
    $id: 'https://sightline.invalid/schemas/alert-work-1.json',
    title: 'AlertWork',
    additionalProperties: false,
  },
)
export type AlertWork = Static<typeof AlertWork>
export type Verdict = NonNullable<AlertWork['verdict']>

export const alertWorkParser = createParser('work on an alert', AlertWork)

const Typed = Type.String({
  minLength: 1,
  maxLength: 30,
  description: 'The plate in the image, typed by the person who looks at it',
  examples: ['7ABC 123'],
})
/** Issuer, if the image shows it. */
const SeenRegion = Type.Optional(orNull(Region))

/** What a verifier entered from the image (DSP-7). */
export const Verification = Type.Object(
  { plate: Typed, region: SeenRegion },
  { title: 'Verification', additionalProperties: false },
)
export type Verification = Static<typeof Verification>

/** Why an alert is wrong. */
export const Rejection = Type.Object(
  {
    plate: orNull(Typed),
    region: SeenRegion,
    reason: Type.String({ minLength: 10, maxLength: 500 }),
  },
  { title: 'Rejection', additionalProperties: false, description: 'plate null: the image cannot be read' },
)
export type Rejection = Static<typeof Rejection>

export const NewPassOn = Type.Object(
  {
    recipient: Token,
    authority: Authority,
    note: Type.Optional(Type.String({ maxLength: 1000 })),
  },
  { title: 'NewPassOn', additionalProperties: false },
)
export type NewPassOn = Static<typeof NewPassOn>
