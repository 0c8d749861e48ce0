import type { KV } from '@nats-io/kv'
import type { Logger } from '@sightline/runtime/log'

/**
 * How far the matcher has come in a stream of reads, kept in the bucket POSITIONS. The position moves past a read
 * only after its alerts are stored, and may lag behind: what is then judged twice makes the same alert ids.
 */
export interface Position {
  /** Notes that every read up to `sequence` was judged; `work` is what must be stored before that counts. */
  reached(sequence: number, work?: Promise<unknown>): void
  /** Waits for all work and stores the position. */
  save(): Promise<void>
}

const keyOf = (stream: string) => `matcher.${stream}`

/** The stored position in a stream; 0, its beginning, when there is none, or something else stands there. */
export async function loadPosition(kv: KV, stream: string, log: Logger): Promise<number> {
  const entry = await kv.get(keyOf(stream))
  if (entry?.operation !== 'PUT') return 0
  const text = entry.string()
  const position = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(position)) return position
  log.warn({ stream }, 'the stored position is malformed: judging the stream from its start')
  return 0
}

/** @param everyMs rhythm at which the position is stored while reads come */
export function keepPosition(kv: KV, stream: string, log: Logger, everyMs = 100): Position {
  let reachedSequence = 0
  let storedSequence = 0
  let work: Promise<unknown>[] = []
  let timer: NodeJS.Timeout | undefined
  let saving: Promise<void> = Promise.resolve()

  async function saveNow(): Promise<void> {
    const sequence = reachedSequence
    const pending = work
    work = []
    try {
      await Promise.all(pending)
    } catch (error) {
      // Given up because the service stops: the position stays before these reads, and they come again.
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

  return {
    reached(sequence, done) {
      reachedSequence = sequence
      if (done) {
        done.catch(() => {})
        work.push(done)
      }
      timer ??= setTimeout(() => {
        save().catch((error: Error) =>
          log.warn({ reason: error.message }, 'the position could not be stored; trying again'),
        )
      }, everyMs)
    },
    save,
  }
}
