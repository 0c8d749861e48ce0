import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Clock, steadyClock, systemClock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { CameraHealth } from '@sightline/schemas/camera-health'
import { SightlineError } from '@sightline/schemas/errors'
import { type Read, readParser } from '@sightline/schemas/read'
import { several } from '@sightline/schemas/several'
import type { Spool } from '../spool/spool.ts'
import type { FeedConfig } from './config.ts'
import { type FeedMessage, feedMessage } from './message.ts'
import { createQueue } from './queue.ts'

/** One read on its way to a receiver of the host. */
export interface Parcel {
  /** Identifies this parcel; the same when it is sent again. */
  readonly id: string
  readonly message: FeedMessage
  /** JPEG. */
  readonly picture?: Uint8Array
}

export interface Transport {
  /** Rejects when it should be tried again. @param leftMs how long the read is still useful */
  send(parcel: Parcel, signal: AbortSignal, leftMs: number): Promise<void>
  /** Why nothing can be sent at the moment, even without an attempt; absent if only an attempt can tell. */
  trouble?(): Error | null
  close(): Promise<void>
}

/** Sends reads of a host's own cameras; never displays or alerts, about which an edge agent knows nothing. */
export interface Feeds {
  /** The spools of an agent, which notify the feeds of what was written to the disk. */
  tapped<S extends { readonly reads: Spool; readonly pictures: Spool }>(spools: S): S
  /** State of the feeds that receive a camera's reads. */
  states(camera: string): FeedState[]
  /** What is wrong with them; null if nothing is. */
  trouble(camera: string): SightlineError | null
  close(): Promise<void>
}

type FeedState = NonNullable<CameraHealth['feeds']>[number]

interface Feed {
  readonly cameras: readonly string[] | undefined
  state(): FeedState
  /** Why it does not work, or what it lost recently; null if all is well. */
  fault(): string | null
  read(read: Read): void
  picture(name: string, bytes: Uint8Array): void
  close(): Promise<void>
}

/** A picture follows its read; a feed that wants it waits this long, ms. */
const PICTURE_MS = 5_000
const MOST_WAITING = 200
const SHORTEST_KEY = 16
/** Drops longer ago than this, ms, are no longer reported. */
const LATE_MS = 600_000

/** Opens the feeds of a configuration. @throws CONFIG_INVALID when a named file is missing or contains no key */
export async function startFeeds(
  configs: readonly FeedConfig[],
  cameras: readonly string[],
  log: Logger,
  { clock = systemClock, steady = steadyClock }: { clock?: Clock; steady?: Clock } = {},
): Promise<Feeds> {
  const feeds: Feed[] = []
  for (const [n, config] of configs.entries()) {
    const about = { feed: `${n + 1} (${config.type})` }
    try {
      feeds.push(await startFeed(about.feed, config, cameras, log.child(about), clock, steady))
    } catch (cause) {
      await Promise.all(feeds.map((feed) => feed.close()))
      if (cause instanceof SightlineError) throw cause
      const reason = (cause as Error).message
      throw new SightlineError('CONFIG_INVALID', `feed ${about.feed} cannot be opened: ${reason}`, { cause })
    }
  }

  /** A feed must never harm the reads, whatever is wrong with it. */
  function each(what: (feed: Feed) => void): void {
    for (const feed of feeds) {
      try {
        what(feed)
      } catch (err) {
        log.error({ err }, 'a feed failed')
      }
    }
  }

  const of = (camera: string) => feeds.filter(({ cameras }) => cameras?.includes(camera) ?? true)

  return {
    states: (camera) => of(camera).map((feed) => feed.state()),
    trouble(camera) {
      const faults = of(camera).flatMap((feed) => feed.fault() ?? [])
      if (faults.length === 0) return null
      return new SightlineError('FEED_FAILING', faults.join('; '), {
        hint: 'The agency still gets the reads. Check the log, and whether the receiver is up.',
      })
    },
    tapped: (spools) => ({
      ...spools,
      reads: {
        ...spools.reads,
        async commit(step) {
          await spools.reads.commit(step)
          each((feed) => {
            for (const { payload } of step.messages) feed.read(readParser.parseJson(payload))
          })
        },
      },
      pictures: {
        ...spools.pictures,
        async append(message) {
          await spools.pictures.append(message)
          each((feed) => feed.picture(message.id, message.payload))
        },
      },
    }),
    close: async () => void (await Promise.all(feeds.map((feed) => feed.close()))),
  }
}

async function startFeed(
  name: string,
  config: FeedConfig,
  cameras: readonly string[],
  log: Logger,
  clock: Clock,
  steady: Clock,
): Promise<Feed> {
  const { picture: kind = 'none', keepSeconds = 60, hashKeyFile } = config
  const hashKey = hashKeyFile === undefined ? undefined : await readFile(hashKeyFile)
  if (hashKey && hashKey.length < SHORTEST_KEY) {
    throw new SightlineError(
      'CONFIG_INVALID',
      `${hashKeyFile} contains no key: it is shorter than ${SHORTEST_KEY} bytes`,
    )
  }
  const transport = await transportOf(config, cameras, log, clock, steady)
  const waiting = new Map<string, { send(picture?: Uint8Array): void; timer: NodeJS.Timeout }>()
  let failure: Error | null = null
  let dropped = 0
  let droppedAt = Number.NEGATIVE_INFINITY
  const queue = createQueue<Parcel>({
    send: transport.send,
    onState(error) {
      failure = error ?? null
      if (error) log.warn({ reason: error.message }, 'a feed is down; the agency still gets the reads')
      else log.info('the feed works again')
    },
    onDropped(count) {
      dropped += count
      droppedAt = steady()
      log.warn({ count }, 'a feed dropped reads that it could not send in time')
    },
    most: MOST_WAITING,
    keepMs: keepSeconds * 1000,
    steady,
  })
  const trouble = () => (transport.trouble ? transport.trouble() : failure)
  return {
    cameras: config.cameras,
    state: () => ({ name, works: trouble() === null, waiting: queue.waiting(), dropped }),
    fault() {
      const error = trouble()
      if (error) return `feed ${name} does not work: ${reasonOf(error)}`
      if (steady() - droppedAt > LATE_MS) return null
      return `feed ${name} recently dropped reads; since the start ${several(dropped, 'read')}`
    },
    read(read) {
      const message = feedMessage(read, config, hashKey)
      if (!message) return
      const parcel = { id: `msg_${randomUUID()}`, message }
      const at = steady()
      const name = kind === 'none' ? null : read.pictures[kind]
      if (name === null) return queue.add(parcel, at)
      const send = (picture?: Uint8Array) => {
        clearTimeout(timer)
        waiting.delete(name)
        queue.add(picture ? { ...parcel, picture } : parcel, at)
      }
      const timer = setTimeout(send, PICTURE_MS)
      waiting.set(name, { send, timer })
    },
    picture: (name, bytes) => waiting.get(name)?.send(bytes),
    async close() {
      for (const { timer } of waiting.values()) clearTimeout(timer)
      await queue.close()
      await transport.close()
    },
  }
}

/** Loaded only when used: most hosts do not need it. */
async function transportOf(
  config: FeedConfig,
  cameras: readonly string[],
  log: Logger,
  clock: Clock,
  steady: Clock,
): Promise<Transport> {
  if (config.type === 'webhook') return (await import('./webhook.ts')).webhookTransport(config, clock)
  return (await import('./mqtt.ts')).mqttTransport(config, cameras, log, steady)
}

/** The agency sees this too: it does not need to know an address of the host's own network, so a code is enough. */
function reasonOf(error: Error): string {
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    const { code } = one as NodeJS.ErrnoException
    if (typeof code === 'string') return code
  }
  return error.message
}
