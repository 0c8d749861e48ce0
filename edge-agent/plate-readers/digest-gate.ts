import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { isToken } from '@sightline/runtime/token-file'
import { type Challenge, parseChallenges } from '../network/challenges.ts'

/** One request, with what its Digest covers. */
export interface DigestClaim {
  readonly method: string
  /** Path and query, as in the request. */
  readonly url: string
  /** The header `Authorization`. */
  readonly authorization: string
  /** The camera that it claims to be; a nonce is valid for one camera. */
  readonly camera: string
}

/**
 * The server side of HTTP Digest (RFC 7616) for a listener, for plate readers that cannot send their login in a better
 * way. Any user is accepted; the password is the camera's secret.
 */
export interface DigestGate {
  /** Values of `WWW-Authenticate`. @param isStale whether the answer was right, but its nonce is no longer usable */
  challenges(camera: string, isStale: boolean): string[]
  /** `stale`: the secret is right, but the nonce has expired, or was already used with this count */
  judge(claim: DigestClaim, secret: string): 'right' | 'stale' | 'wrong'
}

export const REALM = 'plate reader'
const HASHES = { MD5: 'md5', 'SHA-256': 'sha256' } as const
/** A nonce is valid for this long, ms; a plate reader that uses it later gets another one. */
const NONCE_MS = 60_000
/**
 * Maximum number of nonces per camera with a remembered count. Only senders that know its secret get one in, and they
 * may send 600 messages a minute.
 */
const REMEMBERED = 5_000
const [STAMP_BYTES, SEAL_BYTES] = [6, 16]

/** @param now milliseconds of a monotonic clock */
export function createDigestGate(now: () => number = () => performance.now()): DigestGate {
  const key = randomBytes(32)
  /** Separate for each camera, so that a sender that knows one secret cannot fill another's. */
  const counts = new Map<string, (nonce: string, count: number) => boolean>()

  const seal = (stamp: Buffer, camera: string) =>
    createHmac('sha256', key).update(stamp).update(camera).digest().subarray(0, SEAL_BYTES)

  function nonceFor(camera: string): string {
    const stamp = Buffer.concat([Buffer.alloc(STAMP_BYTES), randomBytes(8)])
    stamp.writeUIntBE(Math.floor(now()), 0, STAMP_BYTES)
    return Buffer.concat([stamp, seal(stamp, camera)]).toString('base64url')
  }

  /** Whether we issued a nonce, for this camera, and recently enough. */
  function isFresh(nonce: string, camera: string): boolean {
    const bytes = Buffer.from(nonce, 'base64url')
    if (bytes.length !== STAMP_BYTES + 8 + SEAL_BYTES || bytes.toString('base64url') !== nonce) return false
    const stamp = bytes.subarray(0, -SEAL_BYTES)
    if (!timingSafeEqual(bytes.subarray(-SEAL_BYTES), seal(stamp, camera))) return false
    return now() - stamp.readUIntBE(0, STAMP_BYTES) < NONCE_MS
  }

  function isFirst(camera: string, nonce: string, count: number): boolean {
    const isFirstOf = counts.get(camera) ?? countUses(now)
    counts.set(camera, isFirstOf)
    return isFirstOf(nonce, count)
  }

  return {
    challenges(camera, isStale) {
      const nonce = nonceFor(camera)
      // Old programs use only the first Digest challenge, and support only MD5. Others choose a better one.
      return Object.keys(HASHES).map(
        (algorithm) =>
          `Digest realm="${REALM}", qop="auth", algorithm=${algorithm}, nonce="${nonce}"${isStale ? ', stale=true' : ''}`,
      )
    },
    judge({ method, url, authorization, camera }, secret) {
      const [given] = parseChallenges(authorization)
      const count = given?.scheme === 'digest' ? rightCount(given, { method, url }, secret) : undefined
      if (count === undefined) return 'wrong'
      const nonce = given!.parameters.get('nonce') ?? ''
      return isFresh(nonce, camera) && isFirst(camera, nonce, count) ? 'right' : 'stale'
    },
  }
}

/**
 * Remembers uses of nonces. @returns whether this is the first use of a nonce with this count, which is then remembered
 */
function countUses(now: () => number): (nonce: string, count: number) => boolean {
  /** The highest count of each nonce; in two maps, the older of which is dropped when all its nonces have expired. */
  let used = new Map<string, number>()
  let usedBefore = new Map<string, number>()
  let since = now()
  return (nonce, count) => {
    if (now() - since >= NONCE_MS) {
      usedBefore = now() - since >= 2 * NONCE_MS ? new Map() : used
      used = new Map()
      since = now()
    }
    const highest = used.get(nonce) ?? usedBefore.get(nonce) ?? 0
    if (count <= highest || used.size >= REMEMBERED) return false
    used.set(nonce, count)
    return true
  }
}

/** The count in a right answer; 1 without one, as in RFC 2069. Undefined for a wrong answer. */
function rightCount(
  { parameters }: Challenge,
  { method, url }: { method: string; url: string },
  secret: string,
): number | undefined {
  const get = (name: string) => parameters.get(name) ?? ''
  const name = (parameters.get('algorithm') ?? 'MD5').toUpperCase()
  const hash = (...parts: string[]) =>
    createHash(HASHES[name as keyof typeof HASHES] ?? 'md5')
      .update(Buffer.from(parts.join(':'), 'latin1'))
      .digest('hex')
  const hasQop = parameters.has('qop')
  const middle = hasQop ? [get('nonce'), get('nc'), get('cnonce'), get('qop')] : [get('nonce')]
  const expected = hash(hash(get('username'), REALM, secret), ...middle, hash(method, url))
  const isRight = isToken(get('response').toLowerCase(), expected)
  const isSense =
    name in HASHES &&
    get('realm') === REALM &&
    get('uri') === url &&
    (!hasQop || (get('qop') === 'auth' && /^[0-9a-f]{8}$/i.test(get('nc'))))
  if (!isRight || !isSense) return undefined
  return hasQop ? Number.parseInt(get('nc'), 16) : 1
}
