import { follow } from '../broker/follow.ts'
import type { Link } from '../broker/link.ts'
import type { StreamMessage } from '../broker/stream-message.ts'
import type { Logger } from '../runtime/log.ts'
import { readReader } from '../schemas/read.ts'
import { readSubject } from '../schemas/subjects.ts'
import { type ReadBatch, readBatch } from './history/batch.ts'
import type { History } from './history/store.ts'
import { untilDone } from './live.ts'
import type { Position } from './position.ts'

export interface IngestOptions {
  link: Link
  stream: string
  /** Whose reads are taken: the source of their subject; the others belong to somebody else. */
  source: string
  history: Pick<History, 'readers' | 'insert' | 'insertMissing'>
  /** Sequence of the last message whose read is safe. */
  position: Position
  log: Logger
  signal: AbortSignal
}

/** Messages of one statement at most, and how long the first of them waits for others, milliseconds. */
const BATCH = 20_000
const WAIT_MS = 1000

interface Batch {
  /** Sequence of its last message. */
  last: number
  reads: ReadBatch
  /** An earlier process announced it and may have written it. */
  again: boolean
}

/**
 * Writes the reads of a stream into the history, in batches whose end is announced before they are written. A process
 * that is killed at any instant is followed by one that takes up the announced batch, message for message, and
 * writes those of its reads that are not there: nothing is lost, nothing comes twice.
 * @returns settles when `signal` has ended it
 */
export async function ingest(options: IngestOptions): Promise<void> {
  const { history, position, log, signal } = options
  let writing: Promise<void> = Promise.resolve()
  let failure: unknown
  for await (const batch of batches(options)) {
    // One batch is written while the next one is collected.
    await writing
    if (failure || signal.aborted) break
    writing = write(batch).catch((error) => {
      failure = error
    })
  }
  await writing
  if (failure && !signal.aborted) throw failure

  async function write({ last, reads, again }: Batch): Promise<void> {
    if (!again) await position.announce(last)
    let doubtful = again
    await untilDone(
      async () => {
        const insert = doubtful ? history.insertMissing : history.insert
        doubtful = true
        await insert(reads)
      },
      log,
      signal,
    )
    await position.move(last)
  }
}

/** The stream's messages from the position on, cut into batches: the announced one first. */
async function* batches({
  link,
  stream,
  source,
  history,
  position,
  log,
  signal,
}: IngestOptions): AsyncGenerator<Batch, void> {
  const prefix = readSubject(source, '')
  const stopping = new AbortController()
  const messages = follow(link, {
    ...{ stream, from: await firstWanted(link, stream, position, log), inFlight: BATCH },
    signal: AbortSignal.any([signal, stopping.signal]),
  })
  try {
    let announced = position.announced
    let batch: Batch | undefined
    let began = 0
    let next = messages.next()
    for (;;) {
      const left = batch && !announced ? began + WAIT_MS - performance.now() : undefined
      const arrived = left === undefined ? await next : await within(next, left)
      const message: StreamMessage | undefined = arrived && !arrived.done ? arrived.value : undefined
      const isBeyond = announced !== null && message !== undefined && message.seq > announced
      if (batch && (!message || isBeyond || batch.reads.size >= BATCH)) {
        yield batch
        batch = undefined
        announced = null
      }
      if (isBeyond) announced = null
      if (arrived?.done) return
      if (!message) continue
      if (!batch) {
        batch = { last: message.seq, reads: readBatch(history.readers), again: announced !== null }
        began = performance.now()
      }
      batch.last = message.seq
      if (message.subject.startsWith(prefix)) take(message, batch, log)
      if (message.seq === announced) {
        yield batch
        batch = undefined
        announced = null
      }
      next = messages.next()
    }
  } finally {
    stopping.abort()
  }
}

function take({ data, seq }: StreamMessage, { reads }: Batch, log: Logger): void {
  try {
    reads.add(readReader.parseJson(data))
  } catch (error) {
    log.warn(
      { seq, reason: (error as Error).message },
      'a message of the stream is not a read; it is left out',
    )
  }
}

/** A stream that was made anew begins before our position, one that forgets begins after it. */
async function firstWanted(link: Link, stream: string, position: Position, log: Logger): Promise<number> {
  const { state } = await link.manager.streams.info(stream)
  if (state.last_seq < position.at) {
    log.warn({ stream }, 'the stream was made anew; it is read from its beginning')
    await position.move(0)
    return 1
  }
  if (position.at > 0 && state.first_seq > position.at + 1)
    log.warn(
      { stream, messages: state.first_seq - position.at - 1 },
      'the stream has forgotten a part that was not read',
    )
  return position.at + 1
}

/** What a promise brings within so many milliseconds, else undefined; the promise itself goes on. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, ms))
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
