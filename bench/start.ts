import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { publishAll } from '@sightline/broker/publish-all'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { DISPLAYS } from '@sightline/schemas/streams'
import type { Benchmark, Report } from './benchmark.ts'
import { benchDisplay } from './match/displays.ts'
import { plates } from './match/traffic.ts'
import { cpuSecondsOf } from './pace.ts'
import { startStack } from './stack/stack.ts'

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
    const admin = await stack.connect()
    const all = plates('displays', displays).map((plate, n) => {
      const display = benchDisplay(plate, n)
      const subject = `$KV.${DISPLAYS}.${display.id}`
      return { subject, payload: JSON.stringify(display), msgID: display.id }
    })
    await publishAll(admin, all, { user: 'admin' })
    await admin.close()
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
