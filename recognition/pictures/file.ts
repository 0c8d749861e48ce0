import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { SightlineError } from '@sightline/schemas/errors'

/** Size limit of an image file, bytes: eight megapixels as PNG are at most 24 MB. */
export const MAX_PICTURE_BYTES = 32 * 1024 * 1024

export interface FileOptions {
  /**
   * Whether to follow a symbolic link: only where a person names a path. In a folder that others can write, a link
   * could lead to files that are not theirs.
   */
  readonly followLinks: boolean
}

/**
 * The bytes of a regular file. It is opened without blocking (a FIFO without a writer would block forever), checked
 * after opening, not by name, and read only up to the limit.
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
  // One more byte shows whether it has grown meanwhile.
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
  new SightlineError('PICTURE_TOO_LARGE', `${name} is larger than ${MAX_PICTURE_BYTES / 2 ** 20} MiB`, {
    hint: 'Scale it down, or save it as JPEG.',
  })

const noFile = (path: string) =>
  new SightlineError(
    'PICTURE_NOT_READABLE',
    `${path} is not a file: it is a folder, a pipe, a socket or a device`,
    {
      hint: 'Images are read only from regular files.',
    },
  )

/** Converts an error of the file system. */
export function fileError(path: string, cause: unknown): SightlineError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new SightlineError('PICTURE_NOT_FOUND', `${path} does not exist`, {
      cause,
      hint: 'Check the spelling. Name a file, a folder or a glob in quotes.',
    })
  }
  if (code === 'ELOOP') {
    return new SightlineError('PICTURE_NOT_READABLE', `${path} is a symbolic link`, {
      cause,
      hint: 'Links in a folder of images are not followed: copy or move the file itself there.',
    })
  }
  return new SightlineError('PICTURE_NOT_READABLE', `cannot read ${path} (${code ?? cause})`, {
    cause,
    hint: 'Check the permissions of the file and of the folders above it.',
  })
}
