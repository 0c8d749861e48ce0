import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { startApi } from '@sightline/api/main'
import { type Matcher, startMatcher } from '@sightline/matcher/main'
import { trafficPlate } from '@sightline/replay/traffic'
import { root } from '@sightline/runtime/root'
import { type Display, displayParser } from '@sightline/schemas/display'
import { readParser } from '@sightline/schemas/read'
import { ALERTS, DISPLAYS, READS, TEST_ALERTS } from '@sightline/schemas/streams'
import { testAlertSubject } from '@sightline/schemas/subjects'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { quiet, readsManager, type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { aDisplay } from '../support/displays.ts'
import { runInProcess } from '../support/in-process.ts'
import { aRead } from '../support/reads.ts'

/**
 * The command, against a real broker; where alerts matter, with a real matcher. In this process but where the process matters:
 * signals, a broker that stands still, the text for a person.
 */

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let broker: TestBroker
let admin: NatsConnection
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())
beforeEach(async () => {
  broker = await testBroker()
  admin = await broker.as('admin')
})
afterEach(() => broker.remove())

/** Starts it; the matcher may live in this process, so it is not waited for synchronously. */
function begin(...args: string[]) {
  const env = { ...process.env, SIGHTLINE_LOG: 'silent' }
  const words = ['replay', '--broker', broker.url, '--keys', broker.keys, ...args]
  const child = spawn(join(root, 'sightline'), words, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const done = Promise.all([ended, text(child.stdout), text(child.stderr)]).then(
    ([status, stdout, stderr]) => ({
      ...{ status, stdout, stderr },
      lines: linesOf(stdout),
    }),
  )
  return { child, done }
}
/** The result, then the error if there is one. */
const linesOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))

/** Runs it in this process. */
const run = (...args: string[]) =>
  runInProcess('replay', () => import('@sightline/replay/command'), [
    ...['--broker', broker.url, '--keys', broker.keys],
    ...args,
  ])
async function replay(...args: string[]) {
  const said = await run(...args, '--json')
  return { ...said, lines: linesOf(said.stdout) }
}

const streamState = async () => (await (await readsManager(admin)).streams.info(READS)).state
async function storedReads() {
  const manager = await readsManager(admin)
  const { messages, first_seq } = await streamState()
  const stored = Array.from({ length: messages }, (_, n) =>
    manager.streams.getMessage(READS, { seq: first_seq + n }),
  )
  return (await Promise.all(stored)).map((message) => readParser.parseJson(message!.data))
}
async function displays(): Promise<Display[]> {
  const kv = await new Kvm(jetstream(admin)).open(DISPLAYS)
  const keys: string[] = []
  for await (const key of await kv.keys()) keys.push(key)
  return Promise.all(keys.map(async (key) => displayParser.parseJson((await kv.get(key))!.value)))
}

const recording = (count: number, everyMs = 1) =>
  Array.from({ length: count }, (_, n) =>
    JSON.stringify(
      aRead({ seenAt: new Date(Date.parse('2026-11-24T03:00:00.000Z') + n * everyMs).toISOString() }),
    ),
  )

describe('a recording', () => {
  test('is published as reads of now; invalid lines are named and left out', async () => {
    const file = join(folder.path, 'reads.ndjson')
    const lines = recording(20)
    lines.splice(10, 0, '{"plate": "7ABC123"}', 'not json')
    await writeFile(file, lines.join('\n'))
    const { status, stderr, lines: out } = await replay(file, '--rate', '1000', '--cameras', '3')
    expect(out[0]).toMatchObject({
      type: 'replayed',
      published: 20,
      refused: 2,
      duplicates: 0,
      stopped: null,
    })
    expect(status).toBe(65)
    expect(stderr).toContain(`${file}:11:`)
    expect(stderr).toContain(`${file}:12:`)
    const reads = await storedReads()
    expect(new Set(reads.map(({ camera }) => camera.id))).toEqual(
      new Set(['replay-1', 'replay-2', 'replay-3']),
    )
    for (const { seenAt } of reads) expect(Math.abs(Date.now() - Date.parse(seenAt))).toBeLessThan(60_000)
  })

  test('played twice gives twice as many reads; as recorded, the same ones', async () => {
    const file = join(folder.path, 'reads.ndjson.gz')
    await writeFile(file, gzipSync(recording(20).join('\n')))
    const args = [file, '--as-recorded']
    expect((await replay(...args)).lines[0]).toMatchObject({ published: 20, duplicates: 0 })
    expect((await replay(...args)).lines[0]).toMatchObject({ published: 20, duplicates: 20 })
    expect((await storedReads()).map((read) => JSON.stringify(read))).toEqual(recording(20))
    for (const total of [40, 60]) {
      expect((await replay(file, '--speed', '1000x')).lines[0]).toMatchObject({
        published: 20,
        duplicates: 0,
      })
      expect((await streamState()).messages).toBe(total)
    }
  })

  test('keeps its pace, or a multiple of it', async () => {
    const file = join(folder.path, 'slow.ndjson')
    await writeFile(file, recording(5, 400).join('\n'))
    const [own] = (await replay(file)).lines
    expect(own.seconds).toBeGreaterThanOrEqual(1.6)
    // So much longer than a busy machine takes for it.
    await writeFile(file, recording(5, 6000).join('\n'))
    const [tenfold] = (await replay(file, '--speed', '10x')).lines
    expect(tenfold.seconds).toBeGreaterThanOrEqual(2.4)
    expect(tenfold.seconds).toBeLessThan(24)
  })

  test('stops at the maximum number of reads and at the maximum time', async () => {
    const file = join(folder.path, 'long.ndjson')
    await writeFile(file, recording(100, 100).join('\n'))
    expect((await replay(file, '--rate', '1k', '--most-reads', '7')).lines[0]).toMatchObject({
      published: 7,
      stopped: 'reads',
    })
    expect((await replay(file, '--most-time', '450ms')).lines[0]).toMatchObject({ stopped: 'time' })
    expect((await streamState()).messages).toBeLessThanOrEqual(7 + 5)
  })

  test('that was made up and written is the same stream when it is played', async () => {
    const file = join(folder.path, 'made-up.ndjson.gz')
    const [written] = (await replay('--synthesise', '1k', '--planted', '10', '--write', file)).lines
    expect(written).toEqual({ type: 'written', file, reads: 1000, refused: 0 })
    expect((await streamState()).messages).toBe(0)
    const { lines, status } = await replay(file, '--rate', '10k', '--plant', '--wait', '1ms')
    expect(lines[0]).toMatchObject({ published: 1000, check: { planted: 10, alerted: 0 } })
    expect(status).toBe(70)
  })
})

describe('with a matcher', () => {
  let matcher: Matcher
  beforeEach(async () => {
    matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet })
  })
  afterEach(() => matcher.close())

  test('raises one alert for each planted hit; latencies are printed, drawn and written; nothing of it stays', async () => {
    const hdr = join(folder.path, 'latency.hlog')
    const manager = await jetstreamManager(admin)
    const before = (await manager.streams.info(ALERTS)).state.last_seq
    const alertsIn = async (stream: string) => (await manager.streams.info(stream)).state.messages
    const args = ['--synthesize', '3k', '--planted', '30', '--plant', '--rate', '3k', '--hdr', hdr]
    const { status, lines } = await replay(...args)
    expect(lines).toHaveLength(1)
    expect(status).toBe(0)
    const { latency, check } = lines[0]
    expect(check).toMatchObject({ planted: 30, alerted: 30, elsewhere: 0, missing: { count: 0 } })
    expect(latency).toMatchObject({ unit: 'ms', count: 30 })
    expect(latency.p50).toBeGreaterThan(0)
    expect(latency.p99).toBeLessThanOrEqual(latency.max)
    expect(await readFile(hdr, 'utf8')).toContain('HISTF')
    expect(await displays()).toEqual([])
    expect(await alertsIn(TEST_ALERTS)).toBe(0)
    // A test alerts nobody: the others do not have one of it, not even for a moment.
    expect((await manager.streams.info(ALERTS)).state.last_seq).toBe(before)
    await vi.waitFor(() => expect(matcher.displays()).toBe(0), 30_000)

    const { stdout } = await begin(...args).done
    expect(stdout).toMatch(/p50 .* p99 /)
    expect(stdout).toContain('PASS: one alert per planted hit, no false alerts')
  })

  test('can plant hits in a recording', async () => {
    const file = join(folder.path, 'host.ndjson')
    await writeFile(file, recording(50).join('\n'))
    const { status, lines } = await replay(file, '--planted', '5', '--plant', '--as-recorded')
    expect(lines[0]).toMatchObject({ published: 55, check: { planted: 5, alerted: 5 } })
    expect(status).toBe(0)
  })

  test("also measures alerts at the api's server-sent events", async () => {
    const dataDir = join(folder.path, 'api')
    const at = { servers: broker.url, keys: broker.keys }
    const api = await startApi({
      broker: at,
      host: '127.0.0.1',
      port: 0,
      dataDir,
      devToken: true,
      log: quiet,
    })
    const args = ['--synthesize', '500', '--planted', '20', '--plant', '--rate', '1k', '--api', api.url]
    const good = await replay(...args, '--token-file', api.tokenPath!)
    expect(good.lines[0]).toMatchObject({ latency: { count: 20 }, check: { alerted: 20 } })
    expect(good.status).toBe(0)
    await writeFile(join(folder.path, 'wrong'), 'wrong')
    const wrong = await replay(...args, '--token-file', join(folder.path, 'wrong'))
    expect(wrong).toMatchObject({ status: 69, lines: [{ type: 'error', code: 'API_UNREACHABLE' }] })
    await api.close()
  })

  test("fails for an alert on a read that is not planted, by somebody else's display too", async () => {
    const kv = await new Kvm(jetstream(admin)).open(DISPLAYS)
    await kv.put('d1', JSON.stringify(aDisplay({ plate: trafficPlate(5) })))
    const { status, lines } = await replay('--synthesize', '100', '--planted', '2', '--plant', '--rate', '1k')
    expect(lines[0].check).toMatchObject({
      alerted: 2,
      unexpected: { count: 1, first: [{ displayId: 'd1' }] },
    })
    expect(lines[1]).toMatchObject({ type: 'error', code: 'CHECK_FAILED' })
    expect(status).toBe(70)
  })

  test('fails for an alert that comes twice', async () => {
    let copied = false
    admin.subscribe(testAlertSubject('*'), {
      callback: (_error, { subject, data, headers }) => {
        if (copied || !headers) return
        copied = true
        void jetstream(admin).publish(subject, data, { msgID: 'another-id' })
      },
    })
    const { status, lines } = await replay('--synthesize', '100', '--planted', '2', '--plant', '--rate', '1k')
    expect(lines[0].check).toMatchObject({ alerted: 2, doubled: { count: 1 } })
    expect(status).toBe(70)
  })

  test('counts the delay of every read that was due while the broker stood still, also those not sent yet', async () => {
    const { done } = begin('--synthesize', '40k', '--planted', '400', '--plant', '--rate', '10k', '--json')
    await vi.waitFor(async () => expect((await streamState()).messages).toBeGreaterThan(5000), 30_000)
    process.kill(broker.pid, 'SIGSTOP')
    await sleep(1000)
    process.kill(broker.pid, 'SIGCONT')
    const { lines, status } = await done
    expect(status).toBe(0)
    const late = (lines[0].latency.buckets as { from: number; count: number }[])
      .filter(({ from }) => from >= 100)
      .reduce((sum, { count }) => sum + count, 0)
    // A hundred hits a second: those of the first 900 ms wait longer than 100 ms.
    expect(late).toBeGreaterThanOrEqual(85)
  })

  test('says how far it came when stopped by Ctrl-C, and removes what it planted', async () => {
    const { child, done } = begin('--synthesize', '100k', '--planted', '100', '--plant', '--json')
    await vi.waitFor(async () => expect((await streamState()).messages).toBeGreaterThan(20), 30_000)
    child.kill('SIGINT')
    const { lines } = await done
    expect(lines[0]).toMatchObject({ type: 'replayed', stopped: 'signal' })
    expect(await displays()).toEqual([])
  })
})

test('misses the planted hits when no matcher runs, and removes their displays all the same', async () => {
  const args = ['--synthesize', '200', '--planted', '4', '--plant', '--rate', '1k', '--wait', '200ms']
  const { status, lines } = await replay(...args)
  expect(lines[0].check).toMatchObject({ planted: 4, alerted: 0, missing: { count: 4 } })
  expect(lines[1]).toMatchObject({ type: 'error', code: 'CHECK_FAILED' })
  expect(status).toBe(70)
  expect(await displays()).toEqual([])
})

test('refuses impossible options, and says what to do', async () => {
  const fake = join(folder.path, 'fake.ndjson.gz')
  await writeFile(fake, 'not gzip')
  const marked = join(folder.path, 'marked.ndjson')
  await replay('--synthesize', '10', '--planted', '1', '--write', marked)
  const cases: [string[], number, string][] = [
    [['/nowhere.ndjson'], 66, 'NOT_FOUND'],
    [[fake], 65, 'MESSAGE_INVALID'],
    [[], 64, 'name a recording'],
    [[fake, '--synthesize', '10'], 64, 'name a recording'],
    [['--synthesize', '2M'], 64, '--most-reads'],
    [['--synthesize', '10', '--planted', '10', '--plant'], 64, '--planted'],
    [[marked, '--planted', '1', '--plant'], 64, 'already contains planted hits'],
    [[fake, '--speed', 'fast'], 64, '10x'],
    [[fake, '--rate', '10', '--speed', '2x'], 64, 'cannot be used with'],
    [[fake, '--hdr', 'x.hlog'], 64, '--plant'],
    [[marked, '--cameras', '3', '--as-recorded'], 64, 'cannot be used with'],
    [['--synthesize', '10', '--plant'], 64, 'no planted hits'],
    [[marked, '--plant', '--user', 'edge'], 64, 'may not write displays'],
    [[fake, '--plant', '--api', 'http://192.0.2.1:8080'], 64, '--allow-remote'],
    [[fake, '--broker', 'nats://192.0.2.1:4222'], 64, '--allow-remote'],
    [[fake, '--broker', `${broker.url},nats://192.0.2.1:4222`], 64, '--allow-remote'],
    [['--synthesize', '10', '--write', 'reads.ndjson.zst'], 64, 'zstd'],
    [['--synthesize', '10', '--write', '/nowhere/reads.ndjson'], 78, 'CONFIG_INVALID'],
  ]
  for (const [args, status, words] of cases) {
    const result = await run(...args)
    expect(result, args.join(' ')).toMatchObject({ status })
    expect(result.stderr, args.join(' ')).toContain(words)
  }
  expect((await streamState()).messages).toBe(0)
}, 120_000)
