import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Clock, steadyClock, systemClock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import { type Read, readParser } from '@sightline/schemas/read'
import type { Spool } from '../spool/spool.ts'
import type { FeedConfig } from './config.ts'
import { type FeedMessage, feedMessage } from './message.ts'
import { createQueue } from './queue.ts'

/** One read on its way to a host's own receiver. */
export interface Parcel {
  /** Of this parcel alone; the same when it is sent again. */
  readonly id: string
  readonly message: FeedMessage
  /** JPEG. */
  readonly picture?: Uint8Array
}

export interface Transport {
  /** Rejects when it is to be tried again. */
  send(parcel: Parcel, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** What a host sends of its own cameras' reads; never displays or alerts, of which an edge agent knows nothing. */
export interface Feeds {
  /** The spools of an agent, of which the feeds hear what has come to the disk. */
  tapped<S extends { readonly reads: Spool; readonly pictures: Spool }>(spools: S): S
  close(): Promise<void>
}

interface Feed {
  read(read: Read): void
  picture(name: string, bytes: Uint8Array): void
  close(): Promise<void>
}

/** A picture follows its read; a feed that wants it waits so long, ms. */
const PICTURE_MS = 5_000
const MOST_WAITING = 200
const SHORTEST_KEY = 16

/** Opens the feeds of a configuration. @throws CONFIG_INVALID when a file that one names is missing or holds no key */
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
      feeds.push(await startFeed(config, cameras, log.child(about), clock, steady))
    } catch (cause) {
      await Promise.all(feeds.map((feed) => feed.close()))
      if (cause instanceof SightlineError) throw cause
      const reason = (cause as Error).message
      throw new SightlineError('CONFIG_INVALID', `feed ${about.feed} cannot be opened: ${reason}`, { cause })
    }
  }

  /** A feed must never take anything away from the reads, whatever is wrong with it. */
  function each(what: (feed: Feed) => void): void {
    for (const feed of feeds) {
      try {
        what(feed)
      } catch (err) {
        log.error({ err }, 'a feed failed')
      }
    }
  }

  return {
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
      `${hashKeyFile} holds no key: it is shorter than ${SHORTEST_KEY} bytes`,
    )
  }
  const transport = await transportOf(config, cameras, log, clock)
  const waiting = new Map<string, { send(picture?: Uint8Array): void; timer: NodeJS.Timeout }>()
  const queue = createQueue<Parcel>({
    send: transport.send,
    onState: (error) =>
      error
        ? log.warn({ reason: error.message }, 'a feed is down; the reads go on')
        : log.info('the feed works again'),
    onDropped: (count) => log.warn({ count }, 'a feed dropped reads that it could not send in time'),
    most: MOST_WAITING,
    keepMs: keepSeconds * 1000,
    steady,
  })
  return {
    read(read) {
      const message = feedMessage(read, config, hashKey)
      if (!message) return
      const parcel = { id: `msg_${randomUUID()}`, message }
      const name = kind === 'none' ? null : read.pictures[kind]
      if (name === null) return queue.add(parcel)
      const send = (picture?: Uint8Array) => {
        clearTimeout(timer)
        waiting.delete(name)
        queue.add(picture ? { ...parcel, picture } : parcel)
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

/** Loaded only when asked for: most hosts have none. */
async function transportOf(
  config: FeedConfig,
  cameras: readonly string[],
  log: Logger,
  clock: Clock,
): Promise<Transport> {
  if (config.type === 'webhook') return (await import('./webhook.ts')).webhookTransport(config, clock)
  return (await import('./mqtt.ts')).mqttTransport(config, cameras, log)
}
