import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { startEmbeddedBroker } from '@sightline/broker/embedded'
import { createLog } from '@sightline/runtime/log'
import { type Service, supervise } from '@sightline/runtime/supervise'
import { EMBEDDED_SIZE } from '@sightline/schemas/streams'
import { removing, temporaryFolder } from '../measure.ts'
import { INSIDER } from './insider.ts'

/** The agency's side as it is installed, each part a process of its own. */
export interface Stack {
  /** Temporary folder of this run, deleted with everything in it. */
  folder: string
  broker: { url: string; keys: string }
  /** A connection with all rights; the caller closes it. */
  connect(): Promise<NatsConnection>
  /** Starts `./sightline <name> run` next to the broker. @returns its ready message */
  run(name: string, ...args: string[]): Promise<Record<string, unknown>>
  /** Process ids of the broker and the started processes, by name. */
  pids(): Record<string, number>
  /** Ends everything, in reverse order. */
  stop(): Promise<void>
}

const log = createLog('bench', 'silent')

/** Starts a broker in a temporary folder. @throws as `startEmbeddedBroker` */
export async function startStack(): Promise<Stack> {
  const folder = await temporaryFolder('sightline-bench-')
  const logs = join(folder, 'logs')
  await mkdir(logs)
  const broker = await startEmbeddedBroker({
    syncAlways: false,
    more: [INSIDER],
    // A stream of reads has a tenth of it: half a million reads of a run want more than the 4 GiB of a small machine.
    size: { ...EMBEDDED_SIZE, storageGib: 16 },
    vendors: [],
    edges: {},
    dataDir: join(folder, 'broker'),
    log,
  }).catch(removing(folder))
  const services: Service[] = []
  return {
    folder,
    broker,
    connect: () => connectBroker({ servers: broker.url, keys: broker.keys, user: 'admin' }, log),
    async run(name, ...args) {
      const at = ['--broker', broker.url, '--keys', broker.keys]
      const onRestart = () => log.error({ name }, 'ended by itself')
      const service = await supervise({ name, args: [name, 'run', ...at, ...args], logs, onRestart })
      services.push(service)
      return service.ready
    },
    pids: () => ({
      broker: broker.pid,
      ...Object.fromEntries(services.map((service) => [service.name, service.pid()])),
    }),
    async stop() {
      for (const service of services.toReversed()) await service.stop()
      await broker.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
