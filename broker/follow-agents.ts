import { type EdgeAgent, edgeAgentParser } from '@sightline/schemas/edge-agent'
import { SightlineError } from '@sightline/schemas/errors'
import { EDGE_AGENTS } from '@sightline/schemas/streams'
import { followDirect } from './follow-direct.ts'
import { ask, type Link } from './link.ts'
import type { StoredMessage } from './stream-message.ts'

/** An edge agent with its revision in the bucket. */
export interface StoredAgent {
  agent: EdgeAgent
  revision: number
}

export interface AgentsCopy {
  /** By name. */
  readonly agents: ReadonlyMap<string, StoredAgent>
  /** Revision of the bucket up to which the copy is current. */
  revision(): number
  /** Adds what this process has just stored, without waiting for the notification. */
  put(stored: StoredAgent): void
}

export interface FollowAgents {
  /** Called after each change. */
  onChange?(): void
  /** Called for a malformed agent: it is left out, and has no access. */
  onMalformed(place: { store: string; key: string; revision: number }, thrown: unknown): void
}

const STREAM = `KV_${EDGE_AGENTS}`
const KEY_AT = `$KV.${EDGE_AGENTS}.`.length
const REMOVED = new Set(['DEL', 'PURGE'])

/**
 * Follows the bucket of edge agents, across restarts of the broker, until `signal` is aborted.
 * @returns when the copy is complete
 * @throws BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function followAgents(
  link: Link,
  signal: AbortSignal,
  { onChange = () => {}, onMalformed }: FollowAgents,
): Promise<AgentsCopy> {
  const { state } = await ask(link, 'open the edge agents', () => link.manager.streams.info(STREAM))
  const agents = new Map<string, StoredAgent>()
  let revision = 0
  const isNews = (name: string, at: number) => at > (agents.get(name)?.revision ?? 0)
  const take = (message: StoredMessage) => {
    const name = message.subject.slice(KEY_AT)
    revision = message.seq
    if (!isNews(name, revision)) return
    agents.delete(name)
    if (REMOVED.has(message.header('KV-Operation') ?? '')) return
    try {
      const agent = edgeAgentParser.parseJson(message.data)
      if (agent.name !== name)
        throw new SightlineError('MESSAGE_INVALID', 'an edge agent is stored under another key than its own')
      agents.set(name, { agent, revision })
    } catch (thrown) {
      onMalformed({ store: EDGE_AGENTS, key: name, revision }, thrown)
    }
  }
  await new Promise<void>((ready) => {
    const run = async () => {
      const options = { stream: STREAM, subject: `$KV.${EDGE_AGENTS}.>`, from: 1, batch: 256, signal }
      for await (const batch of followDirect(link, options)) {
        for (const message of batch) take(message)
        onChange()
        if (revision >= state.last_seq) ready()
      }
      ready()
    }
    if (state.messages === 0) ready()
    void run()
  })
  // After the bucket was emptied, no message tells its revision.
  revision = Math.max(revision, state.last_seq)
  const put = (stored: StoredAgent) => {
    if (isNews(stored.agent.name, stored.revision)) agents.set(stored.agent.name, stored)
    // Nothing was written in between: the copy is still current.
    if (stored.revision === revision + 1) revision = stored.revision
  }
  return { agents, revision: () => revision, put }
}
