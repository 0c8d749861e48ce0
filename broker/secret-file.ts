import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Creates a folder for its owner only, or restricts an existing one. */
export async function privateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  await chmod(path, 0o700)
}

/** Writes a file for its owner only, in such a folder, also over an existing file with wider rights. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await privateFolder(dirname(path))
  await writeFile(path, text, { mode: 0o600 })
  await chmod(path, 0o600)
}

/** The text of a file, or undefined if there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
