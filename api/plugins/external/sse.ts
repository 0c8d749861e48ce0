import { fastifySSE } from '@fastify/sse'
import type { FastifyInstance } from 'fastify'

/** A comment at this interval tells both ends, and proxies between, that a silent stream is alive. */
const HEARTBEAT_MS = 15_000

/** Server-sent events; what is sent is JSON text already. */
export async function addSse(app: FastifyInstance): Promise<void> {
  await app.register(fastifySSE, { heartbeatInterval: HEARTBEAT_MS, serializer: (json: string) => json })
}
