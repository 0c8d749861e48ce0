import { MATCH_KINDS, type MatchKind } from '@sightline/schemas/alert'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

type Count = 'reads' | 'alerts' | 'repeats' | 'refused' | 'forged' | 'lost' | 'malformed' | 'foreign'

/** What the matcher knows of itself; asked when Prometheus asks. */
export interface MatcherFigures {
  /** Since the start. */
  counts: Readonly<Record<Count, number>>
  index: { readonly size: number; readonly bytes: number }
  /** The streams of reads that are judged, each with the sequence reached. */
  partitions(): { stream: string; reached: number }[]
  /** How it stands with a stream; rejects while the broker is away. */
  stateOf(stream: string): Promise<StreamFigures>
}

export interface StreamFigures {
  /** Sequence of its last read. */
  last: number
  /** Part of its room that is used, 0 to 1: at 1 its source is refused. */
  used: number
}

export interface MatcherMetrics {
  registry: Registry
  /** A read matched a display. */
  matched(kind: MatchKind): void
  /** An alert is stored. @param milliseconds since its read was stored */
  alertStored(milliseconds: number): void
}

/** Seconds. The goal is an alert at its subscriber within five milliseconds; what waits for a broker takes minutes. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 300]

/** What Prometheus sees of a matcher, but for what it sees of every process. */
export function createMatcherMetrics(figures: MatcherFigures): MatcherMetrics {
  const registry = new Registry()
  const registers = [registry]
  const name = (last: string) => `sightline_matcher_${last}`
  const { counts, index, partitions, stateOf } = figures

  const counter = (count: Count, help: string) =>
    new Counter({
      name: name(`${count}_total`),
      help,
      registers,
      collect() {
        this.reset()
        this.inc(counts[count])
      },
    })
  counter('reads', 'Reads judged')
  counter('alerts', 'Alerts raised')
  counter('repeats', 'Matches counted on an alert raised before')
  counter('refused', 'Messages that are not valid, to be set aside')
  counter(
    'forged',
    'Of those, messages that claim another source, camera or picture than their own, or an impossible time',
  )
  counter('lost', 'Messages that are not valid and could not be set aside either')
  counter('malformed', 'Stored alerts and counts that are malformed, left out')
  counter('foreign', 'Reads from outside the United States, not looked at')

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
  gauge('partitions', 'Streams of reads judged by this matcher now', () => partitions().length)
  /** A figure of each stream that is judged here, asked of the broker. */
  const ofStreams = (
    last: string,
    help: string,
    value: (figures: StreamFigures, reached: number) => number,
  ) =>
    new Gauge({
      name: name(last),
      help: `${help}; absent while the broker is away`,
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
  ofStreams('lag_reads', 'Reads in the stream that are not judged yet', ({ last }, reached) =>
    Math.max(0, last - reached),
  )
  ofStreams(
    'room_used',
    "Part of the stream's room that is used: at 1 its source is refused",
    ({ used }) => used,
  )

  const matches = new Counter({
    name: name('matches_total'),
    help: 'Matches of a read and a display, by how the text relates to the plate displayed',
    labelNames: ['kind'],
    registers,
  })
  // From the beginning at 0: a rate of what is not there yet cannot be computed.
  for (const kind of MATCH_KINDS) matches.inc({ kind }, 0)
  const latency = new Histogram({
    name: name('alert_seconds'),
    help: "From the read stored to its alert stored, by the broker's clock and this host's",
    buckets: BUCKETS,
    registers,
  })
  return {
    registry,
    matched: (kind) => matches.inc({ kind }),
    alertStored: (milliseconds) => latency.observe(Math.max(0, milliseconds) / 1000),
  }
}
