import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { type EmbeddedBroker, startEmbeddedBroker } from '@sightline/broker/embedded'
import type { Parties } from '@sightline/broker/users'
import { createLog } from '@sightline/runtime/log'
import { apiOf } from '@sightline/schemas/bridges'
import { type BrokerSize, EMBEDDED_SIZE } from '@sightline/schemas/streams'

export const quiet = createLog('test', process.env.SIGHTLINE_LOG ?? 'silent')

/** A folder that is removed at the end of the test file. */
export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'sightline-test-'))
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) }
}

export interface TestBroker extends EmbeddedBroker {
  dataDir: string
  /** A connection as one user; closed with the broker. */
  as(user: string): Promise<NatsConnection>
  /** Ends the server as a power cut would; `restart` brings it back. */
  kill(): Promise<void>
  /** Stops the server, if it runs, and starts it again on the same port and store. */
  restart(): Promise<void>
  /** Ends everything and removes the data. */
  remove(): Promise<void>
}

/** A real nats-server with Sightline's accounts and streams, in a temporary folder. */
export async function testBroker(
  parties: Parties = { vendors: ['sim'], edges: { edge: ['gate-1'] } },
  size: BrokerSize = EMBEDDED_SIZE,
): Promise<TestBroker> {
  const folder = await temporaryFolder()
  const connections: NatsConnection[] = []
  let restarting: Promise<void> | undefined
  // Ending a process loses nothing that the kernel has, and thousands of syncs take minutes: test/broker/power-cut.test.ts has them.
  const options = { ...parties, size, syncAlways: false, dataDir: folder.path, log: quiet }
  let broker = await startEmbeddedBroker(options)
  const port = Number(new URL(broker.url).port)
  return {
    get url() {
      return broker.url
    },
    get keys() {
      return broker.keys
    },
    get pid() {
      return broker.pid
    },
    get version() {
      return broker.version
    },
    get exited() {
      return broker.exited
    },
    dataDir: folder.path,
    async as(user) {
      const connection = await connectBroker({ servers: broker.url, keys: broker.keys, user }, quiet, 3000)
      connections.push(connection)
      return connection
    },
    async kill() {
      process.kill(broker.pid, 'SIGKILL')
      await broker.exited
    },
    restart() {
      restarting = (async () => {
        await broker.stop()
        broker = await startEmbeddedBroker({ ...options, port })
      })()
      return restarting
    },
    stop: () => broker.stop(),
    async remove() {
      await Promise.all(connections.map((connection) => connection.close()))
      // A test that has failed may not have waited for the server that it had started again.
      await restarting?.catch(() => {})
      await broker.stop()
      await folder.remove()
    },
  }
}

/**
 * Waits until a connection has found its broker again after a restart: what a test publishes before that may time out.
 * It ends without an error after half a minute, and for a connection that was closed.
 */
export async function untilBack(connection: NatsConnection): Promise<void> {
  const until = performance.now() + 30_000
  while (!connection.isClosed() && performance.now() < until) {
    const answered = connection.rtt().then(
      () => true,
      () => false,
    )
    if (await Promise.race([answered, sleep(1000, false)])) return
    await sleep(20)
  }
}

/** For requests to a broker that has much to do; the client's own limit is five seconds. */
export const PATIENT = { timeout: 60_000 } as const

/** The administrator's view of the reads, which are in the matcher's account. */
export const readsManager = (admin: NatsConnection) =>
  jetstreamManager(admin, { ...PATIENT, apiPrefix: apiOf('MATCHER') })
