import type { KV } from '@nats-io/kv'
import type { Logger } from '@sightline/runtime/log'
import { positionIn, positionKey } from '@sightline/schemas/streams'

/**
 * How far the matcher has come in a stream of reads, kept in the bucket POSITIONS. The position moves past a read only
 * after its alerts are stored, and may lag behind: handling a read twice gives the same alert ids.
 */
export interface Position {
  /** Sets the stored position at the start, before anything is handled. */
  begin(sequence: number): void
  /** Records that every read up to `sequence` was handled; the position moves only when `work` is stored. */
  reached(sequence: number, work?: Promise<unknown>): void
  /** Adds work for reads that were already recorded. */
  add(work: Promise<unknown>): void
  /** Stores the position earlier than at the next interval. */
  hurry(): void
  /** Waits for all work and stores the position. */
  save(): Promise<void>
  /** Everything up to this sequence is handled, and the broker knows it. */
  stored(): number
}

const keyOf = (stream: string) => positionKey('matcher', stream)

/** The stored position in a stream; 0, its beginning, when there is none, or the entry is malformed. */
export async function loadPosition(kv: KV, stream: string, log: Logger): Promise<number> {
  const entry = await kv.get(keyOf(stream))
  if (entry?.operation !== 'PUT') return 0
  const position = positionIn(entry.string())
  if (position !== null) return position
  log.warn({ stream }, 'the stored position is malformed; starting from the beginning of the stream')
  return 0
}

/** How long an urgent position waits, to be stored together with what arrives meanwhile, milliseconds. */
const SOON_MS = 10

export interface PositionParts {
  kv: KV
  stream: string
  log: Logger
  /** Settles when all work added until then, for the reads up to a sequence, is done. */
  confirm?(upTo: number): Promise<void>
  /** Interval at which the position is stored while reads arrive. */
  everyMs?: number
}

export function keepPosition({ kv, stream, log, confirm, everyMs = 100 }: PositionParts): Position {
  let reachedSequence = 0
  let storedSequence = 0
  let work: Promise<unknown>[] = []
  let timer: NodeJS.Timeout | undefined
  /** When the timer fires. */
  let due = 0
  let saving: Promise<void> = Promise.resolve()

  async function saveNow(): Promise<void> {
    const sequence = reachedSequence
    if (sequence !== storedSequence) await confirm?.(sequence)
    const pending = work
    work = []
    try {
      await Promise.all(pending)
    } catch (error) {
      // The service is stopping: the position stays before these reads, so they are read again.
      work.push(Promise.reject(error))
      work[0]?.catch(() => {})
      throw error
    }
    if (sequence === storedSequence) return
    await kv.put(keyOf(stream), String(sequence))
    storedSequence = sequence
  }

  function save(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    saving = saving.catch(() => {}).then(saveNow)
    return saving
  }

  function schedule(ms: number): void {
    const at = performance.now() + ms
    if (timer && due <= at) return
    clearTimeout(timer)
    due = at
    timer = setTimeout(() => {
      save().catch((error: Error) =>
        log.warn({ reason: error.message }, 'the position could not be stored; trying again'),
      )
    }, ms)
  }

  function add(done: Promise<unknown>): void {
    done.catch(() => {})
    work.push(done)
  }

  return {
    begin(sequence) {
      reachedSequence = sequence
      storedSequence = sequence
    },
    reached(sequence, done) {
      reachedSequence = sequence
      if (done) add(done)
      schedule(everyMs)
    },
    add,
    hurry: () => schedule(SOON_MS),
    save,
    stored: () => storedSequence,
  }
}
