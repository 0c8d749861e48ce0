import Type, { type Static } from 'typebox'
import { AlertId } from './alert.ts'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'
import { PlateText, Region } from './plate.ts'

/** How what a person read in the picture relates to the display. */
export const Agreement = oneOf(['exact', 'look-alike', 'differs', 'unreadable'], {
  description:
    'exact: the plate displayed; look-alike: but for O and 0 or I and 1, which many plates print alike; differs: another plate; unreadable: the picture shows too little',
})
export type Agreement = Static<typeof Agreement>

const Authority = Type.String({
  minLength: 10,
  maxLength: 500,
  description: 'The law or agreement that allows it (AUD-7)',
})

/** What somebody read in the picture, as it compares with the display. */
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

/** Once an alert was passed on: to whom and under which authority (AUD-7). */
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
    sequence: Type.Integer({ minimum: 1, description: 'Of the alert in its stream' }),
    displayId: Token,
    cameraId: Token,
    cameraAddress: Type.Optional(
      orNull(
        Type.String({
          description: 'Where the camera stood, as the alert says; it is known after the alert is gone',
        }),
      ),
    ),
    source: Token,
    state: oneOf(['open', 'claimed', 'verified', 'misread'], {
      description: 'verified and misread are final; a claim lapses by itself',
    }),
    claim: orNull(
      Type.Object(
        { by: Token, at: Instant, until: Instant },
        {
          additionalProperties: false,
          description: 'Who looks at it; whoever claims it after `until` has it',
        },
      ),
    ),
    tries: Type.Array(Reading, { description: 'Readings that did not agree with the display' }),
    verdict: orNull(
      Type.Object(
        {
          ...Reading.properties,
          knew: Type.Optional(
            oneOf(['owner', 'case', 'supervisor'], {
              description:
                'Why they knew the plate displayed before they looked: the display is theirs, its case is, or its owner is one of their people. Without it the api had not told them',
            }),
          ),
          reason: orNull(Type.String({ maxLength: 500 })),
          pictureSha256: orNull(
            Type.String({
              pattern: '^[0-9a-f]{64}$',
              description: 'Of the picture that was served to them after they claimed the alert',
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
  description: 'The plate as it stands in the picture, typed by who looks at it',
  examples: ['7ABC 123'],
})
/** Issuer, where the picture shows it. */
const SeenRegion = Type.Optional(orNull(Region))

/** What a verifier typed from the picture (DSP-7). */
export const Verification = Type.Object(
  { plate: Typed, region: SeenRegion },
  { title: 'Verification', additionalProperties: false },
)
export type Verification = Static<typeof Verification>

/** Why an alert is not what it says. */
export const Rejection = Type.Object(
  {
    plate: orNull(Typed),
    region: SeenRegion,
    reason: Type.String({ minLength: 10, maxLength: 500 }),
  },
  { title: 'Rejection', additionalProperties: false, description: 'plate null: the picture cannot be read' },
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
