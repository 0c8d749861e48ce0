import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { SourceConfig } from '@sightline/edge-agent/config/schema'
import type { Frame } from '@sightline/edge-agent/sources/frame'
import { openSource } from '@sightline/edge-agent/sources/open'
import { systemClock } from '@sightline/runtime/clock'
import type { SightlineError } from '@sightline/schemas/errors'

/** Cameras for tests: real HTTP servers that ask for a sign-in as cameras do, and what a source makes of them. */

export interface TestCamera {
  readonly port: number
  close(): void
}

/** @param tls certificate and key, PEM, for a camera that speaks HTTPS */
export async function serveCamera(
  handler: RequestListener,
  tls?: { cert: string; key: string },
): Promise<TestCamera> {
  const server = tls ? createTlsServer(tls, handler) : createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

export interface DigestRules {
  user: string
  password: string
  realm?: string
  algorithm?: 'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess'
  /** Without it as RFC 2069 has it. */
  qop?: boolean
  /** Requests that one nonce is good for; then it is stale. */
  uses?: number
}

/** The side of Digest that a camera has (RFC 7616), which counts and ages its nonces. */
export function digestGuard({
  user,
  password,
  realm = 'cam "7"',
  algorithm = 'MD5',
  qop = true,
  uses = 1000,
}: DigestRules) {
  const hash = (...parts: string[]) =>
    createHash(algorithm.startsWith('MD5') ? 'md5' : 'sha256')
      .update(parts.join(':'))
      .digest('hex')
  let serial = 0
  let last = 0
  const challenge = (isStale = false) => {
    last = 0
    serial++
    return `Digest realm=${JSON.stringify(realm)}, nonce="n${serial}", algorithm=${algorithm}${qop ? ', qop="auth"' : ''}${isStale ? ', stale=true' : ''}`
  }
  return {
    challenge,
    /** 'yes', or what a camera answers with 401: a challenge. */
    judge({ method = '', url = '', headers }: IncomingMessage): 'yes' | string {
      const given = /^Digest (.*)$/.exec(headers.authorization ?? '')?.[1]
      if (given === undefined) return challenge()
      const field = (name: string) => {
        const [, quoted, plain] =
          new RegExp(`(?:^|, )${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^,]*))`).exec(given) ?? []
        return quoted?.replace(/\\(.)/g, '$1') ?? plain ?? ''
      }
      if (field('nonce') !== `n${serial}`) return challenge(true)
      const login = hash(user, realm, password)
      const secret = algorithm.endsWith('-sess') ? hash(login, field('nonce'), field('cnonce')) : login
      const asked = hash(method, url)
      const middle = qop ? [field('nonce'), field('nc'), field('cnonce'), 'auth'] : [field('nonce')]
      const count = qop ? Number.parseInt(field('nc'), 16) : last + 1
      const isRight =
        field('username') === user &&
        field('uri') === url &&
        field('response') === hash(secret, ...middle, asked)
      if (!isRight || count <= last) return challenge()
      if (count > uses) return challenge(true)
      last = count
      return 'yes'
    },
  }
}

export interface Taken {
  frames: Frame[]
  troubles: SightlineError[]
}

/** Takes frames of a source until there are so many, or the first trouble. */
export async function takeFrames(config: SourceConfig, count = 1): Promise<Taken> {
  const stop = new AbortController()
  const taken: Taken = { frames: [], troubles: [] }
  const source = openSource(config, {
    clock: systemClock,
    onTrouble(error) {
      taken.troubles.push(error)
      stop.abort()
    },
  })
  for await (const frame of source.frames(stop.signal)) {
    taken.frames.push(frame)
    if (taken.frames.length >= count) stop.abort()
  }
  return taken
}
