import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readIfThere, writePrivate } from './secret-file.ts'

/**
 * The password by which a cluster's nodes know each other, made at the first call. It stays the same from then on: nodes are
 * given their configurations one after another, and those of before and after must go on understanding each other.
 * @param folder is made private to its owner
 */
export async function ensureRoutePassword(folder: string): Promise<string> {
  const path = join(folder, 'password')
  const known = (await readIfThere(path))?.trim()
  if (known) return known
  const made = randomBytes(32).toString('hex')
  await writePrivate(path, `${made}\n`)
  return made
}
