import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root } from '../../runtime/root.ts'
import { note } from '../output.ts'
import type { TestResult } from './compliance.ts'
import { mergeReports, type Outcome, outcomeOf, type VitestReport } from './report.ts'

/**
 * Runs vitest over the files whose path contains one of the filters. A file whose process died (a native library that
 * crashed takes its process along, and with it the name of the file) is said and run once more, alone: what it finds
 * then counts, and that it had to is in the outcome.
 */
export function runTests(filters: readonly string[]): Outcome & { tests: TestResult[]; died: string[] } {
  let run = vitest(filters)
  const died = outcomeOf(run.report, run.status).unfinished.map((file) => relative(root, file))
  if (died.length > 0) {
    note(`the process of ${died.join(', ')} died; run again, alone`)
    const again = vitest(died)
    run = { report: mergeReports(run.report, again.report), status: again.status }
  }
  const tests = run.report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, file: relative(root, name) })),
  )
  return { ...outcomeOf(run.report, run.status), tests, died }
}

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
