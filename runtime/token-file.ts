import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Shortest token that is a secret: 128 bits in base64url. */
export const SHORTEST_TOKEN = 22

/**
 * Creates a token in a file that only its owner may read, unless the file exists.
 * @param bytes of randomness; 16 if a person has to type it
 * @returns false when the file exists, which stays as it is
 * @throws errors of the file system
 */
export async function makeToken(path: string, bytes = 32): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, `${randomBytes(bytes).toString('base64url')}\n`, { mode: 0o600 })
  try {
    // `link` never replaces a file, and shows the complete token at once: of two that start together, both read the
    // first one's.
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft)
  }
}

/** The token in a file, which is created if missing; it may be too short. @throws errors of the file system */
export async function tokenIn(path: string, bytes?: number): Promise<string> {
  const read = () => readFile(path, 'utf8')
  const text = await read().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    await makeToken(path, bytes)
    return read()
  })
  return text.trim()
}

/** Compares with the token. Digests have one length and are compared in constant time, so the time reveals nothing. */
export const isToken = (given: string, token: string): boolean =>
  timingSafeEqual(digest(given), digest(token))

/** Whether an `Authorization` header contains the token; takes the same time for every header. */
export const isBearer = (authorization: string | undefined, token: string): boolean =>
  isToken(authorization ?? '', `Bearer ${token}`)

const digest = (text: string) => createHash('sha256').update(text).digest()
