import { rename } from 'node:fs/promises'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import { diskError } from './store.ts'

/**
 * Opens the content of a folder. A folder that cannot contain a spool is renamed and a new one created, logged as
 * SPOOL_CORRUPT: an agent must not stay down forever.
 * @throws the errors of `open`; SPOOL_FAILED, SPOOL_FULL for errors of the disk
 */
export async function openOrSetAside<T>(folder: string, open: () => Promise<T>, log: Logger): Promise<T> {
  try {
    return await open()
  } catch (cause) {
    if (!isDamage(cause)) throw cause instanceof SightlineError ? cause : diskError(cause as Error)
    const aside = `${folder}.corrupt-${Date.now()}`
    await rename(folder, aside).catch((error) => {
      throw diskError(error)
    })
    const err = new SightlineError(
      'SPOOL_CORRUPT',
      `${folder} cannot contain a spool; it was renamed to ${aside}`,
      {
        cause,
        hint: 'Reads in it were not sent. Check the disk.',
      },
    )
    log.error({ err }, 'began a new spool')
    return open()
  }
}

/** Errors that indicate a damaged folder, not missing permissions or space. */
function isDamage(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return ['ENOTDIR', 'EEXIST', 'EISDIR', 'ELOOP', 'EIO', 'EUCLEAN', 'EBADMSG'].includes(code ?? '')
}
