import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { subscribeApi } from '@sightline/replay/subscribe'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { several } from '@sightline/schemas/several'
import type { Browser, Page } from 'playwright-core'
import type { Benchmark, Report } from './benchmark.ts'
import { newestAlerts, publishReads, storeAlerts } from './console/alerts.ts'
import { type DevelopmentApi, freshContext, openBrowser, signOnAs } from './console/browser.ts'
import { measureFirstView } from './console/first-view.ts'
import { scrollToEnd } from './console/scroll.ts'
import { paintedRows, watchRows } from './console/shown.ts'
import { startSystem } from './latency/system.ts'
import { plates } from './match/traffic.ts'

interface Load {
  alerts: number
  visits: number
  kept: number
}

export const bench: Benchmark = {
  name: 'console',
  summary:
    'in Chromium: an alert shown after its read was published, the first view, ten thousand alerts scrolled',
  needs: () => ['chromium'],
  options: (command) =>
    command
      .option('--alerts <n>', 'alerts whose way to the screen is timed', wholeNumber(1, 400), 100)
      .option('--visits <n>', 'times that the console is opened with an empty cache', wholeNumber(1, 100), 9)
      .option('--kept <n>', 'alerts in the list that is scrolled', wholeNumber(1, 100_000), 10_000),
  run: ({ alerts, visits, kept }, report) => run({ alerts, visits, kept } as unknown as Load, report),
}

const ANALYST = 'dana-reyes'
/** Alerts before the timed ones: compilers and caches are warm for a console that is open all day. */
const WARM_UP = 20
/** How long the last alert may take, ms. */
const WAIT_MS = 20_000

async function run(load: Load, report: Report): Promise<void> {
  // First: without it, nothing else is started.
  const browser = await openBrowser()
  try {
    await measure(browser, load, report)
  } finally {
    await browser.close()
  }
}

async function measure(browser: Browser, load: Load, report: Report): Promise<void> {
  const system = await startSystem(load.alerts + WARM_UP)
  const api = { url: system.api, token: system.token }
  const connection = await system.connect()
  try {
    const cookie = await signOnAs(api, ANALYST)
    await shown({ browser, api, cookie, connection }, load, report)
    await firstView({ browser, api, cookie }, load, report)
    const [newest] = await newestAlerts(api, 1)
    await storeAlerts(connection, newest!.alert, load.kept)
    const page = await openList({ browser, api, cookie })
    const { longTaskMs, rows, frames } = await scrollToEnd(page)
    report({ metric: 'long_task_ms', value: longTaskMs, unit: 'ms', rows, frames, load: loadavg()[0] })
  } finally {
    await connection.close()
    await system.stop()
  }
}

interface Visitor {
  browser: Browser
  api: DevelopmentApi
  cookie: string
}

async function shown(
  visitor: Visitor & { connection: NatsConnection },
  load: Load,
  report: Report,
): Promise<void> {
  const { api, connection } = visitor
  const displayed = plates('displays', load.alerts + WARM_UP)
  const heard = new Map<string, number>()
  const subscription = await subscribeApi(api.url, api.token, ({ read }) => heard.set(read.id, Date.now()))
  const page = await openList(visitor)
  await publishReads(connection, displayed.slice(0, WARM_UP))
  await watchRows(page)
  const published = await publishReads(connection, displayed.slice(WARM_UP))
  const painted = await paintedReads(page, api, [...published.keys()])
  await subscription.close()
  await page.context().close()

  const delays = (at: ReadonlyMap<string, number>) =>
    summary([...published].flatMap(([id, sent]) => (at.has(id) ? [at.get(id)! - sent] : [])))
  const [own, bare] = [delays(painted), delays(heard)]
  for (const percentile of ['p50', 'p95'] as const) {
    const [value, yardstickValue] = [own[percentile], bare[percentile]]
    const beside = {
      yardstick: 'the same at a bare client of the api',
      yardstickValue,
      ratio: value / yardstickValue,
    }
    const extra = { alerts: load.alerts, load: loadavg()[0] }
    report({ metric: `alert_shown_${percentile}_ms`, value, unit: 'ms', ...beside, ...extra })
  }
}

/** When the alert of each read was painted. @throws when one is not */
async function paintedReads(page: Page, api: DevelopmentApi, reads: string[]): Promise<Map<string, number>> {
  const until = Date.now() + WAIT_MS
  for (;;) {
    const rows = await paintedRows(page)
    const listed = await newestAlerts(api, Math.min(500, reads.length + WARM_UP))
    const painted = new Map(
      listed.flatMap(({ sequence, alert }) =>
        rows.has(sequence) ? [[alert.read.id, rows.get(sequence)!]] : [],
      ),
    )
    const missing = reads.filter((id) => !painted.has(id)).length
    if (missing === 0) return painted
    if (Date.now() > until) throw new Error(`${missing} of ${several(reads.length, 'alert')} not shown`)
    await sleep(100)
  }
}

async function firstView({ browser, api, cookie }: Visitor, { visits }: Load, report: Report): Promise<void> {
  const measured: Awaited<ReturnType<typeof measureFirstView>>[] = []
  for (let n = 0; n < visits; n++) measured.push(await measureFirstView(browser, api.url, cookie))
  const { p50, p95 } = summary(measured.map(({ interactiveMs }) => interactiveMs))
  report({ metric: 'interactive_ms', value: p50, unit: 'ms', p95, visits, load: loadavg()[0] })
  const bytes = Math.max(...measured.map(({ scriptBytes }) => scriptBytes))
  report({ metric: 'script_kb', value: bytes / 1000, unit: 'kB' })
}

/** A page that shows the list of alerts, connected. */
async function openList({ browser, api, cookie }: Visitor): Promise<Page> {
  const context = await freshContext(browser, api.url, cookie)
  const page = await context.newPage()
  await page.goto(`${api.url}/alerts`)
  await page.getByText('Live', { exact: true }).waitFor()
  return page
}

function summary(milliseconds: readonly number[]): { p50: number; p95: number } {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95) }
}
