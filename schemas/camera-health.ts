import Type, { type Static } from 'typebox'
import { Instant, orNull, Probability, reader, Token } from './message.ts'

/** What an edge agent reports of one camera, at a fixed rhythm. Counts run from the agent's start. */
export const CameraHealth = Type.Object(
  {
    v: Type.Literal(1),
    camera: Token,
    at: Instant,
    startedAt: Instant,
    agentVersion: Type.String({ maxLength: 40 }),
    framesSeen: Type.Integer({ minimum: 0 }),
    framesProcessed: Type.Integer({ minimum: 0 }),
    framesDropped: Type.Integer({ minimum: 0, description: 'Seen but not read: overload' }),
    framesRejected: Type.Integer({ minimum: 0, description: 'Not pictures; set aside' }),
    reads: Type.Integer({ minimum: 0 }),
    meanConfidence: orNull(Probability),
    lastError: orNull(
      Type.Object(
        { code: Type.String(), message: Type.String(), at: Instant },
        { additionalProperties: false },
      ),
    ),
  },
  {
    $id: 'https://sightline.invalid/schemas/camera-health-1.json',
    title: 'CameraHealth',
    additionalProperties: false,
  },
)
export type CameraHealth = Static<typeof CameraHealth>

export const cameraHealthReader = reader('camera health', CameraHealth)
