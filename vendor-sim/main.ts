import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { connectBroker } from '../broker/connect.ts'
import { type Clock, systemClock } from '../runtime/clock.ts'
import { listen } from '../runtime/http.ts'
import type { Logger } from '../runtime/log.ts'
import { startRenderedCamera } from './camera.ts'
import { seedHistory } from './history/seed.ts'
import { type History, openHistory } from './history/store.ts'
import { type Feed, followClock, toBroker, toHistory, untilDone } from './live.ts'
import { openPosition } from './position.ts'
import { buildServer } from './server.ts'
import { vendorToken } from './token.ts'
import { VENDOR_ID } from './world/reads.ts'
import { createWorld, DEFAULT_WORLD, type World, type WorldSize } from './world/world.ts'

export interface VendorOptions {
  /** Folder of the history, the token and the positions of the feed. */
  dataDir: string
  /** Address of a ClickHouse server; the embedded engine without it. */
  clickhouseUrl?: string | undefined
  world?: Partial<WorldSize>
  /** Days of history. */
  days: number
  /** Reads a second of the live feed; 0 for none, then no broker is needed. */
  rate: number
  broker: { servers: string | string[]; keys: string }
  host: string
  /** 0 for any free port. */
  port: number
  /** The token of the search API; without it one is made and kept in `dataDir`. */
  token?: string | undefined
  /** A camera whose frames are drawn into a folder. */
  camera?: { id: string; folder: string; intervalMs: number } | undefined
  log: Logger
  clock?: Clock
}

export interface Vendor {
  /** Address of the search API. */
  url: string
  token: string
  world: World
  /** Settles when the history is complete, with the number of reads that were written. */
  seeded: Promise<number>
  close(): Promise<void>
}

/** How often the feed looks at the clock: for the broker at once, for the history in fewer, larger writes. */
const PUBLISH_EVERY_MS = 200
const STORE_EVERY_MS = 2000

/**
 * Starts the simulated vendor as one process: search API, live feed and camera at once, the past behind them.
 * @throws HISTORY_IN_USE, HISTORY_UNAVAILABLE, CONFIG_INVALID, BROKER_UNREACHABLE, BROKER_DENIED, PORT_IN_USE
 */
export async function startVendor(options: VendorOptions): Promise<Vendor> {
  const { dataDir, days, rate, log, clock = systemClock } = options
  const world = createWorld({ ...DEFAULT_WORLD, ...options.world })
  const stopping = new AbortController()
  const { signal } = stopping
  /** What is open, to be closed in reverse. */
  const opened: (() => Promise<unknown>)[] = []
  const close = async () => {
    stopping.abort()
    for (const end of opened.reverse()) await end()
    opened.length = 0
  }
  try {
    await mkdir(dataDir, { recursive: true })
    const token = await vendorToken(dataDir, options.token)
    const history = await openHistory({ directory: dataDir, url: options.clickhouseUrl }, log)
    opened.push(() => history.close())

    const stored = await openPosition(join(dataDir, 'stored-until'), clock())
    const refreshedAt = () => (rate > 0 ? stored.at : null)
    const server = buildServer({ history, token, refreshedAt, clock, log })
    opened.push(() => server.close())
    const url = await listen(server, options.host, options.port)

    if (rate > 0) opened.push(await startFeed(options, { world, history, stored, clock, signal }))
    if (options.camera) {
      const { id: cameraId, folder, intervalMs } = options.camera
      const camera = await startRenderedCamera({ world, cameraId, folder, intervalMs, clock, log })
      opened.push(() => camera.close())
    }
    const seeded = untilDone(() => seedHistory(history, { world, days, clock, signal }, log), log, signal)
    opened.push(() => seeded.catch(() => {}))
    log.info({ url, world: world.name }, 'the vendor is up')
    return { url, token, world, seeded, close }
  } catch (error) {
    await close()
    throw error
  }
}

type FeedParts = Pick<Feed, 'world' | 'clock' | 'signal'> & { history: History; stored: Feed['position'] }

/** Follows the clock twice, to the broker and to the history: neither waits for the other. */
async function startFeed(options: VendorOptions, { world, history, stored, clock, signal }: FeedParts) {
  const { dataDir, rate, log } = options
  const published = await openPosition(join(dataDir, 'published-until'), clock())
  const connection = await connectBroker({ ...options.broker, user: VENDOR_ID }, log)
  const common = { world, rate, clock, log, signal }
  const feeds = [
    followClock({
      ...common,
      position: published,
      intervalMs: PUBLISH_EVERY_MS,
      deliver: toBroker(jetstream(connection), signal),
    }),
    followClock({
      ...common,
      position: stored,
      intervalMs: STORE_EVERY_MS,
      deliver: toHistory(history, log, signal),
    }),
  ]
  return async () => {
    await connection.close()
    await Promise.all(feeds)
  }
}
