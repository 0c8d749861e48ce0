import { Agent, type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { SightlineError } from '@sightline/schemas/errors'
import { decodePart } from '../sources/address.ts'
import { withoutCredentials } from '../sources/credentials.ts'
import { type Asked, createAnswers, type Outcome } from './answers.ts'
import { causeOf, deniedLogin, pathUnknown, unavailable } from './cause.ts'
import { connectTo, type Place } from './connect.ts'
import type { Login } from './digest.ts'
import type { Trust } from './trust.ts'

/** A request to a camera; by default a GET of its own address. */
export interface CameraRequest {
  /** Another address of the same camera; the caller has checked that it is the same camera. */
  address?: string
  /** Body, sent by POST. */
  body?: { type: string; text: string }
  /** Statuses besides 200 to 299 whose answer is wanted. */
  accepted?: readonly number[]
}

/**
 * HTTP to one camera, as cameras implement it: with Digest or Basic once the camera asks, over TLS with the configured
 * trust.
 */
export interface CameraHttp {
  /**
   * Sends a request. The caller must destroy an answer that it does not read completely.
   * @throws SOURCE_DENIED, SOURCE_PATH_UNKNOWN, SOURCE_INVALID, SOURCE_UNAVAILABLE and the errors of `causeOf`
   */
  ask(signal: AbortSignal, request?: CameraRequest): Promise<IncomingMessage>
  /** Ends all connections. */
  close(): void
}

/** Passed by Node's agent to the function that opens the connection. */
interface Ours {
  readonly place: Place
  readonly connecting: AbortSignal
}

/** A camera may send a challenge, report that its nonce is stale, and redirect to itself. */
const MOST_ANSWERS = 3
const MOST_REDIRECTS = 3
/** Up to this much of an unwanted answer is read, bytes and ms, so that the connection can be reused. */
const REST = { bytes: 64 * 1024, ms: 1000 }

/**
 * @param address with user and password, percent-encoded, if the camera needs them
 * @param asked what the camera asked for on earlier connections
 */
export function cameraHttp(address: string, trust: Trust, asked?: Asked): CameraHttp {
  const given = new URL(address)
  const login = loginOf(given)
  const answers = createAnswers(login, asked)
  const shown = withoutCredentials(address)
  const agent = Object.assign(new Agent({ keepAlive: true, maxFreeSockets: 1 }), {
    createConnection({ place, connecting }: Ours, done: (error: Error | null, socket?: Socket) => void) {
      connectTo(place, trust, connecting).then((socket) => done(null, socket), done)
    },
  })

  /** One request and its answer, whatever its status. */
  function send(
    url: URL,
    signal: AbortSignal,
    body?: { type: string; text: string },
  ): Promise<IncomingMessage> {
    const method = body ? 'POST' : 'GET'
    const path = `${url.pathname}${url.search}`
    const authorization = answers.next(method, path)
    const place = placeOf(url)
    const ours: Ours = { place, connecting: signal }
    return new Promise((resolve, reject) => {
      const sent = request({
        agent,
        method,
        path,
        signal,
        host: place.host,
        port: place.port,
        ...ours,
        headers: {
          host: url.host,
          'accept-encoding': 'identity',
          ...(authorization === undefined ? {} : { authorization }),
          ...(body && { 'content-type': body.type, 'content-length': Buffer.byteLength(body.text) }),
        },
        // Old cameras end lines with LF alone.
        insecureHTTPParser: true,
      })
      sent.once('response', resolve).once('error', (error: NodeJS.ErrnoException) => {
        // It had closed the connection that was kept open.
        const isOver = sent.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted
        if (isOver) resolve(send(url, signal, body))
        else reject(error)
      })
      sent.end(body?.text)
    })
  }

  return {
    async ask(signal, { address: other, body, accepted = [] } = {}) {
      let url = new URL(other ?? address)
      try {
        for (let answered = 0, redirects = 0; ; ) {
          const response = await send(url, signal, body)
          const { statusCode = 0, headers } = response
          const info = headers['authentication-info']
          if (typeof info === 'string') answers.informed(info)
          if ((statusCode >= 200 && statusCode < 300) || accepted.includes(statusCode)) return response
          await letGo(response)
          if (statusCode === 401) {
            const outcome = answers.challenged(String(headers['www-authenticate'] ?? ''))
            if (outcome === 'answer' && answered++ < MOST_ANSWERS) continue
            throw refusal(outcome, shown)
          }
          if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
            const next = redirects++ < MOST_REDIRECTS ? within(url, headers.location) : undefined
            if (!next) throw sentOn(shown, statusCode)
            url = next
            continue
          }
          if (statusCode === 403) throw deniedLogin(shown, login !== undefined)
          if (statusCode === 404 || statusCode === 410) throw pathUnknown(shown)
          throw unavailable(shown, `it answers ${statusCode}`)
        }
      } catch (thrown) {
        throw signal.aborted ? signal.reason : causeOf(thrown, address)
      }
    },
    close: () => agent.destroy(),
  }
}

function loginOf({ username, password }: URL): Login | undefined {
  if (username === '' && password === '') return undefined
  return { user: decodePart(username), password: decodePart(password) }
}

function placeOf({ protocol, hostname, port }: URL): Place {
  const tls = protocol === 'https:'
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || (tls ? 443 : 80)), tls }
}

/**
 * Where an answer redirects to, if that is the same camera: the same host and port, or its TLS at the usual port.
 * Another host is never asked: otherwise a camera, or an impostor, could make this host send requests to anything in
 * the agency's network.
 */
function within(from: URL, location: string): URL | undefined {
  if (!URL.canParse(location, from.href)) return undefined
  const to = new URL(location, from.href)
  const isSecured =
    from.protocol === 'http:' && to.protocol === 'https:' && from.port === '' && to.port === ''
  const isSame = to.protocol === from.protocol && to.host === from.host
  return isSame || (isSecured && to.hostname === from.hostname) ? to : undefined
}

function sentOn(shown: string, status: number): SightlineError {
  return new SightlineError(
    'SOURCE_UNAVAILABLE',
    `${shown} sends on to another address (${status}), which is not followed`,
    { hint: 'If that address belongs to the camera, write it into the configuration.' },
  )
}

function refusal(outcome: Outcome, shown: string): SightlineError {
  if (outcome === 'unknown scheme') {
    return new SightlineError('SOURCE_DENIED', `${shown} asks for a sign-in that is not supported`, {
      hint: 'Set the camera’s authentication to Digest (or Basic, over TLS).',
    })
  }
  if (outcome === 'only in the clear') {
    return new SightlineError(
      'SOURCE_DENIED',
      `${shown} asks for the password in the clear, but used Digest before, or is not configured yet`,
      {
        hint: 'Check whether somebody changed or replaced the camera. If this is correct, restart the agent; add a discovered camera to the configuration by hand.',
      },
    )
  }
  return deniedLogin(shown, outcome !== 'no login')
}

/** Reads the rest of an unwanted answer, if it is short. */
async function letGo(response: IncomingMessage): Promise<void> {
  const timer = setTimeout(() => response.destroy(), REST.ms)
  let left = REST.bytes
  try {
    for await (const chunk of response) {
      left -= chunk.length
      if (left < 0) break
    }
  } catch {
    // The connection was closed instead.
  } finally {
    clearTimeout(timer)
  }
}
