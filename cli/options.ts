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
export const serversOf = (options: BrokerOptions): string[] =>
  options.broker.split(',').map((url) => url.trim())

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
