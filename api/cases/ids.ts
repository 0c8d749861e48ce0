import { createHash, randomBytes } from 'node:crypto'

/**
 * Id of a new object: the time and random bits. Or an id derived from the write that creates it, so that the same write
 * sent again creates the same id, and nothing twice.
 * @param now milliseconds
 */
export function newId(now: number, write?: string): string {
  if (write !== undefined) return `w-${createHash('sha256').update(write).digest('base64url').slice(0, 24)}`
  return `${now.toString(36).padStart(9, '0')}-${randomBytes(9).toString('base64url')}`
}
