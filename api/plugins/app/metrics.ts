import type { FastifyInstance } from 'fastify'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { leftOutTotal } from '../../shared/left-out.ts'

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Metrics
  }
  interface FastifyContextConfig {
    /** The answer lasts as long as the client listens, so its duration says nothing about this process. */
    stream?: boolean
  }
}

export interface Metrics {
  registry: Registry
  alertStreams: Gauge
  alertsSent: Counter
}

/** Metrics for Prometheus, served only on the monitor port; the durations of all requests are measured here. */
export function addMetrics(app: FastifyInstance): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const duration = new Histogram({
    name: 'sightline_api_request_seconds',
    help: 'Time from a request to the end of its answer (streams are not counted)',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  })
  app.addHook('onResponse', async (request, reply) => {
    const { url: route, config } = request.routeOptions
    if (config?.stream) return
    const labels = { method: request.method, route: route ?? 'none', status: reply.statusCode }
    duration.observe(labels, reply.elapsedTime / 1000)
  })
  const metrics = {
    registry,
    alertStreams: new Gauge({
      name: 'sightline_api_alert_streams',
      help: 'Subscribers of the alert stream connected now',
      registers,
    }),
    alertsSent: new Counter({
      name: 'sightline_api_alerts_sent_total',
      help: 'Alerts written to subscribers',
      registers,
    }),
  }
  registry.registerMetric(leftOutTotal)
  app.decorate('metrics', metrics)
  return metrics
}
