import { mkdir, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { SightlineError } from '@sightline/schemas/errors'

/** Folder beside the frames in which those that are not pictures are kept, each with its reason. */
export const REJECTED = 'rejected'

/** Moves a frame that cannot be read out of the way, where it can be looked at. */
export async function setAside(path: string, { code, message, hint }: SightlineError): Promise<void> {
  const folder = join(dirname(path), REJECTED)
  await mkdir(folder, { recursive: true })
  const target = join(folder, basename(path))
  await writeFile(`${target}.json`, `${JSON.stringify({ code, message, hint }, null, 2)}\n`)
  await rename(path, target)
}
