import Type, { type Static } from 'typebox'
import { AgentCameras, AgentName, UserKey } from './edge-agent.ts'
import { Instant, oneOf, orNull, Token } from './message.ts'

/** What administrators and hosts say to the api about edge agents, and what it answers. */

const closed = { additionalProperties: false } as const

export const NewEnrolment = Type.Object(
  {
    agent: AgentName,
    cameras: AgentCameras,
    validMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 7 * 24 * 60,
        description: 'How long the code may be used; default 60',
      }),
    ),
    replace: Type.Optional(
      Type.Boolean({
        description: 'The agent is enrolled already: the host that brings the code takes its place',
      }),
    ),
  },
  closed,
)
export type NewEnrolment = Static<typeof NewEnrolment>

export const Enrolment = Type.Object({
  agent: AgentName,
  code: Type.String({ description: 'One-time code. It is shown this once and stored nowhere' }),
  cameras: AgentCameras,
  expiresAt: Instant,
})
export type Enrolment = Static<typeof Enrolment>

export const EdgeAgentView = Type.Object(
  {
    name: AgentName,
    state: oneOf(['invited', 'enrolled', 'revoked']),
    cameras: Type.Array(Token),
    enrolledAt: orNull(Instant),
    revokedAt: orNull(Instant),
    codeExpiresAt: orNull(Instant),
    inForce: Type.Boolean({ description: 'Whether the broker acts so already' }),
  },
  { $id: 'https://sightline.invalid/schemas/edge-agent-view-1.json', title: 'EdgeAgentView' },
)
export type EdgeAgentView = Static<typeof EdgeAgentView>

export const EnrolRequest = Type.Object({ code: Type.String({ maxLength: 64 }), publicKey: UserKey }, closed)
export type EnrolRequest = Static<typeof EnrolRequest>

export const EnrolAnswer = Type.Object({
  agent: AgentName,
  servers: Type.Array(Type.String(), { description: 'Addresses of the broker' }),
  cameras: AgentCameras,
})
export type EnrolAnswer = Static<typeof EnrolAnswer>
