import { AGENT_STREAMS } from '@sightline/schemas/streams'
import { type Command, InvalidArgumentError, Option } from 'commander'

/** Options that several subcommands share: one name, one environment variable, one help text each. */

export interface BrokerOptions {
  broker: string
  keys: string
}

/** Adds `--broker` and `--keys`. */
export function withBroker(command: Command): Command {
  return command
    .addOption(
      new Option('--broker <url>', 'address of the broker; several separated by commas')
        .env('SIGHTLINE_BROKER')
        .default('nats://127.0.0.1:4222'),
    )
    .addOption(
      new Option('--keys <folder>', "folder of the broker users' key files")
        .env('SIGHTLINE_KEYS')
        .default('data/keys'),
    )
}

/** The servers named by `--broker`. */
export const serversOf = (options: Pick<BrokerOptions, 'broker'>): string[] => serverList(options.broker)

/** Addresses separated by commas. */
export const serverList = (text: string): string[] => text.split(',').map((url) => url.trim())

/** A whole number from `min` to `max`, for commander's argument parsers. */
export function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`not a whole number from ${min} to ${max}: ${text}`)
    }
    return value
  }
}

/** Adds `--agent-streams`, which must be the same wherever a broker is configured and used. */
export const withAgentStreams = (command: Command): Command =>
  command.option(
    '--agent-streams <n>',
    'number of agent groups, each with its own streams: an edge agent that floods fills only those of its group',
    wholeNumber(1, 256),
    AGENT_STREAMS,
  )

export interface MonitorOptions {
  monitorPort?: number
  monitorHost: string
}

/** Adds `--monitor-port` and `--monitor-host`: where /health and /metrics are served. */
export function withMonitor(command: Command): Command {
  return command
    .addOption(
      new Option('--monitor-port <n>', 'serve /health and /metrics on this port')
        .env('SIGHTLINE_MONITOR_PORT')
        .argParser(wholeNumber(1, 65535)),
    )
    .addOption(new Option('--monitor-host <address>', 'address of the monitor port').default('127.0.0.1'))
}
