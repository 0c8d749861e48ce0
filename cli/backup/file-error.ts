import { SightlineError } from '@sightline/schemas/errors'

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG']

/**
 * What the system says about a file, for a person. Use it with `catch`.
 * @throws DISK_LOW when there is no room, CONFIG_INVALID for anything else
 */
export const fileError =
  (what: 'read' | 'write', path: string) =>
  (cause: NodeJS.ErrnoException): never => {
    if (cause instanceof SightlineError) throw cause
    if (FULL.includes(String(cause.code))) {
      throw new SightlineError('DISK_LOW', `there is no room to write ${path}`, {
        cause,
        hint: 'Nothing of it was kept. Free space, or name a place on another disk.',
      })
    }
    throw new SightlineError('CONFIG_INVALID', `cannot ${what} ${path}: ${cause.message}`, {
      cause,
      hint: 'Check that the path is right, and who may use it.',
    })
  }
