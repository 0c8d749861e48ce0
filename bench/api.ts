import { writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { signedOnAnalysts } from './api/analysts.ts'
import {
  MATTER,
  PLATE,
  type SendJob,
  type Sent,
  type Target,
  VENDOR,
  type VendorAddress,
  type VendorJob,
} from './api/job.ts'
import { post, session } from './api/post.ts'
import type { Benchmark, Report } from './benchmark.ts'
import { cpuSecondsOf, type Pace, percentilesOf, reportCpu, WARM_UP_S, withPace } from './pace.ts'
import { startChild } from './stack/child.ts'
import { type Stack, startStack } from './stack/stack.ts'

interface Load extends Pace {
  analysts: number
  rows: number
}

export const bench: Benchmark = {
  name: 'api',
  summary: 'what sign-on, case, audit and cache add to a query, beside the vendor asked directly',
  options: (command) =>
    withPace(command, 'queries', [1, 10_000, 200])
      .option('--analysts <n>', 'who ask in turn, each with a session and a case', wholeNumber(1, 1000), 40)
      .option('--rows <n>', 'reads of an answer', wholeNumber(0, 100), 20),
  run: ({ rate, seconds, analysts, rows }, report) =>
    run({ rate, seconds, analysts, rows } as unknown as Load, report),
}

async function run(load: Load, report: Report): Promise<void> {
  const { rate, seconds, analysts, rows } = load
  const stack = await startStack()
  const vendor = startChild<VendorJob, VendorAddress>('api/vendor.js')
  const sender = startChild<SendJob, Sent>('api/sender.js')
  const cpuSeconds = () => cpuSecondsOf({ ...stack.pids(), vendor: vendor.pid, sender: sender.pid })
  try {
    const { url: vendorUrl } = await vendor.ask({ rows })
    const target = await startAgency(stack, vendorUrl, analysts)
    await sender.ask({ ...target, rate, seconds: WARM_UP_S })
    const before = cpuSeconds()
    const sent = await sender.ask({ ...target, rate, seconds })
    const after = cpuSeconds()

    const through = percentilesOf(sent.api)
    const direct = percentilesOf(sent.direct)
    const late = percentilesOf(sent.late)
    for (const metric of ['p50', 'p99'] as const) {
      const [own, yardstickValue] = [through[metric], direct[metric]]
      const beside = {
        yardstick: 'the vendor asked directly',
        yardstickValue,
        ratio: own / yardstickValue,
      }
      const value = own - yardstickValue
      const extra = { through: own, late: late[metric], ...load, load: loadavg()[0] }
      report({ metric: `overhead_${metric}_ms`, value, unit: 'ms', ...beside, ...extra })
    }
    reportCpu(report, { metric: 'cpu_ms_query', unit: 'ms' }, { before, after }, rate * seconds)
  } finally {
    vendor.close()
    sender.close()
    await stack.stop()
  }
}

/** The installed api, and signed-in analysts, each with their own case. */
async function startAgency(stack: Stack, vendorUrl: string, analysts: number): Promise<Target> {
  await writeFile(join(stack.folder, 'token'), 'token-of-the-agency\n')
  const vendors = join(stack.folder, 'vendors.json')
  const entry = { id: VENDOR, url: vendorUrl, credentialsFile: 'token' }
  await writeFile(vendors, JSON.stringify({ vendors: [entry] }))
  const limits = ['--rate-limit', '1000000000', '--person-rate-limit', '1000000000']
  const where = ['--data', join(stack.folder, 'api'), '--port', '0']
  const url = String((await stack.run('api', ...where, '--vendors', vendors, ...limits)).url)
  const admin = await stack.connect()
  const cookies = await signedOnAnalysts(admin, stack.broker.keys, analysts, [VENDOR])
  await admin.close()
  await Promise.all(cookies.map((cookie) => openCase(url, cookie)))
  return { url, vendorUrl, cookies }
}

const openCase = (url: string, cookie: string): Promise<void> => {
  const subjects = [{ about: { plate: PLATE }, reason: 'made up for a benchmark of queries' }]
  const body = { kind: 'event', ...MATTER, title: 'Benchmark', authority: '19 U.S.C. 1595a', subjects }
  return post(`${url}/v1/cases`, body, session(url, cookie))
}
