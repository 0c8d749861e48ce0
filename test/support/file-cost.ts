import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { afterAll, expect } from 'vitest'

// What each file costs, to find the slow ones: SIGHTLINE_TEST_COST=costs.tsv npx vitest run …
// A line: CPU-seconds of this process, CPU-seconds of the processes it started, seconds, file.

/** Of /proc/PID/stat, after the name: state is 0. Clock ticks are a hundredth of a second on Linux. */
const fieldsOf = (pid: string | number): string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** Seconds of the processes below this one: of those that have ended and been waited for, and of those that run. */
function childSeconds(): number {
  const parents = new Map<number, number[]>()
  const ticks = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const fields = fieldsOf(name)
      const pid = Number(name)
      const parent = Number(fields[1])
      parents.set(parent, [...(parents.get(parent) ?? []), pid])
      ticks.set(
        pid,
        fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0),
      )
    } catch {
      // It has ended.
    }
  }
  const own = fieldsOf(process.pid)
  const below = (pid: number): number =>
    (parents.get(pid) ?? []).reduce((sum, child) => sum + (ticks.get(child) ?? 0) + below(child), 0)
  return (Number(own[13]) + Number(own[14]) + below(process.pid)) / 100
}

const path = process.env.SIGHTLINE_TEST_COST
if (path) {
  const cpu = process.cpuUsage()
  const children = childSeconds()
  const start = performance.now()
  afterAll(() => {
    const { user, system } = process.cpuUsage(cpu)
    const file = relative(process.cwd(), expect.getState().testPath ?? '')
    const numbers = [(user + system) / 1e6, childSeconds() - children, (performance.now() - start) / 1000]
    appendFileSync(path, `${numbers.map((number) => number.toFixed(2)).join('\t')}\t${file}\n`)
  })
}
