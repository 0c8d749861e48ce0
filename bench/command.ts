import { constants } from 'node:os'
import { printJson, printLine } from '@sightline/runtime/command-line/output'
import { requireProgram } from '@sightline/runtime/program'
import { Command } from 'commander'
import type { Benchmark, Figure } from './benchmark.ts'

/** Every benchmark, by its name; loaded only when it is run. */
export const BENCHMARKS: Record<string, () => Promise<{ bench: Benchmark }>> = {
  api: () => import('./api.ts'),
  audit: () => import('./audit.ts'),
  'audit-search': () => import('./audit-search.ts'),
  backlog: () => import('./backlog.ts'),
  backup: () => import('./backup.ts'),
  clips: () => import('./clips.ts'),
  history: () => import('./history.ts'),
  cluster: () => import('./cluster.ts'),
  console: () => import('./console.ts'),
  edge: () => import('./edge.ts'),
  flood: () => import('./flood.ts'),
  latency: () => import('./latency.ts'),
  match: () => import('./match.ts'),
  network: () => import('./network.ts'),
  passes: () => import('./passes.ts'),
  read: () => import('./read.ts'),
  recognition: () => import('./recognition.ts'),
  size: () => import('./size.ts'),
  start: () => import('./start.ts'),
  states: () => import('./states.ts'),
  stream: () => import('./stream.ts'),
  vehicles: () => import('./vehicles.ts'),
}

/** Only the requested benchmark is loaded; the help of `bench` itself loads none. */
export function command(): Command {
  const bench = new Command('bench')
    .description(
      'Measures one path of the system; each figure comes with what it is compared with, from the same run',
    )
    .argument('<name>', `which: ${Object.keys(BENCHMARKS).join(', ')}`)
    .argument('[words...]', "the benchmark's own options and arguments: ./sightline bench NAME --help")
    .passThroughOptions()
    .action(async (name: string, words: string[]) => {
      const load = BENCHMARKS[name]
      if (!load)
        bench.error(`there is no benchmark ${name}; there are: ${Object.keys(BENCHMARKS).join(', ')}`)
      else await commandOf((await load()).bench).parseAsync(words, { from: 'user' })
    })
    .addHelpText(
      'after',
      `
Examples:
  ./sightline bench read --json           milliseconds and CPU-seconds per picture, for each engine
  ./sightline bench recognition --json    how exactly each engine reads each data set, and how good its confidences are
  ./sightline bench match --json          look-ups among a million displays, misreads recovered, false alerts
  ./sightline bench states --json         which state the recognizer takes for which, on plates of all issuers
  ./sightline bench vehicles --json       how often color, kind and view of vehicles are right
  ./sightline bench passes --json         one read per vehicle, from a real mobile camera
  ./sightline bench clips --json          one read per plate of real clips, through the agent as installed
  ./sightline bench stream --json         reads a second into the stream and through the matcher
  ./sightline bench backlog --json        a day's reads out of an edge agent, when the link is back
  ./sightline bench api --json            what session, case, audit and cache add to a query
  ./sightline bench latency --json        from a read published to its alert at a client of the api
  ./sightline bench flood --json          10,000 alerts in ten seconds at 300 open consoles
  ./sightline bench cluster --json        what a read costs on three nodes, and machines for a million reads/s
  ./sightline bench network --json        a simulated day of 100,000 cameras through the matcher's own code
  ./sightline bench audit-search --json   searches of an audit log of a million records
  ./sightline bench backup --json         time and memory of backup and restore
  ./sightline bench size --json           every list and search of an agency of twenty thousand people
  ./sightline bench start --json          until the api with a million displays is ready
  ./sightline bench console --json        an alert on the screen, the first view, 10,000 alerts scrolled`,
    )
  return bench
}

function commandOf(bench: Benchmark): Command {
  const command = new Command(`sightline bench ${bench.name}`)
    .description(bench.summary)
    .option('--json', 'print one JSON line per figure')
    .action(async (...parameters: unknown[]) => {
      const self = parameters.at(-1) as Command
      const options = { ...self.opts(), args: self.args }
      for (const program of bench.needs?.(options) ?? []) requireProgram(program)
      const release = endOnSignals()
      try {
        await bench.run(options, (figure) =>
          show({ bench: bench.name, ...figure } as Figure, self.opts().json === true),
        )
      } finally {
        release()
      }
    })
  return bench.options?.(command) ?? command
}

/** The broker of a benchmark ends at the exit of the process, which a signal without a handler skips. @returns removes the handlers */
function endOnSignals(): () => void {
  const end = (signal: 'SIGINT' | 'SIGTERM') => process.exit(128 + constants.signals[signal])
  process.on('SIGINT', end).on('SIGTERM', end)
  return () => void process.off('SIGINT', end).off('SIGTERM', end)
}

function show(figure: Figure, json: boolean): void {
  if (json) {
    printJson(figure)
    return
  }
  const { bench, metric, value, unit, yardstick, yardstickValue, ratio, ...extra } = figure
  const details = Object.entries(extra).map(([key, detail]) => `${key}=${String(detail)}`)
  const beside = yardstick ? `   (${yardstick}: ${round(yardstickValue)} ${unit}; ratio ${round(ratio)})` : ''
  printLine([`${bench} ${metric}`, ...details, `${round(value)} ${unit}`].join('  ') + beside)
}

const round = (value: number | undefined): string =>
  value === undefined ? '–' : String(Number(value.toPrecision(4)))
