import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { CONSOLE_FOLDER } from '@sightline/api/plugins/external/console'
import { findProgram } from '@sightline/runtime/program'
import { root } from '@sightline/runtime/root'
import { type Browser, chromium } from 'playwright-core'
import { runFolder } from '../../support/run-folder.ts'
import { californiaOf } from './small-map.ts'

export const CHROMIUM = findProgram('chromium')

/** Without Debian's chromium tests of the console are skipped: `describe.skipIf(!HAS_CHROMIUM)`. */
export const HAS_CHROMIUM = CHROMIUM !== null

/**
 * The same engine as Debian's `chromium-headless-shell`, without windows: half the CPU time. The program itself, because the
 * one on the PATH is a script that stays as its parent.
 */
const SHELL = '/usr/lib/chromium/chromium-headless-shell'

/** `lean` is the shell, where it is there; `whole` has what only a browser with windows has: notifications, focus. */
export type BrowserKind = 'lean' | 'whole'

const pathOf = (kind: BrowserKind): string =>
  process.env.SIGHTLINE_CHROMIUM ?? (kind === 'lean' && existsSync(SHELL) ? SHELL : CHROMIUM!)

/** Folder of a console that is built already, for who works on it beside others. */
const BUILT = process.env.SIGHTLINE_CONSOLE_BUILT

let isBuilt = false

/** Builds the console again when a source changed; looks once a process. @returns its folder */
export function buildConsole(): string {
  if (BUILT) return BUILT
  if (isBuilt) return CONSOLE_FOLDER
  execFileSync(process.execPath, [join(root, 'cli/console-build.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  isBuilt = true
  return CONSOLE_FOLDER
}

let small: string | undefined

/**
 * The console as it is built, its map cut to California, where the tests' cameras are: to draw all counties of the United States
 * takes a second of a core, at each opening of a map and each change of its theme. The whole system (`whole-system.ts`) has
 * them all. Made once a process.
 */
export function consoleWithSmallMap(): string {
  if (small) return small
  const folder = buildConsole()
  // Another one where a test has loaded its modules again.
  small = mkdtempSync(join(runFolder(), 'console-'))
  mkdirSync(join(small, 'assets'))
  for (const part of ['.', 'assets']) {
    for (const entry of readdirSync(join(folder, part), { withFileTypes: true })) {
      if (!entry.isFile()) continue
      const [from, to] = [join(folder, part, entry.name), join(small, part, entry.name)]
      if (!entry.name.startsWith('counties-')) symlinkSync(from, to)
      // Its packed forms would be served before it.
      else if (entry.name.endsWith('.json')) writeFileSync(to, californiaOf(readFileSync(from, 'utf8')))
    }
  }
  return small
}

const launched = new Map<BrowserKind, Promise<Browser>>()

/**
 * The browser of this process, started for its first test file and kept for the next ones: what tabs share with each other is
 * a context, and each tab has one of its own. It ends with the process.
 */
export async function ourChromium(kind: BrowserKind = 'lean'): Promise<Browser> {
  if ((await launched.get(kind))?.isConnected() !== true) {
    // The process may end at once; a browser whose pipe is gone ends by itself.
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }
    launched.set(kind, chromium.launch({ executablePath: pathOf(kind), args: ['--no-sandbox'], ...signals }))
  }
  return launched.get(kind)!
}

/** Closes all tabs of a file's tests. */
export async function closeTabs(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()))
}
