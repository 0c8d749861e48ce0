import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { SightlineError } from '@sightline/schemas/errors'
import type { OnRefused, Source } from './source.ts'

/**
 * Writes a stream of reads as a recording, compressed if its name ends in `.gz`.
 * @param onWritten called for each read
 * @throws CONFIG_INVALID when the file cannot be written, USAGE for another kind of name
 */
export async function writeRecording(
  file: string,
  source: Source,
  onRefused: OnRefused,
  onWritten: () => void,
): Promise<void> {
  if (!/\.ndjson(\.gz)?$/.test(file)) {
    throw new SightlineError('USAGE', `cannot write ${file}: its name must end in .ndjson or .ndjson.gz`, {
      hint: 'Node 20 cannot compress with zstd: write .ndjson and run zstd on it.',
    })
  }
  async function* lines() {
    for await (const { text } of source.lines(onRefused)) {
      onWritten()
      yield `${text}\n`
    }
  }
  const steps = file.endsWith('.gz') ? [createGzip()] : []
  try {
    await pipeline([Readable.from(lines()), ...steps, createWriteStream(file)])
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause
    throw new SightlineError('CONFIG_INVALID', `cannot write ${file}: ${(cause as Error).message}`, {
      cause,
      hint: 'Name a file in a folder that this user may write.',
    })
  }
}
