import cookie from '@fastify/cookie'
import type { FastifyInstance } from 'fastify'

/** Reads and writes cookies. The session's cookie contains a random token, so none is signed. */
export async function addCookies(app: FastifyInstance): Promise<void> {
  await app.register(cookie)
}
