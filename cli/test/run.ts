import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root } from '@sightline/runtime/root'
import type { TestResult } from './compliance.ts'
import { failuresOf, type Outcome, outcomeOf, type VitestReport } from './report.ts'

export interface TestRun extends Outcome {
  tests: TestResult[]
  /** One line per failure. */
  failures: string[]
}

/**
 * Runs vitest on the files whose path contains one of the filters. It never retries: a test that fails now and then is
 * a defect. A file whose process died (a native library that crashes takes its process down) is in `unfinished`.
 * @param isLong also the long forms (test/support/long.ts)
 */
export async function runTests(filters: readonly string[], isLong: boolean): Promise<TestRun> {
  const { report, status } = await vitest(filters, isLong)
  const tests = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, file: relative(root, name) })),
  )
  const outcome = outcomeOf(report, status)
  const failures = failuresOf(report).map((line) => line.replaceAll(`${root}/`, ''))
  return { ...outcome, unfinished: outcome.unfinished.map((path) => relative(root, path)), tests, failures }
}

async function vitest(
  filters: readonly string[],
  isLong: boolean,
): Promise<{ report: VitestReport; status: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-report-'))
  const path = join(folder, 'report.json')
  const program = join(root, 'node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`]
  try {
    const child = spawn(process.execPath, [program, 'run', ...reporters, ...filters], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: { ...process.env, ...(isLong && { SIGHTLINE_TEST_LONG: '1' }) },
    })
    const [status] = (await once(child, 'exit')) as [number | null]
    return { report: JSON.parse(readFileSync(path, 'utf8')) as VitestReport, status: status ?? 1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
