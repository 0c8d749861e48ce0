import { stat } from 'node:fs/promises'
import { SightlineError } from '@sightline/schemas/errors'

/** Notices that a folder vanishes while it is watched (its disk was unmounted, its share is gone), and that it is back. */
export interface FolderPresence {
  /** Names the folder that has this path now: its disk and its number there. @throws the system's error */
  identify(): Promise<string>
  /** It was read. @param hasPictures whether there were any: then it is the right one, whichever it is */
  present(identity: string, hasPictures: boolean): void
  /** It could not be read. */
  missing(cause: unknown): void
}

/** @param onAway receives why it is away, once, and null when it is back; PICTURE_NOT_READABLE */
export function createFolderPresence(
  folder: string,
  onAway: (error: SightlineError | null) => void,
): FolderPresence {
  /** The one that last had pictures. */
  let home: string | undefined
  let told: string | null = null

  function tell(error: SightlineError | null): void {
    const now = error?.message ?? null
    if (now === told) return
    told = now
    onAway(error)
  }

  return {
    async identify() {
      const { dev, ino } = await stat(folder)
      return `${dev} ${ino}`
    },
    present(identity, hasPictures) {
      if (hasPictures) home = identity
      // Where a disk was mounted there is an empty folder now: without a picture, it is not known to be the right one.
      tell(
        home === undefined || home === identity
          ? null
          : away(folder, 'is empty, and another folder than before'),
      )
    },
    missing: (cause) =>
      tell(
        away(folder, `cannot be read any more (${(cause as NodeJS.ErrnoException).code ?? cause})`, cause),
      ),
  }
}

const away = (folder: string, what: string, cause?: unknown) =>
  new SightlineError('PICTURE_NOT_READABLE', `${folder} ${what}`, {
    cause,
    hint: 'Check whether its disk or network share is mounted. The agent looks again each second; what it read before is not read again.',
  })
