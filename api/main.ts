import { type BrokerAddress, connectBroker } from '../broker/connect.ts'
import { openLink } from '../broker/link.ts'
import { type Clock, systemClock } from '../runtime/clock.ts'
import { listen } from '../runtime/http.ts'
import type { Logger } from '../runtime/log.ts'
import { type AppOptions, buildApp } from './app.ts'
import { createAuditLog } from './audit.ts'
import { devTokenSignOn, ensureDevToken } from './dev-token.ts'
import { openAlerts } from './stores/alerts.ts'
import { openDisplays } from './stores/displays.ts'
import { openEdgeAgents } from './stores/edge-agents.ts'
import { openPictures } from './stores/pictures.ts'

export interface ApiOptions extends Pick<AppOptions, 'requestsPerMinute' | 'stallMs'> {
  broker: Omit<BrokerAddress, 'user'>
  host: string
  /** 0 for any free port. */
  port: number
  /** Where edge agents reach the broker, if not where the api does. */
  edgeServers?: readonly string[]
  /** Folder of the development token. */
  dataDir: string
  log: Logger
  clock?: Clock
}

export interface Api {
  url: string
  token: string
  /** File that holds the token. */
  tokenPath: string
  close(): Promise<void>
}

/**
 * Connects to the broker as `api`, loads the displays and listens.
 * @throws BROKER_UNREACHABLE, BROKER_DENIED, BROKER_FAILED, CONFIG_INVALID, PORT_IN_USE
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { log, clock = systemClock, requestsPerMinute, stallMs } = options
  const { token, path: tokenPath } = await ensureDevToken(options.dataDir)
  const connection = await connectBroker({ ...options.broker, user: 'api' }, log)
  const stop = new AbortController()
  try {
    const link = await openLink(connection)
    const deps = {
      displays: await openDisplays(link, log, stop.signal),
      alerts: openAlerts(link, log),
      pictures: openPictures(link),
      edgeAgents: await openEdgeAgents(link, log, stop.signal),
      edgeServers: options.edgeServers ?? [options.broker.servers].flat(),
      audit: createAuditLog(link, clock),
      signOn: devTokenSignOn(token),
      brokerIsConnected: link.connected,
      clock,
    }
    const app = await buildApp(deps, { log, requestsPerMinute, stallMs })
    const url = await listen(app, options.host, options.port)
    log.info({ url }, 'the api listens')
    const close = async () => {
      await app.close()
      stop.abort()
      await connection.close()
    }
    return { url, token, tokenPath, close }
  } catch (error) {
    stop.abort()
    await connection.close()
    throw error
  }
}
