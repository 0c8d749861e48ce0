import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../broker/free-port.ts'
import { root } from '../../runtime/root.ts'
import { READS } from '../../schemas/streams.ts'
import { type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { aRead } from '../support/reads.ts'

/** The program as a person or a script starts it. */
function sightline(...args: string[]) {
  const env = { ...process.env, SIGHTLINE_LOG: 'silent' }
  const { status, stdout, stderr } = spawnSync(join(root, 'sightline'), args, {
    encoding: 'utf8',
    env,
    timeout: 30_000,
  })
  return { status, stdout, stderr }
}

test('every subcommand has a help text with examples', () => {
  const { stdout } = sightline('--help')
  const names = [
    'demo',
    'test',
    'read',
    'edge',
    'matcher',
    'vendor',
    'api',
    'broker',
    'replay',
    'bench',
    'docs',
  ]
  for (const name of names) {
    expect(stdout).toContain(`  ${name} `)
    const help = sightline(name, '--help')
    expect(help.status, name).toBe(0)
    expect(help.stdout, name).toMatch(/Examples?:\n\s+\.\/sightline/)
  }
})

test('an unknown subcommand or option is refused with status 64', () => {
  expect(sightline('reed')).toMatchObject({ status: 64 })
  expect(sightline('demo', '--prot', '8080')).toMatchObject({ status: 64 })
  expect(sightline('demo', '--for', 'ever').stderr).toContain('60s')
})

describe('a broker that is not there', () => {
  let broker: TestBroker
  beforeAll(async () => {
    broker = await testBroker()
  })
  afterAll(() => broker.remove())

  test.each([['matcher'], ['api']])('ends %s with status 69 and a hint', async (service) => {
    const url = `nats://127.0.0.1:${await freePort()}`
    const { status, stderr, stdout } = sightline(service, 'run', '--broker', url, '--keys', broker.keys)
    expect(status).toBe(69)
    expect(stderr).toContain('BROKER_UNREACHABLE')
    expect(stderr).toContain('./sightline broker run')
    expect(stdout).toBe('')
  })

  test('is one JSON line where a machine reads', async () => {
    const url = `nats://127.0.0.1:${await freePort()}`
    const { stdout } = sightline('matcher', 'run', '--json', '--broker', url, '--keys', broker.keys)
    expect(JSON.parse(stdout)).toMatchObject({ type: 'error', code: 'BROKER_UNREACHABLE' })
  })

  test('a folder without keys is a configuration error, status 78', () => {
    const { status, stderr } = sightline('matcher', 'run', '--broker', broker.url, '--keys', '/nowhere')
    expect(status).toBe(78)
    expect(stderr).toContain('/nowhere/matcher.nk')
  })
})

describe('replay', () => {
  let broker: TestBroker
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    broker = await testBroker()
    folder = await temporaryFolder()
  })
  afterAll(async () => {
    await broker.remove()
    await folder.remove()
  })

  const recording = (count: number) =>
    Array.from({ length: count }, (_, n) =>
      JSON.stringify(aRead({ seenAt: new Date(Date.parse('2026-11-24T03:00:00.000Z') + n).toISOString() })),
    )
  const stored = async () => {
    const manager = await jetstreamManager(await broker.as('admin'))
    return (await manager.streams.info(READS)).state.messages
  }

  test('publishes each read once, names the lines that are none, and goes on', async () => {
    const file = join(folder.path, 'reads.ndjson')
    const lines = recording(20)
    lines.splice(10, 0, '{"plate": "7ABC123"}', 'not json')
    await writeFile(file, lines.join('\n'))
    const args = ['--json', '--rate', '1000', '--broker', broker.url, '--keys', broker.keys]
    const { status, stdout, stderr } = sightline('replay', file, ...args)
    expect(JSON.parse(stdout)).toMatchObject({ published: 20, refused: 2 })
    expect(status).toBe(65)
    expect(stderr).toContain(`${file}:11:`)
    expect(stderr).toContain(`${file}:12:`)
    expect(await stored()).toBe(20)

    const again = join(folder.path, 'reads.ndjson.gz')
    await writeFile(again, gzipSync(recording(20).join('\n')))
    expect(sightline('replay', again, ...args).status).toBe(0)
    expect(await stored()).toBe(20)
  })

  test('refuses a file that is not there, one that is not gzip, and a broker elsewhere', async () => {
    const args = ['--broker', broker.url, '--keys', broker.keys]
    expect(sightline('replay', '/nowhere.ndjson', ...args)).toMatchObject({ status: 66 })
    const fake = join(folder.path, 'fake.ndjson.gz')
    await writeFile(fake, 'not gzip')
    expect(sightline('replay', fake, ...args)).toMatchObject({ status: 66 })
    const { status, stderr } = sightline('replay', fake, '--broker', 'nats://192.0.2.1:4222')
    expect(status).toBe(64)
    expect(stderr).toContain('--allow-remote')
  })
})
