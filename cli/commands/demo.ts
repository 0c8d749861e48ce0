import { Command } from 'commander'
import { ensureServer } from '../../broker/install-server.ts'
import { createLog } from '../../runtime/log.ts'
import { onStop } from '../../runtime/stop.ts'
import { several } from '../../schemas/several.ts'
import { DEFAULT_WORLD } from '../../vendor-sim/world/world.ts'
import { startDemo } from '../demo/demo.ts'
import { humanPrinter, jsonPrinter } from '../demo/print.ts'
import { duration } from '../duration.ts'
import { wholeNumber } from '../options.ts'
import { note } from '../output.ts'

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
    .option('--data <folder>', 'where everything is kept; a second run goes on from there', 'data/demo')
    .option('--port <n>', 'port of the api; without it 8080 if that is free', wholeNumber(1, 65535))
    .option('--seed <n>', 'which simulated world', wholeNumber(0, 2 ** 31), DEFAULT_WORLD.seed)
    .option('--for <duration>', 'end by itself after e.g. 60s or 5m', duration)
    .option('--json', 'one JSON line an item: ready, read, alert, error')
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
  // Before it is up: Ctrl-C during the start must not leave processes behind either.
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
