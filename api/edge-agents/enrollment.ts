import { createHash, timingSafeEqual } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import { serviceUsers } from '@sightline/schemas/accounts'
import type { EdgeAgent, Invitation } from '@sightline/schemas/edge-agent'
import type { EnrollmentCode } from '@sightline/schemas/enrollment-code'
import { SightlineError } from '@sightline/schemas/errors'

/** Wrong tries after which a code is void. */
export const MAX_WRONG_TRIES = 5

export interface NewInvitation {
  name: string
  cameras: string[]
  validMs: number
  /** The agent already has access, and shall lose it to the host with the code. */
  replace: boolean
}

/**
 * The agent with a new invitation, which voids an earlier one. Existing access stays until the code is used.
 * @param agents all agents by name
 * @throws CONFLICT when the agent has access, or another has one of the cameras; RULE_BROKEN
 */
export function inviteAgent(
  agents: ReadonlyMap<string, EdgeAgent>,
  { name, cameras, validMs, replace }: NewInvitation,
  code: EnrollmentCode,
  by: string,
  now: number,
): EdgeAgent {
  if (serviceUsers().some((user) => user.name === name)) {
    throw new SightlineError('RULE_BROKEN', `${name} is the name of one of the agency's own services`, {
      hint: 'Choose another name for the agent, for example the name of its site.',
    })
  }
  const known = agents.get(name)
  if (known?.access && !replace) {
    throw new SightlineError('CONFLICT', `the edge agent ${name} is already enrolled`, {
      hint: 'Invite it with "replace" to move it to a host with a new key, or choose another name.',
    })
  }
  for (const other of agents.values()) {
    const shared = other.name === name ? undefined : claims(other, now).find((id) => cameras.includes(id))
    if (!shared) continue
    throw new SightlineError('CONFLICT', `the camera ${shared} belongs to the edge agent ${other.name}`, {
      hint: `Revoke ${other.name} first, or give the camera another id.`,
    })
  }
  const invitation: Invitation = {
    id: code.id,
    codeHash: digest(code).toString('hex'),
    cameras,
    createdAt: instant(now),
    createdBy: by,
    expiresAt: instant(now + validMs),
    wrongTries: 0,
    outcome: null,
    usedBy: null,
  }
  return { v: 1, name, access: known?.access ?? null, invitation, revokedAt: known?.revokedAt ?? null }
}

/** Cameras that an agent publishes for, or is invited for. */
function claims({ access, invitation }: EdgeAgent, now: number): string[] {
  const open = invitation && isOpen(invitation, now) ? invitation.cameras : []
  return [...(access?.cameras ?? []), ...open]
}

export const isOpen = ({ outcome, expiresAt }: Invitation, now: number): boolean =>
  outcome === null && now < Date.parse(expiresAt)

export type Verdict =
  | 'enrolled'
  /** The same host repeats its request, as it does when the first answer was lost. */
  | 'repeated'
  | 'wrong'
  | 'expired'
  | 'used'
  | 'burnt'
  | 'withdrawn'
  | 'revoked'

/**
 * Tries a code on the agent whose invitation has the code's id. A caller without the whole code learns only that it is
 * wrong.
 * @returns the agent, to be stored before the verdict is given
 */
export function tryCode(
  agent: EdgeAgent,
  code: EnrollmentCode,
  publicKey: string,
  now: number,
): { agent: EdgeAgent; verdict: Verdict } {
  const { invitation } = agent
  if (!invitation) return { agent, verdict: 'wrong' }
  const { outcome, usedBy, cameras } = invitation
  const known = Buffer.from(invitation.codeHash, 'hex')
  if (!timingSafeEqual(digest(code), known)) {
    return { agent: { ...agent, invitation: withWrongTry(invitation) }, verdict: 'wrong' }
  }
  if (outcome === 'used') {
    if (usedBy !== publicKey) return { agent, verdict: 'used' }
    return { agent, verdict: agent.access?.publicKey === publicKey ? 'repeated' : 'revoked' }
  }
  if (outcome !== null) return { agent, verdict: outcome }
  if (!isOpen(invitation, now)) return { agent, verdict: 'expired' }
  return {
    agent: {
      ...agent,
      access: { publicKey, cameras, since: instant(now) },
      invitation: { ...invitation, outcome: 'used', usedBy: publicKey },
      revokedAt: null,
    },
    verdict: 'enrolled',
  }
}

function withWrongTry(invitation: Invitation): Invitation {
  if (invitation.outcome !== null) return invitation
  const wrongTries = invitation.wrongTries + 1
  return { ...invitation, wrongTries, outcome: wrongTries < MAX_WRONG_TRIES ? null : 'burnt' }
}

/** The agent without access, its open invitation void. Revoking a revoked agent changes nothing. */
export function revokeAgent(agent: EdgeAgent, now: number): EdgeAgent {
  const { access, invitation } = agent
  if (!access && invitation?.outcome !== null) return agent
  const withdrawn =
    invitation?.outcome === null ? ({ ...invitation, outcome: 'withdrawn' } as const) : invitation
  return { ...agent, access: null, invitation: withdrawn, revokedAt: instant(now) }
}

const digest = (code: EnrollmentCode): Buffer => createHash('sha256').update(code.text).digest()
