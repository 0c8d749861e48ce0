import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { root } from '@sightline/runtime/root'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/broker.ts'

/** A compiler that needs a library of version 2, as sources do after a `git pull`. */
const COMPILER = `
const { readFileSync, mkdirSync, writeFileSync } = require('node:fs')
const { version } = JSON.parse(readFileSync('node_modules/library/package.json', 'utf8'))
if (version !== '2.0.0' || readFileSync('cli/main.ts', 'utf8').includes('mistake')) {
  console.error('cli/main.ts:1: error')
  process.exit(2)
}
mkdirSync('cli/dist', { recursive: true })
writeFileSync('cli/dist/main.js', "console.log('it runs')")
`

const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } }
const OTHER_LIBC = header.glibcVersionRuntime ? 'musl' : 'glibc'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let clone: string
const at = (...parts: string[]) => join(clone, ...parts)
const npm = (...words: string[]) =>
  execFileSync('npm', [...words, '--offline', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: clone })

/** A package of which npm can install each version without a registry. @param platform for which it is; all without */
function pack(
  name: string,
  version: string,
  files: Record<string, string> = {},
  platform: object = {},
): void {
  const place = join(folder.path, `${name}-${version}`)
  mkdirSync(join(place, 'package/bin'), { recursive: true })
  writeFileSync(join(place, 'package/package.json'), JSON.stringify({ name, version, ...platform }))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(place, 'package', file), text)
  // As `npm pack` does it, which takes a third of a second of a core.
  execFileSync('tar', ['-czf', at('packed', `${name}-${version}.tgz`), '-C', place, 'package'])
}

beforeAll(async () => {
  folder = await temporaryFolder()
  clone = join(folder.path, 'clone')
  mkdirSync(at('cli'), { recursive: true })
  mkdirSync(at('packed'))
  pack('library', '1.0.0')
  pack('library', '2.0.0')
  pack('typescript', '1.0.0', { 'bin/tsc': COMPILER })
  const here = { os: [process.platform], cpu: [process.arch] }
  const platforms = {
    'engine-here': here,
    'engine-elsewhere': { ...here, os: ['aix'] },
    'engine-libc': { ...here, libc: [OTHER_LIBC] },
  }
  for (const [name, platform] of Object.entries(platforms)) pack(name, '1.0.0', {}, platform)
  for (const file of ['sightline', 'cli/bootstrap.mjs', 'cli/packages.mjs', 'cli/console-build.mjs'])
    cpSync(join(root, file), at(file))
  const dependencies = {
    library: 'file:packed/library-2.0.0.tgz',
    typescript: 'file:packed/typescript-1.0.0.tgz',
  }
  const optionalDependencies = Object.fromEntries(
    Object.keys(platforms).map((name) => [name, `file:packed/${name}-1.0.0.tgz`]),
  )
  const about = { name: 'clone', version: '1.0.0', dependencies, optionalDependencies }
  writeFileSync(at('package.json'), JSON.stringify(about))
  writeFileSync(at('tsconfig.build.json'), '{"references": [{"path": "cli"}]}')
  npm('install', '--package-lock-only')
  start()
}, 120_000)
afterAll(() => folder.remove())

/** Starts it as a person would, after a `git pull` unless nothing is to be compiled. */
function start(isPulled = true, [program, ...words]: readonly [string, ...string[]] = [at('sightline')]) {
  if (isPulled) rmSync(at('cli/dist'), { recursive: true, force: true })
  const { status, stdout, stderr } = spawnSync(program, words, {
    encoding: 'utf8',
    env: { ...process.env, npm_config_offline: 'true' },
  })
  return { status, stdout, stderr }
}

beforeEach(() => writeFileSync(at('cli/main.ts'), ''))
const versionThere = () => JSON.parse(readFileSync(at('node_modules/library/package.json'), 'utf8')).version

describe('packages that differ from package-lock.json, whatever the mark says,', () => {
  /** Makes everything in node_modules older than the mark: nothing but the failure tells. */
  const hide = () => {
    const now = Date.now() / 1000
    utimesSync(at('node_modules/.package-lock.json'), now - 100, now - 100)
    utimesSync(at('node_modules'), now - 100, now - 100)
    utimesSync(at('node_modules/.sightline-lock'), now, now)
  }
  const setVersion = (version: string) =>
    writeFileSync(at('node_modules/library/package.json'), JSON.stringify({ name: 'library', version }))

  it.each<[what: string, how: () => void, says: string]>([
    [
      'because somebody ran npm install by hand,',
      () => npm('install', '--no-save', './packed/library-1.0.0.tgz'),
      'library is 1.0.0 instead of 2.0.0',
    ],
    [
      'because an installation was interrupted,',
      () => rmSync(at('node_modules/library'), { recursive: true }),
      'library is missing',
    ],
    [
      'because an installation was interrupted before the part for this platform,',
      () => rmSync(at('node_modules/engine-here'), { recursive: true }),
      'engine-here is missing',
    ],
    [
      'because a file is cut off,',
      () => {
        writeFileSync(at('node_modules/library/package.json'), '{"na')
        writeFileSync(at('node_modules/other'), '')
      },
      'library is broken instead of 2.0.0',
    ],
    [
      'because the folder is that of an older clone,',
      () => {
        setVersion('1.0.0')
        cpSync(at('node_modules'), at('copy'), { recursive: true })
        rmSync(at('node_modules'), { recursive: true })
        cpSync(at('copy'), at('node_modules'), { recursive: true })
        rmSync(at('copy'), { recursive: true })
      },
      'library is 1.0.0 instead of 2.0.0',
    ],
    [
      'and look untouched,',
      () => {
        setVersion('1.0.0')
        hide()
      },
      'library is 1.0.0 instead of 2.0.0',
    ],
  ])('%s are named and installed again', (_, how, says) => {
    expect(start()).toMatchObject({ status: 0, stdout: 'it runs\n' })
    how()
    const { status, stdout, stderr } = start()
    expect(stderr).toContain(`node_modules is not what package-lock.json says: ${says}`)
    expect([status, stdout]).toEqual([0, 'it runs\n'])
    expect(versionThere()).toBe('2.0.0')
    // Once: the next start has nothing to do.
    expect(start(false)).toMatchObject({ status: 0, stdout: 'it runs\n', stderr: '' })
  })

  it('are left alone when they are correct and only the folder was copied', () => {
    start()
    const later = Date.now() / 1000 + 5
    utimesSync(at('node_modules/.package-lock.json'), later - 5, later - 5)
    utimesSync(at('node_modules'), later, later)
    expect(start(false)).toEqual({ status: 0, stdout: 'it runs\n', stderr: '' })
  })
})

it('installs what is for this platform, and does not miss what is for others', () => {
  start()
  const there = ['engine-here', 'engine-elsewhere', 'engine-libc'].map((name) =>
    existsSync(at('node_modules', name)),
  )
  expect(there).toEqual([true, false, false])
})

describe('a clone that this user cannot write to', () => {
  const KEPT = ['node_modules', 'node_modules/.sightline-lock', 'node_modules/.package-lock.json']
  /** The system's administrator may write anywhere unless they give that up. */
  const bound = (): [string, ...string[]] =>
    process.getuid?.() === 0
      ? ['setpriv', '--bounding-set=-dac_override', '--inh-caps=-dac_override', at('sightline')]
      : [at('sightline')]
  const touch = () => {
    const later = Date.now() / 1000 + 5
    utimesSync(at('node_modules'), later, later)
  }
  beforeEach(() => void start())
  afterEach(() => {
    for (const path of KEPT) chmodSync(at(path), 0o755)
  })
  const forbid = () => {
    for (const path of KEPT) chmodSync(at(path), 0o555)
  }

  it('starts when its packages are correct, whatever their times', () => {
    touch()
    forbid()
    expect(start(false, bound())).toEqual({ status: 0, stdout: 'it runs\n', stderr: '' })
  })

  it("names wrong packages, and gives npm's reason", () => {
    rmSync(at('node_modules/library'), { recursive: true })
    touch()
    forbid()
    const { status, stderr } = start(false, bound())
    expect(status).toBe(69)
    expect(stderr).toContain('library is missing')
    expect(stderr).toContain('sightline: installing npm packages failed.')
    expect(stderr).not.toContain('packages.mjs')
  })
})

it('says when the code is wrong, and installs nothing', () => {
  start()
  writeFileSync(at('cli/main.ts'), 'mistake')
  const { status, stderr } = start()
  expect(status).toBe(69)
  expect(stderr).toBe(
    'sightline: compiling …\n' +
      'cli/main.ts:1: error\n' +
      'sightline: compiling failed.\n' +
      '  The reason is above. If it is in the code, fix it; if it is in node_modules, delete that folder. Then run the same command again.\n',
  )
})
