import { readFile } from 'node:fs/promises'
import { isToken } from '@sightline/runtime/token-file'
import { SightlineError } from '@sightline/schemas/errors'
import type { EventsSource } from './config.ts'

/** What a request says by which the plate reader is known. */
export interface Claims {
  /** The second segment of the path, behind the camera's. */
  readonly segment: string | undefined
  readonly authorization: string | undefined
  /** Of the header `X-Sightline-Secret`. */
  readonly header: string | undefined
}

/**
 * Whether a request carries a camera's secret: as the last segment of its path, in a header of its own, or in `Authorization`
 * as `Bearer`, `Token` or the password of `Basic`. Every one is compared, and in the same time whatever it holds.
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

/** As in the configuration: what a URL, a header and `Basic` can carry as it is. */
const SECRET = /^[A-Za-z0-9_-]{16,128}$/

/** The secret of a camera, from its configuration or the file that this names. @throws CONFIG_INVALID */
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
