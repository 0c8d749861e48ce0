import { setTimeout as pause } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { connectBroker } from '@sightline/broker/connect'
import { startMatcher } from '@sightline/matcher/main'
import { createLog } from '@sightline/runtime/log'
import { READS } from '@sightline/schemas/streams'
import { usageOf } from '../edge/processes.ts'
import { measureTime } from '../measure.ts'
import { answerJobs } from '../stack/child.ts'

/** Consumes the reads in `bench stream`, as a separate process, as in an installation. */

export interface Job {
  servers: string
  keys: string
  brokerPid: number
  /** Reads in the stream. */
  count: number
  kind: 'idle' | 'matcher'
}

export interface Consumed {
  /** Time of the last two thirds: before that, the compiler is still busy. */
  reads: number
  ms: number
  cpuS: number
  brokerCpuS: number
  /** Of the matcher: from its start until its index contains the bucket's displays. */
  load?: { ms: number; cpuS: number; rssMb: number; displays: number }
  alerts: number
}

const log = createLog('bench', 'silent')

/** @param until settles when this many reads are processed */
async function lastThirds({ count, brokerPid }: Job, until: (reads: number) => Promise<void>) {
  const first = Math.floor(count / 3)
  await until(first)
  const before = usageOf(brokerPid).agentS
  const { ms, cpuS } = await measureTime(() => until(count))
  return { reads: count - first, ms, cpuS, brokerCpuS: usageOf(brokerPid).agentS - before }
}

/** The yardstick. */
async function consumeIdly(job: Job): Promise<Consumed> {
  const connection = await connectBroker({ ...job, user: 'matcher' }, log)
  const consumer = await jetstream(connection).consumers.get(READS)
  const messages = (await consumer.consume({ max_messages: 10_000 }))[Symbol.asyncIterator]()
  let seen = 0
  const consumed = await lastThirds(job, async (reads) => {
    for (; seen < reads; seen++) await messages.next()
  })
  await connection.close()
  return { ...consumed, alerts: 0 }
}

async function match(job: Job): Promise<Consumed> {
  const before = process.memoryUsage().rss
  const loading = await measureTime(() => startMatcher({ ...job, log, suppressMs: 0 }))
  const matcher = loading.result
  const rssMb = (process.memoryUsage().rss - before) / 2 ** 20
  const displays = matcher.displays()
  const consumed = await lastThirds(job, async (reads) => {
    while (matcher.counts.reads < reads) await pause(1)
  })
  await matcher.close()
  const load = { ms: loading.ms, cpuS: loading.cpuS, rssMb, displays }
  return { ...consumed, load, alerts: matcher.counts.alerts }
}

answerJobs((job: Job) => (job.kind === 'idle' ? consumeIdly(job) : match(job)))
