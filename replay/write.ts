import { createWriteStream } from 'node:fs'
import { rename, rm, utimes } from 'node:fs/promises'
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
  checkRecordingName(file)
  async function* lines() {
    for await (const { text } of source.lines(onRefused)) {
      onWritten()
      yield `${text}\n`
    }
  }
  await write(file, lines())
}

/**
 * Writes messages as a recording, each a line.
 * @param at what the file says as the time of its last change: the real one, beside times that are shifted, would tell by how much
 * @throws CONFIG_INVALID when the file cannot be written
 */
export const writeLines = (file: string, messages: readonly unknown[], at: Date): Promise<void> =>
  write(
    file,
    messages.map((message) => `${JSON.stringify(message)}\n`),
    at,
  )

/** @throws USAGE for another kind of name */
export function checkRecordingName(file: string): void {
  if (/\.ndjson(\.gz)?$/.test(file)) return
  throw new SightlineError('USAGE', `cannot write ${file}: its name must end in .ndjson or .ndjson.gz`, {
    hint: 'Node 20 cannot compress with zstd: write .ndjson and run zstd on it.',
  })
}

/**
 * Writes beside the file, then puts it in its place: a file that was there would keep its own permissions, and be lost if this
 * one is not finished.
 */
async function write(
  file: string,
  lines: Iterable<string> | AsyncIterable<string>,
  at?: Date,
): Promise<void> {
  const steps = file.endsWith('.gz') ? [createGzip()] : []
  const partial = `${file}.partial`
  try {
    await rm(partial, { force: true })
    await pipeline([Readable.from(lines), ...steps, createWriteStream(partial, { mode: 0o600, flags: 'wx' })])
    if (at) await utimes(partial, at, at)
    await rename(partial, file)
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined)
    if (cause instanceof SightlineError) throw cause
    throw new SightlineError('CONFIG_INVALID', `cannot write ${file}: ${(cause as Error).message}`, {
      cause,
      hint: 'Name a file in a folder that this user may write.',
    })
  }
}
