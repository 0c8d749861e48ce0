import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { startEmbeddedBroker } from '@sightline/broker/embedded'
import { openLink } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import { apiOf } from '@sightline/schemas/bridges'
import type { Read } from '@sightline/schemas/read'
import { readStream } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { registrationOf } from '@sightline/vendor-sim/history/registrations'
import { lineOf, READ_COLUMNS } from '@sightline/vendor-sim/history/rows'
import type { History } from '@sightline/vendor-sim/history/store'
import { ingest } from '@sightline/vendor-sim/ingest'
import { openPosition } from '@sightline/vendor-sim/position'
import { VENDOR_ID } from '@sightline/vendor-sim/simulation/simulation'
import { temporaryFolder } from './measure.ts'

const BATCH = 20_000
/** Warm-up reads: a program that has just started interprets its code before it compiles it. */
const WARM_UP = 2 * BATCH

export interface Rate {
  /** Reads a second. */
  rate: number
  /** Microseconds of this process's CPU a read. */
  cpuUs: number
}

/** Starts the clocks; stops them with the number of reads that were written. */
function started(): (reads: number) => Rate {
  const began = performance.now()
  const cpu = process.cpuUsage()
  return (reads) => {
    const { user, system } = process.cpuUsage(cpu)
    return { rate: reads / ((performance.now() - began) / 1000), cpuUs: (user + system) / reads }
  }
}

/**
 * Reads per second from a real JetStream stream into the history. The yardstick is the client's insert of existing objects,
 * JSONEachRow, with batches of the same size, into the same tables. Both run after a warm-up, and without the engine's
 * merges, which it runs when it has time: one would pay for those of the other.
 */
export async function measureIngest(
  history: History,
  draw: () => Promise<readonly Read[]>,
  log: Logger,
): Promise<{ ingest: Rate; yardstick: Rate }> {
  await history.command('SYSTEM STOP MERGES')
  const yardstick = await readyRows(history, await draw())
  const dataDir = await temporaryFolder('sightline-bench-')
  const broker = await startEmbeddedBroker({
    syncAlways: false,
    vendors: [VENDOR_ID],
    edges: {},
    dataDir,
    log,
  })
  try {
    const connection = await connectBroker({ servers: broker.url, keys: broker.keys, user: 'admin' }, log)
    const count = await publish(connection, await draw())
    const manager = await jetstreamManager(connection, { apiPrefix: apiOf('MATCHER') })
    while ((await manager.streams.info(readStream(VENDOR_ID))).state.messages < count) await sleep(10)

    const position = await openPosition(join(dataDir, 'until'), 0)
    const stopping = new AbortController()
    const running = ingest({
      link: await openLink(connection, 'MATCHER'),
      stream: readStream(VENDOR_ID),
      source: VENDOR_ID,
      history,
      position,
      keepFrom: async () => {},
      log,
      signal: stopping.signal,
    })
    while (position.at < Math.min(WARM_UP, count / 2)) await sleep(1)
    const from = position.at
    const stop = started()
    while (position.at < count) await sleep(1)
    const ingested = stop(count - from)
    stopping.abort()
    await running
    await connection.close()
    return { ingest: ingested, yardstick }
  } finally {
    await history.command('SYSTEM START MERGES')
    await broker.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** @returns how many; the reads themselves are not kept, so that their memory is not measured */
async function publish(connection: NatsConnection, reads: readonly Read[]) {
  for (const [n, read] of reads.entries()) {
    connection.publish(readSubject(read.source, read.camera.id), JSON.stringify(read))
    if (n % 2000 === 0) await connection.flush()
  }
  await connection.flush()
  return reads.length
}

async function readyRows(history: History, reads: readonly Read[]): Promise<Rate> {
  const numbers = await history.registrations.register(reads.map(registrationOf))
  const columns = READ_COLUMNS.split(', ')
  const rows = reads.map((read, i) => {
    const values = lineOf(read, numbers[i]!).trimEnd().split('\t')
    return Object.fromEntries(columns.map((column, n) => [column, values[n] ?? '']))
  })
  const insert = (at: number) => history.insertRows('reads_in', rows.slice(at, at + BATCH))
  let at = 0
  for (; at < Math.min(WARM_UP, rows.length / 2); at += BATCH) await insert(at)
  const from = at
  const stop = started()
  for (; at < rows.length; at += BATCH) await insert(at)
  return stop(rows.length - from)
}
