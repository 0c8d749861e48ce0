import Type, { type Static } from 'typebox'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'
import { PersonId } from './person.ts'
import { PlateText } from './plate.ts'

/** Kinds of unusual use in the audit log (AUD-5); each is one pure function in api/oversight/signals. */
export const SignalKind = oneOf(
  [
    'close-plate',
    'spike',
    'off-shift',
    'again-and-again',
    'vague-reason',
    'copied-reason',
    'volume',
    'no-follow-up',
  ],
  {
    description:
      'close-plate: a plate of a relative, a colleague, or their own, as configured; spike: one plate, many people, for ' +
      'different cases; volume: against peers; no-follow-up: found something, and nothing came of it',
  },
)
export type SignalKind = Static<typeof SignalKind>

/** Use that somebody should look at. It says nothing about guilt, and nothing in Sightline acts on it (AUD-5). */
export const Signal = Type.Object(
  {
    id: Type.String({ pattern: '^[A-Za-z0-9_-]{22}$', description: 'The same for the same use' }),
    kind: SignalKind,
    people: Type.Array(Token, { minItems: 1 }),
    plate: orNull(Type.String({ maxLength: 80, description: 'Plate or pattern' })),
    from: Instant,
    to: Instant,
    explanation: Type.String({
      description: 'What was seen, with its figures, and the threshold',
    }),
    perhaps: Type.String({
      description: 'Other explanations: ask about them before concluding anything',
    }),
    evidence: Type.Object(
      {
        records: Type.Array(Type.Integer({ minimum: 1 }), {
          maxItems: 20,
          description: 'Numbers of audit records; if there are more, the last ones',
        }),
        count: Type.Integer({ minimum: 1 }),
      },
      { additionalProperties: false },
    ),
  },
  { title: 'Signal', additionalProperties: false },
)
export type Signal = Static<typeof Signal>

const Hour = (description: string) => Type.Integer({ minimum: 0, maximum: 24, description })

const SHIFT = {
  timeZone: Type.String({ maxLength: 60, examples: ['America/Los_Angeles'] }),
  days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
    minItems: 1,
    maxItems: 7,
    uniqueItems: true,
    description: '1 Monday … 7 Sunday: days on which the shift begins',
  }),
  fromHour: Hour('First hour'),
  toHour: Hour('Hour at which it ends; up to fromHour: on the next day'),
}

/** When a person works. */
export const Shift = Type.Object(SHIFT, { additionalProperties: false })
export type Shift = Static<typeof Shift>

const Least = (fallback: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 1_000_000, default: fallback, description })

/** Thresholds of unusual use; those left out have their defaults. */
export const Thresholds = Type.Object(
  {
    spikePeople: Least(4, 'People who search for one plate within spikeHours'),
    spikeCases: Least(3, 'Different cases for which they do'),
    spikeHours: Least(72, 'Hours'),
    offShift: Least(3, 'Queries of one person outside their shift'),
    sameHours: Least(8, 'Different hours in which one person searches for one plate'),
    vague: Least(3, 'Queries of one person with a vague purpose'),
    copiedCases: Least(3, 'Cases for which one person states the same purpose'),
    volumeTimes: Least(4, 'Times the median of their peers, in queries a day'),
    volumeLeast: Least(20, "Minimum number of queries before a person's volume can be unusual"),
    volumePeers: Least(5, 'Minimum number of peers for a comparison'),
    followUpDays: Least(14, 'Days after a query in which there should be a follow-up'),
    followUpLeast: Least(10, 'Minimum number of queries that found something before the share is computed'),
    followUpShare: Least(90, 'Percentage of them without a follow-up'),
  },
  { title: 'Thresholds', additionalProperties: false },
)
export type Thresholds = Static<typeof Thresholds>

/** Oversight's settings for the search for misuse. Kept in the bucket `MISUSE_SETTINGS`. */
export const MisuseSettings = Type.Object(
  {
    closePlates: Type.Array(
      Type.Object(
        {
          plate: PlateText,
          relation: oneOf(['own', 'relative', 'colleague', 'protected'], {
            description: 'protected: the vehicle of a person that nobody looks up without their supervisor',
          }),
          people: Type.Array(PersonId, {
            maxItems: 50,
            uniqueItems: true,
            description: 'Who is close to it; empty: everybody',
          }),
        },
        { additionalProperties: false },
      ),
      { maxItems: 10_000 },
    ),
    shift: orNull(Shift),
    shifts: Type.Array(Type.Object({ person: PersonId, ...SHIFT }, { additionalProperties: false }), {
      maxItems: 10_000,
      description: 'For individuals, instead of the common one',
    }),
    thresholds: Type.Partial(Thresholds, { additionalProperties: false }),
  },
  {
    $id: 'https://sightline.invalid/schemas/misuse-settings-1.json',
    title: 'MisuseSettings',
    additionalProperties: false,
  },
)
export type MisuseSettings = Static<typeof MisuseSettings>

export const misuseSettingsParser = createParser('settings of the search for misuse', MisuseSettings)
