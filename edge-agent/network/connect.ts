import { once } from 'node:events'
import { isIP, connect as openTcp, type Socket } from 'node:net'
import { connect as openTls, type TLSSocket } from 'node:tls'
import { chainEnd } from '@sightline/runtime/certificate-chain'
import type { Trust } from './trust.ts'

/** A destination of a connection. */
export interface Place {
  /** A name, or an address without brackets. */
  readonly host: string
  readonly port: number
  /** Whether to use TLS. */
  readonly tls: boolean
}

/** The certificate is not the pinned one, or comes from an unknown authority. */
export class UntrustedError extends Error {
  /** SHA-256 of the certificate that the other side showed, as 64 hex digits. */
  readonly shown: string | undefined
  constructor(reason: string, shown: string | undefined) {
    super(reason)
    this.shown = shown
  }
}

/**
 * Opens a connection. With TLS, it is returned only when the identity of the other side is certain.
 * @throws UntrustedError, the error of the network, or the reason of the signal
 */
export async function connectTo(
  { host, port, tls }: Place,
  trust: Trust,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted()
  const socket = tls
    ? openTls({
        host,
        port,
        rejectUnauthorized: false,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(trust.ca === undefined ? {} : { ca: trust.ca }),
      })
    : openTcp({ host, port })
  try {
    await once(socket, tls ? 'secureConnect' : 'connect', { signal })
    if (tls) examine(socket as TLSSocket, trust)
    return socket.setNoDelay(true)
  } catch (thrown) {
    socket.on('error', () => {})
    socket.destroy()
    throw signal.aborted ? signal.reason : thrown
  }
}

function examine(socket: TLSSocket, { fingerprint, onCertificate }: Trust): void {
  const certificate = socket.getPeerCertificate(true)
  const shown = certificate.fingerprint256?.replaceAll(':', '').toLowerCase()
  if (fingerprint !== undefined) {
    if (shown !== fingerprint)
      throw new UntrustedError('its certificate is another one than the pinned', shown)
  } else if (!socket.authorized) {
    throw new UntrustedError(reasonOf(String(socket.authorizationError)), shown)
  } else {
    onCertificate?.(chainEnd(certificate))
  }
}

/** The fault that TLS found, in words. */
function reasonOf(code: string): string {
  if (/SELF_SIGNED/.test(code)) return 'it signed its certificate itself'
  if (/EXPIRED/.test(code)) return 'its certificate has expired'
  if (/NOT_YET_VALID/.test(code)) return 'its certificate is not valid yet'
  if (/ALTNAME/.test(code)) return 'its certificate is for another name'
  if (/ISSUER|UNABLE_TO_VERIFY|SIGNATURE/.test(code)) return 'an unknown authority signed its certificate'
  return 'its certificate is not trusted'
}
