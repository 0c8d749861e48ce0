import type { Program } from '@sightline/runtime/program'
import type { Command } from 'commander'

/** One measured figure, with its yardstick, if any, measured in the same run. */
export interface Figure {
  bench: string
  metric: string
  value: number
  unit: string
  /** What `yardstickValue` measures, in the same unit. */
  yardstick?: string
  yardstickValue?: number
  /** value / yardstickValue */
  ratio?: number
  /** Other fields that identify the figure, such as `set` and `engine`. */
  [extra: string]: unknown
}

export type Report = (figure: Omit<Figure, 'bench'>) => void

/** A module of bench/: measures one path of the system. */
export interface Benchmark {
  name: string
  summary: string
  /** Adds the benchmark's own options and arguments to its command. */
  options?(command: Command): Command
  /** Programs that the host must have, checked before anything is started. */
  needs?(options: Record<string, unknown>): readonly Program[]
  /** @param options commander's option values, with positional words in `options.args` */
  run(options: Record<string, unknown>, report: Report): Promise<void>
}
