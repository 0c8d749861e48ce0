import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { declareBroker } from '@sightline/broker/declare'
import { type LocalCluster, startLocalCluster } from '@sightline/broker/local-cluster'
import { retryUntilDone } from '@sightline/broker/publish'
import { type Outgoing, publishAll } from '@sightline/broker/publish-all'
import { startMatcher } from '@sightline/matcher/main'
import { synthesise } from '@sightline/replay/traffic'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { createLog } from '@sightline/runtime/log'
import { apiOf } from '@sightline/schemas/bridges'
import { readStreams } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import type { Benchmark, Report } from './benchmark.ts'
import { usageOf } from './edge/processes.ts'
import { measureTime, removing, temporaryFolder } from './measure.ts'

const log = createLog('bench', 'silent')

/** Nodes, replicas and partitions: as in the demo, spread over partitions, and as in production. */
const LAYOUTS = [
  { nodes: 1, partitions: 1 },
  { nodes: 1, partitions: 8 },
  { nodes: 3, partitions: 8 },
]

export const bench: Benchmark = {
  name: 'cluster',
  summary:
    'what a read costs broker and matcher in CPU time and on disk, by nodes and partitions (docs/matcher.md)',
  options: (command) =>
    command.option('--reads <n>', 'reads in each layout', wholeNumber(10_000, 1_000_000), 200_000),
  async run(options, report) {
    for (const layout of LAYOUTS) await measure(layout, Number(options.reads), report)
  },
}

async function measure({ nodes, partitions }: (typeof LAYOUTS)[number], reads: number, report: Report) {
  const folder = await temporaryFolder('sightline-bench-')
  const cluster = await startLocalCluster(folder, nodes, partitions).catch(removing(folder))
  const { keys, servers } = cluster
  const admin = await connectBroker({ servers, keys, user: 'admin' }, log, 30_000)
  try {
    await retryUntilDone(() => declareBroker(admin, { replicas: nodes, storageGib: 4, partitions }))
    const note = (metric: string, value: number, unit: string) =>
      report({ metric, nodes, partitions, value, unit, reads })
    /** CPU time of the broker and this process while this many reads are processed, microseconds per read. */
    const cost = async (count: number, work: () => Promise<unknown>) => {
      const before = brokerSeconds(cluster, nodes)
      const { cpuS } = await measureTime(work)
      return [brokerSeconds(cluster, nodes) - before, cpuS].map((seconds) => (seconds / count) * 1e6) as [
        number,
        number,
      ]
    }
    const [stored, published] = await cost(reads, () => publishAll(admin, outgoing(reads), { user: 'admin' }))
    note('store_broker_cpu_us', stored, 'µs/read, all nodes together')
    note('store_publisher_cpu_us', published, 'µs/read')
    note('bytes', await bytesARead(admin, partitions, reads), 'bytes/read on each node that holds it')
    const matcher = await startMatcher({ servers, keys, log })
    const until = async (count: number) => {
      while (matcher.counts.reads < count) await pause(1)
    }
    // Without the cost of starting and compiling.
    await until(reads / 4)
    const rest = reads - matcher.counts.reads
    const [delivered, judged] = await cost(rest, () => until(reads))
    await matcher.close()
    note('judge_broker_cpu_us', delivered, 'µs/read, all nodes together')
    note('judge_matcher_cpu_us', judged, 'µs/read')
  } finally {
    await admin.close()
    for (let node = 0; node < nodes; node++) await cluster.stop(node)
    await rm(folder, { recursive: true, force: true })
  }
}

function brokerSeconds(cluster: LocalCluster, nodes: number): number {
  let seconds = 0
  for (let node = 0; node < nodes; node++) seconds += usageOf(cluster.pid(node)).agentS
  return seconds
}

/** Reads that match nothing, of many cameras. */
function* outgoing(reads: number): Generator<Outgoing, void> {
  let n = 0
  for (const { text, id, source } of synthesise(reads, 10_000, Date.now())) {
    const camera = `c${n++ % 997}`
    yield { subject: readSubject(source, camera), payload: text, msgID: id }
  }
}

async function bytesARead(admin: NatsConnection, partitions: number, reads: number): Promise<number> {
  const manager = await jetstreamManager(admin, { apiPrefix: apiOf('MATCHER') })
  const infos = await Promise.all(readStreams(partitions).map((stream) => manager.streams.info(stream)))
  return infos.reduce((sum, { state }) => sum + state.bytes, 0) / reads
}
