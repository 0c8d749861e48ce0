import { loadavg } from 'node:os'
import { wholeNumber } from '../cli/options.ts'
import { freshIdentity } from '../cli/replay/identity.ts'
import { createLatencies, type Latencies } from '../cli/replay/latencies.ts'
import { refuseFaults } from '../cli/replay/report.ts'
import { runReplay } from '../cli/replay/run.ts'
import { madeUpSource } from '../cli/replay/source.ts'
import { subscribeApi } from '../cli/replay/subscribe.ts'
import { systemClock } from '../runtime/clock.ts'
import type { Alert } from '../schemas/alert.ts'
import type { Benchmark, Report } from './benchmark.ts'
import { usageOf } from './edge/processes.ts'
import { measureBare } from './latency/bare.ts'
import { startStack } from './latency/stack.ts'

interface Load {
  rate: number
  seconds: number
  /** Planted hits a second. */
  hits: number
  displays: number
}

export const bench: Benchmark = {
  name: 'latency',
  summary: 'a read published → its alert at a client of the api, beside bare publish → subscribe',
  options: (command) =>
    command
      .option('--rate <n>', 'reads a second', wholeNumber(100, 1_000_000), 20_000)
      .option('--seconds <n>', 'length of the run', wholeNumber(1, 600), 20)
      .option('--hits <n>', 'planted hits a second', wholeNumber(1, 1000), 100)
      .option('--displays <n>', 'displays in the index besides', wholeNumber(1, 1_000_000), 10_000),
  run: ({ rate, seconds, hits, displays }, report) =>
    run({ rate, seconds, hits, displays } as unknown as Load, report),
}

/** As long as the compiler of the processes takes to make the most of what they do. */
const WARM_UP_S = 3
/** About what a read takes as JSON. */
const BYTES = 820

async function run(load: Load, report: Report): Promise<void> {
  const { rate, seconds, hits, displays } = load
  const stack = await startStack(displays)
  const bare = createLatencies()
  const stages = createStages()
  try {
    const [publisher, subscriber] = [await stack.connect(), await stack.connect()]
    const yardstick = (into: Latencies, for_: number) => {
      const pace = { perSecond: rate, seconds: for_, bytes: BYTES, every: Math.floor(rate / hits) }
      return measureBare({ publisher, subscriber }, pace, into)
    }
    const system = async (for_: number, onAlert: (alert: Alert) => void) => {
      const result = await runReplay(publisher, {
        user: 'admin',
        source: madeUpSource(rate * for_, hits * for_, rate, systemClock),
        pace: { kind: 'rate', perSecond: rate },
        identity: freshIdentity(100),
        most: { reads: rate * for_, ms: for_ * 10_000 },
        signal: new AbortController().signal,
        onRefused: () => {},
        onStored: () => {},
        plant: { subscribe: (told) => subscribe(stack, told, onAlert), waitMs: 30_000 },
      })
      refuseFaults(result)
      return result
    }
    await yardstick(createLatencies(), 1)
    await system(WARM_UP_S, () => {})
    // Half of the yardstick before and half after, so that a machine that becomes slower slows both.
    await yardstick(bare, seconds / 2)
    const cpuBefore = cpuSeconds(stack)
    const { alerts, lateMs, published } = await system(seconds, stages.note)
    const cpuAfter = cpuSeconds(stack)
    await yardstick(bare, seconds / 2)
    await Promise.all([publisher.close(), subscriber.close()])

    const own = alerts!.latencies.summary()
    const other = bare.summary()
    const extra = { ...load, lateMs, load: loadavg()[0] }
    for (const metric of ['p50', 'p99'] as const) {
      const [value, yardstickValue] = [own[metric]!, other[metric]!]
      const beside = { yardstick: 'bare publish → subscribe', yardstickValue, ratio: value / yardstickValue }
      report({ metric: `alert_${metric}_ms`, value, unit: 'ms', ...beside, ...extra })
    }
    for (const [stage, latencies] of Object.entries(stages.of)) {
      const { p50, p99 } = latencies.summary()
      report({ metric: `stage_${stage}_ms`, value: p50!, unit: 'ms', p99 })
    }
    for (const [part, after] of Object.entries(cpuAfter)) {
      const value = ((after - cpuBefore[part]!) * 1e6) / published
      report({ metric: 'cpu_us_read', value, unit: 'µs', part, cores: (value * rate) / 1e6 })
    }
  } finally {
    await stack.stop()
  }
}

type Stack = Awaited<ReturnType<typeof startStack>>

/** CPU-seconds of each part so far; this process makes the reads, sends them and takes the alerts. */
function cpuSeconds({ pids }: Stack): Record<string, number> {
  const { user, system } = process.cpuUsage()
  const parts = Object.entries(pids()).map(([part, pid]) => [part, usageOf(pid).agentS])
  return { ...Object.fromEntries(parts), tester: (user + system) / 1e6 }
}

const subscribe = ({ api, token }: Stack, ...listeners: ((alert: Alert) => void)[]) =>
  subscribeApi(api, token, (alert) => {
    for (const listener of listeners) listener(alert)
  })

/** Where the time goes, by the times that an alert carries: whole milliseconds of one machine's clock. */
function createStages() {
  const of = { stored: createLatencies(), judged: createLatencies(), delivered: createLatencies() }
  return {
    of,
    note({ read, readStoredAt, raisedAt }: Alert) {
      const received = performance.timeOrigin + performance.now()
      const [seen, stored, raised] = [read.seenAt, readStoredAt, raisedAt].map((at) => Date.parse(at))
      of.stored.record(stored! - seen!)
      of.judged.record(raised! - stored!)
      of.delivered.record(received - raised!)
    },
  }
}
