import { writeFile } from 'node:fs/promises'
import { SightlineError } from '@sightline/schemas/errors'
import hdr from 'hdr-histogram-js'

/** A latency histogram in figures; milliseconds. All null when nothing was measured. */
export interface LatencySummary {
  unit: 'ms'
  count: number
  mean: number | null
  p50: number | null
  p75: number | null
  p90: number | null
  p99: number | null
  p999: number | null
  max: number | null
  /** Without empty buckets; `to` is null for the last, which has no end. */
  buckets: { from: number; to: number | null; count: number }[]
}

export interface Latencies {
  record(milliseconds: number): void
  summary(): LatencySummary
  /** As a HdrHistogram log (values in microseconds), as its own tools and plotters read it. */
  log(begun: Date, ended: Date): string
}

/** Limits of the buckets shown to a person, milliseconds. */
const EDGES = [0.5, 1, 2, 3, 5, 10, 15, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000]
const LONGEST_MS = 24 * 3_600_000
const MICROSECONDS = 1000

/** High dynamic range: three significant digits from a microsecond to a day. */
export function createLatencies(): Latencies {
  const histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_MS * MICROSECONDS,
    numberOfSignificantValueDigits: 3,
    autoResize: false,
  })
  const counts = new Array<number>(EDGES.length + 1).fill(0)

  const inMs = (microseconds: number) => (histogram.totalCount === 0 ? null : microseconds / MICROSECONDS)
  // The library returns the upper end of an indistinguishable range; no percentile may exceed the maximum.
  const percentile = (percent: number) =>
    inMs(Math.min(histogram.getValueAtPercentile(percent), histogram.maxValue))
  return {
    record(milliseconds) {
      const within = Math.min(Math.max(milliseconds, 0), LONGEST_MS)
      histogram.recordValue(Math.round(within * MICROSECONDS))
      const place = EDGES.findIndex((edge) => within < edge)
      counts[place < 0 ? EDGES.length : place]!++
    },
    summary: () => ({
      unit: 'ms',
      count: histogram.totalCount,
      mean: inMs(Math.round(histogram.mean)),
      p50: percentile(50),
      p75: percentile(75),
      p90: percentile(90),
      p99: percentile(99),
      p999: percentile(99.9),
      max: inMs(histogram.maxValue),
      buckets: counts
        .map((count, place) => ({ from: EDGES[place - 1] ?? 0, to: EDGES[place] ?? null, count }))
        .filter(({ count }) => count > 0),
    }),
    log(begun, ended) {
      const lines: string[] = []
      const writer = new hdr.HistogramLogWriter((line) => lines.push(line))
      writer.outputComment('[Publish to alert at a subscriber, microseconds, from the moment a read was due]')
      writer.outputLogFormatVersion()
      writer.outputStartTime(begun.getTime())
      writer.outputLegend()
      writer.outputIntervalHistogram(histogram, begun.getTime() / 1000, ended.getTime() / 1000, MICROSECONDS)
      return lines.join('')
    },
  }
}

/** @throws CONFIG_INVALID when the file cannot be written */
export async function writeHdr(file: string, latencies: Latencies, begun: Date, ended: Date): Promise<void> {
  await writeFile(file, latencies.log(begun, ended)).catch((cause: Error) => {
    throw new SightlineError('CONFIG_INVALID', `cannot write the histogram ${file}: ${cause.message}`, {
      cause,
      hint: 'Use --hdr to name a file in a folder that this user may write.',
    })
  })
}

const BAR = 40

/** The histogram as lines of text. */
export function drawLatencies({ count, buckets, ...figures }: LatencySummary): string[] {
  if (count === 0) return ['no latency was measured, because no planted hit raised its alert']
  const ms = (value: number | null) => (value === null ? '–' : String(Number(value.toPrecision(3))))
  const { mean, p50, p90, p99, p999, max } = figures
  const most = Math.max(...buckets.map((bucket) => bucket.count))
  const range = (from: number, to: number | null) => (to === null ? `over ${from}` : `${from} – ${to}`)
  return [
    `publish → alert at the subscriber, ${count} planted hits, milliseconds from when each was due:`,
    `  p50 ${ms(p50)}  p90 ${ms(p90)}  p99 ${ms(p99)}  p99.9 ${ms(p999)}  max ${ms(max)}  mean ${ms(mean)}`,
    ...buckets.map(({ from, to, count: some }) => {
      const bar = '█'.repeat(Math.max(1, Math.round((some / most) * BAR)))
      return `${range(from, to).padStart(16)}  ${bar} ${some}`
    }),
  ]
}
