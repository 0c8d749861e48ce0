import { createHash } from 'node:crypto'
import type { Challenge } from './challenges.ts'

/** Login for a camera. */
export interface Login {
  readonly user: string
  readonly password: string
}

/** One request, with what its Digest covers. */
export interface DigestRequest {
  readonly method: string
  /** Path and query, as in the request. */
  readonly uri: string
  /** Number of requests answered with this nonce, including this one. */
  readonly count: number
  /** Our nonce, the same for all requests with one server nonce, as `-sess` requires. */
  readonly cnonce: string
}

/** Hashes by their names in a challenge, strongest first. */
const HASHES = { 'sha-512-256': 'sha512-256', 'sha-256': 'sha256', md5: 'md5' } as const
const STRENGTHS = Object.keys(HASHES)

const algorithmOf = ({ parameters }: Challenge) => (parameters.get('algorithm') ?? 'MD5').toLowerCase()
const hashNameOf = (challenge: Challenge) => algorithmOf(challenge).replace(/-sess$/, '')
const qopsOf = ({ parameters }: Challenge) =>
  parameters
    .get('qop')
    ?.toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)

/** The Digest challenge with the strongest hash that can be answered here; undefined if there is none. */
export function strongestDigest(challenges: readonly Challenge[]): Challenge | undefined {
  const strengthOf = (challenge: Challenge) => STRENGTHS.indexOf(hashNameOf(challenge))
  return challenges
    .filter((one) => one.scheme === 'digest' && one.parameters.has('nonce') && strengthOf(one) >= 0)
    .filter((one) => qopsOf(one)?.includes('auth') ?? true)
    .toSorted((a, b) => strengthOf(a) - strengthOf(b))[0]
}

/**
 * The header `Authorization` that answers a challenge (RFC 7616, 3.4; without `qop` as in RFC 2069). Pure. User and
 * password are hashed as UTF-8, whether or not the challenge says so, because people type UTF-8 into a camera's page.
 * @param challenge from `strongestDigest`
 */
export function digestAnswer(
  { user, password }: Login,
  challenge: Challenge,
  request: DigestRequest,
): string {
  const { method, uri, cnonce } = request
  const { parameters } = challenge
  const hash = (...parts: (string | Buffer)[]) => {
    const joined = parts.flatMap((part, n) => [...(n === 0 ? [] : [COLON]), Buffer.from(part as string)])
    const name = HASHES[hashNameOf(challenge) as keyof typeof HASHES]
    return createHash(name).update(Buffer.concat(joined)).digest('hex')
  }
  // A header arrives as Latin-1: this restores its bytes.
  const given = (name: string) => Buffer.from(parameters.get(name) ?? '', 'latin1')
  const [realm, nonce] = [given('realm'), given('nonce')]
  const isSession = algorithmOf(challenge).endsWith('-sess')
  const login = hash(user, realm, password)
  const secret = isSession ? hash(login, nonce, cnonce) : login
  const asked = hash(method, uri)
  const hasQop = qopsOf(challenge) !== undefined
  const nc = request.count.toString(16).padStart(8, '0')
  const response = hasQop ? hash(secret, nonce, nc, cnonce, 'auth', asked) : hash(secret, nonce, asked)
  const isUserHashed = parameters.get('userhash')?.toLowerCase() === 'true'
  const fields = [
    ...(isUserHashed ? [`username=${quoted(hash(user, realm))}`] : userField(user)),
    ...[`realm=${quoted(realm.toString('latin1'))}`, `uri=${quoted(uri)}`],
    `nonce=${quoted(nonce.toString('latin1'))}`,
    ...(parameters.has('algorithm') ? [`algorithm=${parameters.get('algorithm')}`] : []),
    ...(hasQop || isSession ? [`cnonce=${quoted(cnonce)}`] : []),
    ...(hasQop ? [`nc=${nc}`, 'qop=auth'] : []),
    `response=${quoted(response)}`,
    ...(parameters.has('opaque') ? [`opaque=${quoted(parameters.get('opaque')!)}`] : []),
    ...(isUserHashed ? ['userhash=true'] : []),
  ]
  return `Digest ${fields.join(', ')}`
}

const COLON = Buffer.from(':')
const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`

/** RFC 7616, 3.4: a name that a quoted text cannot contain is encoded as in RFC 5987. */
function userField(user: string): string[] {
  if (/^[\x20-\x7e]*$/.test(user)) return [`username=${quoted(user)}`]
  const encoded = encodeURIComponent(user).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return [`username*=UTF-8''${encoded}`]
}
