import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from '@sightline/runtime/log'
import { toSightlineError } from '@sightline/schemas/errors'
import { safeText } from '@sightline/schemas/safe-text'
import { POSITIONS } from '@sightline/schemas/streams'
import { Counter, Registry } from 'prom-client'
import { withEnrolled } from './enrolled.ts'
import { followAgents } from './follow-agents.ts'
import { ask, openLink } from './link.ts'
import { type Reload, runningServers } from './reload.ts'

export interface KeeperOptions {
  /** Connection as `keeper`; the caller closes both. */
  agency: NatsConnection
  /** Connection as `keeper-sys`. */
  system: NatsConnection
  /** Configuration files of the servers (broker/server-config.ts), which this process may write. */
  configs: readonly string[]
  /** Shares of the edge agents (schemas/shares.ts). */
  agentStreams?: number | undefined
  reload: Reload
  log: Logger
}

export interface Keeper {
  /** Whether the last comparison came to its end. */
  healthy(): boolean
  /** For Prometheus. */
  registry: Registry
  close(): Promise<void>
}

/** Files and servers are compared with the bucket this often, whatever is heard of changes, in milliseconds. */
const EVERY_MS = 10_000
const RETRY_MS = 1000

/**
 * Keeps the servers' list of enrolled edge agents equal to the bucket: who has access there is a user of the
 * broker, who has none is not, and loses an open connection at once. Comes back after the first comparison. It
 * compares whole states instead of replaying changes, so a file that was written again, a server that
 * was away, and a keeper that was killed all end the same.
 * @throws BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function startKeeper(options: KeeperOptions): Promise<Keeper> {
  const { agency, system, configs, agentStreams, reload, log } = options
  const stop = new AbortController()
  let wake = () => {}
  let changed = false
  const link = await openLink(agency, 'AGENCY')
  const registry = new Registry()
  const malformed = new Counter({
    name: 'sightline_keeper_malformed_total',
    help: 'Entries of the bucket that are no edge agent, left out: they have no access',
    registers: [registry],
  })
  const copy = await followAgents(link, stop.signal, {
    onChange() {
      changed = true
      wake()
    },
    onMalformed({ key, revision }, thrown) {
      malformed.inc()
      const { code } = toSightlineError(thrown)
      log.error({ agent: safeText(key), revision, code }, 'an edge agent is malformed: it has no access')
    },
  })
  /** What each running server has loaded, by its id (new at every start). */
  let loaded = new Map<string, string>()
  let told = -1

  async function compare(): Promise<void> {
    const revision = copy.revision()
    const agents = Array.from(copy.agents.values(), ({ agent }) => agent)
    const texts: string[] = []
    for (const path of configs)
      texts.push(await keepFile(path, withEnrolled(await readFile(path, 'utf8'), agents, agentStreams)))
    const wanted = texts.join('')
    const running = await runningServers(system, configs.length)
    loaded = new Map([...loaded].filter(([id]) => running.includes(id)))
    // Each for itself: a server that does not answer must not keep an agent connected to another.
    const outcomes = await Promise.allSettled(
      running
        .filter((id) => loaded.get(id) !== wanted)
        .map(async (id) => {
          await reload(id)
          loaded.set(id, wanted)
          log.info(
            { server: id, agents: agents.filter(({ access }) => access).length },
            'edge agents in force',
          )
        }),
    )
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    if (revision === told) return
    await ask(link, 'store how far the keeper is', () =>
      link.js.publish(`$KV.${POSITIONS}.keeper`, String(revision)),
    )
    told = revision
  }

  async function attempt(): Promise<boolean> {
    changed = false
    try {
      await compare()
      return true
    } catch (err) {
      if (link.connected()) log.error({ err }, 'enrollments and revocations are not in force; trying again')
      return false
    }
  }

  let good = await attempt()
  const running = (async () => {
    while (!stop.signal.aborted) {
      if (!changed || !good) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, good ? EVERY_MS : RETRY_MS)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      if (!stop.signal.aborted) good = await attempt()
    }
  })()
  return {
    healthy: () => good,
    registry,
    async close() {
      stop.abort()
      wake()
      await running
    },
  }
}

/** Writes a file if it is not so already, whole or not at all. @returns the text */
async function keepFile(path: string, text: string): Promise<string> {
  if ((await readFile(path, 'utf8')) === text) return text
  const draft = `${path}.new`
  await writeFile(draft, text, { mode: (await stat(path)).mode })
  await rename(draft, path)
  return text
}
