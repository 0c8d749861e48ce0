import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { requireProgram } from '@sightline/runtime/program'
import { root } from '@sightline/runtime/root'

/**
 * Draws the console's pictures: what fills the system with believable data and steers the browser is the tests', so that is
 * who draws them (test/console/screenshots.test.ts, which is skipped otherwise).
 * @param size of the window in CSS pixels, e.g. `1280x720`
 * @returns whether all could be drawn @throws PROGRAM_MISSING without Chromium: the test would be skipped, and nothing drawn
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
