import Type, { type Static } from 'typebox'
import { Alert } from './alert.ts'
import type { Display } from './display.ts'
import { createParser, orNull, Token } from './message.ts'
import { CANARY_SOURCE, type Read, readId } from './read.ts'

/**
 * A canary read is made up, and goes the way of every read: into the broker, through a matcher, and out as an alert. So
 * it shows whether a read that comes now becomes an alert in time. It has a source of its own, is compared with a display of its
 * own alone, and its alert goes into a stream of its own: no list, count, notice or history ever meets one.
 */

/** No state issues such a plate: it is longer than theirs. */
const PLATE = 'CANARY0000'
const DISPLAY_ID = 'canary'

/** The one display with which canary reads are compared. It is in no bucket. @param now when it is valid, an instant */
export const canaryDisplay = (now: string): Display => ({
  v: 1,
  id: DISPLAY_ID,
  plate: PLATE,
  region: null,
  priority: 'low',
  reason: 'A test: whether a read becomes an alert',
  caseRef: 'CANARY',
  owner: 'system',
  state: 'active',
  createdAt: now,
  noticeConfirmedAt: now,
  validatedAt: now,
  expiresAt: new Date(Date.parse(now) + 86_400_000).toISOString(),
})

/** A canary read. @param camera which no other read has @param seenAt an instant */
export const canaryRead = (camera: string, seenAt: string): Read => ({
  v: 1,
  id: readId(camera, seenAt, PLATE),
  plate: PLATE,
  confidence: 1,
  chars: [...PLATE].map((char) => ({ char, confidence: 1, alternatives: [] })),
  region: null,
  regionConfidence: null,
  seenAt,
  camera: { id: camera, owner: 'A test', ownerType: 'agency', kind: 'fixed', country: 'US', address: null },
  source: CANARY_SOURCE,
  position: null,
  vehicle: null,
  pictures: { plate: null, vehicle: null },
  engine: { name: 'canary', version: '1' },
})

/** A matcher's answer to a canary read. */
export const CanaryAnswer = Type.Object(
  {
    v: Type.Literal(1),
    matcher: Token,
    alert: Alert,
    refused: orNull(
      Type.String({
        maxLength: 200,
        description: 'Why the stream of alerts would not store an alert now; null: it would',
      }),
    ),
    clockAheadMs: orNull(
      Type.Integer({ description: "The clock of the matcher's host minus the broker's; null: not compared" }),
    ),
  },
  { title: 'CanaryAnswer', additionalProperties: false },
)
export type CanaryAnswer = Static<typeof CanaryAnswer>

export const canaryAnswerParser = createParser('canary answer', CanaryAnswer)
