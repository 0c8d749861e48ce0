import Type, { type Static } from 'typebox'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'
import { PersonId } from './person.ts'
import { Region } from './plate.ts'
import { Restrictions } from './restrictions.ts'
import { yearsAfter } from './year.ts'

export const Priority = oneOf(['low', 'normal', 'high'])

/** What a display waits for: a plate, or a pattern of plates. */
export const PlatePattern = Type.String({
  pattern: '^(?:[A-Z0-9?*]|\\[[A-Z0-9]{1,36}\\]){1,24}$',
  description:
    'A plate in normal form. In a pattern ? is any one character, * any number of them, [ABC] one of these',
  examples: ['7ABC123', '7AB?1*', '7A[B8]C123'],
})
export type PlatePattern = Static<typeof PlatePattern>

/** How a display is narrowed or widened beyond its plate. */
const Narrowing = {
  minProbability: Type.Optional(
    Type.Number({
      minimum: 0.01,
      maximum: 1,
      description:
        'Reads whose text is another one alert from this probability on that the vehicle carries the plate; without it the default of the matcher',
    }),
  ),
  only: Type.Optional(Restrictions),
  strict: Type.Optional(
    Type.Boolean({
      description:
        'true: a read with another state than the display, or whose vehicle the camera did not recognize, does not match. Without it such a read alerts, marked as state differs or vehicle not checked: cameras often take one state for another',
    }),
  ),
  portsOfEntry: Type.Optional(
    Type.Array(Type.String({ pattern: '^[0-9]{4}$', examples: ['2504'] }), {
      minItems: 1,
      maxItems: 10,
      uniqueItems: true,
      description: 'Codes of ports of entry: alerts say when the vehicle approaches one (DSP-6)',
    }),
  ),
}

/** First half of the SHA-256 of the notice (DSP-2). */
const NoticeVersion = (description: string) => Type.String({ pattern: '^[0-9a-f]{32}$', description })

/** What oversight found at its last look at a display (DSP-4). */
export const Review = Type.Object(
  {
    at: Instant,
    by: Token,
    verdict: oneOf(['relevant', 'rejected'], { description: 'rejected: matches nothing any more' }),
    reason: Type.String({ minLength: 10, maxLength: 500 }),
  },
  { additionalProperties: false, description: 'Last review by oversight (DSP-4)' },
)
export type Review = Static<typeof Review>

/** What a person, or the machine, did to a display. */
const DisplayAction = oneOf(['create', 'update', 'validate', 'hand-over', 'close', 'review'])

/** The change that made a display what it is: each revision of the bucket carries its own, and that is its history. */
const LastStep = Type.Object(
  {
    action: DisplayAction,
    by: Token,
    at: Instant,
    reason: Type.Optional(Type.String({ maxLength: 500, description: 'As stated, or what closed it' })),
  },
  { additionalProperties: false, description: 'What was done to it last, by whom, when and why' },
)
export type LastStep = Static<typeof LastStep>

/** A stored plate query; a new read that matches it raises an alert (DSP-1). Kept in the bucket `DISPLAYS`. */
export const Display = Type.Object(
  {
    v: Type.Literal(1),
    id: Token,
    plate: PlatePattern,
    region: orNull(Region),
    priority: Priority,
    reason: Type.String({ minLength: 10, maxLength: 500, description: 'Why the plate is watched' }),
    caseRef: Type.String({
      minLength: 3,
      maxLength: 60,
      description: 'The enforcement or border-security matter',
    }),
    owner: Token,
    state: oneOf(['active', 'closed', 'rejected'], {
      description: 'closed by a user (DSP-5), rejected in review (DSP-4)',
    }),
    createdAt: Instant,
    noticeConfirmedAt: Instant,
    validatedAt: Instant,
    expiresAt: Instant,
    noticeVersion: Type.Optional(NoticeVersion('Of the notice that was confirmed')),
    review: Type.Optional(Review),
    lastStep: Type.Optional(LastStep),
    ...Narrowing,
  },
  { $id: 'https://sightline.invalid/schemas/display-1.json', title: 'Display', additionalProperties: false },
)
export type Display = Static<typeof Display>

export const displayParser = createParser('display', Display)

/** What a caller states to create a display; the rest is the machine's (owner, times, id). */
export const NewDisplay = Type.Object(
  {
    plate: Type.String({
      minLength: 1,
      maxLength: 80,
      description:
        'As written on the vehicle, or a pattern: ? is any one character, * any number of them, [ABC] or [A-C] one of these; blanks, dots and hyphens are ignored, but for those in brackets',
      examples: ['7ABC 123', '7AB?1*'],
    }),
    region: Type.Optional(orNull(Region)),
    priority: Type.Optional(Priority),
    reason: Type.String({ minLength: 10, maxLength: 500 }),
    caseRef: Type.String({ minLength: 3, maxLength: 60 }),
    confirmNotice: NoticeVersion(
      'Version of GET /v1/displays/notice: the caller has read that plates are to be removed promptly when they are no longer of value, and confirms it (DSP-2)',
    ),
    expiresAt: Type.Optional(Instant),
    ...Narrowing,
  },
  { title: 'NewDisplay', additionalProperties: false },
)
export type NewDisplay = Static<typeof NewDisplay>

/** What may be changed on a display, as long as it is active (DSP-5); null takes a narrowing away. */
export const DisplayChange = Type.Object(
  {
    region: Type.Optional(orNull(Region)),
    priority: Type.Optional(Priority),
    reason: Type.Optional(Display.properties.reason),
    caseRef: Type.Optional(Display.properties.caseRef),
    expiresAt: Type.Optional(Instant),
    minProbability: Type.Optional(orNull(Type.Number({ minimum: 0.01, maximum: 1 }))),
    only: Type.Optional(orNull(Restrictions)),
    strict: Type.Optional(orNull(Type.Boolean())),
    portsOfEntry: Type.Optional(orNull(Display.properties.portsOfEntry)),
  },
  {
    title: 'DisplayChange',
    minProperties: 1,
    additionalProperties: false,
    description: 'Not the plate: another plate is another display, with its own notice and reviews',
  },
)
export type DisplayChange = Static<typeof DisplayChange>

const Reason = Type.String({ minLength: 10, maxLength: 500, description: 'Kept in the audit log' })

/** The yearly re-examination of one display (DSP-3). */
export const Validation = Type.Object(
  {
    reason: Type.String({ minLength: 10, maxLength: 500, description: 'Why the plate is still of value' }),
    expiresAt: Type.Optional(Instant),
  },
  { title: 'Validation', additionalProperties: false },
)
export type Validation = Static<typeof Validation>

/** Gives a display to another analyst, when its owner leaves. */
export const HandOver = Type.Object(
  { to: PersonId, reason: Reason },
  { title: 'HandOver', additionalProperties: false },
)
export type HandOver = Static<typeof HandOver>

/** A verdict of oversight (DSP-4). */
export const NewReview = Type.Pick(Review, ['verdict', 'reason'], {
  title: 'NewReview',
  additionalProperties: false,
})
export type NewReview = Static<typeof NewReview>

/** Longest time without validation after which a display stops by itself (DSP-3). */
export const VALIDATION_YEARS = 1

/** The instant at which a display validated at `validatedAt` expires by itself (DSP-3). */
export const validationEnds = (validatedAt: Date): Date => yearsAfter(validatedAt, VALIDATION_YEARS)

/** Whether a display matches reads at instant `now` (milliseconds): active and not expired (DSP-3 to DSP-5). */
export function displayIsActive(display: Display, now: number): boolean {
  return display.state === 'active' && now < Date.parse(display.expiresAt)
}

const { owner, region, priority, reason, caseRef, expiresAt, minProbability, only, strict, portsOfEntry } =
  Display.properties

/** What of a display may change in its life; null where it had none. */
export const DisplayValues = Type.Partial(
  Type.Object({
    ...{ owner, region, priority, reason, caseRef, expiresAt },
    minProbability: orNull(minProbability),
    only: orNull(only),
    strict: orNull(strict),
    portsOfEntry: orNull(portsOfEntry),
  }),
  { title: 'DisplayValues' },
)
export type DisplayValues = Static<typeof DisplayValues>

/** One change in the life of a display. */
export const DisplayStep = Type.Object(
  {
    action: DisplayAction,
    by: orNull(Token),
    at: Instant,
    reason: orNull(Type.String()),
    verdict: orNull(Review.properties.verdict),
    before: DisplayValues,
    after: DisplayValues,
  },
  {
    title: 'DisplayStep',
    description:
      'before and after hold what the change made otherwise; by is null where that is in the audit log alone',
  },
)
export type DisplayStep = Static<typeof DisplayStep>

/** The life of a display, as far as the bucket goes back. */
export const DisplayHistory = Type.Object(
  {
    steps: Type.Array(DisplayStep, { description: 'Oldest first' }),
    complete: Type.Boolean({ description: 'false: earlier changes are in the audit log alone' }),
  },
  { title: 'DisplayHistory' },
)
export type DisplayHistory = Static<typeof DisplayHistory>
