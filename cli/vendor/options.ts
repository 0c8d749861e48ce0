import { wholeNumber } from '@sightline/runtime/command-line/options'
import type { Logger } from '@sightline/runtime/log'
import { openHistory } from '@sightline/vendor-sim/history/store'
import { type Command, Option } from 'commander'

/** Options that the vendor's subcommands share. */

export interface HistoryOptions {
  data: string
  clickhouse?: string
  cluster?: string
  seed?: number
}

/** Adds the options for the place of the history and its world. */
export const withHistory = (command: Command) =>
  withSeed(command)
    .option('--data <folder>', 'folder of the history, the tokens and the positions', 'data/vendor')
    .addOption(
      new Option('--clickhouse <url>', 'a ClickHouse server instead of the embedded engine').env(
        'CLICKHOUSE_URL',
      ),
    )
    .addOption(
      new Option('--cluster <name>', 'the cluster that the server belongs to: tables on all its nodes').env(
        'CLICKHOUSE_CLUSTER',
      ),
    )

export const withSeed = (command: Command) =>
  command.option(
    '--seed <n>',
    'which world: vehicles, cameras, who goes where (default: the one that is in the history, else 1)',
    wholeNumber(0, 2 ** 31),
  )

/** @throws as `openHistory` */
export const openThe = ({ data, clickhouse, cluster }: HistoryOptions, log: Logger) =>
  openHistory({ directory: data, url: clickhouse, cluster }, log)
