import { readFile } from 'node:fs/promises'
import { isToken } from '@sightline/runtime/token-file'
import { SightlineError } from '@sightline/schemas/errors'
import type { EventsSource } from './config.ts'

/** The parts of a request that may identify the plate reader. */
export interface Claims {
  /** The second segment of the path, after the camera's. */
  readonly segment: string | undefined
  readonly authorization: string | undefined
  /** Value of the header `X-Sightline-Secret`. */
  readonly header: string | undefined
}

/**
 * Whether a request contains a camera's secret: as the last segment of its path, in its own header, or in
 * `Authorization` as `Bearer`, `Token` or the password of `Basic`. All are compared, always in the same time.
 */
export function carriesSecret({ segment, authorization = '', header }: Claims, secret: string): boolean {
  const [, scheme = '', value = ''] = /^(\w+) +(.*)$/.exec(authorization) ?? []
  const basic = Buffer.from(value, 'base64').toString('utf8')
  const given = [
    segment ?? '',
    header ?? '',
    /^(?:bearer|token)$/i.test(scheme) ? value : '',
    /^basic$/i.test(scheme) ? basic.slice(basic.indexOf(':') + 1) : '',
  ]
  return given.map((one) => isToken(one, secret)).some((same) => same)
}

/** Allowed in the configuration: characters that a URL, a header and `Basic` can contain unescaped. */
const SECRET = /^[A-Za-z0-9_-]{16,128}$/

/** The secret of a camera, from its configuration or the file named there. @throws CONFIG_INVALID */
export async function secretOf({ secret, secretFile }: EventsSource): Promise<string> {
  if (secretFile === undefined) return secret ?? ''
  const hint = 'Write 16 to 128 letters, digits, - and _ into it, for example with: openssl rand -hex 16'
  const text = await readFile(secretFile, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new SightlineError('CONFIG_INVALID', `the secret in ${secretFile} cannot be read: ${cause.code}`, {
      cause,
      hint,
    })
  })
  if (SECRET.test(text.trim())) return text.trim()
  throw new SightlineError('CONFIG_INVALID', `${secretFile} holds no secret`, { hint })
}
