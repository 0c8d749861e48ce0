import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { isToken } from '@sightline/runtime/token-file'
import { type Challenge, parseChallenges } from '../network/challenges.ts'

/** One request, as its Digest tells of it. */
export interface DigestClaim {
  readonly method: string
  /** Path and query, as they stand in the request. */
  readonly url: string
  /** The header `Authorization`. */
  readonly authorization: string
  /** The camera that it says it is; a nonce is good for one. */
  readonly camera: string
}

/**
 * The side of HTTP Digest (RFC 7616) that a listener has: for plate readers whose login is sent in no better way. The user may
 * be any, the password is the camera's secret.
 */
export interface DigestGate {
  /** Values of `WWW-Authenticate`. @param isStale whether the answer was right, but its nonce was of no more use */
  challenges(camera: string, isStale: boolean): string[]
  /** `stale`: the secret is right, but the nonce is too old, or was used with this count already */
  judge(claim: DigestClaim, secret: string): 'right' | 'stale' | 'wrong'
}

export const REALM = 'plate reader'
const HASHES = { MD5: 'md5', 'SHA-256': 'sha256' } as const
/** A nonce is good for so long, ms; a reader that still uses it then is given another. */
const NONCE_MS = 60_000
/** Most nonces of a camera whose counts are remembered. Only who knows its secret gets one in here, and may send 600 messages a minute. */
const REMEMBERED = 5_000
const [STAMP_BYTES, SEAL_BYTES] = [6, 16]

/** @param now milliseconds of a clock that nobody sets */
export function createDigestGate(now: () => number = () => performance.now()): DigestGate {
  const key = randomBytes(32)
  /** For each camera its own, so that who knows one secret fills no other's. */
  const counts = new Map<string, (nonce: string, count: number) => boolean>()

  const seal = (stamp: Buffer, camera: string) =>
    createHmac('sha256', key).update(stamp).update(camera).digest().subarray(0, SEAL_BYTES)

  function nonceFor(camera: string): string {
    const stamp = Buffer.concat([Buffer.alloc(STAMP_BYTES), randomBytes(8)])
    stamp.writeUIntBE(Math.floor(now()), 0, STAMP_BYTES)
    return Buffer.concat([stamp, seal(stamp, camera)]).toString('base64url')
  }

  /** Whether a nonce is one of ours, for this camera, and not too old. */
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
      // Old programs look at the first Digest alone, and know MD5 only. Those that know better choose better.
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

/** Remembers uses of nonces. @returns whether a nonce was not used with this count before; from then on it was */
function countUses(now: () => number): (nonce: string, count: number) => boolean {
  /** The highest count of each nonce; in two maps, of which the older one is forgotten when no nonce in it is good. */
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

/** The count that a right answer names; 1 for one without, as RFC 2069 has it. Undefined for a wrong answer. */
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
