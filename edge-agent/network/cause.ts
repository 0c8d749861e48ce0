import { SightlineError } from '@sightline/schemas/errors'
import { safeError, withoutCredentials } from '../sources/credentials.ts'
import { UntrustedError } from './connect.ts'

const AGAIN = 'Check that the camera is on and reachable; the agent keeps trying.'

/**
 * Why a camera cannot be reached, from the error of the network, TLS or HTTP. It repeats no secrets of the address.
 * @returns SOURCE_NAME_UNKNOWN, SOURCE_REFUSED, SOURCE_UNTRUSTED, SOURCE_INVALID or SOURCE_UNAVAILABLE
 */
export function causeOf(thrown: unknown, address: string): SightlineError {
  if (thrown instanceof SightlineError) return thrown
  const shown = withoutCredentials(address)
  if (thrown instanceof UntrustedError) return untrusted(shown, thrown)
  const cause = safeError(thrown, address)
  const { code = '' } = thrown as NodeJS.ErrnoException
  switch (code) {
    case 'ENOTFOUND':
      return nameUnknown(shown, cause)
    case 'EAI_AGAIN':
      return unavailable(
        shown,
        'no name server answers',
        cause,
        'Check that this host reaches its name server.',
      )
    case 'ECONNREFUSED':
      return refusedConnection(shown, cause)
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return unavailable(shown, 'this network has no route to it', cause)
    case 'ECONNRESET':
    case 'EPIPE':
      return unavailable(shown, 'it closed the connection', cause)
    case 'ETIMEDOUT':
      return unavailable(shown, 'it does not answer', cause)
  }
  const { name, cause: reason } = thrown as Error
  if (name === 'AbortError' && reason !== undefined) return causeOf(reason, address)
  if (name === 'TimeoutError') return unavailable(shown, 'it does not answer', cause)
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return noTls(shown, cause)
  if (code.startsWith('HPE_')) {
    return new SightlineError('SOURCE_INVALID', `${shown} answers with something that is no HTTP`, {
      cause,
      hint: 'Compare scheme, port and path of the address with the camera’s manual.',
    })
  }
  return unavailable(shown, cause.message || 'the connection failed', cause)
}

/** @param shown the address without secrets; the same for all functions below */
export const unavailable = (shown: string, reason: string, cause?: Error, hint = AGAIN) =>
  new SightlineError('SOURCE_UNAVAILABLE', `${shown} cannot be read: ${reason}`, { cause, hint })

export const nameUnknown = (shown: string, cause?: Error) =>
  new SightlineError('SOURCE_NAME_UNKNOWN', `${shown} cannot be reached: nobody knows this name`, {
    cause,
    hint: 'Check the spelling, or write the camera’s IP address.',
  })

export const refusedConnection = (shown: string, cause?: Error) =>
  new SightlineError('SOURCE_REFUSED', `${shown} refuses the connection: nothing listens at this port`, {
    cause,
    hint: 'Check the port, and whether the service is switched on in the camera; the agent keeps trying.',
  })

export const pathUnknown = (shown: string) =>
  new SightlineError('SOURCE_PATH_UNKNOWN', `${shown}: the camera is there, but has nothing at this path`, {
    hint: 'Take the path from the camera’s manual, or let `./sightline edge discover` find it.',
  })

/** @param hasLogin whether the configuration has a user and password for the camera */
export const deniedLogin = (shown: string, hasLogin: boolean) =>
  hasLogin
    ? new SightlineError('SOURCE_DENIED', `${shown} refuses the user or password`, {
        hint: 'Correct them in the camera’s source; some cameras lock out a user after too many wrong passwords.',
      })
    : new SightlineError('SOURCE_DENIED', `${shown} asks for a user and a password`, {
        hint: 'Write user and password (or passwordFile) into the camera’s source.',
      })

const noTls = (shown: string, cause: Error) =>
  unavailable(
    shown,
    'it does not speak TLS at this port, or none that is still safe',
    cause,
    'Check the port; without TLS the address begins with http or rtsp.',
  )

function untrusted(shown: string, { message, shown: fingerprint }: UntrustedError): SightlineError {
  const pin =
    fingerprint === undefined
      ? ''
      : ` Or, if the camera’s own page shows the same one: fingerprint: "${fingerprint}".`
  return new SightlineError('SOURCE_UNTRUSTED', `${shown} is not trusted: ${message}`, {
    hint: `Name the authority that signed the certificate with caFile in the camera’s source.${pin}`,
  })
}
