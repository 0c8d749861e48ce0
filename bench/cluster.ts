import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { declareBroker } from '@sightline/broker/declare'
import { freePort } from '@sightline/broker/free-port'
import { startLocalCluster } from '@sightline/broker/local-cluster'
import { retryUntilDone } from '@sightline/broker/publish'
import { type Outgoing, publishAll } from '@sightline/broker/publish-all'
import { plantedPlate, synthesise } from '@sightline/replay/traffic'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { createLog } from '@sightline/runtime/log'
import { supervise } from '@sightline/runtime/supervise'
import { apiOf } from '@sightline/schemas/bridges'
import { type Read, readId } from '@sightline/schemas/read'
import { DISPLAYS, readStreams } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import type { Benchmark, Report } from './benchmark.ts'
import { between, total, useOf } from './cluster/nodes.ts'
import { type Costs, planFor, spreadsOf } from './cluster/plan.ts'
import { usageOf } from './edge/processes.ts'
import { benchDisplay } from './match/displays.ts'
import { measureTime, removing, temporaryFolder } from './measure.ts'

const log = createLog('bench', 'silent')

interface Load {
  /** Reads that match nothing, in each layout, and after them reads that are an alert each. */
  reads: number
  alerts: number
}

interface Layout {
  nodes: number
  partitions: number
}

/** Reads a second for which machines are reckoned. */
const RATES = [100_000, 1_000_000]

export const bench: Benchmark = {
  name: 'cluster',
  summary:
    'what a read and an alert cost broker and matcher in CPU time, disk and network, by partitions; and machines for 100,000 and 1,000,000 reads/s',
  options: (command) =>
    command
      .option('--reads <n>', 'reads in each layout', wholeNumber(1000, 1_000_000), 100_000)
      .option('--alerts <n>', 'alerts in each layout', wholeNumber(10, 50_000), 5000)
      .option('--partitions <n...>', 'partitions on three nodes', ['1', '2', '4', '8']),
  async run({ reads, alerts, partitions }, report) {
    const load = { reads: Number(reads), alerts: Number(alerts) }
    // What copies cost shows beside it.
    await measure({ nodes: 1, partitions: 1 }, load, report)
    let costs: Costs | undefined
    for (const count of (partitions as string[]).map(Number))
      costs = await measure({ nodes: 3, partitions: count }, load, report)
    if (costs) for (const rate of RATES) reportPlan(rate, costs, report)
  },
}

/** Machines by the figures of the last layout. */
function reportPlan(rate: number, costs: Costs, report: Report): void {
  const plan = planFor(rate, costs)
  const note = (metric: string, value: number, unit: string, more: object = {}) =>
    report({ metric: `plan_${metric}`, rate, value, unit, ...more })
  note('nodes', plan.nodes, 'machines of 16 cores for the broker', { decidedBy: plan.decidedBy })
  note('broker_cores', plan.brokerCores, 'cores at work, all nodes together')
  note('partitions', plan.partitions, 'partitions')
  note('matchers', plan.matchers, 'processes, each with a core')
  note('matcher_cores', plan.matcherCores, 'cores at work')
  note('node_network', plan.nodeNetworkBytes / 1e6, 'MB/s out of each node')
  note('node_disk', plan.nodeDiskBytes / 1e6, 'MB/s written by each node')
  note('node_kept', plan.nodeKeptBytes / 1e9, 'GB on each node for an hour of reads')
  for (const [n, { what, range, changes, times }] of spreadsOf(rate, costs).entries())
    if (times > 1)
      note('doubt', times, `times as many ${changes}`, { rank: n + 1, what, from: range[0], to: range[1] })
}

async function measure({ nodes, partitions }: Layout, { reads, alerts }: Load, report: Report) {
  const folder = await temporaryFolder('sightline-bench-')
  const logs = join(folder, 'logs')
  await mkdir(logs)
  const cluster = await startLocalCluster(folder, nodes, partitions, true).catch(removing(folder))
  const { keys, servers } = cluster
  const admin = await connectBroker({ servers, keys, user: 'admin' }, log, 30_000)
  let stopMatcher = async () => {}
  try {
    await retryUntilDone(() => declareBroker(admin, { replicas: nodes, storageGib: 4, partitions }))
    const note = (metric: string, value: number, unit: string) =>
      report({ metric, nodes, partitions, value, unit, reads, alerts })
    await publishAll(admin, displays(alerts), { user: 'admin' })

    const before = await useOf(cluster)
    const publishing = await measureTime(() => publishAll(admin, traffic(reads), { user: 'admin' }))
    const stored = between(before, await useOf(cluster))
    const sum = total(stored)
    const keptBytes = await bytesARead(admin, partitions, reads)
    const us = (seconds: number, count: number) => (seconds / count) * 1e6
    const storeUs = us(sum.cpuS, reads)
    // With one partition the node that leads it has the most to do; with more, all lead some.
    const leaderUs = us(Math.max(...stored.map(({ cpuS }) => cpuS)), reads)
    note('store_broker_cpu_us', storeUs, 'µs/read, all nodes together')
    note('store_leader_cpu_us', leaderUs, 'µs/read, the node with most work')
    note('store_publisher_cpu_us', us(publishing.cpuS, reads), 'µs/read')
    note('kept_bytes', keptBytes, 'bytes/read on each node that holds it')
    note('disk_bytes', sum.diskBytes / reads, 'bytes/read written, all nodes together')
    const sentBytes = sum.networkBytes / reads

    const port = await freePort()
    const at = ['--broker', servers.join(), '--keys', keys, '--monitor-port', String(port)]
    const onRestart = () => log.error('the matcher ended by itself')
    const service = await supervise({ name: 'matcher', args: ['matcher', 'run', ...at], logs, onRestart })
    stopMatcher = () => service.stop()
    const count = (name: string) => metricOf(port, name)
    const until = async (name: string, least: number) => {
      while ((await count(name)) < least) await pause(50)
    }
    const use = async () => ({ broker: await useOf(cluster), matcherS: usageOf(service.pid()).agentS })
    const spent = (from: Awaited<ReturnType<typeof use>>, to: Awaited<ReturnType<typeof use>>) => ({
      ...total(between(from.broker, to.broker)),
      matcherS: to.matcherS - from.matcherS,
    })
    // Without the cost of starting and compiling, as far as it is then over.
    await until('reads', reads / 4)
    const [from, first] = [await use(), await count('reads')]
    await until('reads', reads)
    const judged = spent(from, await use())
    const rest = Math.max(1, reads - first)
    const [deliverUs, judgeUs] = [us(judged.cpuS, rest), us(judged.matcherS, rest)]
    note('judge_broker_cpu_us', deliverUs, 'µs/read, all nodes together')
    note('judge_matcher_cpu_us', judgeUs, 'µs/read')
    const networkBytes = sentBytes + judged.networkBytes / rest
    note('network_bytes', networkBytes, 'bytes/read sent, all nodes together')

    const begun = await use()
    await publishAll(admin, hits(alerts), { user: 'admin' })
    await until('alerts', alerts)
    const raised = spent(begun, await use())
    const brokerAlertUs = us(raised.cpuS, alerts) - storeUs - deliverUs
    const matcherAlertUs = us(raised.matcherS, alerts) - judgeUs
    const refused = await count('refused')
    if (refused > 0) throw new Error('reads were set aside instead of judged')
    note('alert_broker_cpu_us', brokerAlertUs, 'µs/alert besides its read, all nodes together')
    note('alert_matcher_cpu_us', matcherAlertUs, 'µs/alert besides its read')
    return {
      ...{ brokerReadUs: storeUs + deliverUs, leaderReadUs: leaderUs, matcherReadUs: judgeUs },
      ...{ brokerAlertUs, matcherAlertUs, diskBytes: sum.diskBytes / reads, networkBytes, keptBytes },
    }
  } finally {
    await stopMatcher()
    await admin.close()
    for (let node = 0; node < nodes; node++) await cluster.stop(node)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A counter of the matcher; 0 before it has one. */
async function metricOf(port: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return Number(new RegExp(`^sightline_matcher_${name}_total (\\d+)`, 'm').exec(text)?.[1] ?? 0)
}

const CAMERAS = 997

/** Reads that match nothing, of many cameras. What they say of their camera is so: else each would be set aside. */
function* traffic(reads: number): Generator<Outgoing, void> {
  let n = 0
  for (const { text, id, source, camera } of synthesise(reads, 10_000, Date.now())) {
    const own = `c${n++ % CAMERAS}`
    const payload = text.replace(`"id":"${camera.id}"`, `"id":"${own}"`)
    yield { subject: readSubject(source, own), payload, msgID: id }
  }
}

function* displays(count: number): Generator<Outgoing, void> {
  for (let n = 0; n < count; n++) {
    const display = benchDisplay(plantedPlate(n), n)
    yield { subject: `$KV.${DISPLAYS}.${display.id}`, payload: JSON.stringify(display), msgID: display.id }
  }
}

/** Reads of which each is an alert, at as many cameras. */
function* hits(count: number): Generator<Outgoing, void> {
  const now = Date.now()
  let n = 0
  for (const { text } of synthesise(count, 10_000, now)) {
    const read = JSON.parse(text) as Read
    const camera = { ...read.camera, id: `c${n % CAMERAS}` }
    const plate = plantedPlate(n++)
    const chars = [...plate].map((char) => ({ char, confidence: 1, alternatives: [] }))
    const hit = { ...read, id: readId(camera.id, read.seenAt, plate), camera, plate, chars }
    yield { subject: readSubject(read.source, camera.id), payload: JSON.stringify(hit), msgID: hit.id }
  }
}

async function bytesARead(admin: NatsConnection, partitions: number, reads: number): Promise<number> {
  const manager = await jetstreamManager(admin, { apiPrefix: apiOf('MATCHER') })
  const infos = await Promise.all(readStreams(partitions).map((stream) => manager.streams.info(stream)))
  return infos.reduce((sum, { state }) => sum + state.bytes, 0) / reads
}
