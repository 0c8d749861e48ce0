import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'

/** Where a decoder's bytes go, asked before each read. */
export interface Sink {
  /** Memory for the next bytes, at least one. */
  room(): Uint8Array
  /** So many of them are there now. */
  filled(count: number): void
}

export interface FramePipe {
  /** The end for the decoder, as one of its `stdio`; to be destroyed here once the decoder has it. */
  readonly writer: Socket
  /** Our end. It is paused and resumed as any stream; `close` comes when all that was written has been read. */
  readonly reader: Socket
}

/**
 * A pipe whose bytes are read straight into the memory of frames. What Node makes for a child's output gives each 64 KiB in memory of
 * its own: forty frames of 1920 × 1080 a second are 120 MB a second to allocate, to copy and to collect again. Node reads into the
 * caller's memory only from a socket that it connects itself, so this is a socket of the file system, whose name is gone before it is used.
 * @throws SOURCE_UNAVAILABLE when there is no place for its name
 */
export async function openFramePipe(sink: Sink): Promise<FramePipe> {
  const folder = await mkdtemp(join(tmpdir(), 'frames-'))
  const server = createServer({ pauseOnConnect: true })
  try {
    const path = join(folder, 'v')
    server.listen(path)
    await once(server, 'listening')
    const accepted = once(server, 'connection')
    const reader = connect({
      path,
      onread: {
        buffer: () => sink.room(),
        callback(count) {
          sink.filled(count)
          return true
        },
      },
    })
    // It ends with `close`, whatever the reason: the decoder's status says why.
    reader.on('error', () => {})
    const [writer] = (await accepted) as [Socket]
    return { writer, reader }
  } catch (cause) {
    throw new SightlineError('SOURCE_UNAVAILABLE', `cannot make a pipe in ${folder}`, {
      cause,
      hint: 'See whether TMPDIR names a folder that can be written, in less than 80 letters.',
    })
  } finally {
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
}
