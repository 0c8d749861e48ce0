// Builds the console (console/) into console/dist with Vite when a source changed. Plain JavaScript without
// dependencies, because the launcher runs it before anything is compiled; `node cli/console-build.mjs` does the same.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const at = (...parts) => join(root, ...parts)

/** When the newest file of a folder was changed, in milliseconds; the lock file covers the packages. */
function newestIn(folder) {
  let newest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name.startsWith('dist')) continue
    const path = join(folder, entry.name)
    newest = Math.max(newest, entry.isDirectory() ? newestIn(path) : statSync(path).mtimeMs)
  }
  return newest
}

function exchange(fresh, old) {
  rmSync(old, { recursive: true, force: true })
  try {
    renameSync(fresh, old)
  } catch (error) {
    // Another process built it at the same moment: its result is just as good.
    if (!existsSync(join(old, 'index.html'))) throw error
  }
}

/**
 * @param say prints one line for the person
 * @returns exit status of the build; 0 when there was nothing to do
 */
export function buildConsole(say) {
  const sources = at('console')
  if (!existsSync(join(sources, 'vite.config.ts'))) return 0 // an installed package is built already
  const mark = at('console', 'dist', '.built')
  const newest = Math.max(newestIn(sources), statSync(at('package-lock.json')).mtimeMs)
  if (existsSync(mark) && statSync(mark).mtimeMs > newest) return 0
  say('building the console …')
  const begun = new Date()
  // Build beside the folder that may be in use, then swap them in one step.
  const out = at('console', `dist-${process.pid}`)
  const vite = at('node_modules', 'vite', 'bin', 'vite.js')
  const { status } = spawnSync(process.execPath, [vite, 'build', sources, '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, SIGHTLINE_CONSOLE_OUT: out, NODE_ENV: 'production' },
  })
  if (status === 0) {
    exchange(out, at('console', 'dist'))
    writeFileSync(mark, '')
    // It does not contain changes made during the build.
    utimesSync(mark, begun, begun)
  }
  rmSync(out, { recursive: true, force: true })
  return status ?? 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = buildConsole((line) => process.stderr.write(`${line}\n`))
}
