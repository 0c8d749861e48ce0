import Type, { type Static } from 'typebox'
import { Instant, Token } from './message.ts'

/** A reason in words: api/cases/substance.ts refuses one that is too short or repetitive. */
export const Reason = Type.String({ minLength: 20, maxLength: 1000, description: 'Why, in words' })

/** How long an object is kept: at `until` it is deleted, unless somebody renewed it (AUD-6). */
export const Retention = Type.Object(
  {
    until: Instant,
    renewals: Type.Array(
      Type.Object(
        { at: Instant, by: Token, until: Instant, reason: Reason },
        { additionalProperties: false },
      ),
      { description: 'Oldest first' },
    ),
  },
  { title: 'Retention', additionalProperties: false },
)
export type Retention = Static<typeof Retention>

/** Input for keeping an object longer. */
export const Renewal = Type.Object(
  { until: Instant, reason: Reason },
  { title: 'Renewal', additionalProperties: false },
)
export type Renewal = Static<typeof Renewal>
