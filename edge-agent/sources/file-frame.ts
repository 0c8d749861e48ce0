import { createHash } from 'node:crypto'
import { lstat, mkdir, realpath, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import type { Picture } from '@sightline/recognition/picture'
import { readPictureFile } from '@sightline/recognition/pictures/file'
import { decodePicture } from '@sightline/recognition/pictures/open'
import { SightlineError } from '@sightline/schemas/errors'
import { type Arrival, isSame } from './arrivals.ts'
import type { Frame } from './frame.ts'

export interface FileFrameOptions {
  readonly root?: string
  readonly onOther?: () => void
  readonly onKept?: (error: SightlineError) => void
  readonly isAway?: () => Promise<boolean>
  readonly onOwed?: () => void
}

/**
 * A file as a frame.
 * @param consume delete it once its reads are safe
 * @param root the watched folder, which also has the subfolder for files that cannot be read
 * @param onOther called when the name now belongs to a different frame: the file was deleted, or rewritten
 * @param onKept told that it cannot be deleted: after the next start it is read again
 * @param isAway whether the watched folder is not there now, or is another one than the frame came from
 * @param onOwed called when it was to be deleted while the folder was away: release it again when its name is back
 */
export function fileFrame(
  path: string,
  { stats, isCut }: Arrival & { is: 'here' },
  consume: boolean,
  {
    root = dirname(path),
    onOther = () => {},
    onKept = () => {},
    isAway = async () => false,
    onOwed = () => {},
  }: FileFrameOptions = {},
): Frame {
  const read = () => readPictureFile(path, { followLinks: false })
  let opened: { length: number; digest: string } | undefined

  /**
   * Whether the file is still this frame's; writers may still set its time, or append data that is not part of the picture.
   */
  async function whoseNow(): Promise<'mine' | 'other' | 'missing'> {
    const now = await lstat(path).catch(() => undefined)
    if (!now) return 'missing'
    if (isSame(now, stats)) return 'mine'
    const bytes = opened && (await read().catch(() => undefined))
    const isMine = bytes !== undefined && digestOf(bytes.subarray(0, opened?.length)) === opened?.digest
    return isMine ? 'mine' : 'other'
  }

  async function open(): Promise<Picture> {
    const bytes = await read()
    const { length, digest } = opened ?? { length: bytes.length, digest: digestOf(bytes) }
    if (digestOf(bytes.subarray(0, length)) !== digest) {
      throw new SightlineError('PICTURE_NOT_FOUND', `another picture was written to ${path}`)
    }
    opened = { length, digest }
    return decodePicture(bytes, path)
  }

  return {
    name: path,
    seenAt: frameInstant(path, stats.mtimeMs),
    open: () => open().catch((error) => Promise.reject(isCut ? cutOff(path, stats.size, error) : error)),
    release: async () => {
      if (!consume) return
      const whose = await whoseNow()
      const failure =
        whose === 'mine' &&
        (await unlink(path).then(
          () => null,
          (cause) => cause,
        ))
      if (failure === null || whose === 'other') return onOther()
      // The file of a disk that is gone comes back with it, and would be read twice.
      if (await isAway()) onOwed()
      else if (failure) onKept(undeletable(path, failure))
      else onOther()
    },
    reject: async (error) => {
      if ((await whoseNow()) === 'mine') await setAside(path, root, error)
      else onOther()
    },
  }
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64')

function cutOff(path: string, size: number, cause: Error): SightlineError {
  const what = size === 0 ? 'is empty' : `ends in the middle, after ${size} bytes`
  return new SightlineError('PICTURE_CORRUPT', `${path} ${what}, and nothing more was written to it`, {
    cause,
    hint: 'Check whether the program that writes it was interrupted, or its disk or quota is full.',
  })
}

/** Subfolder of the watched folder for files that are not pictures, each with its reason. */
export const REJECTED = 'rejected'

function undeletable(path: string, cause: NodeJS.ErrnoException): SightlineError {
  return new SightlineError('PICTURE_NOT_READABLE', `cannot delete ${path} (${cause.code})`, {
    cause,
    hint: 'Give the agent permission to write in this folder: it reads what it cannot delete again after each start.',
  })
}

/** Moves a frame that cannot be read out of the way, where people can examine it. */
async function setAside(path: string, root: string, { code, message, hint }: SightlineError): Promise<void> {
  const target = join(root, REJECTED, relative(root, path))
  await mkdir(dirname(target), { recursive: true })
  await refuseLinks(dirname(target), root)
  // Where a link has the name of the reason, that must not lead to a file that is somebody else's.
  await rm(`${target}.json`, { force: true })
  await writeFile(`${target}.json`, `${JSON.stringify({ code, message, hint }, null, 2)}\n`, { flag: 'wx' })
  await rename(path, target)
}

/**
 * Whoever may write into the folder could put a link in place of `rejected`, so that the agent writes elsewhere.
 * @throws PICTURE_NOT_READABLE
 */
async function refuseLinks(folder: string, root: string): Promise<void> {
  if ((await realpath(folder)) === join(await realpath(root), relative(root, folder))) return
  throw new SightlineError('PICTURE_NOT_READABLE', `${folder} is a symbolic link, or is behind one`, {
    hint: 'Remove the link: images that cannot be read are only moved within their own folder.',
  })
}

const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})Z/

/**
 * When a frame in a file was taken, milliseconds since 1970: from a name such as `20261124T030501.123Z.jpg` (UTC, ISO 8601
 * basic format), which survives copying; otherwise the time when the file was last written.
 * @param writtenMs the file's modification time, milliseconds since 1970
 */
export function frameInstant(path: string, writtenMs: number): number {
  const parts = NAME.exec(basename(path))
  if (!parts) return Math.floor(writtenMs)
  const [, year, month, day, hour, minute, second, ms] = parts
  const instant = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`)
  return Number.isNaN(instant) ? Math.floor(writtenMs) : instant
}
