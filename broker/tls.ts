import { readFile } from 'node:fs/promises'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import type { TlsOptions } from '@nats-io/transport-node'
import { chainEnd } from '@sightline/runtime/certificate-chain'
import { SightlineError } from '@sightline/schemas/errors'
import type { BrokerAddress } from './connect.ts'

/**
 * The client library's options for encryption; undefined for none. The library ignores `tls://`, so it would talk
 * unencrypted to a server without TLS: with these options it refuses.
 * @throws CONFIG_INVALID when the authority's file cannot be read
 */
export async function tlsOf({ servers, ca, onCertificate }: BrokerAddress): Promise<TlsOptions | undefined> {
  const addresses = [servers].flat()
  if (ca === undefined && !addresses.some((address) => address.startsWith('tls://'))) return undefined
  const hosts = addresses.map(hostOf)
  // The library does not tell which server it has reached, and for a bare IP address it loses the name to compare.
  const checkIdentity = (_name: string, certificate: PeerCertificate) => {
    const faults = hosts.map((host) => checkServerIdentity(host, certificate))
    if (!faults.includes(undefined)) return faults[0]
    onCertificate?.(chainEnd(certificate))
    return undefined
  }
  return {
    ...(ca === undefined ? {} : { ca: await readAuthority(ca) }),
    checkServerIdentity: checkIdentity,
  } as TlsOptions
}

const hostOf = (address: string): string => {
  const { hostname } = new URL(address.includes('://') ? address : `nats://${address}`)
  return hostname.replace(/^\[|\]$/g, '')
}

function readAuthority(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: Error) => {
    throw new SightlineError(
      'CONFIG_INVALID',
      `cannot read the certificate authority ${path}: ${cause.message}`,
      {
        cause,
        hint: "Use --ca to name the PEM file of the authority that issued the broker's certificate.",
      },
    )
  })
}

const codeOf = (cause: unknown): string => String((cause as { code?: unknown }).code ?? '')

/** Whether a connection failed because the server's certificate, or the lack of one, was not accepted. */
export const isUntrusted = (cause: unknown): boolean =>
  /^(CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(codeOf(cause)) ||
  /does not support 'tls'/.test((cause as Error).message)

export const explainUntrusted = (servers: string | string[], cause: unknown): string =>
  `the certificate of the broker at ${String(servers)} is not trusted: ${(cause as Error).message}`
