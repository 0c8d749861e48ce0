import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { SightlineError } from '@sightline/schemas/errors'

/** Largest picture that is read, bytes: eight megapixels as PNG without any loss are at most 24 MB. */
export const MAX_PICTURE_BYTES = 32 * 1024 * 1024

export interface FileOptions {
  /**
   * Whether a symbolic link may be followed: where a person names a path. In a folder into which others write, a link is
   * somebody's way to files that are none of his.
   */
  readonly followLinks: boolean
}

/**
 * The bytes of a regular file. Opened without waiting (a FIFO without a writer would hold up its reader for ever), looked at
 * by what was opened, not by its name, and read no further than the limit.
 * @throws PICTURE_NOT_FOUND, PICTURE_NOT_READABLE, PICTURE_TOO_LARGE
 */
export async function readPictureFile(path: string, { followLinks }: FileOptions): Promise<Buffer> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (followLinks ? 0 : constants.O_NOFOLLOW)
  const file = await open(path, flags).catch((cause) => {
    throw fileError(path, cause)
  })
  try {
    if (!(await file.stat()).isFile()) throw noFile(path)
    return await readWhole(file, path)
  } catch (cause) {
    throw cause instanceof SightlineError ? cause : fileError(path, cause)
  } finally {
    await file.close()
  }
}

async function readWhole(file: FileHandle, path: string): Promise<Buffer> {
  const { size } = await file.stat()
  if (size > MAX_PICTURE_BYTES) throw tooManyBytes(path)
  // A byte more tells whether it grew meanwhile.
  let bytes = Buffer.allocUnsafe(size + 1)
  for (let length = 0; ; ) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, null)
    length += bytesRead
    if (bytesRead === 0) return bytes.subarray(0, length)
    if (length > MAX_PICTURE_BYTES) throw tooManyBytes(path)
    if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(bytes.length)])
  }
}

/** @param name how errors call it, usually its path */
export const tooManyBytes = (name: string) =>
  new SightlineError('PICTURE_TOO_LARGE', `${name} has more than ${MAX_PICTURE_BYTES / 2 ** 20} MiB`, {
    hint: 'Scale it down, or write it as JPEG.',
  })

const noFile = (path: string) =>
  new SightlineError('PICTURE_NOT_READABLE', `${path} is no file: a folder, a pipe, a socket or a device`, {
    hint: 'Pictures are read from regular files.',
  })

/** What the file system said, as an error of ours. */
export function fileError(path: string, cause: unknown): SightlineError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new SightlineError('PICTURE_NOT_FOUND', `${path} does not exist`, {
      cause,
      hint: 'Check the spelling; name a file, a folder or a glob in quotes.',
    })
  }
  if (code === 'ELOOP') {
    return new SightlineError('PICTURE_NOT_READABLE', `${path} is a symbolic link`, {
      cause,
      hint: 'In a folder of pictures links are not followed: copy or move the file itself there.',
    })
  }
  return new SightlineError('PICTURE_NOT_READABLE', `${path} cannot be read (${code ?? cause})`, {
    cause,
    hint: 'Check the permissions of the file and of the folders above it.',
  })
}
