import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { root, version } from '@sightline/runtime/root'
import { SightlineError } from '@sightline/schemas/errors'
import { closureOf, readLock, topLevel } from './lock.ts'
import { stageOwn } from './stage.ts'

/** Platforms for which an archive can be made. */
export const EDGE_PLATFORMS = ['linux-x64', 'linux-arm64'] as const

export type EdgePlatform = (typeof EDGE_PLATFORMS)[number]

export interface Packed {
  /** Path of the archive. */
  file: string
  archiveMib: number
  /** Unpacked size on the host, MiB. */
  installedMib: number
  packages: number
}

const LAUNCHER = `#!/bin/sh
# The camera edge agent. Needs Node.js 20.20 or newer and nothing else; ffmpeg for cameras with video.
here=$(dirname "$(readlink -f "$0")")
if ! command -v node >/dev/null 2>&1; then
  echo "sightline-edge: Node.js is not installed; the edge agent needs version 20.20 or newer." >&2
  exit 69
fi
exec node "$here/node_modules/@sightline/edge-agent/dist/command/main.js" "$@"
`

/**
 * Makes one archive of the edge agent, its models and all packages; the host only needs Node.js.
 * @param out folder for the archive
 * @throws PROGRAM_MISSING when npm or tar is missing or a package cannot be fetched
 */
export function packEdge(out: string, platform: EdgePlatform): Packed {
  const work = mkdtempSync(join(tmpdir(), 'sightline-pack-'))
  try {
    const name = `sightline-edge-${version}-${platform}`
    const staged = stageEdge(join(work, name), platform)
    mkdirSync(resolve(out), { recursive: true })
    const file = join(resolve(out), `${name}.tar.gz`)
    // The same content gives the same archive, regardless of who makes it and when.
    const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner']
    run('tar', ['--create', '--gzip', '--file', file, ...same, '--directory', work, name], work)
    return { file, archiveMib: mib(statSync(file).size), ...staged }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/**
 * Collects the content of the archive in a new folder.
 * @throws PROGRAM_MISSING when npm is missing or a package cannot be fetched
 */
export function stageEdge(stage: string, platform: EdgePlatform): Pick<Packed, 'installedMib' | 'packages'> {
  mkdirSync(stage)
  const packages = installOthers(stage, platform)
  stageOwn(closureOf(readLock(), 'edge-agent').own, join(stage, 'node_modules'), false)
  prune(stage, platform)
  writeFileSync(join(stage, 'sightline-edge'), LAUNCHER, { mode: 0o755 })
  for (const file of [
    'LICENSE',
    'deploy/edge/README.md',
    'docs/edge-agent.md',
    'docs/zones-and-privacy.md',
  ]) {
    cpSync(
      join(root, file),
      join(stage, file === 'deploy/edge/README.md' ? 'README.md' : file.split('/').at(-1)!),
    )
  }
  for (const file of readdirSync(join(root, 'deploy/edge'))) {
    if (file.startsWith('sightline-edge') || file === 'edge.yaml')
      cpSync(join(root, 'deploy/edge', file), join(stage, file))
  }
  return { installedMib: mib(sizeOf(stage)), packages }
}

/**
 * Installs the edge agent's third-party packages, as locked, each checked against its hash, without running their
 * scripts.
 */
function installOthers(stage: string, platform: EdgePlatform): number {
  const lock = readLock()
  const closure = closureOf(lock, 'edge-agent')
  const about = { name: 'sightline-edge', version, private: true, dependencies: topLevel(closure, lock) }
  const packages = { '': about, ...closure.others }
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(about, null, 2)}\n`)
  writeFileSync(
    join(stage, 'package-lock.json'),
    JSON.stringify({ ...about, lockfileVersion: 3, requires: true, packages }, null, 2),
  )
  const [os, cpu] = platform.split('-')
  // A locked version does not change, so npm may use its cache without asking the registry.
  const words = ['install', '--prefer-offline', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund']
  run('npm', [...words, '--loglevel=error', `--os=${os}`, `--cpu=${cpu}`, '--libc=glibc'], stage)
  rmSync(join(stage, 'package-lock.json'))
  return Object.keys(closure.others).length
}

/** The onnxruntime package contains the libraries of all platforms. */
function prune(stage: string, platform: EdgePlatform): void {
  const [os = '', cpu = ''] = platform.split('-')
  const binaries = join(stage, 'node_modules/onnxruntime-node/bin')
  for (const version of readdirSync(binaries)) {
    for (const system of readdirSync(join(binaries, version))) {
      for (const processor of readdirSync(join(binaries, version, system))) {
        if (system === os && processor === cpu) continue
        rmSync(join(binaries, version, system, processor), { recursive: true })
      }
    }
  }
  for (const file of ['learning-curve.png', 'reliability.png']) {
    rmSync(join(stage, 'node_modules/@sightline/models', file), { force: true })
  }
}

function run(program: string, words: readonly string[], cwd: string): void {
  const { status, error, stderr } = spawnSync(program, words, { cwd, encoding: 'utf8' })
  if (status === 0) return
  throw new SightlineError('PROGRAM_MISSING', `${program} failed: ${error?.message ?? stderr.trim()}`, {
    hint: "Packages come from the npm registry or from npm's cache. Check that one of them can be reached.",
  })
}

const mib = (bytes: number): number => Math.round((bytes / 1024 ** 2) * 10) / 10

function sizeOf(folder: string): number {
  if (!existsSync(folder)) return 0
  let bytes = 0
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size
  }
  return bytes
}
