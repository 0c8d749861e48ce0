import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EDGE_PLATFORMS, packEdge, stageEdge } from '@sightline/cli/pack/edge'
import { closureOf, readLock } from '@sightline/cli/pack/lock'
import { packRecognition } from '@sightline/cli/pack/recognition'
import { root } from '@sightline/runtime/root'
import { afterAll, describe, expect, it } from 'vitest'
import { isLong } from '../support/long.ts'

const folder = mkdtempSync(join(tmpdir(), 'sightline-packed-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Nothing of this machine but Node.js. */
const bare = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: folder }

/** A frame of the simulated camera, with one plate in it. */
const FRAME = join(root, 'docs/frame-to-alert.jpg')

/** Where npm finds packages: its cache, else the registry. */
const npm = (...words: string[]) =>
  execFileSync('npm', [...words, '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })

describe('an edge host', () => {
  const ours = EDGE_PLATFORMS.find((name) => name === `linux-${process.arch}`)!

  it('reads a plate with the archive and Node.js alone, in at most 150 MB', { timeout: 240_000 }, () => {
    const { file, installedMib } = packEdge(folder, ours)
    execFileSync('tar', ['--extract', '--file', file, '--directory', folder])
    const host = file.replace(/\.tar\.gz$/, '')
    expect(installedMib * 1.048576).toBeLessThan(150)
    const { stdout, stderr } = spawnSync(join(host, 'sightline-edge'), ['read', '--json', FRAME], {
      ...{ encoding: 'utf8', cwd: folder, env: bare },
    })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout).plates.map(({ text }: { text: string }) => text)).toContain('3GHC987')
    const help = spawnSync(join(host, 'sightline-edge'), ['edge', 'run', '--help'], {
      ...{ encoding: 'utf8', cwd: folder, env: bare },
    })
    expect(help.status).toBe(0)
    expect(help.stdout).toContain('--config <file>')
  })

  it('contains no ClickHouse, api, console, other engines or sources', () => {
    const [host] = readdirSync(folder).filter((name) => name.endsWith(ours))
    const there = readdirSync(join(folder, host!, 'node_modules'), { recursive: true, encoding: 'utf8' })
    const unwanted =
      /chdb|tesseract\.js|@gutenye|@sightline\/(api|console|cli|matcher|vendor-sim|bench|test)\b/
    expect(there.filter((path) => unwanted.test(path))).toEqual([])
    expect(there.filter((path) => /^@sightline\/.*\.tsx?$/.test(path))).toEqual([])
  })

  const others = EDGE_PLATFORMS.filter((name) => name !== ours)

  it.each(others)('finds the native parts of %s where it finds its own', (platform) => {
    const packages = Object.keys(closureOf(readLock(), 'edge-agent').others)
    const native = packages.filter((name) => name.endsWith(ours))
    expect(native.length).toBeGreaterThan(1)
    expect(packages).toEqual(expect.arrayContaining(native.map((name) => name.replace(ours, platform))))
    const binaries = join(root, 'node_modules/onnxruntime-node/bin')
    const [system, cpu] = platform.split('-') as [string, string]
    for (const version of readdirSync(binaries))
      expect(readdirSync(join(binaries, version, system))).toContain(cpu)
  })

  // To install all of it for another platform takes eight seconds of a core: the long form.
  it.skipIf(!isLong).each(others)(
    'for %s takes at most 150 MB, and has binaries of that platform only',
    { timeout: 240_000 },
    (platform) => {
      // What the archive is made of: that one is unpacked as it was packed is seen above.
      const host = join(folder, platform)
      const { installedMib } = stageEdge(host, platform)
      expect(installedMib * 1.048576).toBeLessThan(150)
      const cpu = platform.split('-')[1]!
      const binaries = readdirSync(join(host, 'node_modules'), { recursive: true, encoding: 'utf8' })
        .filter((path) => /\.(node|so[.\d]*|dylib|dll)$/.test(path))
        .map((path) => join(host, 'node_modules', path))
      expect(binaries.length).toBeGreaterThan(2)
      // The machine that a library is for stands in its 19th byte: 62 is x64, 183 arm64.
      const machine = { x64: 62, arm64: 183 }[cpu]
      for (const path of binaries) {
        const [, of] = /^(\d+)/.exec(
          execFileSync('od', ['-An', '-t', 'u2', '-j', '18', '-N', '2', path], { encoding: 'utf8' }).trim(),
        )!
        expect([path, Number(of)]).toEqual([path, machine])
      }
    },
  )
})

describe('the package of the recognizer', () => {
  it('reads a plate in three lines, with types, from an empty folder', { timeout: 240_000 }, () => {
    const tarball = packRecognition(folder)
    writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }')
    npm('install', tarball)
    const lines = `
      import { createEngine, openPicture } from '@sightline/recognition'
      const engine = await createEngine('sightline')
      console.log(JSON.stringify(await engine.find(await openPicture(process.argv[2]!))))
    `
    writeFileSync(join(folder, 'read.mjs'), `${lines.replace(']!', ']')}\nawait engine.close()`)
    const read = spawnSync(process.execPath, ['read.mjs', FRAME], {
      cwd: folder,
      env: bare,
      encoding: 'utf8',
    })
    expect(read.stderr).toBe('')
    expect(JSON.parse(read.stdout)[0].text).toBe('3GHC987')

    writeFileSync(join(folder, 'read.ts'), `import process from 'node:process'\n${lines}`)
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--typeRoots',
      join(root, 'node_modules/@types'),
      '--types',
      'node',
    ]
    const check = spawnSync(process.execPath, [tsc, ...options, 'read.ts'], { cwd: folder, encoding: 'utf8' })
    expect(check.stdout).toBe('')
  })
})
