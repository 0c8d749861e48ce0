import { Command } from 'commander'
import { startMatcher } from '../../matcher/main.ts'
import { createLog } from '../../runtime/log.ts'
import { onStop } from '../../runtime/stop.ts'
import { type BrokerOptions, serversOf, withBroker } from '../options.ts'
import { printJson } from '../output.ts'

export function command(): Command {
  const run = withBroker(new Command('run'))
    .description('match every read on the stream against the displays, until Ctrl-C')
    .option('--json', 'print a line {"type":"ready"} on standard output once it matches')
    .action(async (options: BrokerOptions & { json?: boolean }) => {
      const log = createLog('matcher')
      const matcher = await startMatcher({ servers: serversOf(options), keys: options.keys, log })
      onStop(log, () => matcher.close())
      log.info('matching')
      if (options.json) printJson({ type: 'ready', displays: matcher.displays() })
    })
  return new Command('matcher')
    .description('Checks each read against the active displays and raises alerts')
    .addCommand(run)
    .addHelpText(
      'after',
      `
Examples:
  ./sightline matcher run                                   with a broker on this machine
  ./sightline matcher run --broker nats://nats:4222 --keys /run/secrets/sightline`,
    )
}
