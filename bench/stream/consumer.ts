import { setTimeout as pause } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { connectBroker } from '@sightline/broker/connect'
import { startMatcher } from '@sightline/matcher/main'
import { createLog } from '@sightline/runtime/log'
import { READS } from '@sightline/schemas/streams'
import { usageOf } from '../edge/processes.ts'
import { measureTime } from '../measure.ts'
import { answerJobs } from '../stack/child.ts'

/** What takes the reads in `bench stream`, a process of its own, as it is where it is installed. */

export interface Job {
  servers: string
  keys: string
  brokerPid: number
  /** Reads in the stream. */
  count: number
  kind: 'idle' | 'matcher'
}

export interface Consumed {
  /** What the last two thirds took: before, the compiler is at work too. */
  reads: number
  ms: number
  cpuS: number
  brokerCpuS: number
  /** Of the matcher: its start until its index holds the displays of the bucket. */
  load?: { ms: number; cpuS: number; rssMb: number; displays: number }
  alerts: number
}

const log = createLog('bench', 'silent')

/** @param until settles when so many reads are worked on */
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
