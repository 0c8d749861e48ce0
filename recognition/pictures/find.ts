import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'
import glob from 'fast-glob'
import { fileError } from './file.ts'

const EXTENSION = /\.(jpe?g|jfif|png|webp)$/i

/** An image file to open, or a requested path without one. */
export interface FoundPicture {
  /** As given, or the given folder plus the path below it. */
  readonly path: string
  readonly error?: SightlineError
}

/**
 * The image files for paths as a person writes them: files, folders and globs; those of one folder or glob sorted by
 * name. An unusable path is an entry with its error, so that the others are still read. A file named directly is
 * accepted with any extension.
 */
export async function findPictures(
  paths: readonly string[],
  { recursive = false } = {},
): Promise<FoundPicture[]> {
  const found: FoundPicture[] = []
  for (const path of paths) {
    try {
      for (const file of await behind(path, recursive)) found.push({ path: file })
    } catch (thrown) {
      if (!(thrown instanceof SightlineError)) throw thrown
      found.push({ path, error: thrown })
    }
  }
  return found
}

async function behind(path: string, recursive: boolean): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path]
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    if (!missing || !glob.isDynamicPattern(path)) throw fileError(path, cause)
    return some(path, await glob(path, { onlyFiles: true }))
  }
  try {
    const names = await readdir(path, { recursive })
    return some(
      path,
      names.filter((name) => EXTENSION.test(name)).map((name) => join(path, name)),
    )
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause
    throw fileError(path, cause)
  }
}

function some(path: string, files: string[]): string[] {
  if (files.length > 0) return files.sort()
  throw new SightlineError('NO_PICTURES', `there are no images in ${path}`, {
    hint: 'Image files must end in .jpg, .jpeg, .jfif, .png or .webp. Use --recursive to include subfolders.',
  })
}
