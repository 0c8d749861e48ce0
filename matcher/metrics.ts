import type { ReadsState } from '@sightline/broker/reads-state'
import { MATCH_KINDS, type MatchKind } from '@sightline/schemas/alert'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

type Count =
  | 'reads'
  | 'alerts'
  | 'testAlerts'
  | 'repeats'
  | 'refused'
  | 'forged'
  | 'lost'
  | 'malformed'
  | 'foreign'

/** The matcher's own figures, read when Prometheus asks. */
export interface MatcherFigures {
  /** Since the start. */
  counts: Readonly<Record<Count, number>>
  index: { readonly size: number; readonly bytes: number }
  /** The streams of reads that are judged, each with the sequence reached. */
  partitions(): { stream: string; reached: number }[]
  /** State of each of these streams, at the last check. */
  rooms(): readonly Pick<ReadsState, 'stream' | 'fullInSeconds' | 'state'>[]
  /** State of a stream; rejects while the broker is unreachable. */
  stateOf(stream: string): Promise<StreamFigures>
}

export interface StreamFigures {
  /** Sequence of its last read. */
  last: number
  /** Used part of its space, 0 to 1: at 1 its source is refused. */
  used: number
}

export interface MatcherMetrics {
  registry: Registry
  /** A read matched a display. */
  matched(kind: MatchKind): void
  /** An alert is stored. @param milliseconds since its read was stored */
  alertStored(milliseconds: number): void
}

/** Seconds. The goal is an alert at its subscriber within five milliseconds; waiting for a broker takes minutes. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 300]

/** The matcher's metrics, except those of every process. */
export function createMatcherMetrics(figures: MatcherFigures): MatcherMetrics {
  const registry = new Registry()
  const registers = [registry]
  const name = (last: string) => `sightline_matcher_${last}`
  const { counts, index, partitions, rooms, stateOf } = figures

  const counter = (count: Count, help: string, last: string = count) =>
    new Counter({
      name: name(`${last}_total`),
      help,
      registers,
      collect() {
        this.reset()
        this.inc(counts[count])
      },
    })
  counter('reads', 'Reads checked against the displays')
  counter('alerts', 'Alerts raised')
  counter('testAlerts', 'Alerts raised by test traffic, apart from the others', 'test_alerts')
  counter('repeats', 'Matches counted on an existing alert')
  counter('refused', 'Invalid messages, to be set aside')
  counter(
    'forged',
    'Invalid messages that claim another source, camera or image than their own, or an impossible time',
  )
  counter('lost', 'Invalid messages that could not be set aside either')
  counter('malformed', 'Stored alerts and counts that are malformed, left out')
  counter('foreign', 'Reads from outside the United States, not examined')

  const gauge = (last: string, help: string, value: () => number) =>
    new Gauge({
      name: name(last),
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  gauge('displays', 'Displays in the index', () => index.size)
  gauge('index_bytes', "Bytes of the index's arrays", () => index.bytes)
  gauge('partitions', 'Streams of reads handled by this matcher now', () => partitions().length)
  /** A figure of each stream handled here, requested from the broker. */
  const ofStreams = (
    last: string,
    help: string,
    value: (figures: StreamFigures, reached: number) => number,
  ) =>
    new Gauge({
      name: name(last),
      help: `${help}; absent while the broker is unreachable`,
      labelNames: ['stream'],
      registers,
      async collect() {
        const found = await Promise.allSettled(
          partitions().map(async ({ stream, reached }) => ({
            stream,
            figure: value(await stateOf(stream), reached),
          })),
        )
        this.reset()
        for (const one of found) {
          if (one.status === 'fulfilled') this.set({ stream: one.value.stream }, one.value.figure)
        }
      },
    })
  ofStreams('lag_reads', 'Reads in the stream that are not checked yet', ({ last }, reached) =>
    Math.max(0, last - reached),
  )
  const ofRooms = (last: string, help: string, value: (room: ReturnType<typeof rooms>[number]) => number) =>
    new Gauge({
      name: name(last),
      help,
      labelNames: ['stream'],
      registers,
      collect() {
        this.reset()
        for (const room of rooms()) this.set({ stream: room.stream }, value(room))
      },
    })
  ofRooms(
    'full_in_seconds',
    'Seconds until the stream is full at the current rates; +Inf when it is not filling',
    ({ fullInSeconds }) => fullInSeconds ?? Number.POSITIVE_INFINITY,
  )
  ofRooms('reads_late', '1 when the reads of the stream are not judged in time', ({ state }) =>
    state === 'judged' ? 0 : 1,
  )
  ofStreams('room_used', "Used part of the stream's space: at 1 its source is refused", ({ used }) => used)

  const matches = new Counter({
    name: name('matches_total'),
    help: 'Matches of a read and a display, by how the text relates to the watched plate',
    labelNames: ['kind'],
    registers,
  })
  // Starts at 0, because a rate cannot be computed from a missing value.
  for (const kind of MATCH_KINDS) matches.inc({ kind }, 0)
  const latency = new Histogram({
    name: name('alert_seconds'),
    help: "From storing the read to storing its alert, by the broker's clock and this host's",
    buckets: BUCKETS,
    registers,
  })
  return {
    registry,
    matched: (kind) => matches.inc({ kind }),
    alertStored: (milliseconds) => latency.observe(Math.max(0, milliseconds) / 1000),
  }
}
