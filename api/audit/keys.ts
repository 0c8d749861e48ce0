import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'

export interface SigningKeys {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/** File of the public key, for checking signatures. */
export const publicKeyPath = (folder: string) => join(folder, 'audit-signing.pub')

/**
 * The Ed25519 key pair that signs the checkpoints of the audit log: `<folder>/audit-signing.key`, readable only by its
 * owner and created at the first start, and `audit-signing.pub` beside it. Keep a copy of the public key where the
 * owner of this folder cannot change it.
 * @throws CONFIG_INVALID when it cannot be read or created
 */
export async function ensureSigningKeys(folder: string): Promise<SigningKeys> {
  const path = join(folder, 'audit-signing.key')
  try {
    await mkdir(folder, { recursive: true })
    if (!existsSync(path)) await create(path)
    const privateKey = createPrivateKey(await readFile(path))
    const publicKey = createPublicKey(privateKey)
    await writeFile(publicKeyPath(folder), publicKey.export({ type: 'spki', format: 'pem' }))
    return { publicKey, privateKey }
  } catch (cause) {
    throw new SightlineError(
      'CONFIG_INVALID',
      `cannot read or create the signing key ${path}: ${(cause as Error).message}`,
      {
        cause,
        hint: 'Use --data to name a folder that this user may write. Never delete the key: earlier checkpoints were signed with it.',
      },
    )
  }
}

async function create(path: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const draft = `${path}.${process.pid}`
  await writeFile(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  // `link` never replaces a file: of two processes that start at once, both read the first one's key.
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft)
}
