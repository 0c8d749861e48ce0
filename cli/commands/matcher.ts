import { Command } from 'commander'
import { Gauge, Registry } from 'prom-client'
import { type Matcher, startMatcher } from '../../matcher/main.ts'
import { createLog } from '../../runtime/log.ts'
import { startMonitor } from '../../runtime/monitor.ts'
import { onStop } from '../../runtime/stop.ts'
import { type BrokerOptions, type MonitorOptions, serversOf, withBroker, withMonitor } from '../options.ts'
import { printJson } from '../output.ts'

/** What Prometheus sees of a matcher; read when it asks. */
function figuresOf(matcher: Matcher): Registry {
  const registry = new Registry()
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `sightline_matcher_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value())
      },
    })
  gauge('reads', 'Reads judged since the start', () => matcher.counts.reads)
  gauge('alerts', 'Alerts raised since the start', () => matcher.counts.alerts)
  gauge('refused', 'Messages set aside since the start', () => matcher.counts.refused)
  gauge('foreign', 'Reads from outside the United States, ignored', () => matcher.counts.foreign)
  gauge('displays', 'Displays in memory', () => matcher.displays())
  return registry
}

export function command(): Command {
  const run = withMonitor(withBroker(new Command('run')))
    .description('match every read on the stream against the displays, until Ctrl-C')
    .option('--json', 'print a line {"type":"ready"} on standard output once it matches')
    .action(async (options: BrokerOptions & MonitorOptions & { json?: boolean }) => {
      const log = createLog('matcher')
      const matcher = await startMatcher({ servers: serversOf(options), keys: options.keys, log })
      onStop(log, () => matcher.close())
      const { monitorPort: port, monitorHost: host } = options
      if (port) await startMonitor({ port, host, healthy: matcher.healthy, registry: figuresOf(matcher) })
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
