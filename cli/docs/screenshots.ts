import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { requireProgram } from '@sightline/runtime/program'
import { root } from '@sightline/runtime/root'

/**
 * Takes the console's screenshots. The code that fills the system with believable data and drives the browser belongs
 * to the tests, so a test does it (test/console/screenshots.test.ts, otherwise skipped).
 * @param size of the window in CSS pixels, e.g. `1280x720`
 * @returns whether all were taken
 * @throws PROGRAM_MISSING without Chromium: the test would be skipped, and nothing taken
 */
export function drawScreenshots(folder: string, size: string): boolean {
  requireProgram('chromium')
  const program = join(root, 'node_modules/vitest/vitest.mjs')
  const { status } = spawnSync(process.execPath, [program, 'run', 'test/console/screenshots.test.ts'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, SIGHTLINE_SCREENSHOTS: folder, SIGHTLINE_SCREENSHOTS_SIZE: size },
  })
  return status === 0
}
