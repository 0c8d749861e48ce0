import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { SightlineError } from '@sightline/schemas/errors'

/** Whom to trust on a TLS connection; by default, anyone with a certificate from the host's usual authorities. */
export interface Trust {
  /** PEM certificates of the only accepted authorities. */
  readonly ca?: string
  /**
   * SHA-256 of the only accepted certificate, whoever signed it and even if it has expired: 64 lowercase hex digits.
   */
  readonly fingerprint?: string
  /**
   * Called with the expiry of the other side's certificate, ms since 1970. Not called for a pinned one, whose expiry
   * does not matter.
   */
  onCertificate?(endsAt: number): void
}

/** As people copy it from a camera's page or from openssl: hex digits, with or without colons. */
export const FINGERPRINT = '^(?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$|^[0-9A-Fa-f]{64}$'

/** @throws CONFIG_INVALID when the file of certificates cannot be read, or contains none */
export async function readTrust({
  caFile,
  fingerprint,
}: {
  caFile?: string
  fingerprint?: string
}): Promise<Trust> {
  const plain = fingerprint?.replaceAll(':', '').toLowerCase()
  return {
    ...(plain === undefined ? {} : { fingerprint: plain }),
    ...(caFile === undefined ? {} : { ca: await readAuthority(caFile) }),
  }
}

async function readAuthority(path: string): Promise<string> {
  const pem = await readFile(path, 'utf8').catch((cause) => {
    throw new SightlineError(
      'CONFIG_INVALID',
      `cannot read the certificate authority ${path} (${cause.code})`,
      { cause },
    )
  })
  try {
    // From a text without a certificate, TLS would silently make an empty list of authorities.
    new X509Certificate(pem)
    return pem
  } catch (cause) {
    throw new SightlineError('CONFIG_INVALID', `${path} has no certificate in it`, {
      cause,
      hint: 'Write the certificate of the authority in PEM, which begins with -----BEGIN CERTIFICATE-----.',
    })
  }
}
