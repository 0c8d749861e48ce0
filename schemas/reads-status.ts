import Type, { type Static } from 'typebox'
import { Instant, oneOf, orNull } from './message.ts'

const CONDITIONS = ['judged', 'behind', 'still', 'full'] as const

/** How the streams of reads are doing, as an api process sees them. */
export const ReadsStatus = Type.Object(
  {
    state: oneOf([...CONDITIONS, 'unknown'], {
      description:
        'The worst of the streams. judged: reads become alerts in time; behind: with a delay of more than ten seconds; still: reads wait and none is judged; full: new reads are refused; unknown: the broker does not say',
    }),
    at: orNull(Instant),
    streams: Type.Array(
      Type.Object(
        {
          stream: Type.String(),
          state: oneOf(CONDITIONS),
          backlog: Type.Integer({ minimum: 0, description: 'Reads that are not judged' }),
          free: Type.Number({ minimum: 0, maximum: 1, description: 'Free part of its space' }),
          fullInSeconds: orNull(
            Type.Number({
              description: 'Seconds until it is full at the current rates; null: it is not filling',
            }),
          ),
          matcher: orNull(
            Type.String({ description: 'Name of the matcher that judges it; null: none does' }),
          ),
          says: orNull(Type.String({ description: 'What stands still' })),
          hint: orNull(Type.String({ description: 'What to do' })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { title: 'ReadsStatus', additionalProperties: false },
)
export type ReadsStatus = Static<typeof ReadsStatus>
