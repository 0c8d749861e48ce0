import cookie from '@fastify/cookie'
import type { FastifyInstance } from 'fastify'

/** Reads and writes cookies; that of the session holds a random token, so none is signed. */
export async function addCookies(app: FastifyInstance): Promise<void> {
  await app.register(cookie)
}
