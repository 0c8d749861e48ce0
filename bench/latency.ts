import { loadavg } from 'node:os'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import type { Benchmark, Report } from './benchmark.ts'
import { machineClock } from './latency/clock.ts'
import { type System, startSystem } from './latency/system.ts'
import { startTester, type Timed } from './latency/tester.ts'
import { cpuSecondsOf, type Pace, percentilesOf, reportCpu, WARM_UP_S, withPace } from './pace.ts'
import { INSIDER } from './stack/insider.ts'

interface Load extends Pace {
  /** Planted hits per second. */
  hits: number
  displays: number
  /** The sender is in the account with the streams of reads, unlike any real source. */
  inside: boolean
}

export const bench: Benchmark = {
  name: 'latency',
  summary: 'a read published → its alert at a client of the api, beside bare publish → subscribe',
  options: (command) =>
    withPace(command, 'reads', [100, 1_000_000, 20_000])
      .option('--hits <n>', 'planted hits a second', wholeNumber(1, 1000), 100)
      .option('--displays <n>', 'displays in the index besides', wholeNumber(1, 1_000_000), 10_000)
      .option('--inside', 'send from within the account of the streams: what the bridge costs, apart', false),
  run: ({ rate, seconds, hits, displays, inside }, report) =>
    run({ rate, seconds, hits, displays, inside } as unknown as Load, report),
}

async function run(load: Load, report: Report): Promise<void> {
  const { rate: perSecond, seconds, hits: timed, displays, inside } = load
  const system = await startSystem(displays)
  const tester = startTester(system, inside ? INSIDER.name : 'admin')
  try {
    const connection = await system.connect()
    const pace = (for_: number) => ({ perSecond, timed, seconds: for_ })
    await tester.bare(connection, pace(2))
    await tester.system(connection, pace(WARM_UP_S))
    // Half of the yardstick before and half after, so that a slowing machine affects both equally.
    const bareBefore = await tester.bare(connection, pace(seconds / 2))
    const before = cpuSeconds(system, tester.pid)
    const alerts = await tester.system(connection, pace(seconds))
    const after = cpuSeconds(system, tester.pid)
    const bare = [...bareBefore, ...(await tester.bare(connection, pace(seconds / 2)))]
    await connection.close()

    const extra = { ...load, load: loadavg()[0] }
    const metrics = { alert: ({ sent }: Timed) => sent, due: ({ due }: Timed) => due }
    for (const [metric, from] of Object.entries(metrics)) {
      const taken = (all: readonly Timed[]) => percentilesOf(all.map((one) => one.received - from(one)))
      const [own, other] = [taken(alerts), taken(bare)]
      for (const percentile of ['p50', 'p99', 'p999'] as const) {
        const [value, yardstickValue] = [own[percentile], other[percentile]]
        const beside = {
          yardstick: 'bare publish → subscribe',
          yardstickValue,
          ratio: value / yardstickValue,
        }
        report({ metric: `${metric}_${percentile}_ms`, value, unit: 'ms', ...beside, ...extra })
      }
    }
    for (const [stage, latencies] of Object.entries(stagesOf(alerts))) {
      const { p50, p99, p999 } = percentilesOf(latencies)
      report({ metric: `stage_${stage}_ms`, value: p50, unit: 'ms', p99, p999 })
    }
    reportCpu(report, { metric: 'cpu_us_read', unit: 'µs' }, { before, after }, perSecond * seconds)
  } finally {
    await system.stop()
    tester.close()
  }
}

/** CPU-seconds of each part so far; this process receives the alerts. */
function cpuSeconds({ pids }: System, sender: number): Record<string, number> {
  const cpu = process.cpuUsage()
  return { ...cpuSecondsOf({ ...pids(), sender }), receiver: (cpu.user + cpu.system) / 1e6 }
}

/** How the time is spent, to the millisecond, the precision of an alert's times. */
function stagesOf(alerts: readonly Timed[]): Record<string, number[]> {
  // Difference between this machine's clock and that of the alert's times.
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
