import { rm } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { type EmbeddedBroker, startEmbeddedBroker } from '@sightline/broker/embedded'
import { type Outgoing, publishAll } from '@sightline/broker/publish-all'
import { createDisplayIndex } from '@sightline/matching'
import { loadRecognizerFacts } from '@sightline/matching/recognizer-facts'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { createLog } from '@sightline/runtime/log'
import { apiOf } from '@sightline/schemas/bridges'
import { readParser } from '@sightline/schemas/read'
import { several } from '@sightline/schemas/several'
import { EMBEDDED_SIZE, READS } from '@sightline/schemas/streams'
import type { Benchmark, Report } from './benchmark.ts'
import { benchDisplay } from './match/displays.ts'
import { measureTime, removing, temporaryFolder } from './measure.ts'
import { startChild } from './stack/child.ts'
import { INSIDER } from './stack/insider.ts'
import type { Consumed, Job } from './stream/consumer.ts'
import { chooseTraffic, displayMessages, readMessages, type Traffic } from './stream/traffic.ts'

const log = createLog('bench', 'silent')
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

export const bench: Benchmark = {
  name: 'stream',
  summary: 'into the durable stream and through the matcher, each beside the least that the broker asks for',
  options: (command) =>
    command
      .option('--reads <n>', 'reads in the stream', wholeNumber(1000, 1_000_000), 300_000)
      .option('--displays <n>', 'displays in the index', wholeNumber(1000, 1_000_000), 1_000_000),
  run: (options, report) => run(Number(options.reads), Number(options.displays), report),
}

async function run(reads: number, displays: number, report: Report): Promise<void> {
  const dataDir = await temporaryFolder('sightline-bench-')
  const broker = await startEmbeddedBroker({
    vendors: [],
    edges: {},
    syncAlways: false,
    more: [INSIDER],
    dataDir,
    log,
    size: { ...EMBEDDED_SIZE, storageGib: 16 },
  }).catch(removing(dataDir))
  const { url: servers, keys } = broker
  const traffic = await chooseTraffic(displays, reads)
  try {
    const admin = await connectBroker({ servers, keys, user: 'admin' }, log)
    await publishAll(admin, displayMessages(traffic.displayed), { user: 'admin' })
    await measureIngest(broker, admin, traffic, report)
    await measureMatcher(broker, traffic, report)
    await admin.close()
  } finally {
    await broker.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Context of a figure: how busy the machine was otherwise, and the CPU time. */
const circumstances = (count: number, { ms, cpuS }: { ms: number; cpuS: number }) => ({
  value: Math.round((count * 1000) / ms),
  unit: 'reads/s',
  cpuUs: Math.round((cpuS * 1e8) / count) / 100,
  load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
})

/**
 * Acknowledged publishing, as in replay, compared with publishing without acknowledgements; and from within the account of
 * the streams, which shows the cost of the bridge.
 */
async function measureIngest(
  { url: servers, keys }: EmbeddedBroker,
  admin: NatsConnection,
  traffic: Traffic,
  report: Report,
): Promise<void> {
  const manager = await jetstreamManager(admin, { apiPrefix: apiOf('MATCHER') })
  const messages = [...readMessages(traffic)]
  const told = await measureTime(() => publishUntold(admin, messages))
  await manager.streams.purge(READS)
  const insider = await connectBroker({ servers, keys, user: INSIDER.name }, log)
  const others = messages.map((message) => ({ ...message, msgID: `inside-${message.msgID}` }))
  const inside = await measureTime(() => publishAll(insider, others, { user: INSIDER.name }))
  await insider.close()
  await manager.streams.purge(READS)
  const acknowledged = await measureTime(() => publishAll(admin, messages, { user: 'admin' }))
  const { state } = await manager.streams.info(READS)
  if (state.messages !== messages.length) {
    throw new Error(`the stream holds ${state.messages} of the reads, not ${messages.length}`)
  }
  const { value: yardstickValue, cpuUs: yardstickCpuUs } = circumstances(messages.length, told)
  const beside = { yardstick: 'core publish without acknowledgement', yardstickValue, yardstickCpuUs }
  for (const [metric, taken] of Object.entries({ ingest: acknowledged, ingest_inside: inside })) {
    const figure = circumstances(messages.length, taken)
    report({ metric, ...figure, ...beside, ratio: figure.value / yardstickValue, reads: messages.length })
  }
}

/** Publishes as fast as the broker accepts messages, and waits until the stream has all of them. */
async function publishUntold(admin: NatsConnection, messages: readonly Outgoing[]): Promise<void> {
  for (const [n, { subject, payload }] of messages.entries()) {
    admin.publish(subject, payload)
    // A window, so that neither the socket nor the server's queue grows without bound.
    if (n % 2000 === 0) await admin.flush()
  }
  await admin.flush()
  const manager = await jetstreamManager(admin, { apiPrefix: apiOf('MATCHER') })
  while ((await manager.streams.info(READS)).state.messages < messages.length) await pause(5)
}

async function measureMatcher(broker: EmbeddedBroker, traffic: Traffic, report: Report): Promise<void> {
  const count = traffic.passing.length
  const consume = async (kind: Job['kind']) => {
    const child = startChild<Job, Consumed>('stream/consumer.js')
    const { url: servers, keys, pid: brokerPid } = broker
    return child.ask({ servers, keys, brokerPid, count, kind }).finally(child.close)
  }
  const idle = await consume('idle')
  const matched = await consume('matcher')
  const expected = await expectedAlerts(traffic)
  if (matched.alerts !== expected) {
    throw new Error(`the matcher raised ${several(matched.alerts, 'alert')}, not ${expected}`)
  }
  const { ms, cpuS, rssMb, displays } = matched.load!
  report({
    metric: 'load',
    value: Math.round(ms),
    unit: 'ms',
    cpuS: Math.round(cpuS * 10) / 10,
    displays,
    rssMb: Math.round(rssMb),
    how: 'from the start of the matcher until its index holds the displays of the bucket',
  })
  const { value: yardstickValue, cpuUs: yardstickCpuUs } = circumstances(idle.reads, idle)
  const figure = circumstances(matched.reads, matched)
  report({
    metric: 'stream',
    ...figure,
    yardstick: 'JetStream consumer that does nothing',
    yardstickValue,
    ratio: figure.value / yardstickValue,
    yardstickCpuUs,
    brokerCpuUs: Math.round((matched.brokerCpuS * 1e8) / matched.reads) / 100,
    reads: matched.reads,
    displays,
    alerts: expected,
  })
}

/** How many alerts the same reads raise with the index alone. */
async function expectedAlerts(traffic: Traffic): Promise<number> {
  const index = createDisplayIndex(await loadRecognizerFacts())
  for (const [n, plate] of traffic.displayed.entries()) index.set(benchDisplay(plate, n))
  let alerts = 0
  for (const { payload } of readMessages(traffic)) {
    alerts += index.match(readParser.parseJson(payload), Date.now()).length
  }
  return alerts
}
