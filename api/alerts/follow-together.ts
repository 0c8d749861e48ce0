import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { type Batch, batchEnd, createTail, type Sequenced, type Tail } from './tail.ts'

/** Where the alerts come from. */
export interface AlertSource<T extends Sequenced> {
  /** Sequence of the newest alert. @throws while the broker is away */
  last(): Promise<number>
  /** Follows the stream after a position until `signal` aborts; survives a restart of the broker. */
  follow(after: number, signal: AbortSignal): AsyncIterable<Batch<T>>
  /**
   * What the stream has after a position up to another. Where it has nothing, `upTo` says after which position it has
   * more. @throws while the broker is away
   */
  page(after: number, to: number): Promise<Batch<T>>
}

export interface Together<T extends Sequenced> {
  /**
   * Every alert after a position, once and in order, as it comes, until `signal` is aborted, the stream was created again, or
   * the common reading failed. A slow follower holds up nobody: what is no longer in memory, it gets from the stream.
   */
  batches(after: number, signal: AbortSignal): AsyncGenerator<Batch<T>, void>
  /** The alerts from one sequence to another; null if not all of them are in memory. */
  between(from: number, to: number): readonly T[] | null
  /** The newest position that is in memory; 0 while nobody follows. */
  upTo(): number
  /** Ends all followers, because the stream has other alerts at its sequences: each begins again. */
  restart(): void
}

/** Positions before the newest at which the common reading begins: those who come back look for these. */
const BACK = 1000
const RETRY_MS = 250
/** With so many followers a round of writing takes so long that alerts are better gathered for this time. */
const [MANY, GATHER_MS] = [300, 50]

/** Followers that write before this process looks after its other work: lists must not wait for 300 writes. */
const AT_ONCE = 32
/** Pages of the stream that are kept for those who come from the same position. */
const PAGES = 16

/** One common reading, until nobody follows. */
interface Round<T extends Sequenced> {
  /** null until the broker has answered. */
  tail: Tail<T> | null
  ended: AbortController
  pages: Map<number, Promise<Batch<T>>>
}

/**
 * Follows the alerts once for all followers of a process (DSP-1). With one consumer each, 300 consoles had the broker send,
 * and this process parse, every alert 300 times.
 * @param onFailed called when the common reading failed, which survives all that a broker does. Its followers end, so that
 *   each begins again: otherwise all would wait in silence for what nobody reads
 */
export function followTogether<T extends Sequenced>(
  source: AlertSource<T>,
  onFailed: (error: unknown) => void = () => {},
): Together<T> {
  let round: Round<T> | null = null
  let followers = 0
  const waiting = new Set<() => void>()
  let [toldAt, timer] = [0, null as NodeJS.Timeout | null]

  function wakeAll(): void {
    if (timer) clearTimeout(timer)
    timer = null
    toldAt = performance.now()
    wakeSome([...waiting])
  }

  function wakeSome(sleepers: (() => void)[]): void {
    for (const wake of sleepers.splice(0, AT_ONCE)) wake()
    if (sleepers.length > 0) setImmediate(wakeSome, sleepers)
  }

  /** Wakes them at once, or, in a flood, after the time in which many alerts become one write. */
  function tell(): void {
    if (timer) return
    const gather = (Math.min(followers, MANY) / MANY) * GATHER_MS
    const wait = toldAt + gather - performance.now()
    if (wait < 1) wakeAll()
    else timer = setTimeout(wakeAll, wait)
  }

  function begin(after: number): Round<T> {
    const begun: Round<T> = { tail: null, ended: new AbortController(), pages: new Map() }
    void read(begun, after)
    return begun
  }

  async function read(mine: Round<T>, after: number): Promise<void> {
    const { signal } = mine.ended
    while (!signal.aborted && !mine.tail) {
      try {
        const last = await source.last()
        mine.tail = createTail<T>(Math.min(last, Math.max(after, last - BACK)))
      } catch {
        // connectBroker logs that the broker is away.
        await pause(RETRY_MS, undefined, { signal }).catch(() => {})
      }
    }
    if (!mine.tail || signal.aborted) return
    wakeAll()
    try {
      for await (const { alerts, upTo } of source.follow(mine.tail.upTo(), signal)) {
        mine.tail.add(alerts, upTo)
        tell()
      }
      if (!signal.aborted) throw new Error('the reading of the alerts ended')
    } catch (error) {
      if (signal.aborted) return
      onFailed(error)
      end()
    }
  }

  function end(): void {
    round?.ended.abort()
    round = null
    wakeAll()
  }

  const more = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake)
        waiting.delete(wake)
        resolve()
      }
      signal.addEventListener('abort', wake)
      waiting.add(wake)
      if (signal.aborted) wake()
    })

  async function* batches(after: number, signal: AbortSignal): AsyncGenerator<Batch<T>, void> {
    followers++
    // One signal may end any number of followers: more than ten is no leak.
    setMaxListeners(0, signal)
    try {
      round ??= begin(after)
      const mine = round
      let position = after
      while (!signal.aborted && !mine.ended.signal.aborted) {
        const known = mine.tail?.after(position)
        const batch = known === null ? await older(mine, position, signal) : known
        if (signal.aborted) return
        if (batch && batch.upTo > position) {
          position = batch.upTo
          yield batch
        } else if (known !== null) await more(signal)
      }
    } finally {
      if (--followers === 0) end()
    }
  }

  /** What is no longer in memory; null if the broker does not answer now. */
  async function older(
    { tail, pages }: Round<T>,
    position: number,
    signal: AbortSignal,
  ): Promise<Batch<T> | null> {
    try {
      const page = pages.get(position) ?? source.page(position, batchEnd(position))
      pages.set(position, page)
      if (pages.size > PAGES) pages.delete(pages.keys().next().value!)
      const found = await page
      // What the stream has lost meanwhile cannot come any more. What it does not have yet is not passed over.
      return found.alerts.length > 0 ? found : { alerts: [], upTo: Math.min(found.upTo, tail!.upTo()) }
    } catch {
      pages.delete(position)
      await pause(RETRY_MS, undefined, { signal }).catch(() => {})
      return null
    }
  }

  return {
    batches,
    between: (from, to) => round?.tail?.between(from, to) ?? null,
    upTo: () => round?.tail?.upTo() ?? 0,
    restart: end,
  }
}
