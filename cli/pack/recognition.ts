import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { root } from '@sightline/runtime/root'
import { SightlineError } from '@sightline/schemas/errors'
import { closureOf, readLock, topLevel } from './lock.ts'
import { stageOwn } from './stage.ts'

/**
 * Makes the tarball of the recognizer for `npm install`: compiled, with types, models, and the project's own packages
 * inside.
 * @param out folder for the tarball
 * @returns its path
 * @throws PROGRAM_MISSING when npm is missing
 */
export function packRecognition(out: string): string {
  const lock = readLock()
  const closure = closureOf(lock, 'recognition')
  const work = mkdtempSync(join(tmpdir(), 'sightline-pack-'))
  try {
    stageOwn(['recognition'], work, true)
    const stage = join(work, '@sightline/recognition')
    const inside = [...closure.own].filter((name) => name !== 'recognition')
    stageOwn(inside, join(stage, 'node_modules'), true)
    cpSync(join(root, 'LICENSE'), join(stage, 'LICENSE'))
    const file = join(stage, 'package.json')
    const about = JSON.parse(readFileSync(file, 'utf8'))
    const names = inside.map((name) => `@sightline/${name}`)
    about.dependencies = {
      ...topLevel(closure, lock),
      ...Object.fromEntries(names.map((name) => [name, about.version])),
    }
    about.bundleDependencies = names
    delete about.private
    writeFileSync(file, `${JSON.stringify(about, null, 2)}\n`)
    mkdirSync(resolve(out), { recursive: true })
    const { status, stdout, stderr } = spawnSync(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', resolve(out)],
      { cwd: stage, encoding: 'utf8' },
    )
    if (status !== 0) {
      throw new SightlineError('PROGRAM_MISSING', `npm could not make the package: ${stderr.trim()}`, {
        hint: 'npm comes with Node.js. Check that it can be started.',
      })
    }
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
    return join(resolve(out), filename)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
