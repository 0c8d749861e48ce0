import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { connectBroker } from '@sightline/broker/connect'
import { freePort } from '@sightline/broker/free-port'
import { keepBroker } from '@sightline/broker/keep'
import { followAlerts } from '@sightline/replay/alerts'
import { createLog } from '@sightline/runtime/log'
import { type Service, supervise } from '@sightline/runtime/supervise'
import type { Read } from '@sightline/schemas/read'
import { createWorld, DEFAULT_WORLD, demoRegulars } from '@sightline/vendor-sim/world/world'
import { displayPlates } from './displays.ts'
import type { Addresses, Printer } from './print.ts'
import { followReads } from './reads.ts'

export interface DemoOptions {
  data: string
  /** Port of the api; by default 8080, or a free one if 8080 is taken. */
  port?: number
  seed: number
  /** Seconds between two frames of the rendered camera. */
  frameEvery?: number
  /** Days of the vendor's history; some months without it. */
  historyDays?: number
  printer: Printer
  /** Receives progress messages of the start. */
  say(line: string): void
}

export interface Demo {
  counts: Readonly<{ reads: number; alerts: number }>
  addresses: Addresses
  /** Development token of the api. */
  token: string
  /** Folder of the broker users' keys. */
  keys: string
  /** Process ids by name, for those who want to see a process die and come back. */
  pids(): Record<string, number>
  stop(): Promise<void>
}

const CAMERA = 'demo-gate'
const USUAL_API_PORT = 8080
const VENDOR = 'sim'
/** Reads per second of the vendor's own cameras: enough to see them, few enough to read. */
const VENDOR_RATE = 0.5
const FRAME_EVERY_SECONDS = 2
/** Days of the vendor's history: some months, written in the background. */
const HISTORY_DAYS = 90

/**
 * Starts the whole system on this machine, each part as a process, and prints what happens. The plates really come from
 * the pixels: the demo knows the watched plates, not what a frame shows.
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { printer, say, frameEvery = FRAME_EVERY_SECONDS, historyDays = HISTORY_DAYS } = options
  const data = resolve(options.data)
  const logs = join(data, 'logs')
  const frames = join(data, 'frames')
  await mkdir(logs, { recursive: true })
  // The demo's own log goes to a file, like its services'; important messages go through the printer.
  const log = createLog('demo', process.env.SIGHTLINE_LOG ?? 'silent')

  say('starting the broker …')
  const broker = await keepBroker(
    { vendors: [VENDOR], edges: { edge: [CAMERA] }, dataDir: join(data, 'broker'), log },
    () => printer.restart('broker'),
  )
  broker.running.catch((error: Error) => log.fatal({ err: error }, 'cannot restart the broker'))
  const at = ['--broker', broker.url, '--keys', broker.keys]
  const run = (name: string, args: string[]): Promise<Service> =>
    supervise({ name, args, logs, onRestart: (service) => printer.restart(service) })

  const services: Service[] = []
  /** Everything open besides the services; closed before them. */
  const opened: (() => void | Promise<void>)[] = []
  const stop = async () => {
    for (const close of opened) await close()
    await Promise.all(services.map((service) => service.stop()))
    await broker.stop()
  }
  try {
    say('starting vendor, matcher, api and edge agent …')
    const port = String(options.port ?? (await freePort(USUAL_API_PORT)))
    const vendorPort = String(await freePort())
    const vendors = await writeVendors(data, vendorPort)
    const starting = [
      run('matcher', ['matcher', 'run', ...at]),
      run('api', [
        'api',
        'run',
        ...at,
        '--port',
        port,
        '--data',
        join(data, 'api'),
        '--dev-token',
        '--vendors',
        vendors,
      ]),
      run('vendor', [
        ...['vendor', 'run', ...at, '--data', join(data, 'vendor'), '--seed', String(options.seed)],
        ...['--rate', String(VENDOR_RATE), '--days', String(historyDays), '--port', vendorPort],
        ...['--camera', CAMERA, '--frames', frames, '--interval', String(frameEvery)],
      ]),
      run('edge', [
        ...['edge', 'run', ...at, '--frames', frames, '--consume', '--camera', CAMERA],
        ...['--spool', join(data, 'edge')],
        ...['--owner', 'Harbor Parking LLC', '--owner-type', 'private-business'],
        ...['--address', '1 Harbor Drive, San Diego, CA', '--at', '32.7096,-117.1712'],
      ]),
    ]
    for (const settled of await Promise.allSettled(starting)) {
      if (settled.status === 'fulfilled') services.push(settled.value)
    }
    const [, api, vendor] = await Promise.all(starting)
    const apiUrl = String(api?.ready.url)
    const token = (await readFile(String(api?.ready.tokenPath), 'utf8')).trim()

    const counts = { reads: 0, alerts: 0 }
    const watching = await connectBroker({ servers: broker.url, keys: broker.keys, user: 'observer' }, log)
    const enough = new AbortController()
    opened.push(() => enough.abort())
    opened.push(() => watching.close())
    const onRead = (read: Read) => {
      counts.reads++
      printer.read(read)
    }
    await followReads(watching, [VENDOR], onRead, enough.signal)
    const alerts = followAlerts(apiUrl, token, (alert) => {
      counts.alerts++
      printer.alert(alert, Date.now() - Date.parse(alert.readStoredAt))
    })
    opened.push(alerts.close)
    const addresses = {
      console: `${apiUrl}/#development=${token}`,
      api: apiUrl,
      vendor: String(vendor?.ready.url),
      broker: broker.url,
      data,
    }
    printer.ready(addresses)
    const world = createWorld({ ...DEFAULT_WORLD, seed: options.seed })
    await displayPlates(
      apiUrl,
      token,
      demoRegulars(world).map(({ plate }) => plate),
    )
    return {
      counts,
      addresses,
      token,
      keys: broker.keys,
      pids: () => ({ broker: broker.pid(), ...Object.fromEntries(services.map((s) => [s.name, s.pid()])) }),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Tells the api where the simulated vendor is; the vendor creates its token at its start. @returns path of the file */
async function writeVendors(data: string, port: string): Promise<string> {
  const path = join(data, 'vendors.json')
  const vendor = { id: VENDOR, url: `http://127.0.0.1:${port}`, credentialsFile: 'vendor/vendor-token' }
  await writeFile(path, `${JSON.stringify({ vendors: [vendor] }, null, 2)}\n`)
  return path
}
