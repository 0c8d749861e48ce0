import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readIfThere, writePrivate } from './secret-file.ts'

/**
 * The password by which a cluster's nodes recognize each other, created at the first call. It must not change: nodes
 * get their configurations one after another, and old and new ones must be able to connect.
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
