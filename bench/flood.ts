import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { EDGE_SOURCE } from '@sightline/schemas/read'
import { ALERTS } from '@sightline/schemas/streams'
import { alertSubject } from '@sightline/schemas/subjects'
import { signedOnAnalysts } from './api/analysts.ts'
import type { Benchmark, Report } from './benchmark.ts'
import { usageOf } from './edge/processes.ts'
import { floodAlert } from './flood/alert.ts'
import { type Account, ascending, type FloodJob, machineNow, shareOf } from './flood/job.ts'
import { cpuSecondsOf, reportCpu } from './pace.ts'
import { startChild } from './stack/child.ts'
import { startStack } from './stack/stack.ts'

interface Load {
  alerts: number
  /** In which they come. */
  seconds: number
  consoles: number
}

/** Alerts in one step of the sender: a millisecond's timer is no more exact than this. */
const STEP_MS = 10
/** Time between two looks at the list. */
const LOOK_MS = 250
/** How long after the last alert the consoles are waited for. */
const PATIENCE_MS = 90_000

export const bench: Benchmark = {
  name: 'flood',
  summary: 'thousands of alerts in seconds at hundreds of open consoles, and the list of alerts meanwhile',
  options: (command) =>
    command
      .option('--alerts <n>', 'alerts', wholeNumber(10, 100_000), 10_000)
      .option('--seconds <n>', 'in which they come', wholeNumber(1, 600), 10)
      .option('--consoles <n>', 'signed-in people with an open console', wholeNumber(1, 900), 300),
  run: ({ alerts, seconds, consoles }, report) =>
    run({ alerts, seconds, consoles } as unknown as Load, report),
}

async function run(load: Load, report: Report): Promise<void> {
  const { alerts, consoles } = load
  const stack = await startStack()
  const browsers = startChild<FloodJob, Account>('flood/consoles.js')
  try {
    const limits = ['--rate-limit', '1000000000', '--person-rate-limit', '1000000000']
    const at = ['--data', join(stack.folder, 'api'), '--port', '0']
    const url = String((await stack.run('api', ...at, ...limits)).url)
    const admin = await stack.connect()
    const [watcher, ...cookies] = await signedOnAnalysts(admin, stack.broker.keys, consoles + 1, [
      EDGE_SOURCE,
    ])
    // The api hears of new people and grants from the broker.
    await browsers.ask({ open: { url, cookies, alerts } })
    const first = (await (await jetstreamManager(admin)).streams.info(ALERTS)).state.last_seq + 1
    const pids = () => ({ ...stack.pids(), consoles: browsers.pid })
    const before = cpuSecondsOf(pids())
    // The first look compiles what the others use.
    await look(url, watcher!)
    const looking = new AbortController()
    const looks = lookAtList(url, watcher!, looking.signal)
    const sentAt = await send(admin, load)
    const account = await browsers.ask({ account: { first, sentAt, patienceMs: PATIENCE_MS } })
    looking.abort()
    const list = ascending(await looks)
    const after = cpuSecondsOf(pids())
    await admin.close()

    const extra = { ...load, load: loadavg()[0] }
    for (const metric of ['p50', 'p95', 'p99', 'most', 'took'] as const) {
      report({
        metric: `delay_${metric}_ms`.replace('delay_took', 'all'),
        value: account[metric],
        unit: 'ms',
        ...extra,
      })
    }
    for (const metric of ['lost', 'doubled', 'resumed'] as const) {
      report({ metric, value: account[metric], unit: metric === 'resumed' ? 'connections' : 'alerts' })
    }
    report({ metric: 'list_p50_ms', value: shareOf(list, 0.5), unit: 'ms' })
    report({ metric: 'list_p95_ms', value: shareOf(list, 0.95), unit: 'ms', looks: list.length })
    report({ metric: 'api_rss_mb', value: usageOf(stack.pids().api!).rssMb, unit: 'MB' })
    reportCpu(report, { metric: 'cpu_ms_alert', unit: 'ms' }, { before, after }, alerts)
  } finally {
    browsers.close()
    await stack.stop()
  }
}

/** Stores the alerts at an even pace. @returns when each was handed to the broker */
async function send(admin: NatsConnection, { alerts, seconds }: Load): Promise<number[]> {
  const js = jetstream(admin)
  const sentAt: number[] = []
  const stored: Promise<unknown>[] = []
  const begun = performance.now()
  while (sentAt.length < alerts) {
    const due = Math.min(alerts, Math.ceil(((performance.now() - begun) / (seconds * 1000)) * alerts))
    while (sentAt.length < due) {
      const alert = floodAlert(sentAt.length, Date.now())
      sentAt.push(machineNow())
      stored.push(
        js.publish(alertSubject(alert.display.id), JSON.stringify(alert), {
          msgID: alert.id,
          timeout: 60_000,
        }),
      )
    }
    await sleep(STEP_MS)
  }
  await Promise.all(stored)
  return sentAt
}

/** What the list of alerts takes, again and again. @returns milliseconds */
async function lookAtList(url: string, cookie: string, signal: AbortSignal): Promise<number[]> {
  const taken: number[] = []
  while (!signal.aborted) {
    taken.push(await look(url, cookie))
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
  }
  return taken
}

async function look(url: string, cookie: string): Promise<number> {
  const begun = performance.now()
  const answer = await fetch(`${url}/v1/alerts?limit=50`, { headers: { cookie, origin: url } })
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`${url}/v1/alerts: ${answer.status}`)
  return performance.now() - begun
}
