import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { note } from '@sightline/runtime/command-line/output'
import { root } from '@sightline/runtime/root'
import type { TestResult } from './compliance.ts'
import { mergeReports, type Outcome, outcomeOf, type VitestReport } from './report.ts'

/** More files than this do not fail by chance: they are not run again. */
const MOST_AGAIN = 4

export interface TestRun extends Outcome {
  tests: TestResult[]
  /** Files whose process died at first. */
  died: string[]
  /** Files that failed beside others and passed alone: a race of the test or of the product, to be looked into. */
  unsteady: string[]
}

/**
 * Runs vitest over the files whose path contains one of the filters. A file whose process died (a native library that
 * crashed takes its process along, and with it the name of the file) is said and run once more, alone; so are up to
 * {@link MOST_AGAIN} files that failed, since three at a time on two cores now and then starve one. What they find then
 * counts, and that they had to is in the outcome.
 * @param isStrict a file that failed is not run again
 */
export function runTests(filters: readonly string[], isStrict: boolean): TestRun {
  let run = vitest(filters)
  const first = outcomeOf(run.report, run.status)
  const died = first.unfinished.map(relativeToRoot)
  const failed = isStrict || first.failing.length > MOST_AGAIN ? [] : first.failing.map(relativeToRoot)
  if (died.length > 0) note(`the process of ${died.join(', ')} died; run again, alone`)
  if (failed.length > 0) note(`${failed.join(', ')} failed; run again, alone`)
  const again = [...died, ...failed]
  if (again.length > 0) {
    const { report, status } = vitest(again)
    run = { report: mergeReports(run.report, report), status }
  }
  const tests = run.report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, file: relativeToRoot(name) })),
  )
  const last = outcomeOf(run.report, run.status)
  const stillFailing = new Set(last.failing.map(relativeToRoot))
  return { ...last, tests, died, unsteady: failed.filter((file) => !stillFailing.has(file)) }
}

const relativeToRoot = (path: string) => relative(root, path)

function vitest(filters: readonly string[]): { report: VitestReport; status: number } {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-report-'))
  const path = join(folder, 'report.json')
  const program = join(root, 'node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`]
  try {
    const { status } = spawnSync(process.execPath, [program, 'run', ...reporters, ...filters], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    })
    return { report: JSON.parse(readFileSync(path, 'utf8')) as VitestReport, status: status ?? 1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
