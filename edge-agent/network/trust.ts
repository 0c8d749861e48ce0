import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { SightlineError } from '@sightline/schemas/errors'

/** Whom a connection over TLS is made with: where nothing is said, whoever the host's usual authorities vouch for. */
export interface Trust {
  /** Certificates of the only authorities that count, PEM. */
  readonly ca?: string
  /** SHA-256 of the one certificate that counts, whoever signed it and however old it is: 64 hex digits in small letters. */
  readonly fingerprint?: string
  /** Told when the certificate of the other side ends, ms since 1970. Not told of a pinned one, whose end does not matter. */
  onCertificate?(endsAt: number): void
}

/** As people copy it from a camera's page or from openssl: hex digits, with colons or without. */
export const FINGERPRINT = '^(?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$|^[0-9A-Fa-f]{64}$'

/** @throws CONFIG_INVALID when the file of certificates cannot be read, or holds none */
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
    // Of a text without a certificate TLS would make a list of no authorities, and say nothing.
    new X509Certificate(pem)
    return pem
  } catch (cause) {
    throw new SightlineError('CONFIG_INVALID', `${path} has no certificate in it`, {
      cause,
      hint: 'Write the certificate of the authority in PEM, which begins with -----BEGIN CERTIFICATE-----.',
    })
  }
}
