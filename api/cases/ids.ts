import { createHash, randomBytes } from 'node:crypto'

/**
 * Id of something new: the time and random bits; or, from what identifies the write that makes it: sent again, it makes
 * the same id, and so nothing a second time.
 * @param now milliseconds
 */
export function newId(now: number, write?: string): string {
  if (write !== undefined) return `w-${createHash('sha256').update(write).digest('base64url').slice(0, 24)}`
  return `${now.toString(36).padStart(9, '0')}-${randomBytes(9).toString('base64url')}`
}
