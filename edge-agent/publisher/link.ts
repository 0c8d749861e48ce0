import { type JetStreamClient, jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { type BrokerAddress, connectBroker, disconnect } from '@sightline/broker/connect'
import { followState } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import { toSightlineError } from '@sightline/schemas/errors'

/** The connection to the broker, which may be missing at the start and at any other time. */
export interface EdgeLink {
  connected(): boolean
  /** The connection and the stream's client, once the broker is reachable. Rejects when `signal` ends the wait. */
  ready(signal: AbortSignal): Promise<{ readonly js: JetStreamClient; readonly connection: NatsConnection }>
  close(): Promise<void>
}

const FIRST_TRY_MS = 3_000
const LATER_TRY_MS = 10_000

/**
 * Connects, and keeps trying in the background while the broker cannot be reached: an agent that starts after a power failure
 * reads before its link is back.
 * @throws BROKER_DENIED, CONFIG_INVALID (no key): waiting would not help
 */
export async function openEdgeLink(address: BrokerAddress, log: Logger): Promise<EdgeLink> {
  const closing = new AbortController()
  const waiting = new Set<() => void>()
  const wakeAll = () => {
    for (const wake of waiting) wake()
  }
  let link: { connection: NatsConnection; js: JetStreamClient; connected(): boolean } | undefined

  function use(connection: NatsConnection): void {
    const { connected, onReconnect } = followState(connection)
    link = { connection, js: jetstream(connection), connected }
    onReconnect(wakeAll)
    wakeAll()
  }

  function notReached(error: unknown): void {
    const { code, message } = toSightlineError(error)
    log.warn({ code, reason: message }, 'cannot reach the broker yet; reads wait on the disk')
  }

  async function keepTrying(): Promise<void> {
    while (!link && !closing.signal.aborted) {
      const connection = await connectBroker(address, log, LATER_TRY_MS).catch((error) => {
        notReached(error)
      })
      if (connection && closing.signal.aborted) await disconnect(connection)
      else if (connection) use(connection)
    }
  }

  try {
    use(await connectBroker(address, log, FIRST_TRY_MS))
  } catch (error) {
    if (toSightlineError(error).code !== 'BROKER_UNREACHABLE') throw error
    notReached(error)
    void keepTrying()
  }

  const connected = () => link?.connected() ?? false
  return {
    connected,
    async ready(signal) {
      while (!connected()) {
        signal.throwIfAborted()
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake)
            signal.removeEventListener('abort', wake)
            resolve()
          }
          waiting.add(wake)
          signal.addEventListener('abort', wake)
        })
      }
      return link!
    },
    async close() {
      closing.abort()
      if (link) await disconnect(link.connection)
    },
  }
}
