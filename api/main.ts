import type { AddressInfo } from 'node:net'
import { type BrokerAddress, connectBroker } from '../broker/connect.ts'
import { openLink } from '../broker/link.ts'
import { type Clock, systemClock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/log.ts'
import { SightlineError } from '../schemas/errors.ts'
import { type AppOptions, buildApp } from './app.ts'
import { createAuditLog } from './audit.ts'
import { devTokenSignOn, ensureDevToken } from './dev-token.ts'
import { openAlerts } from './stores/alerts.ts'
import { openDisplays } from './stores/displays.ts'
import { openPictures } from './stores/pictures.ts'

export interface ApiOptions extends Pick<AppOptions, 'requestsPerMinute' | 'stallMs'> {
  broker: Omit<BrokerAddress, 'user'>
  host: string
  /** 0 for any free port. */
  port: number
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
      audit: createAuditLog(link, clock),
      signOn: devTokenSignOn(token),
      brokerIsConnected: link.connected,
      clock,
    }
    const app = await buildApp(deps, { log, requestsPerMinute, stallMs })
    await app.listen({ host: options.host, port: options.port }).catch(refusedPort(options))
    const { port } = app.server.address() as AddressInfo
    const host = options.host.includes(':') ? `[${options.host}]` : options.host
    const url = `http://${host}:${port}`
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

function refusedPort({ host, port }: ApiOptions) {
  return (cause: NodeJS.ErrnoException): never => {
    if (cause.code === 'EADDRINUSE') {
      throw new SightlineError('PORT_IN_USE', `another program listens on ${host}:${port}`, {
        cause,
        hint: 'End it, or choose another port with --port (0 takes a free one).',
      })
    }
    throw new SightlineError('CONFIG_INVALID', `cannot listen on ${host}:${port}: ${cause.message}`, {
      cause,
      hint: 'Give an address of this machine with --host and a port that this user may open with --port.',
    })
  }
}
