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
import { retryUntilDone } from './live.ts'
import type { Position } from './position.ts'

export interface IngestOptions {
  link: Link
  stream: string
  /** Source whose reads are taken, by subject; the others belong to other vendors. */
  source: string
  history: Pick<History, 'registrations' | 'insert' | 'insertMissing'>
  /** Sequence of the last message whose read is stored. */
  position: Position
  /** Tells the broker how far the history has stored the stream: later reads stay in it. */
  keepFrom(sequence: number): Promise<unknown>
  clock?: Clock
  log: Logger
  signal: AbortSignal
}

/** Maximum number of messages per statement, and how long the first of them waits for others, milliseconds. */
const BATCH = 20_000
const WAIT_MS = 1000
/**
 * Maximum number of messages requested or buffered here: they are serialized as they come, so a batch does not need
 * more of them.
 */
const IN_FLIGHT = 10_000

interface Batch {
  /** Its last message; its place in the stream is only parsed when needed. */
  last: StreamMessage
  reads: ReadBatch
  /** An earlier process announced it and may have written it. */
  again: boolean
}

/**
 * Writes the reads of a stream into the history, in batches whose end is announced before they are written. After a
 * kill at any instant the next process repeats the announced batch, message for message, and writes the missing reads:
 * nothing is lost or duplicated.
 * @returns settles when `signal` has ended it
 */
export async function ingest(options: IngestOptions): Promise<void> {
  const { link, stream, source, history, position, keepFrom, clock = systemClock, log, signal } = options
  const from = await firstWanted(link, stream, position, log)
  await retryUntilDone(() => keepFrom(from - 1), log, signal).catch((error) => {
    if (!signal.aborted) throw error
  })
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
      // The message at the announced end may not be a read of ours, or may have left the stream.
      if (announced !== null && message.seq > announced) closeBatch()
      batch ??= openBatch(message)
      batch.last = message
      if (message.subject.startsWith(prefix)) take(message, batch, clock(), log)
      if (announced === null ? batch.reads.size < BATCH : message.seq !== announced) continue
      // Writes one batch while collecting the next.
      const before = writing
      closeBatch()
      await before
    }
  }
  clearTimeout(timer)
  await writing
  if (failure && !signal.aborted) throw failure

  function openBatch(first: StreamMessage): Batch {
    // One timer per batch: a timer for each message would take longer than parsing it.
    if (announced === null) timer = setTimeout(closeBatch, WAIT_MS)
    return { last: first, reads: readBatch(history.registrations, glance), again: announced !== null }
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
    await retryUntilDone(
      async () => {
        const insert = doubtful ? history.insertMissing : history.insert
        doubtful = true
        await insert(reads)
      },
      log,
      signal,
    )
    await position.move(last)
    // If it does not arrive, the stream keeps more than necessary until the next one.
    keepFrom(last).catch((error: Error) =>
      log.warn({ stream, reason: error.message }, 'the broker does not know how far the history is'),
    )
  }
}

function take(message: StreamMessage, { reads }: Batch, now: number, log: Logger): void {
  try {
    reads.take(message, now)
  } catch (error) {
    log.warn(
      { seq: message.seq, code: toSightlineError(error).code, reason: (error as Error).message },
      'left out a message of the stream that is not one of our reads',
    )
  }
}

/** A recreated stream begins before our position; one that dropped messages begins after it. */
async function firstWanted(link: Link, stream: string, position: Position, log: Logger): Promise<number> {
  const { state } = await link.manager.streams.info(stream)
  if (state.last_seq < position.at) {
    log.warn({ stream }, 'the stream was recreated; reading it from its beginning')
    await position.move(0)
    return 1
  }
  if (position.at > 0 && state.first_seq > position.at + 1)
    log.warn(
      { stream, messages: state.first_seq - position.at - 1 },
      'the stream dropped messages that were not read yet',
    )
  return position.at + 1
}
