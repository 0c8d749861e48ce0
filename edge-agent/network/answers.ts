import { randomBytes } from 'node:crypto'
import { type Challenge, parseChallenges } from './challenges.ts'
import { digestAnswer, type Login, strongestDigest } from './digest.ts'

/** The result of a challenge: it can be answered, or why not. */
export type Outcome = 'answer' | 'no login' | 'denied' | 'unknown scheme' | 'only in the clear'

/** Answers one camera's challenges. No part of the login is sent before the camera has asked for it. */
export interface Answers {
  /** The header `Authorization` for a request; undefined while the camera has asked for none. */
  next(method: string, uri: string): string | undefined
  /** Called for each answer 401. @param header its `WWW-Authenticate`, several joined by commas */
  challenged(header: string): Outcome
  /** Called with the header `Authentication-Info` of other answers: it may contain the next nonce. */
  informed(header: string): void
}

interface Digest {
  readonly challenge: Challenge
  readonly cnonce: string
  count: number
}

/** What is remembered about a camera between connections. */
export interface Asked {
  digest: boolean
}

/**
 * @param login undefined if the configuration has none
 * @param asked what the camera asked for earlier; updated from then on
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
        // A nonce that was accepted before has expired, whether or not the camera says so.
        const isStale = wanted.parameters.get('stale')?.toLowerCase() === 'true'
        const hasAged =
          before !== undefined && before.count > 1 && nonceOf(before.challenge) !== nonceOf(wanted)
        return before === undefined || isStale || hasAged ? 'answer' : 'denied'
      }
      if (!challenges.some(({ scheme }) => scheme === 'basic')) return 'unknown scheme'
      // Otherwise, an attacker who changes an answer on its way could have the password sent in the clear.
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
