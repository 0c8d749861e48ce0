import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clearLeftovers } from './leftovers.ts'

/** Says to the test processes where the run's folder is. */
const VARIABLE = 'SIGHTLINE_TEST_FOLDER'

/**
 * Gives a run a temporary folder, before its test files. Each test process has its own in it (no-leaks.ts).
 * @returns what is done after them: no process of the run may be left, or the run fails
 */
export default function makeRunFolder(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-run-'))
  process.env[VARIABLE] = folder
  return async () => {
    // The checks of each file have reported what it left in its folder; the browsers' profiles go here.
    const { processes } = await clearLeftovers(folder, true)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    if (processes.length === 0) return
    process.exitCode = 1
    throw new Error(`the tests leave behind:\n${processes.join('\n')}`)
  }
}

/** The temporary folder of this run. */
export const runFolder = (): string => process.env[VARIABLE] ?? tmpdir()
