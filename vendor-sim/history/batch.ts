import type { Read } from '../../schemas/read.ts'
import { type Readers, readerOf } from './readers.ts'
import { lineOf } from './rows.ts'

/**
 * Reads on their way into the history. Each is spelled out as soon as its reader is known, so that thousands of reads
 * need not be kept as objects (their collection took a third of the time of ingest).
 */
export interface ReadBatch {
  /** How many reads were added. */
  readonly size: number
  add(read: Read): void
  /** A line of TabSeparated for each read (history/rows.ts); registers readers that are new. */
  lines(): Promise<readonly string[]>
}

export function readBatch(readers: Readers): ReadBatch {
  const lines: string[] = []
  /** Reads of readers that are not registered yet. */
  const waiting: Read[] = []
  return {
    get size() {
      return lines.length + waiting.length
    },
    add: (read) => {
      const number = readers.numberOf(readerOf(read))
      if (number === undefined) waiting.push(read)
      else lines.push(lineOf(read, number))
    },
    lines: async () => {
      const numbers = await readers.register(waiting.map(readerOf))
      lines.push(...waiting.map((read, i) => lineOf(read, numbers[i]!)))
      waiting.length = 0
      return lines
    },
  }
}
