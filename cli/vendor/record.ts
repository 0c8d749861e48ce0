import { wholeNumber } from '@sightline/runtime/command-line/options'
import { printJson, printLine } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { several } from '@sightline/schemas/several'
import { recordReads } from '@sightline/vendor-sim/record'
import { lastWorld, openSimulation } from '@sightline/vendor-sim/simulation/simulation'
import { createWorld, DEFAULT_WORLD } from '@sightline/vendor-sim/world/world'
import { Command, InvalidArgumentError } from 'commander'
import { type HistoryOptions, openThe, withHistory } from './options.ts'

export function recordCommand(): Command {
  return withHistory(new Command('record'))
    .description(
      "write what the world's cameras in the United States saw as a recorded stream, for ./sightline replay",
    )
    .argument('<file>', 'where to write: .ndjson or .ndjson.gz')
    .requiredOption('--from <instant>', 'first instant, e.g. 2026-11-24T08:00:00Z', moment)
    .option('--minutes <n>', 'how long', wholeNumber(1, 60 * 24 * 31), 60)
    .option('--json', 'print the result as a JSON line')
    .action(
      async (file: string, options: HistoryOptions & { from: number; minutes: number; json?: boolean }) => {
        const history = await openThe(options, createLog('vendor'))
        try {
          const size = (await lastWorld(history)) ?? DEFAULT_WORLD
          const world = createWorld({
            ...size,
            ...(options.seed === undefined ? {} : { seed: options.seed }),
          })
          const simulation = await openSimulation(history, world)
          const to = options.from + options.minutes * 60_000
          const reads = await recordReads(simulation, { from: options.from, to }, file)
          if (options.json) printJson({ type: 'recorded', file, reads })
          else printLine(`${several(reads, 'read')} recorded in ${file}`)
        } finally {
          await history.close()
        }
      },
    )
}

/** An instant in ISO 8601, as milliseconds since 1970, for commander's argument parsers. */
function moment(text: string): number {
  const at = Date.parse(text)
  if (Number.isNaN(at))
    throw new InvalidArgumentError(`not a date and time such as 2026-11-24T08:00:00Z: ${text}`)
  return at
}
