import { fromPublic } from '@nats-io/nkeys'
import { EnrollAnswer, EnrollRequest } from '@sightline/schemas/enrollment'
import { parseCode } from '@sightline/schemas/enrollment-code'
import { SightlineError } from '@sightline/schemas/errors'
import { edgeActor } from '@sightline/schemas/reserved-ids'
import type { Route } from '../../app.ts'
import { auditOf } from '../../plugins/app/audit.ts'
import { problems } from '../../shared/problem.ts'
import { MAX_WRONG_TRIES, tryCode, type Verdict } from '../enrollment.ts'
import type { Agents } from '../store.ts'

/** Tries per minute for each calling address. */
const TRIES_PER_MINUTE = 10

type Refusal = Exclude<Verdict, 'enrolled' | 'repeated'>

const ASK = 'Ask the administrator for a new code (./sightline edge invite).'
const REFUSALS: Record<Refusal, () => SightlineError> = {
  wrong: () =>
    new SightlineError('CODE_WRONG', 'unknown code', {
      hint: `Compare it letter by letter. After ${MAX_WRONG_TRIES} wrong tries a code is void.`,
    }),
  expired: () => new SightlineError('CODE_EXPIRED', 'this code has expired', { hint: ASK }),
  used: () =>
    new SightlineError('CODE_SPENT', 'this code was already used by another host, or with another key', {
      hint: `${ASK} If nobody on your team used it, first have the agent revoked.`,
    }),
  burnt: () =>
    new SightlineError('CODE_SPENT', 'this code is void after too many wrong tries', { hint: ASK }),
  withdrawn: () => new SightlineError('CODE_SPENT', 'this code was withdrawn', { hint: ASK }),
  revoked: () => new SightlineError('CODE_SPENT', 'this edge agent was revoked', { hint: ASK }),
}

/** Enrolls a host as an edge agent: open to anybody with a code. */
export const enrollRoute: Route = (app, { edgeAgents, edgeServers, clock }) => {
  app.post(
    '/v1/edge/enroll',
    {
      config: { rateLimit: { max: TRIES_PER_MINUTE }, audit: { action: 'edge.enrol', decided: true } },
      schema: {
        tags: ['edge'],
        security: [],
        summary: "Enroll a host with a one-time code and the public half of the host's own key",
        description:
          'The same code with the same key gets the same answer, so a host can repeat a request whose answer was lost.',
        body: EnrollRequest,
        response: { 200: EnrollAnswer, ...problems(400, 403, 409, 410, 503) },
      },
    },
    async (request) => {
      const { publicKey } = request.body
      const code = parseCode(request.body.code)
      let verdict = 'wrong' as Verdict
      const { agent } = await edgeAgents.change(async (agents) => {
        const found = code && invitedWith(agents, code.id)
        if (!code || !found) throw REFUSALS.wrong()
        const after = tryCode(found.agent, code, publicKey, clock())
        verdict = after.verdict
        if (verdict === 'enrolled') refuseKey(agents, found.agent.name, publicKey)
        // The host has no account: its actions are recorded under the name of the agent that it enrolls as.
        await auditOf(request).record({
          actor: edgeActor(found.agent.name),
          action: 'edge.enrol',
          subject: found.agent.name,
          parameters: { code: code.id, publicKey, address: request.ip, verdict },
        })
        return after.agent
      })
      if (verdict !== 'enrolled' && verdict !== 'repeated') throw REFUSALS[verdict]()
      return { agent: agent.name, servers: [...edgeServers], cameras: agent.access?.cameras ?? [] }
    },
  )
}

const invitedWith = (agents: Agents, id: string) =>
  [...agents.values()].find(({ agent }) => agent.invitation?.id === id)

/** @throws MESSAGE_INVALID when it is not a key, CONFLICT when it is another agent's */
function refuseKey(agents: Agents, name: string, publicKey: string): void {
  try {
    fromPublic(publicKey)
  } catch {
    throw new SightlineError('MESSAGE_INVALID', 'body/publicKey is not a public key: its checksum is wrong')
  }
  for (const { agent } of agents.values()) {
    if (agent.name !== name && agent.access?.publicKey === publicKey) {
      throw new SightlineError('CONFLICT', 'this key belongs to another edge agent', {
        hint: 'Every agent needs its own key. Enroll with a new one.',
      })
    }
  }
}
