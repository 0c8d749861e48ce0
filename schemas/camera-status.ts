import Type, { type Static } from 'typebox'
import { Camera } from './camera.ts'
import { CameraHealth, CameraState } from './camera-health.ts'
import { AgentName } from './edge-agent.ts'
import { Instant, oneOf, orNull, Token } from './message.ts'
import { Position } from './read.ts'

/** One of the agency's own cameras: its last report, and whether it still reports. */
export const CameraStatus = Type.Object(
  {
    camera: Token,
    agent: orNull(Type.Intersect([AgentName], { description: 'Enrolled agent that runs it; null: none' })),
    state: Type.Union([
      CameraState,
      oneOf(['unheard'], { description: 'unheard: its agent does not report' }),
    ]),
    lastSeenAt: orNull(
      Type.Intersect([Instant], { description: 'Of the last report; null: none in the last seven days' }),
    ),
    registration: orNull(Camera),
    position: orNull(Position),
    health: orNull(CameraHealth),
  },
  { title: 'CameraStatus', additionalProperties: false },
)
export type CameraStatus = Static<typeof CameraStatus>
