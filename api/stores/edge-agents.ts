import { setTimeout as pause } from 'node:timers/promises'
import { Kvm } from '@nats-io/kv'
import { followAgents, type StoredAgent } from '../../broker/follow-agents.ts'
import { ask, type Link } from '../../broker/link.ts'
import type { Logger } from '../../runtime/log.ts'
import type { EdgeAgent } from '../../schemas/edge-agent.ts'
import { EDGE_AGENTS, POSITIONS } from '../../schemas/streams.ts'
import { changedMeanwhile } from './conflict.ts'

export interface EdgeAgentStore {
  /** By name, as the bucket was a moment ago. */
  all(): ReadonlyMap<string, StoredAgent>
  /**
   * Stores an agent that stood at `revision`; 0 if it is new.
   * @returns the new revision
   * @throws CONFLICT when somebody else changed it meanwhile, BROKER_UNREACHABLE, BROKER_FAILED
   */
  put(agent: EdgeAgent, revision: number): Promise<number>
  /** Revision up to which the broker has put the agents in force (broker/keeper.ts). */
  inForce(): Promise<number>
  /** Waits until a revision is in force. @returns whether it is */
  untilInForce(revision: number): Promise<boolean>
}

/** How long an answer waits for the keeper. */
const FORCE_MS = 10_000

/**
 * Opens the bucket of edge agents; its copy in memory follows until `stop` is aborted.
 * @throws BROKER_UNREACHABLE, BROKER_FAILED when there is no bucket
 */
export async function openEdgeAgents(link: Link, log: Logger, stop: AbortSignal): Promise<EdgeAgentStore> {
  const bucket = await ask(link, 'open the edge agents', () => new Kvm(link.js).open(EDGE_AGENTS))
  const copy = await followAgents(link, log, stop)

  const inForce = async () => {
    const message = await ask(link, 'read how far the keeper is', () =>
      link.manager.direct.getMessage(`KV_${POSITIONS}`, { last_by_subj: `$KV.${POSITIONS}.keeper` }),
    )
    return message ? Number(message.string()) : 0
  }
  return {
    all: () => copy.agents,
    put: async (agent, previousSeq) => {
      const revision = await ask(link, 'store the edge agent', async () => {
        try {
          return await bucket.put(agent.name, JSON.stringify(agent), { previousSeq })
        } catch (error) {
          throw changedMeanwhile(error, 'edge agent') ?? error
        }
      })
      copy.put({ agent, revision })
      return revision
    },
    inForce,
    untilInForce: async (revision) => {
      const deadline = performance.now() + FORCE_MS
      // A server that reloads just now may leave a question without an answer: it is asked again.
      while ((await inForce().catch(() => 0)) < revision) {
        if (performance.now() > deadline) return false
        await pause(50)
      }
      return true
    },
  }
}
