import { createServer } from 'node:http'
import { SightlineError } from '@sightline/schemas/errors'
import { collectDefaultMetrics, type Registry } from 'prom-client'

export interface MonitorOptions {
  port: number
  /** Address to listen on; default loopback. */
  host?: string
  /** Whether the service can work at this moment. */
  healthy(): boolean
  /** What keeps it from doing its work in time, and what to do. */
  troubles?(): readonly SightlineError[]
  /** The service's own metrics; those of the process are added. */
  registry: Registry
}

/**
 * Endpoints for operations of a service without an api: `GET /health` (200 or 503) and `GET /metrics` (Prometheus).
 * @throws PORT_IN_USE
 */
export async function startMonitor({
  port,
  host = '127.0.0.1',
  healthy,
  troubles = () => [],
  registry,
}: MonitorOptions) {
  collectDefaultMetrics({ register: registry })
  const server = createServer(async (request, response) => {
    if (request.url === '/health') {
      const found = troubles().map(({ code, message, hint }) => ({ code, message, hint }))
      const ok = healthy() && found.length === 0
      const body = JSON.stringify({ ok, ...(found.length > 0 ? { troubles: found } : {}) })
      response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' }).end(body)
    } else if (request.url === '/metrics') {
      response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics())
    } else {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE'
      const hint = 'Choose another port with --monitor-port.'
      reject(
        taken
          ? new SightlineError('PORT_IN_USE', `another program listens on ${host}:${port}`, { cause, hint })
          : cause,
      )
    })
    server.listen(port, host, resolve)
  })
  return { close: () => new Promise<void>((resolve) => void server.close(() => resolve())) }
}
