import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Server } from 'node:tls'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import type { ListenConfig } from './listener.ts'

/** Certificate and key of a listener. */
export interface Pem {
  readonly cert: Buffer
  readonly key: Buffer
}

/** Programs that renew certificates write new files without notifying anybody, so check this often, ms. */
const LOOK_EVERY_MS = 600_000

/** @returns undefined for a listener without TLS @throws CONFIG_INVALID */
export async function readPem({ certificate, key }: ListenConfig): Promise<Pem | undefined> {
  if (certificate === undefined || key === undefined) return undefined
  try {
    const [cert, secret] = await Promise.all([readFile(certificate), readFile(key)])
    return { cert, key: secret }
  } catch (cause) {
    throw new SightlineError(
      'CONFIG_INVALID',
      `the certificate of the listener cannot be read: ${(cause as Error).message}`,
      {
        cause,
        hint: 'Let this user read the files that `listen` names as `certificate` and `key`, both in PEM.',
      },
    )
  }
}

const ONE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The earliest expiry in a file of certificates, ms since 1970; undefined if it contains none. */
export function endOfPem({ cert }: Pem): number | undefined {
  const ends = (cert.toString('latin1').match(ONE) ?? []).map((one) =>
    Date.parse(new X509Certificate(one).validTo),
  )
  return ends.length > 0 ? Math.min(...ends) : undefined
}

/**
 * Makes a server use the certificate that is currently in its files, so that a renewal needs no restart.
 * @param onRenewed called when it uses another one
 * @returns a function that ends this
 */
export function followCertificate(
  config: ListenConfig,
  first: Pem,
  server: Pick<Server, 'setSecureContext'>,
  onRenewed: (pem: Pem) => void,
  log: Logger,
  everyMs = LOOK_EVERY_MS,
): () => void {
  let used = first
  async function look(): Promise<void> {
    const now = await readPem(config)
    if (!now || (now.cert.equals(used.cert) && now.key.equals(used.key))) return
    // One of the two files may already be written and the other not yet: the pair is refused, and checked again.
    server.setSecureContext({ ...now, minVersion: 'TLSv1.2' })
    used = now
    onRenewed(now)
    log.info({ host: config.host, port: config.port }, 'the listener uses its renewed certificate')
  }
  const timer = setInterval(() => {
    look().catch((err) =>
      log.warn({ err }, 'the certificate of a listener cannot be renewed; it keeps using its current one'),
    )
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
