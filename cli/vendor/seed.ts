import { join } from 'node:path'
import { systemClock } from '@sightline/runtime/clock'
import { amount } from '@sightline/runtime/command-line/amount'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { printJson, printLine } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { several } from '@sightline/schemas/several'
import { type SeedProgress, seedHistory, worldOfReads } from '@sightline/vendor-sim/history/seed'
import { openPosition } from '@sightline/vendor-sim/position'
import { lastWorld, openSimulation } from '@sightline/vendor-sim/simulation/simulation'
import { createWorld, DEFAULT_WORLD } from '@sightline/vendor-sim/world/world'
import { SingleBar } from 'cli-progress'
import { Command } from 'commander'
import { type HistoryOptions, openThe, withHistory } from './options.ts'

interface SeedOptions extends HistoryOptions {
  reads?: number
  years?: number
  days?: number
  keepYears?: number
  json?: boolean
}

export function seedCommand(): Command {
  return withHistory(new Command('seed'))
    .description('write missing history and exit; you may kill and restart it at any point')
    .option('--reads <n>', 'size of the world: about this many reads, e.g. 500k, 100M, 2G', amount)
    .option('--years <n>', 'years of history (default with --reads: 6)', wholeNumber(1, 20))
    .option('--days <n>', 'days of history (default: 90)', wholeNumber(0, 7300))
    .option('--keep-years <n>', 'drop whole years that are older', wholeNumber(1, 100))
    .option('--json', 'print the result as a JSON line')
    .action(async (options: SeedOptions) => {
      const log = createLog('vendor')
      const stopping = new AbortController()
      process.once('SIGINT', () => stopping.abort())
      const history = await openThe(options, log)
      try {
        const now = systemClock()
        const days = options.days ?? Math.round((options.years ?? (options.reads ? 6 : 0.2466)) * 365.25)
        const size = options.reads ? worldOfReads(options.reads, days) : await lastWorld(history)
        const world = createWorld({
          ...DEFAULT_WORLD,
          ...size,
          ...(options.seed === undefined ? {} : { seed: options.seed }),
        })
        const simulation = await openSimulation(history, world)
        const live = await openPosition(join(options.data, 'stored-until'), now)
        const bar = seedBar()
        const task = {
          simulation,
          clock: systemClock,
          signal: stopping.signal,
          onProgress: bar.update,
          wanted: { from: now - days * 86_400_000, to: now },
          others: [{ from: live.since, to: live.at }],
        }
        const reads = await seedHistory(history, task, log).finally(bar.stop)
        if (options.keepYears !== undefined) await history.retain(options.keepYears, now)
        if (options.json) printJson({ type: 'seeded', world: world.name, reads })
        else printLine(`${several(reads, 'read')} written`)
      } finally {
        await history.close()
      }
    })
}

/** Progress on a terminal: parts done and time left. */
function seedBar() {
  const bar = new SingleBar({
    format:
      '{bar} {value} of {total} parts, {reads} reads, {duration_formatted} elapsed, {eta_formatted} left',
    stream: process.stderr,
    etaBuffer: 50,
  })
  let began = false
  return {
    update: ({ reads, done, pieces }: SeedProgress) => {
      if (!process.stderr.isTTY) return
      if (!began) bar.start(pieces, 0, { reads: 0 })
      began = true
      bar.update(done, { reads })
    },
    stop: () => bar.stop(),
  }
}
