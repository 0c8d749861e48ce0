import { isLoopback } from '@sightline/runtime/loopback'
import { SightlineError } from '@sightline/schemas/errors'

/** How long the api may take for one answer, in milliseconds; a revocation waits for the broker. */
const ANSWER_MS = 20_000

/**
 * The address of an api, if it is safe: codes and tokens are sent over https, or stay on this machine.
 * @throws USAGE
 */
export function apiUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) {
    return `${url.origin}${url.pathname.replace(/\/$/, '')}`
  }
  if (url?.protocol === 'http:') {
    throw new SightlineError(
      'USAGE',
      `${url.origin} is not encrypted: anybody on the network could read the code`,
      {
        hint: 'Give the https:// address of the api; http:// is only for this machine itself (http://127.0.0.1:8080).',
      },
    )
  }
  throw new SightlineError('USAGE', `not the address of an api: ${text}`, {
    hint: 'It looks like https://sightline.agency.example.',
  })
}

export interface ApiCall {
  /** Development token of a signed-in user. */
  token?: string
  /** Cookie of a session. */
  cookie?: string
  /** Sent as JSON by POST. */
  body?: object
  method?: 'GET' | 'POST'
}

export interface ApiAnswer<T> {
  body: T
  /** Cookies that it set, to send with later calls. */
  cookie: string | undefined
  /** Time of the api's clock, in milliseconds; undefined if the answer does not contain it. */
  now: number | undefined
}

/**
 * Sends a request to the api.
 * @param base as returned by `apiUrl`
 * @throws API_UNREACHABLE, CLOCK_WRONG when its certificate is not valid at this host's time, or the api's own error
 */
export async function callApi<T>(base: string, path: string, call: ApiCall = {}): Promise<ApiAnswer<T>> {
  const { token, cookie, body, method = body ? 'POST' : 'GET' } = call
  const headers = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(cookie ? { cookie, origin: new URL(base).origin } : {}),
    ...(body ? { 'content-type': 'application/json' } : {}),
  }
  const answer = await fetch(`${base}${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
    // A code or token is sent only to the given address.
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch((cause) => {
    throw unreachable(base, cause)
  })
  const text = await answer.text().catch((cause) => {
    throw unreachable(base, cause)
  })
  const parsed = parse(text)
  if (answer.ok && (parsed || answer.status === 204)) {
    const [set] = answer.headers.getSetCookie()
    return { body: parsed as T, cookie: set?.split(';')[0], now: dateOf(answer) }
  }
  throw refusal(base, answer.status, parsed)
}

const dateOf = (answer: Response): number | undefined => {
  const at = Date.parse(answer.headers.get('date') ?? '')
  return Number.isNaN(at) ? undefined : at
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function refusal(base: string, status: number, body: Record<string, unknown> | undefined): SightlineError {
  const { code, detail, hint } = body ?? {}
  if (typeof code === 'string' && typeof detail === 'string') {
    return new SightlineError(code as SightlineError['code'], detail, {
      ...(typeof hint === 'string' ? { hint } : {}),
    })
  }
  if (status === 503 && body?.broker === 'disconnected') {
    return new SightlineError('API_UNREACHABLE', `the api at ${base} is up, but has lost its broker`, {
      hint: 'Nothing was changed; try again when it is back.',
    })
  }
  return new SightlineError(
    'API_UNREACHABLE',
    `the server at ${base} is not Sightline's api (status ${status})`,
    {
      hint: 'Compare the address; a proxy before the api may also answer in its place.',
    },
  )
}

function unreachable(base: string, thrown: unknown): SightlineError {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : (thrown as Error)
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  if (code === 'CERT_NOT_YET_VALID' || code === 'CERT_HAS_EXPIRED') {
    return new SightlineError(
      'CLOCK_WRONG',
      `the certificate of ${base} is not valid at ${new Date().toISOString()}, the time of this host`,
      {
        cause,
        hint: 'Set the clock (timedatectl set-ntp true); if it is right, the certificate must be renewed.',
      },
    )
  }
  if (code.includes('CERT') || code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') {
    return new SightlineError(
      'API_UNREACHABLE',
      `this host does not trust the certificate of ${base} (${code})`,
      {
        cause,
        hint: "Name the file of the agency's certificate authority in NODE_EXTRA_CA_CERTS.",
      },
    )
  }
  return new SightlineError('API_UNREACHABLE', `no api answers at ${base}: ${code || cause.message}`, {
    cause,
    hint: 'Check the address, and whether this host can reach it. Nothing was changed, so you can try again.',
  })
}
