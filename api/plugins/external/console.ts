import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { root } from '@sightline/runtime/root'
import { SightlineError } from '@sightline/schemas/errors'
import type { FastifyInstance } from 'fastify'

/** Where the launcher builds it. */
export const CONSOLE_FOLDER = join(root, 'console/dist')

/** Paths of the api; the console has no routes below them. */
const API = /^(v1|health|openapi\.json)(\/|$)/

/** Vite names these files after their content, so browsers can cache them forever. */
const ASSETS = 'assets/'

/**
 * Serves the console: its files, and its first page at every other address that a browser opens.
 * @param folder of the built console, see console/README.md
 * @param tileServer URL of a map's raster tiles, e.g. `https://tiles.agency.example/{z}/{x}/{y}.png`, if any
 */
export async function addConsole(
  app: FastifyInstance,
  folder: string,
  tileServer: string | undefined,
): Promise<void> {
  const audit = { none: 'the files of the console are the same for everybody' }
  const policy = contentPolicy(tileServer && new URL(tileServer).origin)
  await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true, dotfiles: 'ignore' })
  app.get('/console.json', { config: { audit }, schema: { hide: true } }, async () => ({
    tiles: tileServer ?? null,
  }))
  app.get<{ Params: { '*': string } }>(
    '/*',
    { config: { audit }, schema: { hide: true } },
    async (request, reply) => {
      const path = request.params['*']
      if (path.startsWith(ASSETS) && isFile(folder, path)) {
        return reply.sendFile(path, { maxAge: '365d', immutable: true })
      }
      const { accept = '' } = request.headers
      if (API.test(path) || path.startsWith(ASSETS) || !accept.includes('text/html')) {
        // Like any unknown address: callers who are not signed in do not even learn that it does not exist.
        await app.identify(request)
        throw new SightlineError('NOT_FOUND', 'there is nothing at this address', {
          hint: '/openapi.json lists all addresses.',
        })
      }
      return reply
        .header('content-security-policy', policy)
        .sendFile('index.html', { maxAge: 0, cacheControl: false, lastModified: false })
        .header('cache-control', 'no-cache')
    },
  )
}

/** Only the console's own files may run, and only this api may be called. */
function contentPolicy(tileServer: string | undefined): string {
  const own = "'self'"
  return [
    "default-src 'none'",
    `script-src ${own}`,
    `style-src ${own}`,
    `img-src ${[own, 'blob:', 'data:', ...(tileServer ? [tileServer] : [])].join(' ')}`,
    `connect-src ${[own, ...(tileServer ? [tileServer] : [])].join(' ')}`,
    `worker-src ${own}`,
    `font-src ${own}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    `form-action ${own}`,
  ].join('; ')
}

/** Assets have no leading dots and no folders in their names. */
const isFile = (folder: string, path: string): boolean =>
  /^assets\/[\w-][\w.-]*$/.test(path) && existsSync(join(folder, path))
