import { DEFAULT_SUPPRESS_MS, startMatcher } from '@sightline/matcher/main'
import { duration } from '@sightline/runtime/command-line/duration'
import {
  type BrokerOptions,
  type MonitorOptions,
  serversOf,
  withBroker,
  withMonitor,
} from '@sightline/runtime/command-line/options'
import { printJson } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { startMonitor } from '@sightline/runtime/monitor'
import { onStop } from '@sightline/runtime/stop'
import type { SightlineError } from '@sightline/schemas/errors'
import { Command, InvalidArgumentError, Option } from 'commander'

interface MatcherRunOptions extends BrokerOptions, MonitorOptions {
  name?: string
  suppress: number
  json?: boolean
}

function token(text: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text
  throw new InvalidArgumentError('use letters, digits, - and _, at most 64 of them')
}

export function command(): Command {
  const run = withMonitor(withBroker(new Command('run')))
    .description('match every read on the stream against the displays, until Ctrl-C')
    .addOption(
      new Option('--name <name>', 'name of this matcher among those that share the reads; default: the host')
        .env('SIGHTLINE_MATCHER_NAME')
        .argParser(token),
    )
    .addOption(
      new Option(
        '--suppress <duration>',
        'sightings of one vehicle at one camera within this time make one alert; 0: each sighting is an alert',
      )
        .env('SIGHTLINE_SUPPRESS')
        .argParser((text) => (text === '0' ? 0 : duration(text)))
        .default(DEFAULT_SUPPRESS_MS, '5m'),
    )
    .option('--json', 'print a line {"type":"ready"} on standard output once it matches')
    .action(async (options: MatcherRunOptions) => {
      const log = createLog('matcher')
      const { keys, name, suppress: suppressMs } = options
      const onSuperseded = ({ code, message, hint }: SightlineError) => {
        // Status 0: a supervisor that restarted it would only take everything back.
        log.fatal({ code }, `${message}. ${hint}`)
        stop.close()
      }
      const servers = serversOf(options)
      const matcher = await startMatcher({ servers, keys, name, suppressMs, onSuperseded, log })
      const stop = onStop(log, () => matcher.close())
      const { monitorPort: port, monitorHost: host } = options
      const { healthy, troubles, registry } = matcher
      if (port) await startMonitor({ port, host, healthy, troubles, registry })
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
  ./sightline matcher run --broker nats://nats:4222 --keys /run/secrets/sightline
  ./sightline matcher run --name m2                         a second one: takes its share, or is a standby
  ./sightline matcher run --suppress 10m                    a parked vehicle raises an alert every ten minutes`,
    )
}
