import { createLatencies } from '@sightline/replay/latencies'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import type { Command } from 'commander'
import type { Report } from './benchmark.ts'
import { usageOf } from './edge/processes.ts'

/** Shared by benchmarks that send messages to the installed parts at a fixed rate for a fixed time. */
export interface Pace {
  /** Per second. */
  rate: number
  seconds: number
}

/** Warm-up: until the processes' compilers have optimized the code. */
export const WARM_UP_S = 10

/** Adds `--rate` and `--seconds`. @param what is sent: `reads` */
export const withPace = (command: Command, what: string, [least, most, usual]: [number, number, number]) =>
  command
    .option('--rate <n>', `${what} a second`, wholeNumber(least, most), usual)
    .option('--seconds <n>', 'length of the run', wholeNumber(1, 600), 20)

type Percentile = 'p50' | 'p99' | 'p999'

/** @returns milliseconds; NaN of nothing */
export function percentilesOf(all: readonly number[]): Record<Percentile, number> {
  const latencies = createLatencies()
  for (const milliseconds of all) latencies.record(milliseconds)
  const { p50, p99, p999 } = latencies.summary()
  return { p50: p50 ?? Number.NaN, p99: p99 ?? Number.NaN, p999: p999 ?? Number.NaN }
}

/** CPU-seconds that each process has used so far. @param pids by name of the part */
export const cpuSecondsOf = (pids: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(pids).map(([part, pid]) => [part, usageOf(pid).agentS]))

/** Reports what each part used between two measurements, per message; `count` messages were sent. */
export function reportCpu(
  report: Report,
  figure: { metric: string; unit: 'ms' | 'µs' },
  { before, after }: Record<'before' | 'after', Record<string, number>>,
  count: number,
): void {
  const units = figure.unit === 'ms' ? 1e3 : 1e6
  for (const [part, used] of Object.entries(after)) {
    report({ ...figure, value: ((used - before[part]!) * units) / count, part })
  }
}
