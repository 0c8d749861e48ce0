import { loadavg } from 'node:os'
import { wholeNumber } from '../cli/options.ts'
import { createLatencies } from '../cli/replay/latencies.ts'
import type { Benchmark, Report } from './benchmark.ts'
import { usageOf } from './edge/processes.ts'
import { machineClock } from './latency/clock.ts'
import { type System, startSystem } from './latency/system.ts'
import { startTester, type Timed } from './latency/tester.ts'

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

/** As long as the compilers of the processes take to make the most of what they do. */
const WARM_UP_S = 10

async function run(load: Load, report: Report): Promise<void> {
  const { rate: perSecond, seconds, hits: timed, displays } = load
  const system = await startSystem(displays)
  const tester = startTester(system)
  try {
    const connection = await system.connect()
    const pace = (for_: number) => ({ perSecond, timed, seconds: for_ })
    await tester.bare(connection, pace(2))
    await tester.system(connection, pace(WARM_UP_S))
    // Half of the yardstick before and half after, so that a machine that becomes slower slows both.
    const before = await tester.bare(connection, pace(seconds / 2))
    const cpuBefore = cpuSeconds(system, tester.pid)
    const alerts = await tester.system(connection, pace(seconds))
    const cpuAfter = cpuSeconds(system, tester.pid)
    const bare = [...before, ...(await tester.bare(connection, pace(seconds / 2)))]
    await connection.close()

    const extra = { ...load, load: loadavg()[0] }
    const metrics = { alert: ({ sent }: Timed) => sent, due: ({ due }: Timed) => due }
    for (const [metric, from] of Object.entries(metrics)) {
      const [own, other] = [alerts, bare].map((all) => summary(all.map((one) => one.received - from(one))))
      for (const percentile of ['p50', 'p99', 'p999'] as const) {
        const [value, yardstickValue] = [own![percentile]!, other![percentile]!]
        const beside = {
          yardstick: 'bare publish → subscribe',
          yardstickValue,
          ratio: value / yardstickValue,
        }
        report({ metric: `${metric}_${percentile}_ms`, value, unit: 'ms', ...beside, ...extra })
      }
    }
    for (const [stage, latencies] of Object.entries(stagesOf(alerts))) {
      const { p50, p99, p999 } = summary(latencies)
      report({ metric: `stage_${stage}_ms`, value: p50!, unit: 'ms', p99, p999 })
    }
    for (const [part, after] of Object.entries(cpuAfter)) {
      const value = ((after - cpuBefore[part]!) * 1e6) / (perSecond * seconds)
      report({ metric: 'cpu_us_read', value, unit: 'µs', part, cores: (value * perSecond) / 1e6 })
    }
  } finally {
    await system.stop()
    tester.close()
  }
}

function summary(all: readonly number[]) {
  const latencies = createLatencies()
  for (const milliseconds of all) latencies.record(milliseconds)
  return latencies.summary()
}

/** CPU-seconds of each part so far; this process takes the alerts. */
function cpuSeconds({ pids }: System, sender: number): Record<string, number> {
  const cpu = process.cpuUsage()
  const parts = Object.entries({ ...pids(), sender }).map(([part, pid]) => [part, usageOf(pid).agentS])
  return { ...Object.fromEntries(parts), receiver: (cpu.user + cpu.system) / 1e6 }
}

/** Where the time goes: to the millisecond, which is as much as an alert says of its times. */
function stagesOf(alerts: readonly Timed[]): Record<string, number[]> {
  // From this machine's clock to that of the alert's times.
  const ahead = performance.timeOrigin + performance.now() - machineClock()
  const stages = alerts.map(({ due, sent, received, alert }) => {
    const [stored, raised] = [alert!.readStoredAt, alert!.raisedAt].map((at) => Date.parse(at) - ahead)
    return {
      late: sent - due,
      stored: stored! - sent,
      raised: raised! - stored!,
      delivered: received - raised!,
    }
  })
  const names = ['late', 'stored', 'raised', 'delivered'] as const
  return Object.fromEntries(names.map((name) => [name, stages.map((one) => one[name])]))
}
