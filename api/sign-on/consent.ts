import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageFolder } from '@sightline/runtime/root'
import { SightlineError } from '@sightline/schemas/errors'

/** The text of permissible uses that everybody accepts after signing in (ACC-5). */
export interface ConsentText {
  /** First half of the SHA-256 of the text. */
  version: string
  text: string
}

export const DEFAULT_CONSENT_FILE = join(packageFolder(import.meta.url), 'sign-on/permissible-uses.md')

/** @throws CONFIG_INVALID when the file cannot be read, or is too short */
export async function readConsent(path: string): Promise<ConsentText> {
  const fault = (why: string, cause?: unknown) =>
    new SightlineError('CONFIG_INVALID', `cannot use the text of permissible uses ${path}: ${why}`, {
      cause,
      hint: 'Name a text file with --consent. Without it the text that comes with Sightline is shown.',
    })
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw fault(cause.message, cause)
  })
  if (text.trim().length < 100) throw fault('it is shorter than 100 characters')
  return { version: createHash('sha256').update(text).digest('hex').slice(0, 32), text }
}
