import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { CONSOLE_FOLDER } from '@sightline/api/plugins/external/console'
import { findProgram } from '@sightline/runtime/program'
import { root } from '@sightline/runtime/root'
import { type Browser, chromium } from 'playwright-core'

export const CHROMIUM = findProgram('chromium')

/** Without Debian's chromium tests of the console are skipped: `describe.skipIf(!HAS_CHROMIUM)`. */
export const HAS_CHROMIUM = CHROMIUM !== null

/** Folder of a console that is built already, for who works on it beside others. */
const BUILT = process.env.SIGHTLINE_CONSOLE_BUILT

/** Builds the console anew when a source changed. @returns its folder */
export function buildConsole(): string {
  if (BUILT) return BUILT
  execFileSync(process.execPath, [join(root, 'cli/console-build.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return CONSOLE_FOLDER
}

export const launchChromium = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', ...args] })
