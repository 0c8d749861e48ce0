import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { freePort } from '@sightline/broker/free-port'
import { SUBCOMMANDS } from '@sightline/cli/subcommands'
import { root } from '@sightline/runtime/root'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'

/** The program as a person or a script starts it. */
function sightline(...args: string[]) {
  const env = { ...process.env, SIGHTLINE_LOG: 'silent' }
  const { status, stdout, stderr } = spawnSync(join(root, 'sightline'), args, {
    encoding: 'utf8',
    env,
    timeout: 90_000,
  })
  return { status, stdout, stderr }
}

test('every subcommand has a help text with examples', async () => {
  const { stdout } = sightline('--help')
  for (const [name, { load }] of Object.entries(SUBCOMMANDS)) {
    expect(stdout).toContain(`  ${name} `)
    let help = ''
    const command = (await load()).command().configureOutput({
      writeOut: (text) => {
        help += text
      },
    })
    command.outputHelp()
    expect(help, name).toMatch(/Examples?:\n\s+\.\/sightline/)
  }
}, 120_000)

test('the help of every command shows default durations with a unit', async () => {
  const bare: string[] = []
  const visit = (command: Command, path: string) => {
    for (const { flags, defaultValue, defaultValueDescription } of command.options) {
      const shown = defaultValueDescription ?? defaultValue
      if (/<duration>/.test(flags) && shown !== undefined && !/[a-z]$/.test(String(shown)))
        bare.push(`${path} ${flags}: ${shown}`)
    }
    for (const one of command.commands) visit(one, `${path} ${one.name()}`)
  }
  for (const [name, { load }] of Object.entries(SUBCOMMANDS)) visit((await load()).command(), name)
  expect(bare).toEqual([])
}, 120_000)

test('an unknown subcommand or option is refused with status 64', () => {
  expect(sightline('reed')).toMatchObject({ status: 64 })
  expect(sightline('demo', '--prot', '8080')).toMatchObject({ status: 64 })
  expect(sightline('demo', '--for', 'ever').stderr).toContain('60s')
})

describe('a missing broker', () => {
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

  test('is reported as one JSON line for machines', async () => {
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
