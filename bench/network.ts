import { wholeNumber } from '@sightline/runtime/command-line/options'
import { Option } from 'commander'
import type { Benchmark, Report } from './benchmark.ts'
import { measureTime } from './measure.ts'
import { type Simulation, type SimulationOptions, simulate } from './network/simulate.ts'

const number = (text: string) => Number(text)
const GIB = 2 ** 30

export const bench: Benchmark = {
  name: 'network',
  summary:
    "a simulated day of 100,000 cameras through the matcher's own code: lag, memory and delay of alerts, with a region cut off and a day's backlog that comes late",
  options: (command) =>
    command
      .option('--seed <n>', 'which day', wholeNumber(0, 2 ** 31), 1)
      .option('--cameras <n>', 'cameras', wholeNumber(20, 1_000_000), 100_000)
      .addOption(new Option('--rate <n>', 'mean reads a second of a camera').argParser(number).default(0.3))
      .option('--partitions <n>', 'partitions', wholeNumber(1, 64), 32)
      .option('--matchers <n>', 'matchers', wholeNumber(1, 64), 2)
      .option('--hours <n>', 'hours of the day', wholeNumber(1, 48), 24)
      .addOption(
        new Option('--read-us <n>', 'CPU time of a matcher for a read, µs (bench cluster)')
          .argParser(number)
          .default(6.2),
      )
      .addOption(
        new Option('--alert-us <n>', 'CPU time of a matcher for an alert besides, µs (bench cluster)')
          .argParser(number)
          .default(330),
      )
      .option('--stream-gib <n>', 'space of each partition', wholeNumber(1, 10_000), 8)
      .option('--reads-a-hit <n>', 'one in so many reads is planted', wholeNumber(1000, 10 ** 9), 300_000),
  async run(options, report) {
    const { seed, cameras, partitions, matchers, hours, readUs, alertUs, readsAHit } =
      options as unknown as SimulationOptions
    const sizes = { cameras, partitions, matchers, hours, readsASecond: Number(options.rate) }
    const streamBytes = Number(options.streamGib) * GIB
    const samples = { readsAHit, readsASample: readsAHit / 2 }
    const { result, cpuS } = await measureTime(() =>
      simulate({ seed, ...sizes, ...samples, readUs, alertUs, streamBytes }),
    )
    reportDay(result, report)
    report({ metric: 'cpu', value: cpuS, unit: 'CPU-seconds of this simulation' })
  },
}

function reportDay(day: Simulation, report: Report): void {
  for (const { hour, stored, lagS, backlog, atAgents, states, alerts } of day.hours) {
    const worst = Object.entries(states).map(([state, seconds]) => `${state} ${seconds} s`)
    const more = { stored: Math.round(stored), backlog, atAgents, alerts, states: worst.join(', ') }
    report({ metric: 'lag', hour, value: lagS, unit: 's that the oldest read waited', ...more })
  }
  const note = (metric: string, value: number, unit: string) => report({ metric, value, unit })
  note('reads', day.reads, 'reads stored')
  note('refused', day.refusals, 'reads that had no room at first')
  note('hits', day.hits, 'planted hits')
  note('sampled', day.sampled, 'other reads through the matcher')
  note('alerts', day.alerts, 'alerts')
  note('missing', day.missing, 'hits without an alert')
  note('doubled', day.doubled, 'hits with more than one')
  note('set_aside', day.setAside, 'reads that the matcher refused')
  for (const [n, name] of ['p50', 'p99', 'slowest'].entries()) {
    note(`stored_to_alert_${name}`, day.fromStored[n]!, 'ms')
    note(`seen_to_alert_${name}`, day.fromSeen[n]!, 'ms')
  }
  note('index', day.indexBytes / 1e6, 'MB of displays')
  note('in_hand', day.inHandBytes / 1e6, 'MB of reads that a matcher has at most')
  note('windows', day.windows, 'windows of alerts remembered')
  note('busiest', day.busiest, "share of the busiest matcher's time in its busiest hour")
}
