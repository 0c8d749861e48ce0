import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Shortest token that is a secret: 128 bits in base64url. */
export const SHORTEST_TOKEN = 22

/**
 * Makes a token in a file that its owner alone may read, unless there is one.
 * @param bytes of chance; 16 where somebody has to type it
 * @returns false when there is a file already, which stays as it is
 * @throws what the file system says
 */
export async function makeToken(path: string, bytes = 32): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, `${randomBytes(bytes).toString('base64url')}\n`, { mode: 0o600 })
  try {
    // A link never replaces, and shows the whole token at once: of two that begin at once, both read the first one's.
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft)
  }
}

/** The token in a file, which is made when there is none; it may be too short. @throws what the file system says */
export async function tokenIn(path: string, bytes?: number): Promise<string> {
  const read = () => readFile(path, 'utf8')
  const text = await read().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    await makeToken(path, bytes)
    return read()
  })
  return text.trim()
}

/** Whether something is the token. Digests have one length and are compared in constant time: the time taken tells nothing. */
export const isToken = (given: string, token: string): boolean =>
  timingSafeEqual(digest(given), digest(token))

/** Whether an `Authorization` header carries the token; takes the same time whatever it holds. */
export const isBearer = (authorization: string | undefined, token: string): boolean =>
  isToken(authorization ?? '', `Bearer ${token}`)

const digest = (text: string) => createHash('sha256').update(text).digest()
