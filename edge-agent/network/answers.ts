import { randomBytes } from 'node:crypto'
import { type Challenge, parseChallenges } from './challenges.ts'
import { digestAnswer, type Login, strongestDigest } from './digest.ts'

/** What came of a challenge: it can be answered, or why not. */
export type Outcome = 'answer' | 'no login' | 'denied' | 'unknown scheme' | 'only in the clear'

/** How one camera's challenges are answered. Nothing of the login goes out before the camera has asked for it. */
export interface Answers {
  /** The header `Authorization` for a request; undefined while the camera has asked for none. */
  next(method: string, uri: string): string | undefined
  /** Told of each answer 401. @param header its `WWW-Authenticate`, several joined by commas */
  challenged(header: string): Outcome
  /** Told of the header `Authentication-Info` of other answers: it may name the next nonce. */
  informed(header: string): void
}

interface Digest {
  readonly challenge: Challenge
  readonly cnonce: string
  count: number
}

/** What is remembered of a camera from one connection to the next. */
export interface Asked {
  digest: boolean
}

/**
 * @param login undefined where the configuration has none
 * @param asked what the camera asked for earlier; from then on it is remembered there
 */
export function createAnswers(login: Login | undefined, asked: Asked = { digest: false }): Answers {
  let digest: Digest | undefined
  let isBasic = false

  const begin = (challenge: Challenge) => {
    digest = { challenge, cnonce: randomBytes(16).toString('base64url'), count: 0 }
  }

  return {
    next(method, uri) {
      if (!login) return undefined
      if (digest)
        return digestAnswer(login, digest.challenge, {
          method,
          uri,
          cnonce: digest.cnonce,
          count: ++digest.count,
        })
      return isBasic
        ? `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`
        : undefined
    },
    challenged(header) {
      if (!login) return 'no login'
      const challenges = parseChallenges(header)
      const wanted = strongestDigest(challenges)
      if (wanted) {
        const before = digest
        asked.digest = true
        begin(wanted)
        // A nonce that was good before has aged, whether or not the camera says so.
        const isStale = wanted.parameters.get('stale')?.toLowerCase() === 'true'
        const hasAged =
          before !== undefined && before.count > 1 && nonceOf(before.challenge) !== nonceOf(wanted)
        return before === undefined || isStale || hasAged ? 'answer' : 'denied'
      }
      if (!challenges.some(({ scheme }) => scheme === 'basic')) return 'unknown scheme'
      // Who can change an answer on its way could so have the password told in the clear.
      if (asked.digest) return 'only in the clear'
      if (isBasic) return 'denied'
      isBasic = true
      return 'answer'
    },
    informed(header) {
      const [info] = parseChallenges(`info ${header}`)
      const nonce = info?.parameters.get('nextnonce')
      if (!digest || nonce === undefined) return
      const { scheme, parameters } = digest.challenge
      begin({ scheme, parameters: new Map([...parameters, ['nonce', nonce]]) })
    },
  }
}

const nonceOf = ({ parameters }: Challenge) => parameters.get('nonce')
