import { loadavg } from 'node:os'
import { wholeNumber } from '../cli/options.ts'
import { createLatencies, type Latencies } from '../cli/replay/latencies.ts'
import { timetable, waiter } from '../cli/replay/pace.ts'
import { instant } from '../runtime/clock.ts'
import type { VendorSearchRequest } from '../schemas/vendor-search.ts'
import { startStack } from './api/stack.ts'
import { PLATE } from './api/vendor.ts'
import type { Benchmark, Report } from './benchmark.ts'
import { usageOf } from './edge/processes.ts'

interface Load {
  rate: number
  seconds: number
  analysts: number
  rows: number
}

export const bench: Benchmark = {
  name: 'api',
  summary: 'what sign-on, case, audit and cache add to a query, beside the vendor asked directly',
  options: (command) =>
    command
      .option('--rate <n>', 'queries a second', wholeNumber(1, 10_000), 200)
      .option('--seconds <n>', 'length of the run', wholeNumber(1, 600), 20)
      .option('--analysts <n>', 'who ask in turn, each with a session and a case', wholeNumber(1, 1000), 40)
      .option('--rows <n>', 'reads of an answer', wholeNumber(0, 100), 20),
  run: ({ rate, seconds, analysts, rows }, report) =>
    run({ rate, seconds, analysts, rows } as unknown as Load, report),
}

/** As long as the compiler of the api takes to make the most of it. */
const WARM_UP_S = 4
const DAY = 86_400_000
const MATTER = { caseRef: 'BENCH-1', purpose: 'Whereabouts of the vehicle after the seizure' }

async function run(load: Load, report: Report): Promise<void> {
  const { rate, seconds } = load
  const stack = await startStack(load)
  try {
    await Promise.all(stack.cookies.map((cookie) => openCase(stack.url, cookie)))
    const ask = asker(stack)
    await inTurn(rate, WARM_UP_S, ask, { api: createLatencies(), direct: createLatencies() })
    const into = { api: createLatencies(), direct: createLatencies() }
    const before = cpuSeconds(stack.pids)
    await inTurn(rate, seconds, ask, into)
    const after = cpuSeconds(stack.pids)
    const [own, direct] = [into.api.summary(), into.direct.summary()]
    for (const metric of ['p50', 'p99'] as const) {
      const [through, yardstickValue] = [own[metric]!, direct[metric]!]
      const value = through - yardstickValue
      const beside = {
        yardstick: 'the vendor asked directly',
        yardstickValue,
        ratio: through / yardstickValue,
      }
      report({
        metric: `overhead_${metric}_ms`,
        value,
        unit: 'ms',
        ...beside,
        through,
        ...load,
        load: loadavg()[0],
      })
    }
    for (const [part, used] of Object.entries(after)) {
      const value = ((used - before[part]!) * 1000) / (rate * seconds)
      report({ metric: 'cpu_ms_query', value, unit: 'ms', part })
    }
  } finally {
    await stack.stop()
  }
}

const cpuSeconds = (pids: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(pids).map(([part, pid]) => [part, usageOf(pid).agentS]))

interface Ask {
  api(n: number): Promise<void>
  direct(n: number): Promise<void>
}

/**
 * Queries by a timetable, through the api and directly in turn, half a step apart. Latency counts from when each was due
 * (no coordinated omission).
 */
async function inTurn(
  rate: number,
  seconds: number,
  ask: Ask,
  into: Record<keyof Ask, Latencies>,
): Promise<void> {
  const dueOf = timetable({ kind: 'rate', perSecond: 2 * rate })
  const wait = waiter(new AbortController().signal)
  const begun = performance.now()
  const asked: Promise<void>[] = []
  for (let n = 0; n < 2 * rate * seconds; n++) {
    const due = begun + dueOf('')
    await wait(due)
    const way = n % 2 === 0 ? 'api' : 'direct'
    asked.push(ask[way](n).then(() => into[way].record(performance.now() - due)))
  }
  await Promise.all(asked)
}

/** No two questions are alike: the cache is filled each time, and never spares the vendor. */
function asker({ url, vendorUrl, cookies }: Awaited<ReturnType<typeof startStack>>): Ask {
  const to = Date.now()
  let asked = 0
  const next = () => ({ plate: PLATE, from: instant(to - 30 * DAY + asked++), to: instant(to) })
  return {
    api: (n) =>
      post(`${url}/v1/search`, { ...MATTER, ...next() }, session(url, cookies[(n / 2) % cookies.length]!)),
    direct: () => {
      const question: VendorSearchRequest = { v: 1, limit: 100, ...next() }
      return post(`${vendorUrl}/v1/search`, question, {})
    },
  }
}

const session = (origin: string, cookie: string) => ({ origin, cookie })

const openCase = (url: string, cookie: string): Promise<void> => {
  const subjects = [{ about: { plate: PLATE }, reason: 'made up for a benchmark of queries' }]
  const body = { kind: 'event', ...MATTER, title: 'Benchmark', authority: '19 U.S.C. 1595a', subjects }
  return post(`${url}/v1/cases`, body, session(url, cookie))
}

async function post(url: string, body: object, headers: Record<string, string>): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  // What is refused is answered fast: a figure of it would flatter.
  if (!answer.ok || text.includes('"complete":false'))
    throw new Error(`${url}: ${answer.status} ${text.slice(0, 300)}`)
}
