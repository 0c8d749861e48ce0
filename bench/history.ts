import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@sightline/runtime/clock'
import { amount } from '@sightline/runtime/command-line/amount'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { createLog } from '@sightline/runtime/log'
import { several } from '@sightline/schemas/several'
import { createInlet } from '@sightline/vendor-sim/history/layout'
import { READ_COLUMNS } from '@sightline/vendor-sim/history/rows'
import { type SeedProgress, seedHistory, worldOfReads } from '@sightline/vendor-sim/history/seed'
import { type History, openHistory } from '@sightline/vendor-sim/history/store'
import { READS_TABLES } from '@sightline/vendor-sim/history/tables'
import { LARGE_BLOCKS, openSimulation, type Simulation } from '@sightline/vendor-sim/simulation/simulation'
import { createWorld } from '@sightline/vendor-sim/world/world'
import type { Benchmark, Report } from './benchmark.ts'
import { measureIngest } from './history-ingest.ts'
import { subjectsOf, type Timed, timeEach, timeInTurn } from './history-queries.ts'
import { temporaryFolder } from './measure.ts'

const log = createLog('bench', 'silent')
const DAY = 86_400_000
const YEARS = 6

interface Options {
  reads: number
  queries: number
  ingest: number
  growth?: readonly number[]
  data?: string
}

export const bench: Benchmark = {
  name: 'history',
  summary: 'seeding, ingest, size and searches of the vendor’s history, beside bare SQL on the same engine',
  options: (command) =>
    command
      .option('--reads <n>', 'reads of six years, e.g. 10M, 500M', amount, 10_000_000)
      .option(
        '--growth <list>',
        'more sizes, for the growth of the plate query, e.g. 100M,500M',
        (text: string) => text.split(',').map(amount),
      )
      .option('--queries <n>', 'searches of each kind', wholeNumber(10, 10_000), 100)
      .option('--ingest <n>', 'reads that are taken out of a stream', wholeNumber(1000, 5_000_000), 200_000)
      .option(
        '--data <folder>',
        'keep the histories there, a folder a size, or go on with those that are there (default: temporary)',
      ),
  run: (options, report) => run(options as unknown as Options, report),
}

async function run(options: Options, report: Report): Promise<void> {
  const first = await measure(options, report)
  let [before, reads] = [first, options.reads]
  for (const larger of options.growth ?? []) {
    const after = await measure({ ...options, reads: larger }, report)
    const decades = Math.log10(larger / reads)
    const value = (after / before) ** (1 / decades)
    report({ metric: 'growth', value, unit: '× a decade', from: reads, to: larger })
    ;[before, reads] = [after, larger]
  }
}

/** One size. @returns plate_p95_ms */
async function measure({ reads, queries, ingest, data }: Options, report: Report): Promise<number> {
  const folder = data ? join(data, String(reads)) : await temporaryFolder('sightline-bench-')
  const history = await openHistory({ directory: folder, url: process.env.CLICKHOUSE_URL }, log)
  try {
    const days = Math.round(YEARS * 365.25)
    const simulation = await openSimulation(history, createWorld({ seed: 1, ...worldOfReads(reads, days) }))
    await seed(history, simulation, days, report)
    await settle(history)
    const [size] = await history.select<{ rows: string; bytes: string }>(
      "SELECT sumIf(rows, table = 'reads') AS rows, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND table IN ('reads', 'reads_by_day') AND database = currentDatabase()",
    )
    const stored = Number(size!.rows)
    report({ metric: 'bytes_per_read', value: Number(size!.bytes) / stored, unit: 'bytes', reads: stored })
    const plate = await searches(history, queries, stored, report)
    const now = systemClock()
    const draw = async () =>
      (
        await simulation.reads({
          from: now - Math.ceil((1.3 * ingest) / simulation.vehicles / 0.7) * DAY,
          to: now,
        })
      )
        .filter(({ camera }) => camera.country === 'US')
        .slice(0, ingest)
    const { ingest: measured, yardstick } = await measureIngest(history, draw, log)
    report({
      metric: 'ingest',
      value: Math.round(measured.rate),
      unit: 'reads/s',
      reads: ingest,
      yardstick: '@clickhouse/client insert of ready rows',
      yardstickValue: Math.round(yardstick.rate),
      ratio: measured.rate / yardstick.rate,
      cpuUs: measured.cpuUs,
      yardstickCpuUs: yardstick.cpuUs,
    })
    return plate
  } finally {
    await history.close()
    if (data === undefined) await rm(folder, { recursive: true, force: true })
  }
}

/** Seeds what is missing; the yardstick fills a table of the same columns from numbers() in the same run. */
async function seed(history: History, simulation: Simulation, days: number, report: Report): Promise<void> {
  const now = systemClock()
  const task = {
    simulation,
    wanted: { from: now - days * DAY, to: now },
    clock: systemClock,
    signal: AbortSignal.any([]),
    onProgress: ({ done, pieces, reads }: SeedProgress) => {
      if (process.stderr.isTTY)
        process.stderr.write(`\r${done} of ${several(pieces, 'part')} seeded, ${several(reads, 'read')} `)
    },
  }
  const began = performance.now()
  const cpu = process.cpuUsage()
  const written = await seedHistory(history, task, log)
  const rate = written / ((performance.now() - began) / 1000)
  const cpuS = seconds(process.cpuUsage(cpu))
  if (written < 1_000_000) return
  const rows = Math.min(written, 10_000_000)
  await dropNumbers(history)
  for (const table of READS_TABLES) await history.command(`CREATE TABLE bench_${table} AS ${table}`)
  for (const sql of createInlet(
    {},
    'bench_in',
    READS_TABLES.map((table) => `bench_${table}`),
  ))
    await history.command(sql)
  const start = performance.now()
  const cpuThen = process.cpuUsage()
  await history.command(
    `INSERT INTO bench_in (${READ_COLUMNS}) ${sameWidth(rows, now - days * DAY, days)} ${LARGE_BLOCKS}`,
  )
  const yardstickValue = rows / ((performance.now() - start) / 1000)
  const yardstickCpuS = (seconds(process.cpuUsage(cpuThen)) / rows) * written
  await dropNumbers(history)
  report({
    metric: 'seed',
    value: Math.round(rate),
    unit: 'reads/s',
    reads: written,
    cpuS,
    yardstickCpuS,
    yardstick: 'INSERT … SELECT FROM numbers()',
    yardstickValue: Math.round(yardstickValue),
    ratio: rate / yardstickValue,
  })
}

const seconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6

async function dropNumbers(history: History): Promise<void> {
  const views = READS_TABLES.map((table) => `bench_in_to_bench_${table}`)
  for (const name of [...views, 'bench_in', ...READS_TABLES.map((table) => `bench_${table}`)])
    await history.command(`DROP TABLE IF EXISTS ${name} SYNC`)
}

/** Cheap rows with the same width as the table's: plates, instants and cameras are numbered. */
const sameWidth = (rows: number, from: number, days: number) => `
  SELECT concat(char(65 + number % 26), toString(100000 + intHash64(number) % 300000)) AS plate,
    fromUnixTimestamp64Milli(${from} + toInt64(intHash64(number + 1) % ${days * 86_400}) * 1000, 'UTC') AS seen_at,
    toUInt32(1 + number % 300) AS reader, 'us-ca' AS region, 'Toyota' AS make, 'Camry' AS model, 'silver' AS color, '' AS look,
    '9900 9990 9930' AS certainty, toInt32(0) AS lat, toInt32(0) AS lon, '' AS rest
  FROM numbers(${rows})`

/** Waits until the engine has merged its parts: that is the usual state of a history. */
async function settle(history: History): Promise<void> {
  const years = await history.select<{ table: string; partition: string }>(
    "SELECT DISTINCT table, partition FROM system.parts WHERE active AND table IN ('reads', 'reads_by_day') AND database = currentDatabase()",
  )
  for (const { table, partition } of years)
    await history.command(
      `OPTIMIZE TABLE ${table} PARTITION ${Number(partition)} FINAL SETTINGS optimize_skip_merged_partitions = 1`,
    )
}

async function searches(history: History, count: number, reads: number, report: Report): Promise<number> {
  const { plates, areas, newest } = await subjectsOf(history, count)
  const at = (daysAgo: number) => new Date(newest - daysAgo * DAY).toISOString()
  const request = { v: 1, to: at(0), limit: 100 } as const
  const unit = 'ms'

  const bare = `SELECT ${READ_COLUMNS} FROM reads WHERE plate = {plate:String} AND seen_at >= toDateTime64({from:String}, 3, 'UTC') ORDER BY seen_at DESC LIMIT 100`
  const since = at(1826).replace('T', ' ').replace('Z', '')
  const [plate, yardstick] = (await timeInTurn(plates, [
    (plate) => history.search({ ...request, plate, from: at(1826) }),
    (plate) => history.select(bare, { plate, from: since }),
  ])) as [Timed, Timed]
  report({
    metric: 'plate_p95_ms',
    value: plate.p95,
    unit,
    reads,
    cpuMs: plate.cpuMs,
    yardstick: 'primary-key look-up by bare SQL',
    yardstickValue: yardstick.p95,
    ratio: plate.p95 / yardstick.p95,
    yardstickCpuMs: yardstick.cpuMs,
  })
  const show = (metric: string, { p95, cpuMs }: Timed) => report({ metric, value: p95, unit, reads, cpuMs })
  show('reader_p95_ms', await timeEach(areas, (area) => history.search({ ...request, area, from: at(30) })))
  const vehicle = { make: 'Toyota', model: 'Camry' }
  show(
    'vehicle_p95_ms',
    await timeEach(areas, ({ lat, lon }) =>
      history.search({ ...request, area: { lat, lon, radiusM: 10_000 }, vehicle, from: at(30) }),
    ),
  )
  show(
    'cotravel_p95_ms',
    await timeEach(plates.slice(0, Math.max(10, Math.round(count / 4))), (plate) =>
      history.companions({ v: 1, plate, from: at(365), to: at(0), limit: 20 }),
    ),
  )
  return plate.p95
}
