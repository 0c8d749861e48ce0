import { createHash } from 'node:crypto'
import type { Server } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import { listen, toPresentable } from '@sightline/runtime/http'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify'
import { createDigestGate, REALM } from './digest-gate.ts'
import { endOfPem, followCertificate, type Pem, readPem } from './listener-certificate.ts'
import { carriesSecret } from './secret.ts'

/** Address to which plate readers send. Cameras with the same address share one listener. */
export interface ListenConfig {
  readonly host: string
  readonly port: number
  /** PEM files. Without them it uses plain HTTP. */
  readonly certificate?: string
  readonly key?: string
}

/** One camera at a listener. */
export interface Listened {
  readonly camera: string
  readonly secret: string
  /**
   * @throws the error that keeps the message from being stored safely; the plate reader is then told to send it again
   */
  take(message: { contentType: string; body: Uint8Array }): Promise<{ reads: number; setAside?: string }>
  /** Called with the expiry of the listener's certificate, ms since 1970. */
  onCertificate?(endsAt: number): void
}

/** Largest message: a picture of 36 megapixels, one of the vehicle and one of the plate, some of them in base64. */
const MOST_BYTES = 24 * 1024 * 1024
/** Node's limits for slow senders; by default it only checks every 30 s. */
const PATIENCE = { headersTimeout: 10_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16 * 1024 }
/** Time limit for a complete message, ms. */
const REQUEST_MS = 30_000
/** Maximum number of connections, for all cameras of a listener. */
const CONNECTIONS = 128
/** Maximum from one address: a sender that opens as many as it can must not block the others. */
const CONNECTIONS_OF_ONE = 32
/** Messages of one camera that are accepted at once, and per minute. */
const AT_ONCE = 4
const A_MINUTE = 600
/**
 * Requests per minute with a wrong secret, from one address for one camera; beyond this limit it gets no more answers.
 * Others behind the same address (a router, a proxy) still do: one wrong secret must not cost their reads.
 */
const GUESSES_A_MINUTE = 20
/** Requests per minute from one address without any secret: each Digest exchange begins with one. */
const QUESTIONS_A_MINUTE = 2 * A_MINUTE
/** Names of cameras are counted in this many groups, whether or not they exist. */
const NAME_GROUPS = 4096

/** Compared if there is no such camera, so that the answer takes the same time. */
const NOBODY = 'nobody-has-this-secret-here'

/** Counts events per minute, by sender. */
function perMinute(most: number) {
  let minute = 0
  let counts = new Map<string, number>()
  const now = () => {
    const current = Math.floor(performance.now() / 60_000)
    if (current !== minute) counts = new Map()
    minute = current
    return counts
  }
  return {
    add: (who: string) => void now().set(who, (counts.get(who) ?? 0) + 1),
    isFull: (who: string) => (now().get(who) ?? 0) >= most,
  }
}

interface Place {
  readonly listened: Listened
  busy: number
}

/** The server of one address. */
async function serve(
  config: ListenConfig,
  places: ReadonlyMap<string, Place>,
  tell: (certificateEnds: number | undefined) => void,
  log: Logger,
): Promise<FastifyInstance> {
  const pem = await readPem(config)
  const app = fastify({
    bodyLimit: MOST_BYTES,
    requestTimeout: REQUEST_MS,
    connectionTimeout: REQUEST_MS,
    forceCloseConnections: true,
    // A secret in a path is compared with exactly this path.
    routerOptions: { maxParamLength: 200 },
    ...(pem ? { https: { ...PATIENCE, ...pem, minVersion: 'TLSv1.2' } } : { http: PATIENCE }),
  } as FastifyServerOptions)
  app.server.maxConnections = CONNECTIONS
  limitEach(app.server, CONNECTIONS_OF_ONE)
  const guesses = perMinute(GUESSES_A_MINUTE)
  const questions = perMinute(QUESTIONS_A_MINUTE)
  const messages = perMinute(A_MINUTE)
  const digests = createDigestGate()
  /** What each request's headers said about its body. */
  const saidTypes = new WeakMap<object, string>()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setNotFoundHandler((_request, reply) => reply.status(404).send({ code: 'NOT_FOUND' }))
  app.setErrorHandler((thrown, _request, reply) => {
    // The path may contain the secret, the error a part of the message: neither is logged.
    const error = toPresentable(thrown)
    if (error.code === 'INTERNAL')
      log.error({ err: toSightlineError(thrown) }, 'a message of a plate reader failed')
    const { code, message } = error
    const status = (thrown as { statusCode?: number }).statusCode
    return reply.status(status === 413 ? status : error.httpStatus).send({ code, message })
  })

  const guesser = (ip: string, params: unknown) => {
    const { camera } = params as { camera: string }
    return `${ip} ${createHash('sha256').update(camera).digest().readUInt32BE() % NAME_GROUPS}`
  }
  const placeOf = (params: unknown) => places.get((params as { camera: string }).camera)

  app.addHook('onRequest', async ({ ip, method, params, headers, raw, routeOptions }, reply) => {
    if (routeOptions.url === undefined) return
    if (guesses.isFull(guesser(ip, params))) return tooMany(reply)
    const place = placeOf(params)
    const secret = place?.listened.secret ?? NOBODY
    const { authorization = '' } = headers
    const claims = {
      segment: (params as { secret?: string }).secret,
      authorization,
      header: headers['x-sightline-secret']?.toString(),
    }
    const { camera } = params as { camera: string }
    const isDigest = /^digest /i.test(authorization)
    const verdict = isDigest
      ? digests.judge({ method, url: raw.url ?? '', authorization, camera }, secret)
      : carriesSecret(claims, secret)
        ? 'right'
        : 'wrong'
    if (!place || verdict !== 'right') {
      // A Digest sender first asks, and asks again when a nonce has expired: neither is a guess.
      const isQuestion = verdict === 'stale' || Object.values(claims).every((claim) => !claim)
      if (isQuestion && questions.isFull(ip)) return tooMany(reply)
      if (isQuestion) questions.add(ip)
      else guesses.add(guesser(ip, params))
      reply.header('www-authenticate', [
        ...digests.challenges(camera, verdict === 'stale'),
        `Basic realm="${REALM}"`,
      ])
      throw new SightlineError('NOT_SIGNED_ON', 'this needs the id of a camera and its secret')
    }
    if (messages.isFull(place.listened.camera) || place.busy >= AT_ONCE) return tooMany(reply)
    messages.add(place.listened.camera)
    // Some plate readers write an invalid one: pass it to the adapter; if it cannot parse the message, the message is
    // set aside.
    saidTypes.set(raw, headers['content-type'] ?? '')
    headers['content-type'] = 'application/octet-stream'
  })

  for (const url of ['/events/:camera', '/events/:camera/:secret']) {
    app.route({
      method: ['POST', 'PUT'],
      url,
      handler: async ({ params, raw, body }, reply) => {
        const place = placeOf(params)!
        if (place.busy >= AT_ONCE) return tooMany(reply)
        place.busy++
        try {
          const contentType = saidTypes.get(raw) ?? ''
          const { reads, setAside } = await place.listened.take({
            contentType,
            body: (body as Buffer | undefined) ?? Buffer.alloc(0),
          })
          return { reads, ...(setAside !== undefined && { setAside }) }
        } finally {
          place.busy--
        }
      },
    })
  }
  if (pem) {
    tell(endOfPem(pem))
    const onRenewed = (next: Pem) => tell(endOfPem(next))
    const end = followCertificate(config, pem, app.server as unknown as TlsServer, onRenewed, log)
    app.addHook('onClose', async () => end())
  }
  try {
    await listen(app, config.host, config.port)
  } catch (error) {
    // It is retried with a new one, for as long as necessary.
    await app.close()
    throw error
  }
  return app
}

/** Closes an address's connections beyond the limit. */
function limitEach(server: Server, most: number): void {
  const open = new Map<string, number>()
  server.on('connection', (socket) => {
    const { remoteAddress: from = '' } = socket
    const count = (open.get(from) ?? 0) + 1
    open.set(from, count)
    socket.once('close', () => {
      const left = open.get(from)! - 1
      if (left > 0) open.set(from, left)
      else open.delete(from)
    })
    if (count > most) socket.destroy()
  })
}

const tooMany = (reply: { header(name: string, value: string): unknown }): never => {
  reply.header('retry-after', '5')
  throw new SightlineError('TOO_MANY_REQUESTS', 'there are too many messages; send it again')
}

/** A camera with a listener. */
export interface Listening {
  close(): Promise<void>
}

/** Opens listeners for plate readers. Cameras with the same address share one; it closes with the last of them. */
export type ListenerPool = (config: ListenConfig, listened: Listened) => Promise<Listening>

interface Shared {
  readonly places: Map<string, Place>
  readonly app: Promise<FastifyInstance>
  certificateEnds: number | undefined
}

function share(config: ListenConfig, log: Logger): Shared {
  const places = new Map<string, Place>()
  const tell = (endsAt: number | undefined) => {
    one.certificateEnds = endsAt
    tellEnd(one)
  }
  const one: Shared = {
    places,
    certificateEnds: undefined,
    app: Promise.resolve().then(() => serve(config, places, tell, log)),
  }
  return one
}

function tellEnd({ places, certificateEnds }: Shared): void {
  if (certificateEnds === undefined) return
  for (const { listened } of places.values()) listened.onCertificate?.(certificateEnds)
}

export function listenerPool(log: Logger): ListenerPool {
  const shared = new Map<string, Shared>()
  return async (config, listened) => {
    const name = JSON.stringify([config.host, config.port, config.certificate, config.key])
    let entry = shared.get(name)
    if (!entry) {
      entry = share(config, log)
      shared.set(name, entry)
    }
    const { places, app } = entry
    places.set(listened.camera, { listened, busy: 0 })
    async function leave(): Promise<void> {
      places.delete(listened.camera)
      if (places.size > 0 || shared.get(name)?.app !== app) return
      shared.delete(name)
      await app.then((one) => one.close()).catch(() => {})
    }
    try {
      await app
      tellEnd(entry)
    } catch (error) {
      await leave()
      throw error
    }
    return { close: leave }
  }
}
