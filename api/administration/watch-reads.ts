import { latestEntry } from '@sightline/broker/latest'
import { type Link, openLink } from '@sightline/broker/link'
import {
  createReadsStates,
  type ReadsCondition,
  type ReadsState,
  readsTrouble,
} from '@sightline/broker/reads-state'
import { type Clock, instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { SightlineError } from '@sightline/schemas/errors'
import { CANARY_SOURCE } from '@sightline/schemas/read'
import type { ReadsStatus } from '@sightline/schemas/reads-status'
import { safeText } from '@sightline/schemas/safe-text'
import { isReadStream, LEASES, POSITIONS, positionIn, positionKey } from '@sightline/schemas/streams'
import { Gauge, type Registry } from 'prom-client'

/** The streams of reads at one moment. */
export interface ReadsSeen {
  /** Of a monotonic clock, milliseconds. */
  lookedAt: number
  streams: readonly Pick<ReadsState, 'stream' | 'state' | 'backlog' | 'slowest'>[]
  /** Streams that no matcher holds. */
  unheld: number
  /**
   * When the last read of an edge agent or a vendor was stored, by the broker's clock; null: none is there. Streams in which there are canary reads
   * do not count.
   */
  lastReadAt: number | null
}

/** Whether reads become alerts: the matcher says it for its own streams, and nobody would where no matcher runs. */
export interface ReadsWatch {
  status(): ReadsStatus
  /** What keeps reads that come now from becoming alerts in time. */
  troubles(): SightlineError[]
  /** The last look at the streams; null when it is too long ago. */
  latest(): ReadsSeen | null
  /** Adds the same figures for Prometheus. */
  measure(registry: Registry): void
}

/** Rhythm of the looks, milliseconds; after `OLD_MS` without one nobody knows. */
const EVERY_MS = 2000
const OLD_MS = 15_000
const WORST: readonly ReadsCondition[] = ['full', 'still', 'behind']

interface Found extends ReadsState {
  matcher: string | null
  trouble: SightlineError | null
}

/** Looks at the streams of reads until `stop` is aborted. @param link to the account of the agency */
export async function watchReads(
  link: Link,
  { clock, log, stop }: { clock: Clock; log: Logger; stop: AbortSignal },
): Promise<ReadsWatch> {
  const reads = await openLink(link.connection, 'MATCHER')
  const follow = createReadsStates()
  let found: Found[] = []
  let lookedAt: number | undefined
  let at: string | null = null
  let lastReadAt: number | null = null
  let failed = false
  let timer: NodeJS.Timeout | undefined

  async function look(): Promise<void> {
    const positions = await positionsIn(link)
    const all: Found[] = []
    let newest: number | null = null
    for await (const { config, state } of reads.manager.streams.list()) {
      const { name: stream, max_bytes: maxBytes } = config
      if (!isReadStream(stream)) continue
      const judged = positions.get(positionKey('matcher', stream)) ?? 0
      let slowest = { who: 'matcher', done: judged }
      for (const [who, done] of positions)
        if (who.endsWith(`.${stream}`) && done < slowest.done) slowest = { who, done }
      const { messages, bytes, first_seq: first, last_seq: last } = state
      const storedAt = last > 0 ? Date.parse(String(state.last_ts)) : Number.NaN
      // Where canary reads go in, the newest is nearly always one of them: it says nothing about cameras.
      const hasCanaries = config.subjects.some((subject) => subject.split('.').includes(CANARY_SOURCE))
      if (!hasCanaries && storedAt > (newest ?? 0)) newest = storedAt
      const figures = { messages, bytes, first, last, maxBytes, judged, slowest }
      const one = follow.take({ stream, at: performance.now(), ...figures })
      const matcher = await holderOf(link, stream)
      all.push({ ...one, matcher, trouble: readsTrouble(one, matcher) })
    }
    found = all.sort((a, b) => a.stream.localeCompare(b.stream))
    lastReadAt = newest
    lookedAt = performance.now()
    at = instant(clock())
  }

  async function keepGoing(): Promise<void> {
    if (link.connected()) {
      try {
        await look()
        failed = false
      } catch (error) {
        if (!failed && link.connected() && !stop.aborted) {
          const reason = (error as Error).message
          log.warn({ reason }, 'cannot see how the reads are doing; trying again')
        }
        failed = true
      }
    }
    if (!stop.aborted) timer = setTimeout(keepGoing, EVERY_MS)
  }

  stop.addEventListener('abort', () => clearTimeout(timer), { once: true })
  void keepGoing()
  const isKnown = () => lookedAt !== undefined && performance.now() - lookedAt < OLD_MS
  return {
    status: () => ({
      state: isKnown()
        ? (WORST.find((one) => found.some(({ state }) => state === one)) ?? 'judged')
        : 'unknown',
      at,
      streams: found.map(({ stream, state, backlog, free, fullInSeconds, matcher, trouble }) => ({
        ...{ stream, state, backlog, free, fullInSeconds, matcher },
        ...{ says: trouble?.message ?? null, hint: trouble?.hint ?? null },
      })),
    }),
    troubles: () => (isKnown() ? found.flatMap(({ trouble }) => trouble ?? []) : []),
    latest: () =>
      isKnown()
        ? {
            lookedAt: lookedAt!,
            streams: found,
            unheld: found.filter(({ matcher }) => matcher === null).length,
            lastReadAt,
          }
        : null,
    measure(registry) {
      const gauge = (last: string, help: string, value: (one: Found) => number) =>
        new Gauge({
          name: `sightline_api_reads_${last}`,
          help: `${help}; absent while the broker does not say`,
          labelNames: ['stream'],
          registers: [registry],
          collect() {
            this.reset()
            if (isKnown()) for (const one of found) this.set({ stream: one.stream }, value(one))
          },
        })
      gauge('backlog', 'Reads that are not judged', ({ backlog }) => backlog)
      gauge('free', "Free part of the stream's space: at 0 new reads are refused", ({ free }) => free)
      gauge(
        'full_in_seconds',
        'Seconds until the stream is full at the current rates; +Inf when it is not filling',
        ({ fullInSeconds }) => fullInSeconds ?? Number.POSITIVE_INFINITY,
      )
      gauge('late', '1 when the reads of the stream are not judged in time', ({ trouble }) =>
        trouble ? 1 : 0,
      )
    },
  }
}

/** Every position of every service, by its key; one that nobody can read is at the beginning. */
async function positionsIn(link: Link): Promise<Map<string, number>> {
  const prefix = `$KV.${POSITIONS}.`
  const options = { subjects_filter: `${prefix}>` }
  const { state } = await link.manager.streams.info(`KV_${POSITIONS}`, options)
  const keys = Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length))
  const entries = await Promise.all(keys.map((key) => latestEntry(link, POSITIONS, key)))
  const known = new Map<string, number>()
  for (const [n, entry] of entries.entries())
    if (entry) known.set(keys[n]!, positionIn(Buffer.from(entry.value).toString()) ?? 0)
  return known
}

/** Name of the matcher that judges a stream; null when none does. */
async function holderOf(link: Link, stream: string): Promise<string | null> {
  const entry = await latestEntry(link, LEASES, `partition.${stream}`)
  if (!entry) return null
  try {
    const { name } = JSON.parse(Buffer.from(entry.value).toString()) as { name?: unknown }
    return typeof name === 'string' ? safeText(name, 64) : null
  } catch {
    return null
  }
}
