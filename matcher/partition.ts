import type { KV } from '@nats-io/kv'
import { followBatches } from '@sightline/broker/follow'
import type { Link } from '@sightline/broker/link'
import { retryUntilDone } from '@sightline/broker/publish'
import type { DisplayIndex } from '@sightline/matching'
import type { Logger } from '@sightline/runtime/log'
import type { Display } from '@sightline/schemas/display'
import type { SightlineError } from '@sightline/schemas/errors'
import type { Handling } from './handle.ts'
import { keepJudgedReads } from './judged-reads.ts'
import { keepPosition, loadPosition } from './position.ts'

export interface PartitionParts extends Handling {
  link: Link
  /** The bucket POSITIONS. */
  positions: KV
  /** Makes an empty index. */
  createIndex(): DisplayIndex
  /** Settles when every display stored before the call is known. */
  displaysKnown(): Promise<void>
  /** Settles when all alerts that other matchers have raised until now are known here. */
  ready(): Promise<void>
  /** Stores pending counts of sightings immediately. */
  hurry(): void
  /** Messages requested ahead of the work; limits the matcher's memory. */
  inFlight: number
  log: Logger
  /** Stops waiting for the broker, when the matcher stops. */
  signal: AbortSignal
}

/** One stream of reads that this matcher handles. */
export interface Partition {
  readonly stream: string
  /** Sequence of the last handled read. */
  reached(): number
  /** Sequence up to which all reads are handled and the broker knows it; 0 until the start is known. */
  stored(): number
  /** A display was stored or changed; reads judged recently may be newer than that. @param storedAt milliseconds */
  setDisplay(display: Display, storedAt: number): void
  removeDisplay(id: string): void
  /** Why its reads cannot be followed at the moment. */
  trouble(): SightlineError | null
  /** Handles no further read from this call on. */
  abandon(): void
  /** The same, and waits until the work in hand and the position are stored. */
  finish(): Promise<void>
}

/** Number of judged reads that are kept, in multiples of `inFlight`. */
const MOST_KEPT = 4

/** Handles a stream of reads from its stored position. */
export function startPartition(stream: string, parts: PartitionParts): Partition {
  const { link, positions, handle, handleAgain, displaysKnown, ready, hurry, inFlight, log, signal } = parts
  const enough = new AbortController()
  let abandoned = false
  const judged = keepJudgedReads(parts.createIndex(), (message, index, isCounted) => {
    const work = handleAgain(stream, message, index, isCounted)
    if (work) position.add(work)
  })
  const position = keepPosition({ kv: positions, stream, log, confirm })
  let reached = 0
  let trouble: SightlineError | null = null
  const onTrouble = (found: SightlineError | null) => {
    trouble = found
    if (found) log.error({ stream, code: found.code }, `${found.message}. ${found.hint}`)
    else log.info({ stream }, 'the reads can be followed')
  }

  /** All displays stored before these reads are known, and the reads were judged by them. */
  async function confirm(upTo: number): Promise<void> {
    await displaysKnown()
    // Another matcher that judges the stream from now on begins at the old position.
    if (abandoned) throw new Error('another matcher judges this stream now')
    judged.judgeAgain()
    judged.forget(upTo)
  }

  async function save(): Promise<void> {
    // Repeatedly, because the last matches are still being counted.
    const timer = setInterval(hurry, 20)
    await position.save().finally(() => clearInterval(timer))
  }

  async function run(): Promise<void> {
    await ready()
    const from = await retryUntilDone(
      async () => startSequence(link, stream, await loadPosition(positions, stream, log), log),
      signal,
    )
    reached = from - 1
    position.begin(reached)
    let open = 0
    const following = { stream, from, inFlight, signal: enough.signal, onTrouble }
    for await (const batch of followBatches(link, following)) {
      if (enough.signal.aborted) return
      for (const message of batch) {
        const work = handle(stream, message)
        if (!work) continue
        position.reached(message.seq, work)
        open++
      }
      judged.add(batch)
      reached = batch.at(-1)!.seq
      position.reached(reached)
      if (judged.size > inFlight) position.hurry()
      if (open < inFlight && judged.size < MOST_KEPT * inFlight) continue
      // Too many matches to store meanwhile, or too many reads to keep: pause the stream instead of filling memory.
      await save().catch(() => {})
      open = 0
    }
  }

  // Any error except the end of the matcher is a defect, and ends the process by an unhandled rejection.
  const running = run().catch((error) => {
    if (!signal.aborted) throw error
  })
  return {
    stream,
    reached: () => reached,
    stored: position.stored,
    setDisplay(display, storedAt) {
      if (judged.size === 0) return
      judged.setDisplay(display, storedAt)
      position.hurry()
    },
    removeDisplay: judged.removeDisplay,
    trouble: () => trouble,
    abandon() {
      abandoned = true
      enough.abort()
    },
    async finish() {
      enough.abort()
      await running
      await save()
    },
  }
}

/** The first sequence to handle: the one after the stored position, or the first when the stream was recreated. */
async function startSequence(
  { manager }: Link,
  stream: string,
  position: number,
  log: Logger,
): Promise<number> {
  const { state } = await manager.streams.info(stream)
  if (position > 0 && state.first_seq > position + 1) {
    const reads = state.first_seq - position - 1
    log.error({ stream, reads }, 'reads have left the stream before they were judged')
  }
  if (position <= state.last_seq) return position + 1
  log.warn(
    { stream, position, last: state.last_seq },
    'the stored position is beyond the end of the stream; starting from its beginning',
  )
  return 1
}
