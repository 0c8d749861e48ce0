import { ensureServer } from '@sightline/broker/install-server'
import { duration } from '@sightline/runtime/command-line/duration'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { note } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { onStop } from '@sightline/runtime/stop'
import { several } from '@sightline/schemas/several'
import { DEFAULT_WORLD } from '@sightline/vendor-sim/world/world'
import { Command } from 'commander'
import { startDemo } from '../demo/demo.ts'
import { humanPrinter, jsonPrinter } from '../demo/print.ts'

interface DemoCommandOptions {
  data: string
  port?: number
  seed: number
  for?: number
  json?: boolean
}

export function command(): Command {
  return new Command('demo')
    .description(
      'Starts broker, vendor, matcher, api and edge agent on this machine and shows reads and alerts',
    )
    .option('--data <folder>', 'where everything is kept; a second run continues from there', 'data/demo')
    .option('--port <n>', 'port of the api; without it 8080 if that is free', wholeNumber(1, 65535))
    .option('--seed <n>', 'which simulated world', wholeNumber(0, 2 ** 31), DEFAULT_WORLD.seed)
    .option('--for <duration>', 'stop after e.g. 60s or 5m', duration)
    .option('--json', 'one JSON line per item: ready, read, alert, error')
    .action(run)
    .addHelpText(
      'after',
      `
Examples:
  ./sightline demo                        until Ctrl-C
  ./sightline demo --for 60s --json       a minute, for a machine to read
  ./sightline demo --data /tmp/d --port 8080`,
    )
}

async function run(options: DemoCommandOptions): Promise<void> {
  await ensureServer(note)
  const printer = options.json ? jsonPrinter : humanPrinter()
  // Listen before the start: Ctrl-C during the start must not leave processes behind either.
  const starting = startDemo({ ...options, printer, say: note })
  const stop = onStop(createLog('demo', 'silent'), async () => {
    note('stopping …')
    const { counts, stop } = await starting
    await stop()
    note(`${several(counts.reads, 'read')}, ${several(counts.alerts, 'alert')}`)
  })
  await starting
  if (options.for) setTimeout(() => stop.close(), options.for)
}
