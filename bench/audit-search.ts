import { readdirSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import type { AuditLookup } from '@sightline/api/oversight/audit-lookup'
import { type AuditWanted, auditMatcher } from '@sightline/api/oversight/find'
import { chunkOf, openPostings, type Postings } from '@sightline/api/oversight/index/postings'
import { termsOf, wantedTerms } from '@sightline/api/oversight/index/terms'
import { searchAudit } from '@sightline/api/oversight/search'
import { instant } from '@sightline/runtime/clock'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import { SightlineError } from '@sightline/schemas/errors'
import type { Benchmark, Report } from './benchmark.ts'
import { measureTime, temporaryFolder } from './measure.ts'
import {
  type AuditWorld,
  auditContent,
  caseId,
  caseRef,
  draw,
  personName,
  plateOf,
} from './size/audit-content.ts'

/** What a search in ten million records may take. */
const GOAL_MS = 300
const YEAR_MS = 365 * 86_400_000
const START = Date.UTC(2026, 0, 1)
const STORED_EACH = 512

export const bench: Benchmark = {
  name: 'audit-search',
  summary: 'searches of the audit log through its index: time, disk, and what it takes to make it',
  options: (command) =>
    command
      .option('--records <n>', 'length of the log', wholeNumber(1000, 100_000_000), 1_000_000)
      .option('--searches <n>', 'searches of each kind', wholeNumber(1, 10_000), 100),
  run: ({ records, searches }, report) => run(Number(records), Number(searches), report),
}

async function run(records: number, searches: number, report: Report): Promise<void> {
  const world: AuditWorld = {
    ...{ people: 20_000, cases: 100_000, displays: 1_000_000, start: START },
    everyMs: Math.max(1, Math.floor(YEAR_MS / records)),
  }
  const folder = await temporaryFolder('sightline-audit-search-')
  const open = await openPostings(folder)
  try {
    const made = await measureTime(() => fill(open, records, world))
    const extra = () => ({ records, load: loadavg()[0] })
    report({ metric: 'index_cpu_us', value: (1e6 * made.cpuS) / records, unit: 'us/record', ...extra() })
    report({ metric: 'index_rate', value: (1000 * records) / made.ms, unit: 'records/s', ...extra() })
    report({ metric: 'index_bytes', value: bytesOf(folder) / records, unit: 'bytes/record', ...extra() })
    const checked = await measureTime(() => open.isWhole(new AbortController().signal))
    if (!checked.result) throw new Error('the index is not what was written')
    report({ metric: 'check_cpu_s', value: checked.cpuS, unit: 's', ...extra() })
    const lookup = logOf(records, world)
    for (const [kind, wantedOf] of Object.entries(kindsOf(world))) {
      const taken: number[] = []
      let found = 0
      const { cpuS } = await measureTime(async () => {
        for (let n = 0; n < searches; n++) {
          const begun = performance.now()
          found += (await search(open, lookup, wantedOf(n))).records.length
          taken.push(performance.now() - begun)
        }
      })
      taken.sort((a, b) => a - b)
      const at = (share: number) => taken[Math.min(taken.length - 1, Math.floor(share * taken.length))]!
      const figures = {
        p50: at(0.5),
        most: taken.at(-1),
        cpuMs: (1000 * cpuS) / searches,
        found: found / searches,
      }
      const yardstick = 'the goal for ten million'
      report({
        metric: `${kind}_p95_ms`,
        value: at(0.95),
        unit: 'ms',
        yardstick,
        yardstickValue: GOAL_MS,
        ...figures,
        ...extra(),
      })
    }
    report({ metric: 'rss_mb', value: process.memoryUsage().rss / 1e6, unit: 'MB', ...extra() })
  } finally {
    await open.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function fill(open: Postings, records: number, world: AuditWorld): Promise<void> {
  let pending = 0
  for (let number = 1; number <= records; number++) {
    if (pending === STORED_EACH || (pending > 0 && chunkOf(number) !== chunkOf(number - 1))) {
      await open.store('')
      pending = 0
    }
    open.add(number, termsOf(recordAt(number, world)))
    pending++
  }
  await open.store('')
}

const recordAt = (number: number, world: AuditWorld): AuditRecord => ({
  ...{ v: 1, number, previous: '', hash: '' },
  ...auditContent(number, world),
})

/** A log that is computed instead of stored: a search asks it as it asks the broker. */
function logOf(records: number, world: AuditWorld): AuditLookup {
  const at = (sequence: number) => ({ sequence, record: recordAt(sequence, world) })
  return {
    last: async () => records,
    get: async (sequence) => {
      if (sequence > records) throw new SightlineError('NOT_FOUND', `there is no audit record ${sequence}`)
      return at(sequence)
    },
    byNumber: async (number) => recordAt(number, world),
    firstSince: async (ms) =>
      Math.min(records + 1, Math.max(1, Math.ceil((ms - world.start) / world.everyMs))),
    read: async function* (from, to) {
      for (let sequence = from; sequence <= to; sequence++) yield at(sequence)
    },
  }
}

/** The n-th search of each kind. */
const kindsOf = ({ people, cases }: AuditWorld): Record<string, (n: number) => AuditWanted> => ({
  person: (n) => ({ person: personName(draw(n, 30, people)) }),
  plate: (n) => ({ plate: plateOf(draw(n, 31, 500_000)) }),
  case: (n) => ({ case: caseRef(draw(n, 32, cases)) }),
  action: () => ({ action: 'display.create' }),
  month: (n) => ({
    from: instant(START + (n % 11) * 30 * 86_400_000),
    to: instant(START + ((n % 11) + 1) * 30 * 86_400_000),
    plate: plateOf(draw(n, 33, 500_000)),
  }),
  time: (n) => ({ to: instant(START + (1 + (n % 11)) * 30 * 86_400_000) }),
  none: (n) => ({ plate: `X${n}QQQQ`, person: personName(n) }),
})

const aliasesOf = ({ case: ref }: AuditWanted) => ({
  ofPlate: new Set<string>(),
  ofCase: new Set(ref === undefined ? [] : [ref, caseId(Number(ref.slice(-6)))]),
})

function search(open: Postings, lookup: AuditLookup, wanted: AuditWanted) {
  const aliases = aliasesOf(wanted)
  const time = {
    ...(wanted.from && { from: Date.parse(wanted.from) }),
    ...(wanted.to && { to: Date.parse(wanted.to) }),
  }
  const index = { reaches: () => open.reach.sequence, find: open.find }
  const wants = { matches: auditMatcher(wanted, aliases), groups: wantedTerms(wanted, aliases) }
  return searchAudit({ lookup, index }, wants, { ...time, limit: 50 })
}

const bytesOf = (folder: string) =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
