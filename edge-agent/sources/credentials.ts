import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { decodePart, parseAddress } from './address.ts'

/**
 * Keeps users, passwords and tokens of cameras in this process. `withoutCredentials` makes an address safe to show,
 * `withoutSecrets` the messages of others about a source (ffmpeg, fetch), and `safeError` their errors.
 */

/** Words that cameras use in paths. A path is shown as far as it consists of these: any other part may be a key. */
const PATH_WORDS = new Set(
  `av avc axis bin cam camera cameras cgi ch channel channels feed frame get hd hevc high image images img index input
  isapi jpeg jpg live low main media mjpeg mjpg mpeg mp none onvif output pic picture pictures play preview profile
  realmonitor rtsp sd sdp snap snaps snapshot still stream streaming streams sub track unicast video videos view
  web`.split(/\s+/),
)

function isPathWord(token: string): boolean {
  return token.length === 1 || /^\d{1,4}$/.test(token) || PATH_WORDS.has(token.toLowerCase())
}

/** `/Streaming/Channels/101` stays complete, `/live/mYk3y/1` becomes `/live/…`; a query is hidden. */
function shownPath(rest: string): string {
  const [path = ''] = rest.split('?')
  const segments = path.split('/')
  const secret = segments.findIndex(
    (segment) =>
      !/^[\w.-]*$/.test(segment) || !(segment.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g) ?? []).every(isPathWord),
  )
  return secret < 0 ? path : [...segments.slice(0, secret), '…'].join('/')
}

/** An address for logs and messages: without user, password, query and possible keys in its path. */
export function withoutCredentials(address: string): string {
  const parts = parseAddress(address)
  if (parts) return `${parts.scheme}://${parts.host}${shownPath(parts.rest)}`
  return `${/^[a-z][a-z0-9+.-]*(?=:\/\/)/i.exec(address)?.[0] ?? 'address'}://…`
}

/** After such a key comes a secret, however short. */
const SECRET_KEY = /pass|pwd|user|usr|login|token|key|auth|secret|cred|sess|sign|sig$|^(?:u|p|pw|id|sid)$/i
/** Shorter values without such a key are channel numbers and the like. */
const SHORT = 5

/** Secrets of this address, encoded and decoded, which must not appear in a text. */
function secretsOf(address: string): Set<string> {
  const { user = '', password = '', rest = '' } = parseAddress(address) ?? {}
  const secrets = new Set([user, password, `${user}:${password}`])
  for (const piece of [rest.split(/[/?&;]/), rest.split(/[/?&;_,]/)].flat()) {
    const [key = '', ...values] = piece.split('=')
    const value = values.join('=')
    const isSecret = value ? SECRET_KEY.test(key) || value.length >= SHORT : !isShownAlone(key)
    if (isSecret) secrets.add(value || key)
  }
  for (const secret of [...secrets]) {
    const meant = decodePart(secret)
    for (const form of [meant, encodeURIComponent(meant), encodeURI(meant), base64(meant)]) secrets.add(form)
  }
  secrets.delete('')
  secrets.delete(base64(':'))
  secrets.delete(':')
  return secrets
}

const isShownAlone = (segment: string) => segment.length < SHORT || shownPath(segment) === segment
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** A text in which its source's address, and any other address, is made safe. */
export function withoutAddresses(text: string, address: string): string {
  const forms = [address, URL.canParse(address) ? new URL(address).href : address]
  const shown = withoutCredentials(address)
  return forms
    .reduce((rest, form) => rest.replaceAll(form, shown), text)
    .replace(/[a-z][a-z0-9+.-]*:\/\/[^\s'"<>]*[^\s'"<>.,:;]/gi, (found) =>
      found === shown ? found : withoutCredentials(found),
    )
}

/**
 * Somebody else's message about a source, for logs and messages.
 * @returns an empty text if a secret of the address would still be in it, however that happened
 */
export function withoutSecrets(text: string, address: string): string {
  const clean = withoutAddresses(text, address)
  const lower = clean.toLowerCase()
  for (const secret of secretsOf(address)) if (lower.includes(secret.toLowerCase())) return ''
  return clean
}

/** Maximum depth of reported causes of an error. */
const CAUSES = 3

/** Somebody else's error about a source: only its messages and codes. */
export function safeError(thrown: unknown, address: string, causes = CAUSES): Error {
  const { message, code, cause } = (
    thrown instanceof Error ? thrown : new Error(String(thrown))
  ) as NodeJS.ErrnoException
  const error = new Error(withoutSecrets(message, address)) as NodeJS.ErrnoException
  // The stack repeats the original message.
  error.stack = `${error.name}: ${error.message}`
  if (typeof code === 'string') error.code = withoutSecrets(code, address)
  if (cause !== undefined && causes > 1) error.cause = safeError(cause, address, causes - 1)
  return error
}

/** Any error of a source: our own are safe, all others are made safe. */
export function safeSourceError(thrown: unknown, address: string): SightlineError {
  if (!(thrown instanceof SightlineError)) return toSightlineError(safeError(thrown, address))
  if (thrown.cause === undefined) return thrown
  const { code, message, hint, cause } = thrown
  return new SightlineError(code, message, { cause: safeError(cause, address), ...(hint ? { hint } : {}) })
}
