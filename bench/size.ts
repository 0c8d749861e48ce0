import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { InvalidArgumentError } from 'commander'
import type { Benchmark, Report } from './benchmark.ts'
import { usageOf } from './edge/processes.ts'
import { measureTime } from './measure.ts'
import { cpuSecondsOf } from './pace.ts'
import { agencyOf, type Caller } from './size/agency.ts'
import { type Answer, askOnce } from './size/ask.ts'
import { fillAgency } from './size/fill.ts'
import { type Document, LEFT_OUT, type Question, questionsOf } from './size/lists.ts'
import { startStack } from './stack/stack.ts'

/** What a list or a search may take. */
const GOAL_MS = 150
/** Entries of the longest page. */
const MOST_ROWS = 500
/** Pages that are turned before one is measured that is not the first. */
const TURNED = 5
/** The api is at rest when it uses less than this share of a core for a second. */
const REST = 0.15
const REST_MS = 600_000

interface Size {
  scale: number
  requests: number
}

export const bench: Benchmark = {
  name: 'size',
  summary: 'every list and search that a person uses, in an agency of twenty thousand people',
  options: (command) =>
    command
      .option('--scale <share>', 'size of the agency: 1 is a million displays', share, 0.1)
      .option('--requests <n>', 'requests of each list', wholeNumber(1, 10_000), 40),
  run: ({ scale, requests }, report) => run({ scale, requests } as Size, report),
}

function share(text: string): number {
  const value = Number(text)
  if (!(value >= 0.0001 && value <= 2))
    throw new InvalidArgumentError(`not a number from 0.0001 to 2: ${text}`)
  return value
}

async function run({ scale, requests }: Size, report: Report): Promise<void> {
  const stack = await startStack()
  try {
    const now = Date.now()
    const extra = () => ({ scale, load: loadavg()[0] })
    const admin = await stack.connect()
    const filled = await measureTime(() => fillAgency(admin, stack.broker.keys, agencyOf(scale), now))
    await admin.close()
    const { cookies, messages } = filled.result
    report({ metric: 'filled', value: messages, unit: 'messages', seconds: filled.ms / 1000, ...extra() })

    const limits = ['--rate-limit', '1000000000', '--person-rate-limit', '1000000000']
    const where = ['--port', '0', '--data', join(stack.folder, 'api'), '--dev-token']
    const ready = await measureTime(() => stack.run('api', ...where, ...limits))
    const url = String(ready.result.url)
    const api = stack.pids().api!
    report({ metric: 'api_ready_ms', value: ready.ms, unit: 'ms', ...extra() })
    const rested = await untilAtRest(api)
    report({ metric: 'api_rest_s', value: rested.seconds, unit: 's', cpuS: rested.cpuS, ...extra() })
    report({ metric: 'api_rss_mib', value: usageOf(api).rssMb, unit: 'MiB', of: 'at rest', ...extra() })

    const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document
    const slow: string[] = []
    for (const question of questionsOf(document, now)) {
      for (const by of question.by) {
        for (const figure of await measureList({ url, cookies, api }, question, by, requests)) {
          const { p95, ...beside } = figure
          const yardstick = { yardstick: 'the goal', yardstickValue: GOAL_MS, ratio: p95 / GOAL_MS }
          report({ metric: 'list_p95_ms', value: p95, unit: 'ms', ...yardstick, ...beside, ...extra() })
          if (p95 > GOAL_MS || figure.rows > MOST_ROWS) slow.push(`${beside.list} by ${by}`)
        }
      }
    }
    for (const [route, reason] of Object.entries(LEFT_OUT)) {
      report({ metric: 'left_out', value: 0, unit: 'requests', list: route, reason })
    }
    const value = slow.length
    report({ metric: 'over_goal', value, unit: 'lists', lists: slow.join('; '), ...extra() })
    const peak = Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${api}/status`, 'utf8'))?.[1]) / 1024
    report({
      metric: 'api_rss_mib',
      value: usageOf(api).rssMb,
      unit: 'MiB',
      of: 'after the lists',
      peak,
      ...extra(),
    })
  } finally {
    await stack.stop()
  }
}

const short = (ms: number): number => Number(ms.toPrecision(3))

interface Target {
  url: string
  cookies: Record<Caller, string>
  /** Process of the api. */
  api: number
}

interface ListFigure {
  list: string
  by: Caller
  page: 'first' | 'later'
  rows: number
  bytes: number
  p50: number
  p95: number
  cpuMs: number
  status?: number
}

/** The first page of a list, and a later one if there is one; nothing if the caller may not ask. */
async function measureList(
  { url, cookies, api }: Target,
  { path, address, body }: Question,
  by: Caller,
  requests: number,
): Promise<ListFigure[]> {
  const [method = ''] = path.split(' ')
  const ask = (cursor: Answer['next']) => {
    const place = cursor === null ? '' : `${address.includes('?') ? '&' : '?'}${cursor.name}=${cursor.value}`
    return askOnce(method, `${url}${address}${body ? '' : place}`, { origin: url, cookie: cookies[by] }, body)
  }
  const measured = async (cursor: Answer['next'], page: ListFigure['page']): Promise<ListFigure | null> => {
    const first = await ask(cursor)
    if (first.status === 403 || first.status === 404) return null
    if (first.status !== 200) throw new Error(`${path} by ${by}: ${first.status} ${first.text.slice(0, 300)}`)
    const taken: number[] = []
    const before = cpuSecondsOf({ api }).api!
    for (let n = 0; n < requests; n++) {
      const begun = performance.now()
      await ask(cursor)
      taken.push(performance.now() - begun)
      // A list that is far too slow is known by a few requests.
      if (n >= 4 && taken.every((ms) => ms > 10 * GOAL_MS)) break
    }
    const cpuMs = ((cpuSecondsOf({ api }).api! - before) * 1000) / taken.length
    taken.sort((a, b) => a - b)
    const at = (part: number) => taken[Math.min(taken.length - 1, Math.floor(part * taken.length))]!
    const list = body ? `${path} ${Object.keys(body).join()}` : `${method} ${address}`
    return {
      ...{ list, by, page, rows: first.rows, bytes: first.bytes },
      ...{ p50: short(at(0.5)), p95: short(at(0.95)), cpuMs: short(cpuMs) },
    }
  }
  const first = await measured(null, 'first')
  if (!first) return []
  let cursor: Answer['next'] = null
  for (let n = 0; n < TURNED && !body; n++) {
    const { next } = await ask(cursor)
    if (next === null) break
    cursor = next
  }
  const later = cursor && (await measured(cursor, 'later'))
  return later ? [first, later] : [first]
}

/** Waits until the api has done what it does after a start: sweeps, and the index of the audit log. */
async function untilAtRest(api: number): Promise<{ seconds: number; cpuS: number }> {
  const begun = performance.now()
  let before = cpuSecondsOf({ api }).api!
  const first = before
  let quiet = 0
  while (quiet < 3 && performance.now() - begun < REST_MS) {
    await pause(1000)
    const after = cpuSecondsOf({ api }).api!
    quiet = after - before < REST ? quiet + 1 : 0
    before = after
  }
  return { seconds: (performance.now() - begun) / 1000, cpuS: before - first }
}
