import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newNkey, nkeyOf } from './nkey.ts'
import { readIfThere, writePrivate } from './secret-file.ts'

/**
 * Ensures that each user has a key file `<folder>/<user>.nk` (an Ed25519 seed, readable only by its owner), generating
 * missing ones. The broker's configuration needs only the public keys.
 * @returns public key by user name
 */
export async function ensureKeys(folder: string, users: readonly string[]): Promise<Map<string, string>> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const publicKeys = new Map<string, string>()
  for (const user of users) publicKeys.set(user, await publicKeyOf(join(folder, `${user}.nk`)))
  return publicKeys
}

async function publicKeyOf(path: string): Promise<string> {
  try {
    return nkeyOf((await readFile(path, 'utf8')).trim()).publicKey
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const { seed, publicKey } = newNkey()
  await writeFile(path, `${seed}\n`, { mode: 0o600, flag: 'wx' })
  return publicKey
}

/** Path of the secret with which the api seals data that decides about people (api/shared/seal.ts). */
export const sealKeyPath = (folder: string) => join(folder, 'api.seal')

/** Ensures that the secret exists. It must not change: data sealed with another secret is not trusted. */
export async function ensureSealKey(folder: string): Promise<void> {
  const path = sealKeyPath(folder)
  if (await readIfThere(path)) return
  await writePrivate(path, `${randomBytes(32).toString('hex')}\n`)
}
