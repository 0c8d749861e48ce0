import Type, { type Static } from 'typebox'
import { LIGHT_NAMES, LIGHT_STATES } from './lights.ts'
import { createParser, Instant, oneOf, orNull } from './message.ts'

export const Light = Type.Object(
  {
    name: oneOf(LIGHT_NAMES),
    state: oneOf(LIGHT_STATES, {
      description:
        'fault: a read that comes now does not become an alert that people see in time; warning: it does, but something needs a person; off: not watched, by choice',
    }),
    ageSeconds: orNull(
      Type.Number({
        description:
          'Since it last happened: a read of an edge agent or a vendor stored, a test read shown. Not told of alerts: whoever drives past a camera would learn whether a display has the plate',
      }),
    ),
    boundSeconds: orNull(
      Type.Number({ description: 'Oldest age, or longest delay, that is in order; null: none' }),
    ),
    code: orNull(Type.String({ description: 'Stable code of what is wrong' })),
    says: Type.String({ description: 'What is so; names nobody and nothing' }),
  },
  { title: 'Light', additionalProperties: false },
)
export type Light = Static<typeof Light>

/** Answer of `GET /live`. */
export const LiveAnswer = Type.Object(
  {
    status: oneOf(['ok', 'unavailable']),
    broker: oneOf(['connected', 'disconnected']),
    audit: oneOf(['writable', 'blocked'], {
      description:
        'blocked: the log ends with a message that is not a record, so nothing can be done (AUD-2)',
    }),
    version: Type.String(),
    uptimeSeconds: Type.Integer(),
  },
  { title: 'LiveAnswer' },
)

/** Answer of `GET /health`. */
export const HealthAnswer = Type.Object(
  {
    ...LiveAnswer.properties,
    status: oneOf(['ok', 'degraded', 'unavailable'], {
      description:
        'ok: a read that comes now becomes an alert that people see in time; degraded: the api works, but that does not hold; unavailable: the api cannot work',
    }),
    reads: oneOf(['judged', 'behind', 'still', 'full', 'unknown'], {
      description:
        'full: new reads are refused; still: reads wait and none is judged; behind: with more than ten seconds of delay. GET /v1/settings says more',
    }),
    at: Instant,
    lights: Type.Array(Light),
  },
  { title: 'HealthAnswer' },
)
export type HealthAnswer = Static<typeof HealthAnswer>
export const healthAnswerParser = createParser('answer of /health', HealthAnswer)
