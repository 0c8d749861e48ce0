import { SightlineError } from '@sightline/schemas/errors'

/**
 * Where a page ended: the key of its last row. Reads that arrive later are newer and come before it, so the following
 * pages stay the same.
 */
export interface CursorPlace {
  /** Milliseconds since 1970. */
  seenAt: number
  /** Number of the reader. */
  reader: number
  plate: string
}

export const cursorOf = ({ seenAt, reader, plate }: CursorPlace): string => `${seenAt}.${reader}.${plate}`

/** @throws MESSAGE_INVALID */
export function parseCursor(cursor: string): CursorPlace {
  const [, seenAt, reader, plate] = /^(\d{1,15})\.(\d{1,10})\.([A-Z0-9]{1,10})$/.exec(cursor) ?? []
  if (seenAt === undefined || reader === undefined || plate === undefined) {
    throw new SightlineError(
      'MESSAGE_INVALID',
      'not a valid vendor search request: /cursor was not issued by this vendor',
      { hint: 'Pass nextCursor of the previous page, unchanged.' },
    )
  }
  return { seenAt: Number(seenAt), reader: Number(reader), plate }
}
