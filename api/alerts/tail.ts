/**
 * The newest alerts of the stream in memory, shared by all who follow it in this process: one reads the broker, and each
 * follower has no more than a position. Pure: it neither reads nor waits.
 */

/** Alerts that are kept: four seconds of the largest flood that was measured, some 20 MB. */
const MOST_KEPT = 4096

/**
 * Text of alerts that is kept, characters: what a read may contain makes an alert up to twenty times as large as most. As objects
 * and frames it takes some four times as much memory.
 */
const MOST_TEXT = 32_000_000

/** Alerts in a batch, at most: some 300 KB for each subscriber that does not read. */
const MOST_IN_BATCH = 256

/** Where a batch after this position ends at the latest. */
export const batchEnd = (position: number): number =>
  (Math.floor(position / MOST_IN_BATCH) + 1) * MOST_IN_BATCH

export interface Sequenced {
  sequence: number
  /** As text; what has none takes no room. */
  json?: string
}

/** What lies after a position. Followers at the same position get the same object, so what is made of it is made once. */
export interface Batch<T extends Sequenced> {
  alerts: readonly T[]
  /** The position after it: alerts up to here are in the batch or were left out as malformed. */
  upTo: number
}

export interface Tail<T extends Sequenced> {
  /** The newest position; before the first batch the one from which it begins. */
  upTo(): number
  /** The position after which it is complete. */
  from(): number
  /** Adds what the stream has after `upTo()`, and raises it. */
  add(alerts: readonly T[], upTo: number): void
  /**
   * What lies after a position, at most MOST_IN_BATCH; null if that is older than what is in memory. Batches end at common
   * places, so that followers that were at different positions are soon at the same.
   */
  after(position: number): Batch<T> | null
  /** The alerts from one sequence to another; null if not all of them are in memory. */
  between(from: number, to: number): readonly T[] | null
}

/** @param begin position after which it will be complete */
export function createTail<T extends Sequenced>(
  begin: number,
  most = MOST_KEPT,
  mostText = MOST_TEXT,
): Tail<T> {
  let alerts: T[] = []
  let text = 0
  let complete = begin
  let newest = begin
  let batches = new Map<number, Batch<T>>()

  /** Place of the first alert after a position. */
  function placeAfter(position: number): number {
    let [low, high] = [0, alerts.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (alerts[middle]!.sequence > position) high = middle
      else low = middle + 1
    }
    return low
  }

  const textOf = ({ json = '' }: T) => json.length

  /** How many of the newest may stay. */
  function fitting(): number {
    let [count, room] = [0, mostText]
    while (count < Math.min(most, alerts.length)) {
      room -= textOf(alerts[alerts.length - 1 - count]!)
      if (room < 0) break
      count++
    }
    return count
  }

  return {
    upTo: () => newest,
    from: () => complete,
    add(more, upTo) {
      alerts.push(...more)
      newest = upTo
      batches = new Map()
      // Not at each addition: moving thousands of places for one alert costs more than a third of them too many.
      for (const one of more) text += textOf(one)
      if (alerts.length <= most + most / 2 && text <= mostText + mostText / 2) return
      const gone = alerts.length - fitting()
      complete = alerts[gone - 1]!.sequence
      alerts = alerts.slice(gone)
      text = alerts.reduce((sum, one) => sum + textOf(one), 0)
    },
    after(position) {
      if (position < complete) return null
      const known = batches.get(position)
      if (known) return known
      const upTo = Math.max(position, Math.min(newest, batchEnd(position)))
      const batch = { alerts: alerts.slice(placeAfter(position), placeAfter(upTo)), upTo }
      batches.set(position, batch)
      return batch
    },
    between: (from, to) =>
      from > complete && to <= newest ? alerts.slice(placeAfter(from - 1), placeAfter(to)) : null,
  }
}
