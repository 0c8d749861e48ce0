import { setTimeout as pause } from 'node:timers/promises'
import { followAgents, type StoredAgent } from '@sightline/broker/follow-agents'
import { ask, type Link } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import type { EdgeAgent } from '@sightline/schemas/edge-agent'
import { toSightlineError } from '@sightline/schemas/errors'
import { EDGE_AGENTS, POSITIONS } from '@sightline/schemas/streams'
import { conflictOf } from '../shared/conflict.ts'
import { logLeftOut } from '../shared/left-out.ts'

/** By name. */
export type Agents = ReadonlyMap<string, StoredAgent>

export interface EdgeAgentStore {
  /** By name, from a copy that may be a moment old. */
  all(): Agents
  /**
   * Changes one agent in view of all, so that agents never share a camera or a key: nothing is stored if anybody, in
   * any process, has changed one of them since `decide` was called. It is then called again with the current agents.
   * @param decide returns the new agent; returning the same object as in `agents` changes nothing
   * @throws what `decide` throws; CONFLICT when others change agents all the time; BROKER_UNREACHABLE, BROKER_FAILED
   */
  change(decide: (agents: Agents) => Promise<EdgeAgent>): Promise<StoredAgent>
  /** Revision up to which the broker has applied the agents (broker/keeper.ts). */
  inForce(): Promise<number>
  /** Waits until a revision is applied. @returns whether it is */
  untilInForce(revision: number): Promise<boolean>
}

/** How long an answer waits for the keeper. */
const FORCE_MS = 10_000
/** How often a change is decided again because others were first, and how long to wait for their changes, ms. */
const MAX_TRIES = 10
const HEAR_MS = 1_000

/**
 * Opens the bucket of edge agents; its copy in memory follows until `stop` is aborted.
 * @throws BROKER_UNREACHABLE, BROKER_FAILED when there is no bucket
 */
export async function openEdgeAgents(link: Link, log: Logger, stop: AbortSignal): Promise<EdgeAgentStore> {
  const copy = await followAgents(link, stop, {
    onMalformed: (place, thrown) => logLeftOut(log, place, thrown),
  })

  const inForce = async () => {
    const message = await ask(link, 'read how far the broker has applied the edge agents', () =>
      link.manager.direct.getMessage(`KV_${POSITIONS}`, { last_by_subj: `$KV.${POSITIONS}.keeper` }),
    )
    const text = message?.string() ?? '0'
    if (message && !/^\d{1,15}$/.test(text)) {
      logLeftOut(log, { store: POSITIONS, key: 'keeper', revision: message.seq }, new Error('not a number'))
      // An uncertain answer counts as not applied.
      return 0
    }
    return Number(text)
  }

  /** Stores an agent if the bucket is still at revision `asOf`. */
  const put = (agent: EdgeAgent, asOf: number) =>
    ask(link, 'store the edge agent', async () => {
      const expect = { lastSequence: asOf, streamName: `KV_${EDGE_AGENTS}` }
      try {
        const subject = `$KV.${EDGE_AGENTS}.${agent.name}`
        return (await link.js.publish(subject, JSON.stringify(agent), { expect })).seq
      } catch (error) {
        throw conflictOf(error, 'list of edge agents') ?? error
      }
    })

  async function change(decide: (agents: Agents) => Promise<EdgeAgent>): Promise<StoredAgent> {
    for (let tries = 1; ; tries++) {
      const asOf = copy.revision()
      const agents: Agents = new Map(copy.agents)
      const agent = await decide(agents)
      const before = agents.get(agent.name)
      if (before?.agent === agent) return before
      try {
        const stored = { agent, revision: await put(agent, asOf) }
        copy.put(stored)
        return stored
      } catch (error) {
        if (toSightlineError(error).code !== 'CONFLICT' || tries === MAX_TRIES) throw error
        await heardMore(asOf)
      }
    }
  }

  /**
   * Settles when the copy has moved on, or should have; after a random delay, so that processes do not collide again.
   */
  async function heardMore(asOf: number): Promise<void> {
    const deadline = performance.now() + HEAR_MS
    while (copy.revision() <= asOf && performance.now() < deadline) await pause(5)
    await pause(Math.random() * 50)
  }

  let last: Promise<unknown> = Promise.resolve()
  /** One after another, so that changes in one process do not collide. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work, work)
    last = result
    return result
  }

  return {
    all: () => copy.agents,
    change: (decide) => inTurn(() => change(decide)),
    inForce,
    untilInForce: async (revision) => {
      const deadline = performance.now() + FORCE_MS
      // A server that is reloading may leave a request unanswered; ask again.
      while ((await inForce().catch(() => 0)) < revision) {
        if (performance.now() > deadline) return false
        await pause(50)
      }
      return true
    },
  }
}
