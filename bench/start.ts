import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import type { Benchmark, Report } from './benchmark.ts'
import { cpuSecondsOf } from './pace.ts'
import { startStack } from './stack/stack.ts'
import { storeDisplays } from './stack/store-displays.ts'

/** What a start may take with a million displays. */
const GOAL = { ms: 10_000, mib: 429 }

export const bench: Benchmark = {
  name: 'start',
  summary: 'time and memory until the api with a million displays is ready',
  options: (command) =>
    command.option('--displays <n>', 'displays in the bucket', wholeNumber(1, 2_000_000), 1_000_000),
  run: ({ displays }, report) => run(displays as number, report),
}

async function run(displays: number, report: Report): Promise<void> {
  const stack = await startStack()
  try {
    await storeDisplays(stack, displays)
    const begun = performance.now()
    await stack.run('api', '--port', '0', '--data', join(stack.folder, 'api'), '--dev-token')
    const ready = performance.now() - begun
    const { api } = stack.pids()
    const status = readFileSync(`/proc/${api}/status`, 'utf8')
    const peak = Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]) / 1024
    const extra = { displays, load: loadavg()[0] }
    const yardstick = 'the goal for a million'
    report({ metric: 'api_ready_ms', value: ready, unit: 'ms', yardstick, yardstickValue: GOAL.ms, ...extra })
    report({
      metric: 'api_peak_mib',
      value: peak,
      unit: 'MiB',
      yardstick,
      yardstickValue: GOAL.mib,
      ...extra,
    })
    report({ metric: 'api_cpu_s', value: cpuSecondsOf({ api: api! }).api!, unit: 's', ...extra })
  } finally {
    await stack.stop()
  }
}
