import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { connectBroker } from '@sightline/broker/connect'
import { freePort } from '@sightline/broker/free-port'
import { apiUrl } from '@sightline/edge-agent/command/call-api'
import { keptAuthority, readEnrolled } from '@sightline/edge-agent/command/credentials'
import { type EnrollOptions, enrollHost, tryBroker } from '@sightline/edge-agent/command/enroll'
import { withEnrolledBroker } from '@sightline/edge-agent/command/enroll-command'
import { withBroker } from '@sightline/runtime/command-line/options'
import { root } from '@sightline/runtime/root'
import type { EdgeAgent } from '@sightline/schemas/edge-agent'
import type { Enrollment } from '@sightline/schemas/enrollment'
import { EDGE_AGENTS } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { Command } from 'commander'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { bodyOf, json, type Rig, startRig } from '../../api/harness.ts'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { until } from '../../support/edge-agents.ts'
import { runInProcess } from '../../support/in-process.ts'
import { aRead } from '../../support/reads.ts'

/** The program as a person starts it; in this process, in which the api answers, too. */
const sightline = (...[name = '', ...args]: string[]) =>
  runInProcess(name, () => import('@sightline/edge-agent/command/edge'), args)

/** The program is compiled when a source changed, and started several times. */
const PROGRAM = { timeout: 180_000 }

let rig: Rig
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.close())
beforeEach(async () => {
  folder = await temporaryFolder()
  // An api for each test: it limits the tries from one address, and all come from here.
  rig.api = await rig.startApi()
})
afterEach(async () => {
  // Each that runs looks after everything: twenty of them are a load.
  await rig.api.close()
  await folder.remove()
})

const invited = async (agent: string, cameras = [`${agent}-1`], more: object = {}) =>
  (await bodyOf<Enrollment>(rig.call('/v1/edge/enrollments', json({ agent, cameras, ...more })))).code

const enroll = (code: string, more: Partial<EnrollOptions> = {}) =>
  enrollHost({
    api: rig.api.url,
    code,
    state: folder.path,
    replace: false,
    clock: Date.now,
    ...more,
  })

const keyOf = (name: string) => join(folder.path, 'keys', `${name}.nk`)

/** What `edge run` would run with. */
async function options(...args: string[]) {
  let seen: Record<string, unknown> = {}
  const command = withEnrolledBroker(withBroker(new Command('run')))
    .option('--user <name>', '', 'edge')
    .option('--camera <id>', '', 'gate-1')
    .option('--config <file>')
    .action((given) => {
      seen = given
    })
  await command.parseAsync(['--state', folder.path, ...args], { from: 'user' })
  return seen
}

describe('a host', () => {
  test(
    'is enrolled and revoked with the commands that administrator and installer type',
    PROGRAM,
    async () => {
      const admin = ['--api', rig.api.url, '--token-file', rig.api.tokenPath!]
      const invitation = await sightline('edge', 'invite', 'pier', '--camera', 'pier-1', 'pier-2', ...admin)
      const [, command = ''] = /sightline (edge enroll .*)/.exec(invitation.stdout) ?? []
      const enrolled = await sightline(...command.split(' '), '--state', folder.path)
      expect(enrolled).toMatchObject({ status: 0, stderr: '' })
      expect(enrolled.stdout).toContain('This host is now the edge agent pier.')
      expect(enrolled.stdout).toContain('pier-1, pier-2')
      expect(enrolled.stdout).toContain('./sightline edge run')
      expect((await sightline('edge', 'agents', ...admin)).stdout).toMatch(
        /^pier {2}enrolled since .*pier-1, pier-2$/m,
      )

      const connection = await connectBroker(
        { servers: rig.broker.url, keys: join(folder.path, 'keys'), user: 'pier' },
        quiet,
      )
      const cut = (async () => {
        for await (const { type } of connection.status()) if (type === 'disconnect') return
      })()
      const revoked = await sightline('edge', 'revoke', 'pier', ...admin)
      expect(revoked).toMatchObject({ status: 0, stdout: expect.stringContaining('pier is cut off') })
      await cut
      await connection.close()
      const again = await sightline(...command.split(' '), '--state', folder.path, '--replace', '--json')
      expect(JSON.parse(again.stdout)).toMatchObject({ type: 'error', code: 'CODE_SPENT' })
      expect(again.status).toBe(77)
    },
  )

  test('has its private key in a file that only its owner can read; the agency gets the public key', async () => {
    const enrolled = await enroll(await invited('own'))
    expect(enrolled).toMatchObject({ agent: 'own', cameras: ['own-1'], servers: [rig.broker.url] })
    await tryBroker(folder.path, enrolled, quiet)
    expect(await readdir(join(folder.path, 'keys'))).toEqual(['own.nk'])
    for (const path of [keyOf('own'), join(folder.path, 'agent.json')]) {
      expect((await stat(path)).mode & 0o777).toBe(0o600)
    }
    expect((await stat(join(folder.path, 'keys'))).mode & 0o777).toBe(0o700)
    const seed = (await readFile(keyOf('own'), 'utf8')).trim()
    expect(seed).toMatch(/^SU/)
    expect(JSON.stringify(await stored('own'))).not.toContain(seed)
  })

  test('keeps the authority of its broker, which every run then requires, until it enrolls without one', async () => {
    const ca = join(folder.path, 'agency.pem')
    await expect(enroll(await invited('vouched'), { ca })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('agency.pem'),
    })
    await writeFile(ca, 'PEM')
    await enroll(await invited('vouched'), { ca })
    const kept = await keptAuthority(folder.path)
    expect(await readFile(kept!, 'utf8')).toBe('PEM')
    expect(await options('--camera', 'vouched-1')).toMatchObject({ ca: kept })
    expect(await options('--camera', 'vouched-1', '--ca', 'other.pem')).toMatchObject({ ca: 'other.pem' })
    await enroll(await invited('unvouched'), { replace: true })
    expect(await keptAuthority(folder.path)).toBeUndefined()
  })

  test('gets the same result when its first try was cut off at any point', async () => {
    const code = await invited('cut')
    const first = await enroll(code)
    // As if it had died before it kept the answer, and as if it had died just before its last step.
    const seed = await readFile(keyOf('cut'))
    await writeFile(keyOf('enrolling'), seed)
    await writeFile(join(folder.path, 'agent.json'), 'half a fi')
    await expect(readEnrolled(folder.path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    expect(await enroll(code, { replace: true })).toMatchObject({ agent: 'cut', cameras: first.cameras })
    expect(await readFile(keyOf('cut'))).toEqual(seed)
  })

  test('stays enrolled unless told otherwise, and then gets a new key', async () => {
    await enroll(await invited('stays'))
    const seed = await readFile(keyOf('stays'), 'utf8')
    const code = await invited('moves')
    await expect(enroll(code)).rejects.toMatchObject({
      code: 'CONFLICT',
      hint: expect.stringContaining('--replace'),
    })
    await writeFile(keyOf('enrolling'), seed)
    expect(await enroll(code, { replace: true })).toMatchObject({ agent: 'moves' })
    expect(await readdir(join(folder.path, 'keys'))).toEqual(['moves.nk'])
    expect(await readFile(keyOf('moves'), 'utf8')).not.toBe(seed)
  })
})

describe('the host is told what is wrong', () => {
  test.each([
    ['no code', 'ABCD', 'USAGE', 'no try was spent'],
    ['a wrong code', 'ABCD-EFGH-JKMN-PQRS', 'CODE_WRONG', 'letter by letter'],
  ])('with %s', async (_what, code, error, hint) => {
    await expect(enroll(code)).rejects.toMatchObject({ code: error, hint: expect.stringContaining(hint) })
    expect(await readEnrolled(folder.path)).toBeUndefined()
  })

  test.each([
    ['http://192.0.2.1:8080', 'not encrypted'],
    ['http://localhost.evil.example', 'not encrypted'],
    ['http://127.0.0.1.evil.example', 'not encrypted'],
    ['ftp://127.0.0.1', 'not the address'],
    ['sightline', 'not the address'],
  ])('for the address %s', async (api, message) => {
    await expect(enroll('ABCD-EFGH-JKMN-PQRS', { api })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(message),
    })
  })

  test('but not for an encrypted address, or one of this machine', () => {
    expect(apiUrl('https://sightline.example/base/')).toBe('https://sightline.example/base')
    for (const local of ['http://localhost:1', 'http://127.8.0.1:1', 'http://[::1]:1'])
      expect(apiUrl(local)).toBe(local)
  })

  test('when nobody answers, or something else', async () => {
    const api = `http://127.0.0.1:${await freePort()}`
    const code = await invited('lonely')
    await expect(enroll(code, { api })).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
    const other = createServer((_request, response) => response.end('<html>a proxy</html>'))
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    await expect(enroll(code, { api: elsewhere })).rejects.toMatchObject({
      code: 'API_UNREACHABLE',
      message: expect.stringContaining("not Sightline's api"),
    })
    other.close()
    await enroll(code)
  })

  test.each([
    ['ahead of', 3600_000],
    ['behind', -3600_000],
  ])('when its clock is %s the agency’s, before its code is used up', async (word, off) => {
    const code = await invited('timeless', ['timeless-1'], { replace: true })
    const clock = () => Date.now() + off
    await expect(enroll(code, { clock })).rejects.toMatchObject({
      code: 'CLOCK_WRONG',
      message: expect.stringMatching(new RegExp(`(359|360)\\d s ${word}`)),
    })
    await enroll(code)
  })

  test('when its folder is not writable', async () => {
    await writeFile(join(folder.path, 'file'), '')
    await expect(
      enroll(await invited('nowhere'), { state: join(folder.path, 'file') }),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
  })

  test('when it cannot reach the broker', async () => {
    const enrolled = await enroll(await invited('cutoff'))
    const servers = [`nats://127.0.0.1:${await freePort()}`]
    await expect(tryBroker(folder.path, { ...enrolled, servers }, quiet)).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringContaining('is enrolled as cutoff, but no broker answers'),
    })
  })
})

describe('edge run', () => {
  test('uses the host’s enrollment, unless told otherwise', async () => {
    expect(await options()).toMatchObject({ user: 'edge', keys: 'data/keys' })
    await enroll(await invited('runs'))
    const own = { broker: rig.broker.url, keys: join(folder.path, 'keys'), user: 'runs' }
    expect(await options('--camera', 'runs-1')).toMatchObject(own)
    expect(await options('--user', 'edge')).toMatchObject({ user: 'edge', keys: 'data/keys' })
    const config = join(folder.path, 'edge.yaml')
    const camera = (id: string) =>
      `cameras: [{ id: ${id}, owner: A, ownerType: agency, kind: fixed, source: { type: folder, path: /f } }]`
    await writeFile(config, camera('runs-1'))
    expect(await options('--config', config)).toMatchObject(own)
    await writeFile(config, camera('other'))
    await expect(options('--config', config)).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      message: expect.stringContaining('may not publish for other, only for runs-1'),
    })
  })
})

describe('an api that is killed at the moment an enrollment is stored', () => {
  test('leaves the host enrolled, or able to enroll by the same command', PROGRAM, async () => {
    const data = join(folder.path, 'api')
    await mkdir(data)
    const port = String(await freePort())
    const start = async () => {
      const child = spawn(
        join(root, 'sightline'),
        [
          'api',
          'run',
          '--json',
          '--broker',
          rig.broker.url,
          '--keys',
          rig.broker.keys,
          '--port',
          port,
          '--data',
          data,
        ],
        { env: { ...process.env, SIGHTLINE_LOG: 'silent' }, stdio: ['ignore', 'pipe', 'inherit'] },
      )
      // Also when the test fails: no process is left behind.
      onTestFinished(() => void child.kill('SIGKILL'))
      await once(createInterface({ input: child.stdout }), 'line')
      return child
    }
    const code = await invited('survivor')
    const bucket = await new Kvm(jetstream(rig.admin)).open(EDGE_AGENTS)
    const changes = await bucket.watch({ key: 'survivor' })
    const api = await start()
    const killed = (async () => {
      for await (const entry of changes) if (entry.json<EdgeAgent>().access) break
      api.kill('SIGKILL')
      await once(api, 'exit')
    })()
    const own = { api: `http://127.0.0.1:${port}`, replace: true }
    // Its answer may still arrive before it dies: then the host is enrolled, and there is nothing to repeat.
    const first = await enroll(code, own).catch((error) => {
      expect(error).toMatchObject({ code: 'API_UNREACHABLE' })
    })
    await killed
    const again = await start()
    const enrolled = first ?? (await enroll(code, own))
    await tryBroker(folder.path, enrolled, quiet)
    const connection = await connectBroker(
      { servers: enrolled.servers, keys: join(folder.path, 'keys'), user: 'survivor' },
      quiet,
    )
    const read = jetstream(connection).publish(readSubject('edge', 'survivor-1'), JSON.stringify(aRead()))
    expect(await read).toMatchObject({ stream: expect.stringMatching(/^READS_a\d$/) })
    await connection.close()
    again.kill()
    await once(again, 'exit')
  })
})

test('a revocation stands when the api restarts meanwhile', async () => {
  const enrolled = await enroll(await invited('gone'))
  await tryBroker(folder.path, enrolled, quiet)
  await rig.call('/v1/edge/agents/gone/revocation', { method: 'POST' })
  rig.api = await rig.startApi()
  const address = { servers: enrolled.servers, keys: join(folder.path, 'keys'), user: 'gone' }
  await until(() =>
    connectBroker(address, quiet, 500).then(
      () => false,
      (error) => error.code === 'BROKER_DENIED',
    ),
  )
})

/** The entry of the bucket. */
async function stored(name: string): Promise<EdgeAgent | undefined> {
  return (await (await new Kvm(jetstream(rig.admin)).open(EDGE_AGENTS)).get(name))?.json<EdgeAgent>()
}
