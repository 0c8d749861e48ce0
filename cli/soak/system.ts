import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { mkdir, open, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@sightline/broker/free-port'
import { type KeptBroker, keepBroker } from '@sightline/broker/keep'
import { createLog } from '@sightline/runtime/log'
import { type Service, supervise } from '@sightline/runtime/supervise'
import { EMBEDDED_SIZE } from '@sightline/schemas/streams'
import type { Held } from './account.ts'
import type { CameraAddress } from './cameras.ts'
import { type Gate, openGate } from './gate.ts'
import type { FaultKind, Parts } from './plan.ts'

/** The whole system as it is installed, each part a process with its own way to the broker. */
export interface System {
  readonly broker: KeptBroker
  readonly api: { url: string; token: string }
  readonly cameras: readonly CameraAddress[]
  /** What can happen to which part. */
  readonly parts: Parts
  /** @returns false when the part is not there to be hurt */
  signal(part: string, signal: NodeJS.Signals): boolean
  gate(part: string): Gate | undefined
  /** Sets a part's clock so many seconds ahead of this machine's, or behind. */
  setClock(part: string, seconds: number): void
  /** Takes all room on the broker's disk, or gives it back. */
  fillDisk(isFull: boolean): Promise<void>
  /** Ends a part as its host does; `comeBack` starts it again. */
  leave(part: string): Promise<void>
  comeBack(part: string): Promise<void>
  /** What each process has of the machine now. */
  held(): Map<string, Held>
  stop(): Promise<void>
}

export interface SystemOptions {
  /** Folder of everything. */
  data: string
  agents: number
  seed: number
  /** Folder on a small disk of its own, for the broker: it will be filled. */
  smallDisk?: string | undefined
  onRestart(part: string): void
}

const VENDOR = 'sim'
/** Reads a second of the vendor's cameras, and days of its history. */
const VENDOR_RATE = 1
const VENDOR_DAYS = 2
const CAMERAS_AN_AGENT = 3
const MATCHERS = ['matcher-1', 'matcher-2']

/** Debian's package `faketime`: a process that has it sees the clock that a file says. */
const FAKE_CLOCK = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'
const CLOCKS: readonly FaultKind[] = existsSync(FAKE_CLOCK) ? ['ahead', 'behind'] : []
const SERVICE: readonly FaultKind[] = ['kill', 'freeze', 'cut', 'stall', ...CLOCKS]
const HOST: readonly FaultKind[] = [...SERVICE, 'leave']

interface Part {
  service: Service | null
  gate: Gate
  start(): Promise<Service>
}

/** @throws as `startEmbeddedBroker` and `supervise` */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { data, agents, seed, smallDisk, onRestart } = options
  const logs = join(data, 'logs')
  await mkdir(logs, { recursive: true })
  const hosts = Array.from({ length: agents }, (_, n) => `edge-${n + 1}`)
  const camerasOf = (host: string) =>
    Array.from({ length: CAMERAS_AN_AGENT }, (_, n) => `soak-${host}-${n + 1}`)
  const edges = Object.fromEntries(hosts.map((host) => [host, camerasOf(host)]))
  const dataDir = join(smallDisk ?? data, 'broker')
  const balloon = join(smallDisk ?? data, 'balloon')
  const log = createLog('soak', process.env.SIGHTLINE_LOG ?? 'silent')
  const storageGib = smallDisk ? await roomIn(smallDisk) : EMBEDDED_SIZE.storageGib
  const size = { ...EMBEDDED_SIZE, storageGib }
  // The account compares memory: at the usual setting the server's collector may hold five times what is alive.
  process.env.GOGC ??= '100'
  const broker = await keepBroker({ size, vendors: [VENDOR], edges, dataDir, log }, () => onRestart('broker'))
  const port = Number(new URL(broker.url).port)
  const running = new Map<string, Part>()
  const stop = async () => {
    await Promise.all([...running.values()].map(({ service }) => service?.stop()))
    await Promise.all([...running.values()].map(({ gate }) => gate.close()))
    await broker.stop()
  }

  const clockOf = (name: string) => join(data, `${name}.clock`)
  /** Written beside and renamed: the process looks at it all the time. */
  function setClock(name: string, seconds: number): void {
    writeFileSync(`${clockOf(name)}.new`, `${seconds < 0 ? '' : '+'}${seconds}`)
    renameSync(`${clockOf(name)}.new`, clockOf(name))
  }

  async function add(name: string, args: (at: string[]) => string[]): Promise<Service> {
    const gate = await openGate(port)
    const at = ['--broker', `nats://127.0.0.1:${gate.port}`, '--keys', broker.keys]
    setClock(name, 0)
    const env = CLOCKS.length > 0 ? fakeClock(clockOf(name)) : {}
    const start = () => supervise({ name, args: args(at), logs, env, onRestart: () => onRestart(name) })
    const part: Part = { gate, service: null, start }
    running.set(name, part)
    part.service = await start()
    return part.service
  }

  try {
    const vendorPort = String(await freePort())
    const apiPort = String(await freePort())
    const vendors = join(data, 'vendors.json')
    const vendor = {
      id: VENDOR,
      url: `http://127.0.0.1:${vendorPort}`,
      credentialsFile: 'vendor/vendor-token',
    }
    await writeFile(vendors, JSON.stringify({ vendors: [vendor] }))
    const cameras: CameraAddress[] = []
    const starting: Promise<unknown>[] = MATCHERS.map((name) =>
      add(name, (at) => ['matcher', 'run', ...at, '--name', name]),
    )
    starting.push(
      add('vendor', (at) => [
        ...['vendor', 'run', ...at, '--data', join(data, 'vendor'), '--seed', String(seed)],
        ...['--rate', String(VENDOR_RATE), '--days', String(VENDOR_DAYS), '--port', vendorPort],
      ]),
    )
    for (const host of hosts) {
      const { config, addresses } = await agentOf(data, host, camerasOf(host))
      cameras.push(...addresses)
      starting.push(
        add(host, (at) => [
          ...['edge', 'run', ...at, '--config', config, '--user', host],
          ...['--spool', join(data, host, 'spool'), '--state', join(data, host, 'state')],
        ]),
      )
    }
    const api = await add('api', (at) => [
      ...['api', 'run', ...at, '--port', apiPort, '--data', join(data, 'api')],
      ...['--dev-token', '--vendors', vendors],
    ])
    await Promise.all(starting)
    const token = readFileSync(String(api.ready.tokenPath), 'utf8').trim()
    const processes = () => [
      ['broker', broker.pid()] as const,
      ...[...running].flatMap(([name, { service }]) => (service ? [[name, service.pid()] as const] : [])),
    ]
    return {
      broker,
      api: { url: String(api.ready.url), token },
      cameras,
      parts: {
        broker: smallDisk ? ['kill', 'freeze', 'fill'] : ['kill', 'freeze'],
        ...Object.fromEntries([...MATCHERS, 'vendor', 'api'].map((name) => [name, SERVICE])),
        ...Object.fromEntries(hosts.map((name) => [name, HOST])),
      },
      signal(part, signal) {
        const pid = processes().find(([name]) => name === part)?.[1]
        try {
          return pid ? process.kill(pid, signal) : false
        } catch {
          return false // it ended at this moment
        }
      },
      gate: (part) => running.get(part)?.gate,
      setClock,
      async fillDisk(isFull) {
        if (!isFull) await rm(balloon, { force: true })
        else await fill(balloon)
      },
      async leave(part) {
        const leaving = running.get(part)!
        const { service } = leaving
        leaving.service = null
        await service?.stop()
      },
      async comeBack(part) {
        const back = running.get(part)!
        back.service = await back.start()
      },
      held: () => new Map(processes().flatMap(([name, pid]) => heldBy(name, pid))),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What the streams may reserve on a disk, GiB. */
async function roomIn(folder: string): Promise<number> {
  const { blocks, bsize } = await statfs(folder)
  return Math.max(1, Math.floor((blocks * bsize) / 2 ** 30) - 1)
}

const fakeClock = (file: string) => ({
  LD_PRELOAD: FAKE_CLOCK,
  FAKETIME_TIMESTAMP_FILE: file,
  // A step of the clock is no step of the monotonic one.
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  // Else a timed wait on the monotonic clock ends at once, and the history's engine took a whole core with waiting.
  FAKETIME_FORCE_MONOTONIC_FIX: '0',
  FAKETIME_CACHE_DURATION: '1',
})

/** Writes zeros until the disk refuses. */
async function fill(path: string): Promise<void> {
  const zeros = Buffer.alloc(2 ** 22)
  const file = await open(path, 'w')
  try {
    for (;;) await file.write(zeros)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    await file.close()
  }
}

/** An edge agent's configuration: plate readers that send to it. */
async function agentOf(data: string, host: string, ids: readonly string[]) {
  const folder = join(data, host)
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const secret = `made-up-${host}-secret`
  const cameras = ids.map((id) => ({
    id,
    owner: 'Harbor Parking LLC',
    ownerType: 'private-business',
    kind: 'fixed',
    position: { lat: 32.7096, lon: -117.1712 },
    source: { type: 'events', make: 'plate-recognizer', listen: { host: '127.0.0.1', port }, secret },
  }))
  const config = join(folder, 'edge.json')
  await writeFile(config, JSON.stringify({ cameras }), { mode: 0o600 })
  const addresses = ids.map((id) => ({ id, url: `http://127.0.0.1:${port}/events/${id}/${secret}` }))
  return { config, addresses }
}

function heldBy(name: string, pid: number): [string, Held][] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kib = Number(/VmRSS:\s*(\d+)/.exec(status)?.[1] ?? 0)
    const held = { memoryMib: Math.round(kib / 1024), descriptors: readdirSync(`/proc/${pid}/fd`).length }
    return [[name, held]]
  } catch {
    return [] // it is being started again
  }
}
