import { createReadStream } from 'node:fs'
import { type Duplex, pipeline, Transform } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { SightlineError } from '@sightline/schemas/errors'
import { Decompress } from 'fzstd'

/** What a recording may be called; the name says how it is compressed. */
export const RECORDING_NAMES = '.ndjson, .ndjson.gz or .ndjson.zst'

/** Small enough that what comes out of a compressed chunk, all at once, does not fill the memory. */
const CHUNK = 64 * 1024
/** The broker takes no longer message than 64 KiB; what is longer than this is no read. */
const LONGEST_LINE = 1024 * 1024
const SHOWN_OF_LONG = 80

/** The mark by which some programs say that a text is UTF-8: it belongs to no line. */
const MARK = /^\ufeff/

/**
 * The lines of a recorded stream, read as they are asked for: never the whole file at once.
 * @throws NOT_FOUND when the file cannot be opened; MESSAGE_INVALID when it is not compressed as its name says, or was cut
 *   short
 */
export async function* recordedLines(file: string): AsyncGenerator<string, void> {
  const source = createReadStream(file, { highWaterMark: CHUNK })
  const decompress = decompressor(file)
  // An error of either ends both, and the loop below throws it.
  const text = decompress ? pipeline(source, decompress, () => {}) : source
  text.setEncoding('utf8')
  let rest = ''
  let isFirst = true
  /** The line that comes was told of already, and goes on. */
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
        // Told of as a line that is no read; the rest goes on behind it.
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

/** Node has zstd from version 22.15 on only. */
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
  // What fs throws has a code and a system call; everything else is about what is in the file.
  const missing = cause.syscall !== undefined
  return new SightlineError(
    missing ? 'NOT_FOUND' : 'MESSAGE_INVALID',
    `cannot read the recording ${file}: ${cause.message}`,
    {
      cause,
      hint: missing
        ? 'Name a file that is there and that this user may read.'
        : `Recordings are called ${RECORDING_NAMES}, by how they are compressed; was it copied whole?`,
    },
  )
}
