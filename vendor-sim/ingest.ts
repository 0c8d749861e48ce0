import { followBatches } from '@sightline/broker/follow'
import type { Link } from '@sightline/broker/link'
import type { StreamMessage } from '@sightline/broker/stream-message'
import { type Clock, systemClock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { toSightlineError } from '@sightline/schemas/errors'
import { readSubject } from '@sightline/schemas/subjects'
import { type ReadBatch, readBatch } from './history/batch.ts'
import { createLineGlance } from './history/line-glance.ts'
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
  clock?: Clock
  log: Logger
  signal: AbortSignal
}

/** Messages of one statement at most, and how long the first of them waits for others, milliseconds. */
const BATCH = 20_000
const WAIT_MS = 1000
/** Messages that are asked for or wait here at most: they are spelled out as they come, a batch needs not more of them. */
const IN_FLIGHT = 10_000

interface Batch {
  /** Its last message; where that is in the stream is read only when somebody asks. */
  last: StreamMessage
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
  const { link, stream, source, history, position, clock = systemClock, log, signal } = options
  const from = await firstWanted(link, stream, position, log)
  const prefix = readSubject(source, '')
  const glance = createLineGlance()
  const failing = new AbortController()
  let failure: unknown
  let writing: Promise<void> = Promise.resolve()
  let { announced } = position
  let batch: Batch | undefined
  let timer: NodeJS.Timeout | undefined

  const following = AbortSignal.any([signal, failing.signal])
  for await (const arrived of followBatches(link, { stream, from, inFlight: IN_FLIGHT, signal: following })) {
    for (const message of arrived) {
      // The announced end may be no read of ours, or have left the stream.
      if (announced !== null && message.seq > announced) closeBatch()
      batch ??= openBatch(message)
      batch.last = message
      if (message.subject.startsWith(prefix)) take(message, batch, clock(), log)
      if (announced === null ? batch.reads.size < BATCH : message.seq !== announced) continue
      // One batch is written while the next one is collected.
      const before = writing
      closeBatch()
      await before
    }
  }
  clearTimeout(timer)
  await writing
  if (failure && !signal.aborted) throw failure

  function openBatch(first: StreamMessage): Batch {
    // One timer a batch: to wait for each message with its own takes longer than to parse it.
    if (announced === null) timer = setTimeout(closeBatch, WAIT_MS)
    return { last: first, reads: readBatch(history.readers, glance), again: announced !== null }
  }

  function closeBatch(): void {
    clearTimeout(timer)
    const full = batch
    batch = undefined
    announced = null
    if (!full) return
    writing = writing
      .then(() => (following.aborted ? undefined : write(full)))
      .catch((error) => {
        failure ??= error
        failing.abort()
      })
  }

  async function write({ last: { seq: last }, reads, again }: Batch): Promise<void> {
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

function take(message: StreamMessage, { reads }: Batch, now: number, log: Logger): void {
  try {
    reads.take(message, now)
  } catch (error) {
    log.warn(
      { seq: message.seq, code: toSightlineError(error).code, reason: (error as Error).message },
      'a message of the stream is no read of ours; it is left out',
    )
  }
}

/** A stream that was made again begins before our position, one that forgets begins after it. */
async function firstWanted(link: Link, stream: string, position: Position, log: Logger): Promise<number> {
  const { state } = await link.manager.streams.info(stream)
  if (state.last_seq < position.at) {
    log.warn({ stream }, 'the stream was made again; it is read from its beginning')
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
