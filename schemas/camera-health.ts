import Type, { type Static } from 'typebox'
import { Camera } from './camera.ts'
import { createParser, Instant, oneOf, orNull, Probability, Token } from './message.ts'
import { Position } from './read.ts'

/** What ails a camera, as its agent sees it. */
export const CameraState = oneOf(['ok', 'dark', 'blind', 'unsharp', 'frozen', 'moved', 'silent'], {
  description:
    'dark: too dark to read anything; blind: the lens is covered or washed out; unsharp: out of focus, dirty or ' +
    'dim, by its own standard; frozen: the same picture again and again; moved: a fixed camera no longer sees ' +
    'its scene; silent: no frames come',
})
export type CameraState = Static<typeof CameraState>

const Count = (description?: string) => Type.Integer({ minimum: 0, ...(description && { description }) })

/**
 * What an edge agent reports of one camera, at a fixed rhythm and at once when the state changes: a report whose
 * state is not `ok` is the health alert. Counts run from the agent's start.
 */
export const CameraHealth = Type.Object(
  {
    v: Type.Literal(1),
    camera: Token,
    at: Instant,
    startedAt: Instant,
    agentVersion: Type.String({ maxLength: 40 }),
    state: CameraState,
    stateSince: Instant,
    registration: Type.Optional(Camera),
    position: Type.Optional(orNull(Position)),
    framesSeen: Count('All that came; the other counts are parts of it'),
    framesStill: Count('Nothing moved: not looked at closely'),
    framesProcessed: Count('Searched for plates'),
    framesDropped: Count('Not searched: overload'),
    framesRejected: Count('Not pictures; set aside'),
    reads: Count(),
    meanConfidence: orNull(Probability),
    brightness: orNull(
      Type.Number({ minimum: 0, maximum: 255, description: 'Mean gray level of the last frame' }),
    ),
    sharpness: orNull(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'Steepness of edges of late: 1 is one pixel, 0.2 ten pixels; null when unknown',
      }),
    ),
    clockOffsetMs: orNull(
      Type.Number({
        description: "Host's clock less the time of a receiver or server; null when there is none",
      }),
    ),
    spool: orNull(
      Type.Object(
        {
          messages: Count('Wait for the broker; of all cameras of the agent'),
          bytes: Count(),
          droppedOldest: Count('Had to go because the space was full, over all runs'),
        },
        { additionalProperties: false },
      ),
    ),
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

export const cameraHealthParser = createParser('camera health', CameraHealth)
