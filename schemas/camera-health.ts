import Type, { type Static } from 'typebox'
import { Camera } from './camera.ts'
import { createParser, Instant, oneOf, orNull, Probability, Token } from './message.ts'
import { Position } from './read.ts'

/** State of a camera, as its agent sees it. */
const STATES = ['ok', 'dark', 'blind', 'unsharp', 'frozen', 'moved', 'blind to plates', 'silent'] as const

export const CameraState = oneOf(STATES, {
  description:
    'dark: too dark to read anything; blind: the lens is covered or washed out; unsharp: out of focus, dirty or ' +
    'dim, compared with its own past; frozen: the same image again and again; moved: a fixed camera no longer sees ' +
    'its scene; blind to plates: vehicles pass and far fewer plates are read than usual; silent: no frames come',
})
export type CameraState = Static<typeof CameraState>

const Count = (description?: string) => Type.Integer({ minimum: 0, ...(description && { description }) })

/**
 * An edge agent's report about one camera, sent regularly and whenever the state changes: a report whose state is not
 * `ok` is the health alert. Counts start with the agent.
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
    framesSeen: Count('All frames; the other counts are parts of this'),
    framesStill: Count('Nothing moved: not examined closely'),
    framesProcessed: Count('Searched for plates'),
    framesDropped: Count('Not searched because of overload'),
    framesRejected: Count('Not images; set aside'),
    reads: Count(),
    unsure: Type.Optional(Count('Passes that are no reads: their plate was found, but not surely enough')),
    meanConfidence: orNull(Probability),
    brightness: orNull(
      Type.Number({ minimum: 0, maximum: 255, description: 'Mean gray level of the last frame' }),
    ),
    sharpness: orNull(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'Recent sharpness of edges: 1 is one pixel, 0.2 ten pixels; null when unknown',
      }),
    ),
    clockOffsetMs: orNull(
      Type.Number({
        description: "Host's clock minus the time of a receiver or server; null without one",
      }),
    ),
    spool: orNull(
      Type.Object(
        {
          messages: Count('Messages waiting for the broker; of all cameras of the agent'),
          bytes: Count(),
          droppedOldest: Count('Messages dropped because the space was full, over all runs'),
        },
        { additionalProperties: false },
      ),
    ),
    feeds: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ maxLength: 40, description: 'Place in the configuration, and type' }),
            works: Type.Boolean(),
            waiting: Count('Reads that wait to be sent'),
            dropped: Count('Reads that could not be sent in time, since the agent started'),
          },
          { additionalProperties: false },
        ),
        { maxItems: 16, description: "The host's own feeds of the camera's reads" },
      ),
    ),
    lastError: orNull(
      Type.Object(
        { code: Type.String(), message: Type.String(), at: Instant },
        { additionalProperties: false },
      ),
    ),
    warnings: Type.Optional(
      Type.Array(
        Type.Object(
          {
            code: Type.String(),
            message: Type.String({ maxLength: 1000, description: 'What is wrong, and what to do' }),
            since: Instant,
          },
          { additionalProperties: false },
        ),
        { maxItems: 16, description: 'What is wrong now though frames come, oldest first' },
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
