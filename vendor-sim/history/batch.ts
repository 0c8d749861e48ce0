import { SightlineError } from '@sightline/schemas/errors'
import { checkRead, type Published } from '@sightline/schemas/origin'
import type { Subject } from '@sightline/schemas/origin-bytes'
import { type Read, readParser } from '@sightline/schemas/read'
import { createLineGlance, type LineGlance } from './line-glance.ts'
import { addLine, newLines, writtenLines } from './lines.ts'
import { type Registrations, registrationOf } from './registrations.ts'
import { HELD_CENTURY, lineOf } from './rows.ts'

/**
 * Reads on their way into the history. Each is serialized as soon as its camera is known: garbage collection of
 * thousands of read objects takes longer than inserting them.
 */
export interface ReadBatch {
  /** How many reads were added. */
  readonly size: number
  add(read: Read): void
  /**
   * A message of the stream.
   * @param now milliseconds
   * @throws MESSAGE_NOT_JSON, MESSAGE_INVALID when it is not a read that the history accepts; ORIGIN_WRONG,
   * INSTANT_WRONG
   */
  take(message: Taken, now: number): void
  /** A line of TabSeparated for each read (history/rows.ts); registers registrations that are new. */
  lines(): Promise<Buffer>
}

/** The part of a message that is used. */
export type Taken = Published & Subject & { readonly data: Uint8Array }

/** @param glance one for all batches: it remembers the cameras */
export function readBatch(registrations: Registrations, glance: LineGlance = createLineGlance()): ReadBatch {
  const lines = newLines()
  let size = 0
  /** Reads from cameras that are not registered yet. */
  const waiting: Read[] = []
  /** @returns number of its camera, if registered */
  const add = (read: Read): number | undefined => {
    size++
    const number = registrations.numberOf(registrationOf(read))
    if (number === undefined) waiting.push(read)
    else addLine(lines, lineOf(read, number))
    return number
  }
  return {
    get size() {
      return size
    },
    add,
    take: (message, now) => {
      const glimpsed = glance.write(message, lines, now)
      if (glimpsed === 'written') size++
      else {
        const read = holdRead(readParser.parseJson(message.data))
        checkRead(read, message)
        const number = add(read)
        if (glimpsed === 'new registration' && number !== undefined) glance.learn(number)
      }
    },
    lines: async () => {
      const numbers = await registrations.register(waiting.map(registrationOf))
      for (const [i, read] of waiting.entries()) addLine(lines, lineOf(read, numbers[i]!))
      waiting.length = 0
      return writtenLines(lines)
    },
  }
}

function holdRead(read: Read): Read {
  if (read.seenAt.startsWith(HELD_CENTURY)) return read
  throw new SightlineError(
    'MESSAGE_INVALID',
    'not a read that the history accepts: /seenAt is in another century',
  )
}
