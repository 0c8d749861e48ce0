import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'

const MIN_LENGTH = 22

/**
 * The token of the status page: that of the file `status-token` in the agent's folder, made at the first start
 * and readable by its owner alone.
 * @throws CONFIG_INVALID when the file cannot be made or read, or holds no secret
 */
export async function statusToken(folder: string): Promise<string> {
  const path = join(folder, 'status-token')
  try {
    await mkdir(folder, { recursive: true })
    const made = `${randomBytes(16).toString('base64url')}\n`
    await writeFile(path, made, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    const token = (await readFile(path, 'utf8')).trim()
    if (token.length < MIN_LENGTH) throw new Error('it is too short')
    return token
  } catch (cause) {
    throw new SightlineError(
      'CONFIG_INVALID',
      `no token for the status page in ${path}: ${(cause as Error).message}`,
      { cause, hint: 'Let this user write the folder, or delete the file: the next start makes it anew.' },
    )
  }
}

/** Whether an `Authorization` header carries the token; takes the same time whatever it holds. */
export const isBearer = (authorization: string | undefined, token: string): boolean =>
  timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`))

const digest = (text: string) => createHash('sha256').update(text).digest()
