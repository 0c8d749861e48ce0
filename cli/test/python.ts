import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { root } from '@sightline/runtime/root'
import type { DependencyReport } from './dependencies.ts'

const TRAINING = join(root, 'training')

/** Our own Python environment, separate from the host's. */
const VENV = join(homedir(), '.cache/sightline/python')
const PROGRAM = join(VENV, 'bin/python')

/** Requirements of the checks, in training/. */
export const CHECKED = 'requirements-check.txt'

/** Each check: its name for people, the module, and its arguments. */
const CHECKS = [
  ['linter', ['ruff', 'check', '--quiet', '.']],
  ['types', ['mypy', '--no-error-summary', '.']],
] as const

/** Without a network pip would retry for minutes. */
const PATIENCE = ['--retries', '1', '--timeout', '15']

/** Python with the packages of a requirements file; `fault` says why there is none. */
export type Python = { program: string } | { fault: string }

/**
 * Installs packages into our own Python environment, once for each content of the files.
 * @param requirements names of files in training/
 */
export function ensurePython(...requirements: string[]): Python {
  const there = pythonThere(...requirements)
  if ('program' in there) return there
  const wanted = requirements.flatMap((name) => ['-r', join(TRAINING, name)])
  const steps = [
    ...(existsSync(PROGRAM) ? [] : [['python3', '-m', 'venv', VENV]]),
    [PROGRAM, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PATIENCE, ...wanted],
  ]
  for (const [command = '', ...args] of steps) {
    const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' })
    if (error) return { fault: `${command} cannot be started` }
    if (status !== 0) return { fault: lastLine(stderr) || `${command} failed` }
  }
  writeFileSync(markOf(requirements), '')
  return { program: PROGRAM }
}

/** The same, if it was already installed: installing takes a minute. */
export function pythonThere(...requirements: string[]): Python {
  if (existsSync(markOf(requirements)) && existsSync(PROGRAM)) return { program: PROGRAM }
  return { fault: 'its tools are not installed; a complete ./sightline test installs them' }
}

/** The marker file for these packages, in these versions. */
function markOf(requirements: readonly string[]): string {
  const wanted = createHash('sha256')
  for (const name of ['requirements-render.txt', ...requirements])
    wanted.update(readFileSync(join(TRAINING, name)))
  return join(VENV, `.sightline-${wanted.digest('hex').slice(0, 16)}`)
}

/**
 * Lints training/ and checks its types (training/pyproject.toml). If that is not possible, a line says so: it should
 * not block those who change only TypeScript.
 * @param python with the packages of {@link CHECKED}
 */
export function pythonReport(python: Python, folder = TRAINING): DependencyReport {
  if ('fault' in python) {
    return {
      faults: [],
      lines: [`python: NOT CHECKED, because ${python.fault} (training/${CHECKED})`],
    }
  }
  const faults = CHECKS.flatMap(([what, args]) => {
    const { status } = spawnSync(python.program, ['-m', ...args], { cwd: folder, stdio: ['ignore', 2, 2] })
    return status === 0 ? [] : [`${what} of Python (training/)`]
  })
  return { faults, lines: faults.length > 0 ? [] : ['python: linted, types checked'] }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)!.trim()
