import { createReadStream } from 'node:fs'
import { type Duplex, pipeline, Transform } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { SightlineError } from '@sightline/schemas/errors'
import { Decompress } from 'fzstd'

/** Valid names of a recording; the extension says how it is compressed. */
export const RECORDING_NAMES = '.ndjson, .ndjson.gz or .ndjson.zst'

/** Small enough that the decompressed content of a chunk does not fill the memory. */
const CHUNK = 64 * 1024
/** The broker accepts messages up to 64 KiB; a longer line cannot be a read. */
const LONGEST_LINE = 1024 * 1024
const SHOWN_OF_LONG = 80

/** The byte order mark, with which some programs begin UTF-8 text: not part of a line. */
const MARK = /^\ufeff/

/**
 * The lines of a recorded stream, read on demand: never the whole file at once.
 * @throws NOT_FOUND when the file cannot be opened; MESSAGE_INVALID when it is not compressed as its name says, or is
 *   truncated
 */
export async function* recordedLines(file: string): AsyncGenerator<string, void> {
  const source = createReadStream(file, { highWaterMark: CHUNK })
  const decompress = decompressor(file)
  // An error in either ends both, and the loop below throws it.
  const text = decompress ? pipeline(source, decompress, () => {}) : source
  text.setEncoding('utf8')
  let rest = ''
  let isFirst = true
  /** The current line was already reported as too long, and continues. */
  let isTold = false
  try {
    for await (const chunk of text as AsyncIterable<string>) {
      const lines = (rest + (isFirst ? chunk.replace(MARK, '') : chunk)).split('\n')
      isFirst = false
      rest = lines.pop()!
      if (isTold && lines.length > 0) {
        lines.shift()
        isTold = false
      }
      yield* lines
      if (rest.length > LONGEST_LINE && !isTold) {
        // Reported as a line that is not a read; the rest of the file follows.
        yield `${rest.slice(0, SHOWN_OF_LONG)}…`
        isTold = true
      }
      if (isTold) rest = ''
    }
  } catch (cause) {
    throw unreadable(file, cause as NodeJS.ErrnoException)
  } finally {
    source.destroy()
  }
  if (rest !== '') yield rest
}

function decompressor(file: string): Duplex | undefined {
  const name = file.toLowerCase()
  if (name.endsWith('.gz')) return createGunzip({ chunkSize: 4 * CHUNK })
  return name.endsWith('.zst') ? zstdDecompressor() : undefined
}

/** Node has zstd only from version 22.15. */
function zstdDecompressor(): Transform {
  let push: (bytes: Uint8Array) => void
  const decompress = new Decompress((bytes) => push(bytes))
  const transform = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      attempt(() => decompress.push(chunk), done)
    },
    flush(done) {
      attempt(() => decompress.push(new Uint8Array(), true), done)
    },
  })
  push = (bytes) => transform.push(bytes)
  return transform
}

function attempt(work: () => void, done: (error?: Error) => void): void {
  try {
    work()
    done()
  } catch (error) {
    done(error as Error)
  }
}

function unreadable(file: string, cause: NodeJS.ErrnoException): SightlineError {
  // Errors of fs have a code and a system call; all others are about the content of the file.
  const missing = cause.syscall !== undefined
  return new SightlineError(
    missing ? 'NOT_FOUND' : 'MESSAGE_INVALID',
    `cannot read the recording ${file}: ${cause.message}`,
    {
      cause,
      hint: missing
        ? 'Name an existing file that this user may read.'
        : `A recording's name must end in ${RECORDING_NAMES}, according to its compression. Check that it was copied completely.`,
    },
  )
}
