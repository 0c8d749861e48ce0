import Type, { type Static } from 'typebox'
import { AlertId } from './alert.ts'
import { createParser, Instant, Token } from './message.ts'

/**
 * How often the vehicle of an alert was seen at its camera within the alert's window. There is none while it was seen
 * once; each message replaces the previous one. The first sighting is the alert's own read, and `source` is that
 * read's.
 */
export const SightingCount = Type.Object(
  {
    v: Type.Literal(1),
    alertId: AlertId,
    displayId: Token,
    source: Type.Optional(Token),
    count: Type.Integer({ minimum: 2, description: 'Sightings so far, including that of the alert' }),
    lastSeenAt: Instant,
    lastReadId: Type.String({ pattern: '^[A-Za-z0-9_-]{22}$', description: 'The read counted last' }),
    upTo: Type.Integer({
      minimum: 1,
      description: 'Sequence, in the stream of reads, up to which reads are counted',
    }),
  },
  {
    $id: 'https://sightline.invalid/schemas/sightings-1.json',
    title: 'Sightings',
    additionalProperties: false,
  },
)
export type SightingCount = Static<typeof SightingCount>

export const sightingCountParser = createParser('count of sightings', SightingCount)
