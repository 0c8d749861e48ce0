import Type, { type Static } from 'typebox'
import { AgentCameras, AgentName, UserKey } from './edge-agent.ts'
import { Instant, oneOf, orNull, Token } from './message.ts'

/** Requests of administrators and hosts to the api about edge agents, and its answers. */

const closed = { additionalProperties: false } as const

export const NewEnrollment = Type.Object(
  {
    agent: AgentName,
    cameras: AgentCameras,
    validMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 7 * 24 * 60,
        description: 'How long the code is valid; default 60',
      }),
    ),
    replace: Type.Optional(
      Type.Boolean({
        description: 'The agent is already enrolled: the host with the code replaces it',
      }),
    ),
  },
  closed,
)
export type NewEnrollment = Static<typeof NewEnrollment>

export const Enrollment = Type.Object({
  agent: AgentName,
  code: Type.String({ description: 'One-time code. Shown only now and stored nowhere' }),
  cameras: AgentCameras,
  expiresAt: Instant,
})
export type Enrollment = Static<typeof Enrollment>

export const EdgeAgentView = Type.Object(
  {
    name: AgentName,
    state: oneOf(['invited', 'enrolled', 'revoked']),
    cameras: Type.Array(Token),
    enrolledAt: orNull(Instant),
    revokedAt: orNull(Instant),
    codeExpiresAt: orNull(Instant),
    inForce: Type.Boolean({ description: 'Whether the broker has applied it' }),
  },
  { $id: 'https://sightline.invalid/schemas/edge-agent-view-1.json', title: 'EdgeAgentView' },
)
export type EdgeAgentView = Static<typeof EdgeAgentView>

export const EnrollRequest = Type.Object({ code: Type.String({ maxLength: 64 }), publicKey: UserKey }, closed)
export type EnrollRequest = Static<typeof EnrollRequest>

export const EnrollAnswer = Type.Object({
  agent: AgentName,
  servers: Type.Array(Type.String(), { description: 'Addresses of the broker' }),
  cameras: AgentCameras,
})
export type EnrollAnswer = Static<typeof EnrollAnswer>
