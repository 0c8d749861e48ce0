import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { connectBroker } from '@sightline/broker/connect'
import { openLink } from '@sightline/broker/link'
import { messageIdsOf } from '@sightline/broker/message-ids'
import { type Clock, systemClock } from '@sightline/runtime/clock'
import { listen } from '@sightline/runtime/http'
import type { Logger } from '@sightline/runtime/log'
import { POSITIONS, positionKey, readStream } from '@sightline/schemas/streams'
import { startRenderedCamera } from './camera.ts'
import { seedHistory } from './history/seed.ts'
import { type History, openHistory } from './history/store.ts'
import { ingest } from './ingest.ts'
import {
  brokerStepMs,
  CATCH_UP_MS,
  followClock,
  HISTORY_STEP_MS,
  retryUntilDone,
  toBroker,
  toHistory,
} from './live.ts'
import { readPicture } from './picture.ts'
import { openPosition, type Position } from './position.ts'
import { buildServer } from './server.ts'
import { lastWorld, openSimulation, type Simulation, VENDOR_ID } from './simulation/simulation.ts'
import { openCustomers } from './token.ts'
import { createWorld, DEFAULT_WORLD, type World, type WorldSize } from './world/world.ts'

export interface VendorOptions {
  /** Folder of the history, the tokens and the positions of the feeds. */
  dataDir: string
  /** URL of a ClickHouse server, and its cluster; the embedded engine without it. */
  clickhouseUrl?: string | undefined
  clickhouseCluster?: string | undefined
  /** Default: the world in the history, else DEFAULT_WORLD. */
  world?: Partial<WorldSize> | undefined
  /** Days of history. */
  days: number
  /** Age at which whole years of history are dropped, years; without it they are kept. */
  keepYears?: number | undefined
  /** Reads per second of the live feed; 0 for none, then no broker is needed. */
  rate: number
  /**
   * A user of the broker who may follow its stream of reads: the history then gets the live feed from the stream, like
   * a vendor whose cameras publish there. Without it the history follows the clock.
   */
  ingestAs?: string | undefined
  broker: { servers: string | string[]; keys: string }
  host: string
  /** 0 for any free port. */
  port: number
  /** The token of the agency named `agency`; without it one is created and kept in `dataDir`. */
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
  /** Settles when the history is complete, with the number of reads written. */
  seeded: Promise<number>
  close(): Promise<void>
}

/** How often the feed looks at the clock: often for the broker, in fewer and larger writes for the history. */
const PUBLISH_EVERY_MS = 200
const STORE_EVERY_MS = 2000

const DAY = 86_400_000

/**
 * Starts the simulated vendor as one process: search API, live feed and camera immediately, the past in the background.
 * @throws HISTORY_IN_USE, HISTORY_UNAVAILABLE, CONFIG_INVALID, BROKER_UNREACHABLE, BROKER_DENIED, PORT_IN_USE
 */
export async function startVendor(options: VendorOptions): Promise<Vendor> {
  const { dataDir, days, rate, keepYears, log, clock = systemClock } = options
  const stopping = new AbortController()
  const { signal } = stopping
  /** Everything open, to be closed in reverse order. */
  const opened: (() => Promise<unknown>)[] = []
  const close = async () => {
    stopping.abort()
    for (const end of opened.reverse()) await end()
    opened.length = 0
  }
  try {
    await mkdir(dataDir, { recursive: true })
    const customers = await openCustomers(dataDir, options.token)
    const { clickhouseUrl: engineUrl, clickhouseCluster: cluster } = options
    const history = await openHistory({ directory: dataDir, url: engineUrl, cluster }, log)
    opened.push(() => history.close())
    const world = createWorld({ ...DEFAULT_WORLD, ...(options.world ?? (await lastWorld(history))) })
    const simulation = await openSimulation(history, world, {
      rate,
      foreignOnly: options.ingestAs !== undefined,
    })

    const stored = await openPosition(join(dataDir, 'stored-until'), clock())
    const refreshedAt = () => (rate > 0 ? stored.at : null)
    const server = await buildServer({
      history,
      customers,
      refreshedAt,
      clock,
      log,
      picture: (place) => readPicture(simulation, history, place),
    })
    opened.push(() => server.close())
    const url = await listen(server, options.host, options.port)

    const live = { simulation, history, stored, clock, signal }
    if (rate > 0) opened.push(await startFeed(options, live))
    if (options.camera) {
      const { id: cameraId, folder, intervalMs } = options.camera
      const camera = await startRenderedCamera({ world, cameraId, folder, intervalMs, clock, log })
      opened.push(() => camera.close())
    }
    const now = clock()
    // The live feed covers everything since its position began.
    const others = [{ from: stored.since, to: rate > 0 ? now : stored.at }]
    const wanted = { from: now - days * DAY, to: now }
    const bulk = await openSimulation(history, world)
    const seeded = retryUntilDone(
      async () => {
        const reads = await seedHistory(history, { simulation: bulk, wanted, others, clock, signal }, log)
        if (keepYears !== undefined) await history.retain(keepYears, now)
        return reads
      },
      log,
      signal,
    )
    opened.push(() => seeded.catch(() => {}))
    log.info({ url, world: world.name }, 'the vendor is up')
    return { url, token: customers.ownToken, world, seeded, close }
  } catch (error) {
    await close()
    throw error
  }
}

interface FeedParts {
  simulation: Simulation
  history: History
  stored: Position
  clock: Clock
  signal: AbortSignal
}

/** Follows the clock twice, for the broker and for the history: neither waits for the other. */
async function startFeed(options: VendorOptions, { simulation, history, stored, clock, signal }: FeedParts) {
  const { dataDir, rate, log, ingestAs } = options
  const published = await openPosition(join(dataDir, 'published-until'), clock())
  const own = { ...options.broker, user: VENDOR_ID }
  const connections = [await connectBroker(own, log)]
  const messageIds = await messageIdsOf(own)
  const common = { clock, log, signal }
  const feeds = [
    followClock({
      ...common,
      position: published,
      intervalMs: PUBLISH_EVERY_MS,
      longestMs: brokerStepMs(rate),
      catchUpMs: CATCH_UP_MS,
      deliver: toBroker({ js: jetstream(connections[0]!), messageIds, simulation, log, signal }),
    }),
    followClock({
      ...common,
      position: stored,
      intervalMs: STORE_EVERY_MS,
      longestMs: HISTORY_STEP_MS,
      deliver: toHistory(simulation, log, signal),
    }),
  ]
  if (ingestAs !== undefined) {
    const connection = await connectBroker({ ...options.broker, user: ingestAs }, log)
    connections.push(connection)
    const link = await openLink(connection)
    const position = await openPosition(join(dataDir, 'ingested-until'), 0)
    const stream = readStream(VENDOR_ID)
    const { js } = link
    const key = `$KV.${POSITIONS}.${positionKey('history', stream)}`
    const keepFrom = (sequence: number) => js.publish(key, String(sequence))
    feeds.push(ingest({ link, stream, source: VENDOR_ID, history, position, keepFrom, log, signal }))
  }
  return async () => {
    for (const connection of connections) await connection.close()
    await Promise.all(feeds)
  }
}
