import { createHash, randomBytes } from 'node:crypto'
import { SightlineError } from '@sightline/schemas/errors'
import type { CameraHttp } from '../network/camera-http.ts'
import { deniedLogin } from '../network/cause.ts'
import type { Login } from '../network/digest.ts'
import { withoutCredentials } from '../sources/credentials.ts'
import { all, type Element, escapeXml, parseXml, textAt } from './xml.ts'

/** A device's answers take some kilobytes. */
const MOST_BYTES = 1024 * 1024
const SECURITY = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss'

/**
 * The header that authenticates a request (WS-UsernameToken with a password digest): SHA-1 of nonce, time and password.
 * @param now by the device's clock, milliseconds since 1970: a device refuses a time that is minutes off
 */
export function usernameToken({ user, password }: Login, now: number, nonce: Buffer): string {
  // Without milliseconds, which some devices cannot parse.
  const created = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
  const digest = createHash('sha1').update(nonce).update(created).update(password).digest('base64')
  return (
    `<s:Security xmlns:s="${SECURITY}-wssecurity-secext-1.0.xsd" xmlns:u="${SECURITY}-wssecurity-utility-1.0.xsd">` +
    `<s:UsernameToken><s:Username>${escapeXml(user)}</s:Username>` +
    `<s:Password Type="${SECURITY}-username-token-profile-1.0#PasswordDigest">${digest}</s:Password>` +
    `<s:Nonce EncodingType="${SECURITY}-soap-message-security-1.0#Base64Binary">${nonce.toString('base64')}</s:Nonce>` +
    `<u:Created>${created}</u:Created></s:UsernameToken></s:Security>`
  )
}

export interface Call {
  readonly address: string
  /** The request's element, with its namespace. */
  readonly body: string
  readonly login?: Login
  /** By the device's clock, milliseconds since 1970. */
  readonly now: number
}

/**
 * Sends a request to a device.
 * @returns the body of its answer @throws SOURCE_DENIED, SOURCE_INVALID, SOURCE_UNAVAILABLE and others of `causeOf`
 */
export async function call(
  http: CameraHttp,
  { address, body, login, now }: Call,
  signal: AbortSignal,
): Promise<Element> {
  const header = login ? `<e:Header>${usernameToken(login, now, randomBytes(16))}</e:Header>` : ''
  const text = `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope">${header}<e:Body>${body}</e:Body></e:Envelope>`
  const type = 'application/soap+xml; charset=utf-8'
  const shown = withoutCredentials(address)
  // A fault contains one of these.
  const response = await http.ask(signal, { address, body: { type, text }, accepted: [400, 500] })
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    length += chunk.length
    if (length > MOST_BYTES) throw wrong(shown, 'it is too long')
    chunks.push(chunk)
  }
  let answer: Element
  try {
    answer = parseXml(Buffer.concat(chunks))
  } catch {
    throw wrong(shown, 'it is no XML, or none that is safe to read')
  }
  const [fault] = all(answer, 'Fault')
  if (fault) {
    const codes = all(fault, 'Value').map(({ text }) => text.trim())
    if (codes.some((code) => /NotAuthorized|FailedAuthentication/.test(code)))
      throw deniedLogin(shown, login !== undefined)
    throw wrong(
      shown,
      `it refuses (${textAt(fault, 'Value')
        .replace(/[^\w:]/g, '')
        .slice(0, 60)})`,
    )
  }
  const [result] = all(answer, 'Body')
  if (!result) throw wrong(shown, 'it is no SOAP')
  return result
}

const wrong = (shown: string, reason: string) =>
  new SightlineError('SOURCE_INVALID', `${shown} gives no answer that can be used: ${reason}`, {
    hint: 'See whether ONVIF is switched on in the camera, and has a user of its own.',
  })
