import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { root } from '@sightline/runtime/root'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** Seconds in which somebody wants to know. The program itself takes one to start, more on a busy machine. */
const SOON_S = 30
/** What the shell script needs that starts the program. */
const SHELL = ['sh', 'dirname', 'readlink']

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-programs-'))
  await writeFile(
    join(folder, 'edge.yaml'),
    'cameras:\n  - id: gate-1\n    owner: Harbor Police\n    ownerType: agency\n    kind: fixed\n    address: 1 Harbor Drive\n' +
      `    position: { lat: 32.7, lon: -117.1 }\n    source: { type: file, path: ${join(folder, 'nothing.mp4')} }\n`,
  )
  // A fresh clone, as far as the launcher looks at it before it has packages.
  await mkdir(join(folder, 'clone/cli'), { recursive: true })
  for (const file of [
    'sightline',
    'package-lock.json',
    'cli/bootstrap.mjs',
    'cli/packages.mjs',
    'cli/console-build.mjs',
  ]) {
    await cp(join(root, file), join(folder, 'clone', file))
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A PATH on which there are these programs alone, found on that of the tests. */
async function pathOf(programs: readonly string[]): Promise<string> {
  const bin = await mkdtemp(join(folder, 'bin-'))
  for (const name of programs) {
    if (name === 'node') await symlink(process.execPath, join(bin, name))
    else if (name === 'ffmpeg') await writeFile(join(bin, name), '#!/bin/sh\n', { mode: 0o755 })
    else await symlink(await find(name), join(bin, name))
  }
  return bin
}

async function find(name: string): Promise<string> {
  for (const place of (process.env.PATH ?? '').split(delimiter)) {
    const found: string[] = await readdir(place).catch(() => [])
    if (found.includes(name)) return join(place, name)
  }
  throw new Error(`the test needs ${name}`)
}

/** Processes that were started below one, whatever became of that: they inherit its environment. */
async function left(mark: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const about = async (id: string) => {
    const environment = await readFile(`/proc/${id}/environ`, 'latin1').catch(() => '')
    if (!environment.includes(mark)) return []
    const what = (await readFile(`/proc/${id}/cmdline`, 'latin1').catch(() => '')).replaceAll('\0', ' ')
    // A test that fails leaves nothing either.
    process.kill(Number(id), 'SIGKILL')
    return [what]
  }
  return (await Promise.all(ids.map(about))).flat()
}

async function run([program = '', ...args]: readonly string[], path: string, env: Record<string, string>) {
  const mark = randomUUID()
  const { SIGHTLINE_NATS_SERVER: _, ...inherited } = process.env
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, PATH: path, SIGHTLINE_TEST_MARK: mark, ...env },
    detached: true,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), SOON_S * 1000)
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  return { status, said, left: await left(mark) }
}

const main = [process.execPath, join(root, 'cli/dist/main.js')]
const NO_SERVER = { SIGHTLINE_NATS_SERVER: '/nowhere/nats-server' }

describe('a command whose program is not installed', () => {
  it.each<
    [name: string, missing: string, how: string, words: string[], has: string[], env?: Record<string, string>]
  >([
    ['bench console', 'chromium', 'apt-get install chromium', ['bench', 'console'], []],
    [
      'docs --console',
      'chromium',
      'apt-get install chromium',
      ['docs', '--console', '--out', 'pictures'],
      [],
    ],
    ['bench edge', 'ffmpeg', 'apt-get install ffmpeg', ['bench', 'edge'], []],
    ['bench edge with ffmpeg alone', 'ffprobe', 'apt-get install ffmpeg', ['bench', 'edge'], ['ffmpeg']],
    ['edge run', 'ffmpeg', 'apt-get install ffmpeg', ['edge', 'run', '--config', 'edge.yaml'], []],
    [
      'edge run with ffmpeg alone',
      'ffprobe',
      'apt-get install ffmpeg',
      ['edge', 'run', '--config', 'edge.yaml'],
      ['ffmpeg'],
    ],
    ...['api', 'cluster', 'latency', 'stream'].map(
      (bench): [string, string, string, string[], string[], Record<string, string>] => [
        `bench ${bench}`,
        'nats-server',
        'Put an official release of nats-server on the PATH',
        ['bench', bench],
        [],
        NO_SERVER,
      ],
    ),
    [
      'broker run',
      'nats-server',
      'Put an official release of nats-server on the PATH',
      ['broker', 'run', '--data', 'broker'],
      [],
      NO_SERVER,
    ],
    [
      'demo',
      'nats-server',
      'Put an official release of nats-server on the PATH',
      ['demo', '--data', 'demo'],
      [],
      NO_SERVER,
    ],
    [
      'test',
      'nats-server',
      'Put an official release of nats-server on the PATH',
      ['test', '--skip-checks', 'nothing'],
      [],
      NO_SERVER,
    ],
  ])(
    '%s soon says that %s is missing and how to install it (%s), and leaves nothing behind',
    async (_, missing, how, words, has, env = {}) => {
      const result = await run([...main, ...words], await pathOf(has), env)
      expect(result.said).toContain(missing)
      expect(result.said).toContain(how)
      expect(result).toMatchObject({ status: 69, left: [] })
    },
  )

  it.each([
    ['node', SHELL, 'Node.js is not installed', 'Install it'],
    ['npm', [...SHELL, 'node'], 'npm cannot be started', 'check the PATH'],
  ])('the launcher says that %s is missing', async (_, has, what, how) => {
    const result = await run(['/bin/sh', join(folder, 'clone/sightline'), '--help'], await pathOf(has), {})
    expect(result.said).toContain(what)
    expect(result.said).toContain(how)
    expect(result).toMatchObject({ status: 69, left: [] })
  })
})
