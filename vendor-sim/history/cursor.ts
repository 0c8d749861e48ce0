import { SightlineError } from '../../schemas/errors.ts'
import type { Read } from '../../schemas/read.ts'

/**
 * Where a page ended: the instant and id of its last read. Reads that arrive later are newer and come before
 * it, so the pages that follow stay the same.
 */
export interface CursorPlace {
  /** Milliseconds since 1970. */
  seenAt: number
  id: string
}

export function cursorOf({ seenAt, id }: Read): string {
  return `${Date.parse(seenAt)}.${id}`
}

/** @throws MESSAGE_INVALID */
export function parseCursor(cursor: string): CursorPlace {
  const [, seenAt, id] = /^(\d{1,15})\.([A-Za-z0-9_-]{22})$/.exec(cursor) ?? []
  if (seenAt === undefined || id === undefined) {
    throw new SightlineError(
      'MESSAGE_INVALID',
      'not a valid vendor search request: /cursor is not one of ours',
      {
        hint: 'Pass nextCursor of the page before, unchanged.',
      },
    )
  }
  return { seenAt: Number(seenAt), id }
}
