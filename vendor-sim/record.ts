import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { SightlineError } from '@sightline/schemas/errors'
import { isDomestic } from './live.ts'
import type { Simulation, Window } from './simulation/simulation.ts'

const MINUTE = 60_000

/**
 * Writes the reads of a window, from cameras in the United States (CAP-5), as a recorded stream: one JSON read per
 * line, in order of time; compressed if the file name ends in `.gz`.
 * @returns number of reads
 * @throws CONFIG_INVALID when the file cannot be written
 */
export async function recordReads(
  simulation: Simulation,
  { from, to }: Window,
  file: string,
): Promise<number> {
  let count = 0
  async function* lines() {
    for (let at = from; at < to; at += MINUTE) {
      const reads = (await simulation.reads({ from: at, to: Math.min(to, at + MINUTE) })).filter(isDomestic)
      count += reads.length
      for (const read of reads) yield `${JSON.stringify(read)}\n`
    }
  }
  const steps = file.endsWith('.gz') ? [createGzip()] : []
  try {
    await pipeline([Readable.from(lines()), ...steps, createWriteStream(file)])
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause
    throw new SightlineError(
      'CONFIG_INVALID',
      `cannot write the recording ${file}: ${(cause as Error).message}`,
      { cause },
    )
  }
  return count
}
