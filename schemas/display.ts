import Type, { type Static } from 'typebox'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'
import { colorsOfDisplay } from './older-names.ts'
import { PersonId } from './person.ts'
import { Region } from './plate.ts'
import { Restrictions } from './restrictions.ts'
import { yearsAfter } from './year.ts'

export const Priority = oneOf(['low', 'normal', 'high'])

/** What a display watches: a plate, or a pattern of plates. */
export const PlatePattern = Type.String({
  pattern: '^(?:[A-Z0-9?*]|\\[[A-Z0-9]{1,36}\\]){1,24}$',
  description:
    'A plate in normal form. In a pattern ? is any one character, * any number of them, [ABC] one of these',
  examples: ['7ABC123', '7AB?1*', '7A[B8]C123'],
})
export type PlatePattern = Static<typeof PlatePattern>

/** How a display is limited or widened beyond its plate. */
const Narrowing = {
  minProbability: Type.Optional(
    Type.Number({
      minimum: 0.01,
      maximum: 1,
      description:
        'Reads with a different text raise an alert from this probability that the vehicle has the plate; without it the default of the matcher',
    }),
  ),
  only: Type.Optional(Restrictions),
  strict: Type.Optional(
    Type.Boolean({
      description:
        'true: the display insists: a read with another state, another vehicle, or a vehicle that the camera did not recognize, does not match. Without it these are evidence: they lower the probability, and the alert says so (match.evidence), because cameras often take one state for another and most recognize no make',
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

/** Oversight's last verdict on a display (DSP-4). */
export const Review = Type.Object(
  {
    at: Instant,
    by: Token,
    verdict: oneOf(['relevant', 'rejected'], { description: 'rejected: no longer matches' }),
    reason: Type.String({ minLength: 10, maxLength: 500 }),
  },
  { additionalProperties: false, description: 'Last review by oversight (DSP-4)' },
)
export type Review = Static<typeof Review>

/** What a person, or the system, did to a display. */
const DisplayAction = oneOf(['create', 'update', 'validate', 'hand-over', 'close', 'review'])

/**
 * The change that led to this revision of a display: each revision in the bucket carries its own, so together they are
 * the history.
 */
const LastStep = Type.Object(
  {
    action: DisplayAction,
    by: Token,
    at: Instant,
    reason: Type.Optional(Type.String({ maxLength: 500, description: 'As stated, or what closed it' })),
  },
  { additionalProperties: false, description: 'Last change: what, by whom, when and why' },
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
    noticeVersion: Type.Optional(NoticeVersion('Version of the confirmed notice')),
    review: Type.Optional(Review),
    lastStep: Type.Optional(LastStep),
    test: Type.Optional(
      Type.Literal(true, {
        description: 'Planted by a load test: all its alerts are test alerts, and no list has it',
      }),
    ),
    ...Narrowing,
  },
  { $id: 'https://sightline.invalid/schemas/display-1.json', title: 'Display', additionalProperties: false },
)
export type Display = Static<typeof Display>

export const displayParser = createParser('display', Display, (stored) =>
  colorsOfDisplay(polygonOfCorners(stored)),
)

/** Older versions stored a display's polygon as `corners`, each a pair of latitude and longitude. */
function polygonOfCorners(stored: unknown): unknown {
  const { only } = (stored ?? {}) as { only?: { area?: { corners?: unknown } } }
  const { corners, ...rest } = only?.area ?? {}
  if (!Array.isArray(corners) || 'polygon' in rest) return stored
  const polygon = corners.map((corner) =>
    Array.isArray(corner) && corner.length === 2 ? { lat: corner[0], lon: corner[1] } : corner,
  )
  return { ...(stored as object), only: { ...only, area: { ...rest, polygon } } }
}

/** Input for creating a display; the system adds the rest (owner, times, id). */
export const NewDisplay = Type.Object(
  {
    plate: Type.String({
      minLength: 1,
      maxLength: 80,
      description:
        'As written on the vehicle, or a pattern: ? is any one character, * any number of them, [ABC] or [A-C] one of these; spaces, dots and hyphens are ignored, except in brackets',
      examples: ['7ABC 123', '7AB?1*'],
    }),
    region: Type.Optional(orNull(Region)),
    priority: Type.Optional(Priority),
    reason: Type.String({ minLength: 10, maxLength: 500 }),
    caseRef: Type.String({ minLength: 3, maxLength: 60 }),
    confirmNotice: NoticeVersion(
      'Version from GET /v1/displays/notice: the caller has read that plates must be removed promptly when they no longer matter, and confirms it (DSP-2)',
    ),
    expiresAt: Type.Optional(Instant),
    ...Narrowing,
  },
  { title: 'NewDisplay', additionalProperties: false },
)
export type NewDisplay = Static<typeof NewDisplay>

/** What may be changed on an active display (DSP-5); null removes a limit. */
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
    description: 'Not the plate: for another plate create another display, with its own notice and reviews',
  },
)
export type DisplayChange = Static<typeof DisplayChange>

const Reason = Type.String({ minLength: 10, maxLength: 500, description: 'Kept in the audit log' })

/** The yearly re-examination of one display (DSP-3). */
export const Validation = Type.Object(
  {
    reason: Type.String({ minLength: 10, maxLength: 500, description: 'Why the plate still matters' }),
    expiresAt: Type.Optional(Instant),
  },
  { title: 'Validation', additionalProperties: false },
)
export type Validation = Static<typeof Validation>

/** Hands a display over to another analyst, when its owner leaves. */
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

/** Longest time without validation after which a display expires (DSP-3). */
export const VALIDATION_YEARS = 1

/** The instant at which a display validated at `validatedAt` expires (DSP-3). */
export const validationEnds = (validatedAt: Date): Date => yearsAfter(validatedAt, VALIDATION_YEARS)

/** Whether a display matches reads at instant `now` (milliseconds): active and not expired (DSP-3 to DSP-5). */
export function displayIsActive(display: Display, now: number): boolean {
  return display.state === 'active' && now < Date.parse(display.expiresAt)
}

const { owner, region, priority, reason, caseRef, expiresAt, minProbability, only, strict, portsOfEntry } =
  Display.properties

/** The fields of a display that may change; null where it had none. */
export const DisplayValues = Type.Partial(
  Type.Object({
    owner,
    region,
    priority,
    reason,
    caseRef,
    expiresAt,
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
      'before and after contain only what the change altered; by is null where only the audit log has it',
  },
)
export type DisplayStep = Static<typeof DisplayStep>

/** The history of a display, as far back as the bucket keeps it. */
export const DisplayHistory = Type.Object(
  {
    steps: Type.Array(DisplayStep, { description: 'Oldest first' }),
    complete: Type.Boolean({ description: 'false: only the audit log has earlier changes' }),
  },
  { title: 'DisplayHistory' },
)
export type DisplayHistory = Static<typeof DisplayHistory>

/** A display as the api shows it: only those who work on its plate see it (ACC-8, DSP-7). */
export const DisplayView = Type.Object(
  {
    ...Display.properties,
    plate: orNull(Display.properties.plate),
    covered: Type.Optional(
      Type.Literal(true, {
        description:
          'Everything that reveals the plate is left out: the display belongs neither to the caller nor to a case of theirs, or they are verifying one of its alerts',
      }),
    ),
  },
  {
    $id: 'https://sightline.invalid/schemas/display-view-1.json',
    title: 'DisplayView',
    additionalProperties: false,
  },
)
export type DisplayView = Static<typeof DisplayView>
