import { randomBytes } from 'node:crypto'
import type { StoredAgent } from '@sightline/broker/follow-agents'
import { AgentName } from '@sightline/schemas/edge-agent'
import { EdgeAgentView, Enrollment, NewEnrollment } from '@sightline/schemas/enrollment'
import { codeOf, type EnrollmentCode } from '@sightline/schemas/enrollment-code'
import { SightlineError } from '@sightline/schemas/errors'
import Type from 'typebox'
import type { Route } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { byParam, record } from '../../plugins/app/audit.ts'
import { problems } from '../../shared/problem.ts'
import { inviteAgent, isOpen, revokeAgent } from '../enrollment.ts'
import type { Agents } from '../store.ts'

const tags = ['edge']
const DEFAULT_VALID_MINUTES = 60

/** Edge agents for the administrator: invite, list, revoke. */
export const edgeAgentRoutes: Route = (app, { edgeAgents, clock }) => {
  app.post(
    '/v1/edge/enrollments',
    {
      config: { permission: 'edge.invite', audit: { action: 'edge.invite', decided: true } },
      schema: {
        tags,
        summary: 'Invite an edge agent: a one-time code for its host',
        description:
          'This voids an earlier code of the same agent. The code is not stored and not shown again.',
        body: NewEnrollment,
        response: { 201: Enrollment, ...problems(400, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request).id
      const { agent: name, cameras, validMinutes = DEFAULT_VALID_MINUTES, replace = false } = request.body
      const wanted = { name, cameras, validMs: validMinutes * 60_000, replace }
      let code: EnrollmentCode | undefined
      const { agent } = await edgeAgents.change(async (agents) => {
        code = unusedCode(agents)
        const byName = new Map(Array.from(agents.values(), ({ agent }) => [agent.name, agent]))
        const agent = inviteAgent(byName, wanted, code, actor, clock())
        const parameters = { cameras, validMinutes, replace, code: code.id }
        await record(request, { subject: name, parameters })
        return agent
      })
      const expiresAt = agent.invitation!.expiresAt
      return reply.code(201).send({ agent: name, code: code!.text, cameras, expiresAt })
    },
  )

  app.get(
    '/v1/edge/agents',
    {
      config: { permission: 'edge.list', audit: { action: 'edge.list' } },
      schema: {
        tags,
        summary: 'List edge agents by name',
        response: { 200: Type.Object({ agents: Type.Array(EdgeAgentView) }), ...problems(503) },
      },
    },
    async () => {
      const inForce = await edgeAgents.inForce()
      const agents = Array.from(edgeAgents.all().values(), (stored) => viewOf(stored, inForce, clock()))
      return { agents: agents.sort((a, b) => (a.name < b.name ? -1 : 1)) }
    },
  )

  app.post(
    '/v1/edge/agents/:name/revocation',
    {
      config: {
        permission: 'edge.revoke',
        audit: { action: 'edge.revoke', subject: byParam('name'), decided: true },
      },
      schema: {
        tags,
        summary: 'Revoke an edge agent: the broker closes its connection and its code is void',
        description:
          'Answers when the broker has applied it, or after 10 seconds with `inForce` false. Revoking again changes nothing.',
        params: Type.Object({ name: AgentName }),
        response: { 200: EdgeAgentView, ...problems(400, 404, 409, 503) },
      },
    },
    async (request) => {
      const { name } = request.params
      const { agent, revision } = await edgeAgents.change(async (agents) => {
        const stored = agents.get(name)
        if (!stored) {
          throw new SightlineError('NOT_FOUND', `there is no edge agent ${name}`, {
            hint: './sightline edge agents lists the edge agents.',
          })
        }
        await record(request)
        return revokeAgent(stored.agent, clock())
      })
      const inForce = (await edgeAgents.untilInForce(revision)) ? revision : 0
      return viewOf({ agent, revision }, inForce, clock())
    },
  )
}

/** A code whose first group is not used by another invitation. */
function unusedCode(agents: Agents): EnrollmentCode {
  const ids = new Set(Array.from(agents.values(), ({ agent }) => agent.invitation?.id))
  for (;;) {
    const code = codeOf(randomBytes(16))
    if (!ids.has(code.id)) return code
  }
}

function viewOf({ agent, revision }: StoredAgent, inForce: number, now: number): EdgeAgentView {
  const { name, access, invitation, revokedAt } = agent
  const open = invitation && isOpen(invitation, now) ? invitation : null
  return {
    name,
    state: access ? 'enrolled' : open || !revokedAt ? 'invited' : 'revoked',
    cameras: access?.cameras ?? invitation?.cameras ?? [],
    enrolledAt: access?.since ?? null,
    revokedAt,
    codeExpiresAt: open?.expiresAt ?? null,
    inForce: revision <= inForce,
  }
}
