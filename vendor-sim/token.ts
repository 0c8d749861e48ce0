import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '../schemas/errors.ts'

/** Shortest token that is accepted: 128 bits in base64url. */
const MIN_LENGTH = 22

/**
 * The token with which the agency searches: the one given, else that of the file `vendor-token` in the data
 * folder, which is made at the first start and readable by its owner alone.
 * @throws CONFIG_INVALID when it is too short to be a secret
 */
export async function vendorToken(dataDir: string, given?: string): Promise<string> {
  const path = join(dataDir, 'vendor-token')
  const token = given ?? (await tokenFile(path))
  if (token.length >= MIN_LENGTH) return token
  throw new SightlineError('CONFIG_INVALID', `the vendor's token is shorter than ${MIN_LENGTH} characters`, {
    hint: given
      ? 'Set SIGHTLINE_VENDOR_TOKEN to a longer one.'
      : `Delete ${path}; the next start makes a new one.`,
  })
}

async function tokenFile(path: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' }).catch(
    (error) => {
      if (error.code !== 'EEXIST') throw error
    },
  )
  return (await readFile(path, 'utf8')).trim()
}

/** Whether an `Authorization` header carries the token; takes the same time whatever it holds. */
export function isBearer(authorization: string | undefined, token: string): boolean {
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`))
}

const digest = (text: string) => createHash('sha256').update(text).digest()
