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
  /** Configuration files of the servers (broker/server-config.ts), writable by this process. */
  configs: readonly string[]
  /** Number of agent groups (schemas/agent-groups.ts). */
  agentStreams?: number | undefined
  reload: Reload
  log: Logger
}

export interface Keeper {
  /** Whether the last comparison succeeded. */
  healthy(): boolean
  /** For Prometheus. */
  registry: Registry
  close(): Promise<void>
}

/** How often files and servers are compared with the bucket, even without notifications, in milliseconds. */
const EVERY_MS = 10_000
const RETRY_MS = 1000

/**
 * Keeps the servers' list of enrolled edge agents equal to the bucket: an agent with access there is a user of the
 * broker; one without is not, and loses an open connection immediately. Returns after the first comparison. It compares
 * complete states instead of replaying changes, so a rewritten file, a server that was down, and a killed keeper all
 * lead to the same state.
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
    help: 'Malformed entries in the bucket of edge agents, left out: they have no access',
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
      log.error({ agent: safeText(key), revision, code }, 'an edge agent is malformed and has no access')
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
    // Each on its own: a server that does not answer must not keep an agent connected to another.
    const outcomes = await Promise.allSettled(
      running
        .filter((id) => loaded.get(id) !== wanted)
        .map(async (id) => {
          await reload(id)
          loaded.set(id, wanted)
          log.info(
            { server: id, agents: agents.filter(({ access }) => access).length },
            'applied edge agents',
          )
        }),
    )
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    if (revision === told) return
    await ask(link, 'store how far the keeper has applied the agents', () =>
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
      if (link.connected()) log.error({ err }, 'could not apply enrollments and revocations; trying again')
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

/** Writes a file if its content differs, completely or not at all. @returns the text */
async function keepFile(path: string, text: string): Promise<string> {
  if ((await readFile(path, 'utf8')) === text) return text
  const draft = `${path}.new`
  await writeFile(draft, text, { mode: (await stat(path)).mode })
  await rename(draft, path)
  return text
}
