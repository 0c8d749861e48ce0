/** A challenge of a server in `WWW-Authenticate` (RFC 9110, 11.6.1): a scheme, and its parameters by name. */
export interface Challenge {
  /** Lowercase: `digest`, `basic`. */
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

const TOKEN = "[!#$%&'*+.^_`|~\\w-]+"
const SEPARATOR = /[\s,]*/y
const PARAMETER = new RegExp(`(${TOKEN})[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)(?:"|$)|([^\\s,"]*))`, 'y')
const SCHEME = new RegExp(TOKEN, 'y')
/** Cameras write `qop=auth,auth-int` without quotes: the part after the comma is not a scheme. */
const NO_SCHEMES = new Set(['auth', 'auth-int'])

/**
 * All challenges of one header, or of several joined by commas, in their order. Unintelligible parts are left out: to
 * answer, one understood challenge is enough. Takes time in proportion to the length.
 */
export function parseChallenges(header: string): Challenge[] {
  const found: { scheme: string; parameters: Map<string, string> }[] = []
  for (let at = 0; at < header.length; ) {
    const next = (pattern: RegExp) => {
      pattern.lastIndex = at
      const match = pattern.exec(header)
      at += match?.[0].length ?? 0
      return match
    }
    next(SEPARATOR)
    const parameter = next(PARAMETER)
    if (parameter) {
      const [, name = '', quoted, plain = ''] = parameter
      const { parameters } = found.at(-1) ?? { parameters: new Map<string, string>() }
      // If two have the same name, which no server may send, the first one counts.
      if (!parameters.has(name.toLowerCase())) {
        parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain)
      }
      continue
    }
    const scheme = next(SCHEME)?.[0].toLowerCase()
    if (scheme === undefined) at++
    else if (!NO_SCHEMES.has(scheme)) found.push({ scheme, parameters: new Map() })
  }
  return found
}
