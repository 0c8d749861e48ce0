import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'

/** Destination of a decoder's bytes, requested before each read. */
export interface Sink {
  /** Memory for the next bytes, at least one. */
  room(): Uint8Array
  /** This many bytes have been written into it. */
  filled(count: number): void
}

export interface FramePipe {
  /** The decoder's end, for its `stdio`; destroy it here once the decoder has it. */
  readonly writer: Socket
  /** Our end. Pause and resume it like any stream; `close` comes when everything that was written has been read. */
  readonly reader: Socket
}

/**
 * A pipe whose bytes are read directly into the memory of frames. Node's own pipe for a child's output allocates new memory
 * for each 64 KiB: forty frames of 1920 × 1080 per second are 120 MB per second to allocate, copy and collect. Node reads
 * into the caller's memory only from a socket that it connects itself, so this is a file-system socket, whose name is removed
 * before use.
 * @throws SOURCE_UNAVAILABLE when its name cannot be created
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
