import { join } from 'node:path'
import { SHORTEST_TOKEN, tokenIn } from '@sightline/runtime/token-file'
import { SightlineError } from '@sightline/schemas/errors'

/**
 * The token of the status page: that of the file `status-token` in the agent's folder, made at the first start
 * and readable by its owner alone.
 * @throws CONFIG_INVALID when the file cannot be made or read, or holds no secret
 */
export async function statusToken(folder: string): Promise<string> {
  const path = join(folder, 'status-token')
  try {
    const token = await tokenIn(path, 16)
    if (token.length < SHORTEST_TOKEN) throw new Error('it is too short')
    return token
  } catch (cause) {
    throw new SightlineError(
      'CONFIG_INVALID',
      `no token for the status page in ${path}: ${(cause as Error).message}`,
      { cause, hint: 'Let this user write the folder, or delete the file: the next start makes it again.' },
    )
  }
}
