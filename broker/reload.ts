import { setTimeout as pause } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { SightlineError } from '@sightline/schemas/errors'

/** Makes one server reload its configuration; settles when it has. @throws BROKER_FAILED */
export type Reload = (serverId: string) => Promise<void>

const WITHIN_MS = 5000

/**
 * Ids of the running servers.
 * @param system connection in the server's own account
 * @param expected number of servers; if fewer answer, it waits a second
 */
export async function runningServers(system: NatsConnection, expected: number): Promise<string[]> {
  const options = { strategy: 'count', maxMessages: expected, maxWait: 1000 } as const
  const ids: string[] = []
  for await (const answer of await system.requestMany('$SYS.REQ.SERVER.PING', '', options)) {
    ids.push(answer.json<{ server: { id: string } }>().server.id)
  }
  return ids
}

/** With a request through the broker: reaches servers on other hosts. */
export const reloadByRequest =
  (system: NatsConnection): Reload =>
  async (id) => {
    const call = `$SYS.REQ.SERVER.${id}.RELOAD`
    const answer = await system.request(call, '', { timeout: WITHIN_MS }).catch((cause: Error) => {
      throw reloadRefused(cause.message, cause)
    })
    const { error } = answer.json<{ error?: { description?: string } }>()
    if (error) throw reloadRefused(error.description ?? 'no reason given')
  }

/** With SIGHUP to a child process; the server does not answer, so its load time is checked. */
export const reloadBySignal =
  (system: NatsConnection, pid: number): Reload =>
  async (id) => {
    const before = await loadTime(system, id)
    process.kill(pid, 'SIGHUP')
    const deadline = performance.now() + WITHIN_MS
    while ((await loadTime(system, id)) === before) {
      if (performance.now() > deadline) throw reloadRefused('see its log')
      await pause(20)
    }
  }

async function loadTime(system: NatsConnection, id: string): Promise<string> {
  const answer = await system.request(`$SYS.REQ.SERVER.${id}.VARZ`, '', { timeout: WITHIN_MS })
  return answer.json<{ data: { config_load_time: string } }>().data.config_load_time
}

function reloadRefused(reason: string, cause?: unknown): SightlineError {
  return new SightlineError('BROKER_FAILED', `the broker did not reload its configuration: ${reason}`, {
    cause,
    hint: 'Enrollments and revocations wait for this. Check the file with nats-server -t -c FILE.',
  })
}
