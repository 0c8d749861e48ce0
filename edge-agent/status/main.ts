import { readFile } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import helmet from '@fastify/helmet'
import { listen, toPresentable } from '@sightline/runtime/http'
import type { Logger } from '@sightline/runtime/log'
import { isLoopback } from '@sightline/runtime/loopback'
import { packageFolder } from '@sightline/runtime/root'
import { isBearer, SHORTEST_TOKEN, tokenIn } from '@sightline/runtime/token-file'
import { SightlineError } from '@sightline/schemas/errors'
import { createParser } from '@sightline/schemas/message'
import { fastify } from 'fastify'
import { Zones } from '../zones/zones.ts'
import { type CameraView, describeView, type FrameView } from './view.ts'

export interface StatusPageOptions {
  /** 0 for any free one. */
  port: number
  /** Address to listen on; default loopback. Another needs `token`. */
  host?: string
  /** Secret that the installer needs (statusToken); without one the page answers only to this host. */
  token?: string
  /** Changes a camera's zones in the configuration; without it the page only shows them. */
  changeZones?: ZoneChange | undefined
  /** The current state of all cameras. Not called while nobody views the page. */
  cameras(): readonly CameraView[]
  log: Logger
}

export interface ZoneChange {
  /** To change what a camera looks at, one needs the token, even on this host. */
  token: string
  store(camera: string, zones: Zones): Promise<void>
}

export interface StatusPage {
  /** Address of the page, without the token. */
  url: string
  close(): Promise<void>
}

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/zones.js': ['zones.js', 'text/javascript; charset=utf-8'],
} as const
/** A camera's zones take a few kilobytes. */
const BODY_BYTES = 64 * 1024
/** Number of a camera's frames that can still be fetched after the page learned of them. */
const KEPT_FRAMES = 2

/**
 * The installer's page: each camera's state and current frame, with the found plates drawn, to help aim it. It shows the
 * plates of all passing vehicles, so nobody else may see it: it listens on the loopback address, or requires a token.
 * @throws CONFIG_INVALID for another address without a token; PORT_IN_USE
 */
export async function startStatusPage(options: StatusPageOptions): Promise<StatusPage> {
  const { port, host = '127.0.0.1', token, log } = options
  if (token === undefined && !isLoopback(host)) {
    throw new SightlineError('CONFIG_INVALID', `the status page on ${host} needs a token: it shows plates`, {
      hint: 'Leave the address out to serve this host alone, or configure a token.',
    })
  }
  const app = fastify({ forceCloseConnections: true, bodyLimit: BODY_BYTES })
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'connect-src': ["'self'"],
        'img-src': ['blob:'],
        'base-uri': ["'none'"],
        'form-action': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    // Plain HTTP on the host's own network.
    hsts: false,
  })
  app.setErrorHandler((thrown, request, reply) => {
    const error = toPresentable(thrown)
    if (error.code === 'INTERNAL') log.error({ err: thrown, path: request.url }, 'the status page failed')
    const { code, message, hint } = error
    return reply.status(error.httpStatus).send({ code, message, hint })
  })
  app.addHook('onRequest', async ({ headers, hostname, url }) => {
    // Another site's page may point its own name to this host (DNS rebinding); it cannot use this name for it.
    if (token === undefined && !isLoopback(hostname)) {
      throw new SightlineError('NOT_ALLOWED', 'this page answers to this host alone')
    }
    // The page itself contains no data; what it fetches does.
    if (token === undefined || url in FILES || isBearer(headers.authorization, token)) return
    throw new SightlineError('NOT_SIGNED_ON', 'this page needs its token', {
      hint: 'It is in the file status-token of the agent’s folder.',
    })
  })

  for (const [path, [name, type]] of Object.entries(FILES)) {
    const content = await readFile(join(packageFolder(import.meta.url), 'status/page', name))
    app.get(path, (_request, reply) => reply.type(type).header('cache-control', 'no-cache').send(content))
  }
  const frames = keepFrames()
  app.get('/cameras', (_request, reply) => {
    const views = options.cameras()
    for (const view of views) frames.keep(view)
    return reply.header('cache-control', 'no-store').send(views.map(describeView))
  })
  app.get<{ Params: { id: string; seenAt: string } }>('/cameras/:id/:seenAt', async ({ params }, reply) => {
    const frame = frames.find(params.id, Number(params.seenAt))
    if (!frame) throw new SightlineError('NOT_FOUND', 'that frame is gone; ask for the cameras again')
    const jpeg = await frame.jpeg()
    return reply.type('image/jpeg').header('cache-control', 'no-store').send(jpeg)
  })
  app.get<{ Params: { id: string; pass: string } }>('/cameras/:id/unsure/:pass', ({ params }, reply) => {
    const camera = options.cameras().find(({ id }) => id === params.id)
    const pass = camera?.unsure.find(({ id }) => id === Number(params.pass))
    if (!pass) throw new SightlineError('NOT_FOUND', 'that pass is gone; ask for the cameras again')
    return reply.type('image/jpeg').header('cache-control', 'no-store').send(pass.jpeg)
  })
  const { changeZones } = options
  if (changeZones) {
    app.put<{ Params: { id: string } }>('/cameras/:id/zones', async ({ params, headers, body }, reply) => {
      checkWriter(headers, changeZones.token)
      await changeZones.store(params.id, zonesParser.parse(body))
      return reply.status(204).send()
    })
  }

  const url = await listen(app, host, port)
  log.info({ url, token: token !== undefined }, 'the status page is served')
  return { url: `${url}/`, close: () => app.close() }
}

/**
 * The token is in a header that no other site's page can make a browser send. If the browser says from which site a request
 * comes, it must be this one.
 * @throws ORIGIN_REFUSED, NOT_SIGNED_ON
 */
function checkWriter({ origin, host, authorization }: IncomingHttpHeaders, token: string): void {
  if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host)) {
    throw new SightlineError('ORIGIN_REFUSED', 'zones are changed on the status page itself')
  }
  if (isBearer(authorization, token)) return
  throw new SightlineError('NOT_SIGNED_ON', 'changing zones needs the token of this page', {
    hint: 'It is in the file status-token of the agent’s folder.',
  })
}

const zonesParser = createParser('zones', Zones)

/** The frames announced to the page, so that plates are drawn on the frame in which they were found. */
function keepFrames() {
  const kept = new Map<string, FrameView[]>()
  return {
    keep({ id, frame }: CameraView): void {
      const before = kept.get(id) ?? []
      if (!frame || before.some(({ seenAt }) => seenAt === frame.seenAt)) return
      kept.set(id, [...before, frame].slice(-KEPT_FRAMES))
    },
    find: (id: string, at: number) => kept.get(id)?.find(({ seenAt }) => seenAt === at),
  }
}

/**
 * The token of the status page, from the file `status-token` in the agent's folder, created at the first start and readable
 * only by its owner.
 * @throws CONFIG_INVALID when the file cannot be created or read, or contains no secret
 */
export async function statusToken(folder: string): Promise<string> {
  const path = join(folder, 'status-token')
  try {
    const token = await tokenIn(path, 16)
    if (token.length < SHORTEST_TOKEN) throw new Error('it is too short')
    return token
  } catch (cause) {
    throw new SightlineError(
      'CONFIG_INVALID',
      `no token for the status page in ${path}: ${(cause as Error).message}`,
      { cause, hint: 'Let this user write the folder, or delete the file: the next start makes it again.' },
    )
  }
}
