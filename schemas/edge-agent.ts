import Type, { type Static } from 'typebox'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'

/** Name of an enrolled edge agent: of its broker user, its key file and its inbox. */
export const AgentName = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,39}$',
  description: 'Lowercase letters, digits and -, at most 40',
  examples: ['harbour-gate-1'],
})

/** Public half of a user's Ed25519 key as NATS writes it; the private half never leaves the agent's host. */
export const UserKey = Type.String({ pattern: '^U[A-Z2-7]{55}$', description: 'Public nkey of a user' })

/** Cameras whose reads, images and health an agent may publish. */
export const AgentCameras = Type.Array(Token, { minItems: 1, maxItems: 64, uniqueItems: true })

const Outcome = oneOf(['used', 'burnt', 'withdrawn'], {
  description: 'null: open; burnt: void after too many wrong tries; withdrawn: the agent was revoked',
})

/** The one-time code with which a host enrolls as the agent. The code itself is stored nowhere. */
export const Invitation = Type.Object(
  {
    id: Type.String({
      pattern: '^[0-9A-Z]{4}$',
      description: 'First group of the code: finds the invitation',
    }),
    codeHash: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the code, hexadecimal' }),
    cameras: AgentCameras,
    createdAt: Instant,
    createdBy: Token,
    expiresAt: Instant,
    wrongTries: Type.Integer({ minimum: 0 }),
    outcome: orNull(Outcome),
    usedBy: orNull(UserKey),
  },
  { title: 'Invitation', additionalProperties: false },
)
export type Invitation = Static<typeof Invitation>

/**
 * Everything known about one edge agent, in one entry of the bucket: using the code and giving access are one write, so
 * no crash can separate them. The broker's keeper turns `access` into a broker user.
 */
export const EdgeAgent = Type.Object(
  {
    v: Type.Literal(1),
    name: AgentName,
    access: orNull(
      Type.Object(
        { publicKey: UserKey, cameras: AgentCameras, since: Instant },
        { additionalProperties: false, description: 'null: the broker refuses this agent' },
      ),
    ),
    invitation: orNull(Invitation),
    revokedAt: orNull(Instant),
  },
  {
    $id: 'https://sightline.invalid/schemas/edge-agent-1.json',
    title: 'EdgeAgent',
    additionalProperties: false,
  },
)
export type EdgeAgent = Static<typeof EdgeAgent>

export const edgeAgentParser = createParser('edge agent', EdgeAgent)
