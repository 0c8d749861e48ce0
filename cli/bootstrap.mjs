// Makes a fresh clone runnable, then runs the program: installs npm packages when package-lock.json changed,
// compiles and builds the console when a source changed. Plain JavaScript without dependencies, because it runs before both.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildConsole } from './console-build.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const at = (...parts) => join(root, ...parts)
const say = (line) => process.stderr.write(`sightline: ${line}\n`)

/** Ends with a message for the person. Status 69: something needed is missing (sysexits). */
function refuse(message, hint) {
  process.stderr.write(`sightline: ${message}\n  ${hint}\n`)
  process.exit(69)
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 20)) return
  refuse(`Node.js ${process.versions.node} is too old.`, 'Sightline needs version 20.20 or newer.')
}

/** Runs a program with its output on standard error: standard output belongs to results. */
function run(what, command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (error)
    refuse(
      `${what}: ${command} cannot be started (${error.code}).`,
      'npm comes with Node.js; check the PATH.',
    )
  if (status !== 0)
    refuse(`${what} failed.`, 'The reason stands above; mend it and run the same command again.')
}

function installPackages() {
  const lock = at('package-lock.json')
  if (!existsSync(lock)) return // an installed package brings its dependencies along
  const mark = at('node_modules', '.sightline-lock')
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  say('installing npm packages (first start, about a minute; 1.2 GB with the ClickHouse and ONNX engines) …')
  const begun = Date.now()
  // Not `npm ci`: it refuses a lock file that lacks packages for other platforms, which registries that mirror
  // only one platform make. `--no-save` installs what is locked and leaves the lock file as it is.
  run('installing npm packages', 'npm', [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  writeFileSync(mark, wanted)
  say(`packages are installed (${Math.round((Date.now() - begun) / 1000)} s)`)
}

/** When the newest of the sources in a folder was changed, in milliseconds. */
function newestSource(folder) {
  let newest = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.ts$|^(tsconfig|package)\.json$/.test(entry.name)) continue
    if (entry.parentPath.includes(`${sep}dist`)) continue
    newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs)
  }
  return newest
}

function compile() {
  const config = at('tsconfig.build.json')
  if (!existsSync(config)) return // an installed package is compiled already
  const mark = at('cli', 'dist', '.compiled')
  const packages = JSON.parse(readFileSync(config, 'utf8')).references.map(({ path }) => at(path))
  const newest = Math.max(...packages.map(newestSource), statSync(at('package-lock.json')).mtimeMs)
  if (existsSync(mark) && statSync(mark).mtimeMs > newest) return
  say('compiling …')
  run('compiling', process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-b', config])
  writeFileSync(mark, '')
}

requireNode()
installPackages()
compile()
if (buildConsole(say) !== 0) {
  refuse('building the console failed.', 'The reason stands above; mend it and run the same command again.')
}
await import(new URL('dist/main.js', import.meta.url))
