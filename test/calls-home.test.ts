import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { root } from '@sightline/runtime/root'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type TestBroker, temporaryFolder, testBroker } from './support/broker.ts'
import { storedReads } from './support/edge.ts'
import { renderPasses } from './support/passes.ts'
import { hasStrace, straced, type Talk, talkIn } from './support/strace.ts'

/**
 * What leaves the host, seen from outside the process: as on a machine of nobody in particular, with no more in its
 * environment than PATH and an empty home. (Where `CI` is set, onnxruntime holds its peace.)
 */

/** onnxruntime first looks up its maker's host eight to eleven seconds after a network was loaded. */
const UNTIL_IT_CALLS_MS = 13_000
const PICTURES = 10
const CAMERAS = ['gate-1', 'gate-2']
const SILENCE: Talk = { lookUps: [], outward: [], own: [] }
const withStrace = hasStrace ? '' : ' (what it does on the network is not looked at: strace is not here)'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let plate: string
const at = (name: string) => join(folder.path, name)
beforeAll(async () => {
  folder = await temporaryFolder()
  const { vehicles, frames } = await renderPasses(1)
  plate = vehicles[0]!.plate
  const [{ jpeg }] = frames.slice(-1) as [(typeof frames)[number]]
  await mkdir(at('pictures'))
  await writeFile(at('pictures/0.jpg'), jpeg)
  for (let n = 1; n < PICTURES; n++) await copyFile(at('pictures/0.jpg'), at(`pictures/${n}.jpg`))
})
afterAll(() => folder.remove())

/** Starts a program, of which `name` keeps the home and what it did on the network. */
async function start(name: string, words: readonly string[]) {
  const home = at(`${name}-home`)
  await mkdir(home)
  const [program, ...args] = [...straced(at(`${name}.strace`)), process.execPath, ...words]
  const child = spawn(program!, args, {
    cwd: folder.path,
    env: { PATH: process.env.PATH, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const said = Promise.all([text(child.stdout.pipe(new PassThrough())), text(child.stderr)])
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => chunk.includes('"ready"') && resolve())
  })
  return {
    stop: () => child.kill('SIGTERM'),
    /** Settles when it says that it is ready; or has ended without that. */
    ready: Promise.race([ready, exited]),
    async ended() {
      const [[status], [stdout, stderr]] = await Promise.all([exited, said])
      return { status, stdout, stderr }
    },
    /** All that is in its home, and what it did on the network, if strace is here. */
    async traces() {
      const left = await readdir(home, { recursive: true })
      return { home: left, ...(hasStrace ? await talkIn(at(`${name}.strace`)) : SILENCE) }
    },
  }
}

const sightline = (name: string, ...words: string[]) =>
  start(name, [join(root, 'cli/dist/main.js'), ...words])

describe(`nothing is sent from the host unasked${withStrace}`, { timeout: 180_000 }, () => {
  it.each([
    ['one picture, in the main thread', 'pictures/0.jpg'],
    ['many pictures, in worker threads', 'pictures'],
  ])('when `read` reads %s', async (_what, pictures) => {
    const name = `read-${pictures.replace('/', '-')}`
    const read = await sightline(name, 'read', '--json', '--threads', '2', at(pictures))
    const { status, stdout, stderr } = await read.ended()
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain(plate)
    expect(await read.traces()).toEqual({ home: [], ...SILENCE })
  })

  it('while the edge agent runs, its engines in worker threads', async () => {
    const broker: TestBroker = await testBroker({ vendors: [], edges: { edge: CAMERAS } })
    try {
      const cameras = CAMERAS.map((id) => ({
        ...{ id, owner: 'A', ownerType: 'agency', kind: 'fixed' },
        source: { type: 'folder', path: at(id) },
      }))
      for (const id of CAMERAS) {
        await mkdir(at(id))
        await copyFile(at('pictures/0.jpg'), at(`${id}/0.jpg`))
      }
      await writeFile(at('edge.json'), JSON.stringify({ cameras }))
      const edge = await sightline(
        'edge',
        'edge',
        'run',
        ...[
          ...['--config', at('edge.json'), '--spool', at('spool'), '--state', at('state'), '--workers', '2'],
          ...['--broker', broker.url, '--keys', broker.keys],
        ],
      )
      await vi.waitFor(
        async () => expect((await storedReads(broker)).map((read) => read.plate)).toEqual([plate, plate]),
        { timeout: 120_000, interval: 200 },
      )
      await sleep(hasStrace ? UNTIL_IT_CALLS_MS : 0)
      edge.stop()
      const { status, stderr } = await edge.ended()
      expect(status, stderr).toBe(0)
      const own = hasStrace ? [new URL(broker.url).host] : []
      expect(await edge.traces()).toEqual({ home: [], ...SILENCE, own })
    } finally {
      await broker.remove()
    }
  })
})

describe(`the services contact nobody either${withStrace}`, { timeout: 180_000 }, () => {
  let broker: TestBroker
  beforeAll(async () => {
    broker = await testBroker({ vendors: ['sim'], edges: {} })
  })
  afterAll(() => broker.remove())

  // Side by side: nearly all of it is waiting.
  it.concurrent.each([
    ['api', ['--port', '0', '--data', 'api-data', '--dev-token']],
    ['matcher', []],
    ['vendor', ['--port', '0', '--data', 'vendor-data', '--days', '1', '--rate', '5']],
  ])('while the %s runs', async (service, more) => {
    const at = ['--broker', broker.url, '--keys', broker.keys]
    const running = await sightline(service, service, 'run', '--json', ...at, ...more)
    await running.ready
    await sleep(hasStrace ? UNTIL_IT_CALLS_MS : 0)
    running.stop()
    const { status, stdout, stderr } = await running.ended()
    expect(status, stderr).toBe(0)
    expect(stdout).toContain('"ready"')
    const own = hasStrace ? [new URL(broker.url).host] : []
    expect(await running.traces()).toEqual({ home: [], ...SILENCE, own })
  })
})

it('a worker thread that can no longer turn the telemetry off does not load onnxruntime', async () => {
  const worker = new Worker(join(root, 'recognition/dist/onnx.js'), {
    env: { PATH: process.env.PATH },
  })
  const [error] = await once(worker, 'error')
  expect(error).toMatchObject({ message: expect.stringContaining('telemetry cannot be switched off') })
})

describe.skipIf(!hasStrace)('strace', () => {
  it('shows every connection out of the host, and every name lookup', async () => {
    const script = `
      const [net, dgram, dns] = ['net', 'dgram', 'dns'].map((name) => require(name))
      for (const host of ['127.0.0.1', '::1', '192.0.2.7', '2001:db8::7']) {
        const socket = net.connect(81, host).on('error', () => {})
        setTimeout(() => socket.destroy(), 200)
      }
      for (const [kind, host] of [['udp4', '192.0.2.9'], ['udp6', '2001:db8::9']]) {
        const socket = dgram.createSocket(kind)
        socket.send('x', 99, host, () => socket.close())
      }
      const resolver = new dns.Resolver({ timeout: 50, tries: 1 })
      resolver.setServers(['127.0.0.53'])
      resolver.resolve4('example.invalid', () => {})
    `
    const talker = await start('talker', ['-e', script])
    expect((await talker.ended()).status).toBe(0)
    const { lookUps, outward, own } = await talker.traces()
    expect(lookUps).toEqual(['127.0.0.53:53'])
    expect(outward.sort()).toEqual(['192.0.2.7:81', '192.0.2.9:99', '2001:db8::7:81', '2001:db8::9:99'])
    expect(own.sort()).toEqual(['127.0.0.1:81', '::1:81'])
  })
})
