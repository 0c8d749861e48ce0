import { randomBytes } from 'node:crypto'

/** 96 bits that no other run has, then the number. */
const PREFIX_LENGTH = 16
const LENGTH = 22

export const freshPrefix = (): string => randomBytes(12).toString('base64url')

/** Ids of made-up sightings, made from numbers: their common beginning distinguishes them from all others. */
export function numberedIds(prefix = freshPrefix()): { id(n: number): string; has(id: string): boolean } {
  return {
    id: (n) => prefix + n.toString(36).padStart(LENGTH - PREFIX_LENGTH, '0'),
    has: (id) => id.startsWith(prefix),
  }
}
