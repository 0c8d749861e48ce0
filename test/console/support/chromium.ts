import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { root } from '../../../runtime/root.ts'

const CHROMIUM = '/usr/bin/chromium'

/** Without Debian's chromium tests of the console are skipped: `describe.skipIf(!HAS_CHROMIUM)`. */
export const HAS_CHROMIUM = existsSync(CHROMIUM)

/** Builds the console anew when a source changed. */
export function buildConsole(): void {
  execFileSync(process.execPath, [join(root, 'cli/console-build.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

export const launchChromium = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', ...args] })
