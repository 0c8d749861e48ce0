import { randomInt } from 'node:crypto'
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureServer } from '@sightline/broker/install-server'
import { duration } from '@sightline/runtime/command-line/duration'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { note, printJson, printLine } from '@sightline/runtime/command-line/output'
import { root } from '@sightline/runtime/root'
import { SightlineError } from '@sightline/schemas/errors'
import { Command, Option } from 'commander'
import { contentToTest, rememberPassed, SOAK_MS } from '../release/tested.ts'
import type { Line } from '../soak/account.ts'
import { type SoakResult, soak } from '../soak/soak.ts'

interface SoakCommandOptions {
  for: number
  seed?: number
  faultEvery: number
  rate: number
  agents: number
  analysts: number
  keep?: string
  smallDisk?: string
  json?: boolean
}

export function command(): Command {
  return new Command('soak')
    .description(
      'Runs the whole system under traffic, work and faults, and accounts for everything at the end',
    )
    .addOption(
      new Option('--for <duration>', 'how long; one simulated day of traffic')
        .argParser(duration)
        .default(duration('20m'), '20m'),
    )
    .option('--seed <n>', 'which faults and which traffic; default: drawn', wholeNumber(0, 2 ** 31))
    .addOption(
      new Option('--fault-every <duration>', 'mean time between two faults')
        .argParser(duration)
        .default(duration('20s'), '20s'),
    )
    .option('--rate <n>', 'vehicles a second at noon', wholeNumber(1, 1000), 10)
    .option('--agents <n>', 'edge agents, each with three plate readers', wholeNumber(1, 50), 3)
    .option(
      '--analysts <n>',
      'people who open cases, store displays, judge alerts, search',
      wholeNumber(1, 2),
      2,
    )
    .option('--keep <folder>', 'keep data and logs there')
    .option('--small-disk <folder>', 'on a disk of at most 8 GiB: the broker is there, and it will be filled')
    .option('--json', 'one JSON line per item: result')
    .action(run)
    .addHelpText(
      'after',
      `
Processes are killed and frozen, connections are cut and stalled, edge agents leave and come back; clocks step by an hour if\nDebian's package faketime is installed, and the broker's disk fills with --small-disk. At the end: each read that
an agent took is stored once and judged, each planted hit is one alert, each console was shown it once, each thing done is in
the audit log. The exit status is 0 only if all of it holds.

Examples:
  ./sightline soak                            20 minutes
  ./sightline soak --for 8h                   a night
  ./sightline soak --for 20m --seed 7         again what a seed did
  ./sightline soak --for 1h --keep /tmp/soak  with the logs of every process`,
    )
}

async function run(options: SoakCommandOptions): Promise<void> {
  await ensureServer(note)
  const seed = options.seed ?? randomInt(2 ** 31)
  note(`seed ${seed}`)
  const data = options.keep ?? (await mkdtemp(join(tmpdir(), 'sightline-soak-')))
  const early = new AbortController()
  // The first signal ends the run, and the account is still made; the second one ends the process.
  const end = () => early.abort()
  process.once('SIGINT', end).once('SIGTERM', end)
  try {
    const { for: length, faultEvery, rate, agents, analysts, smallDisk } = options
    if (smallDisk) await requireSmallDisk(smallDisk)
    const work = { data, duration: length, seed, faultEvery, rate, agents, analysts, smallDisk }
    const content = length >= SOAK_MS ? contentToTest(root) : null
    const result = await soak({ ...work, say: note, signal: early.signal })
    if (options.json) printJson({ type: 'result', ...result })
    else print(result)
    const isWell = result.lines.every(({ ok }) => ok)
    // One that somebody ended early is not the whole.
    if (!early.signal.aborted) rememberPassed(root, 'soaked', content, isWell)
    if (!isWell)
      throw new SightlineError('CHECK_FAILED', 'the account does not add up', {
        hint: `Make the run again: ./sightline soak --seed ${seed} --for ${length}ms --keep FOLDER; the logs of each process are in FOLDER/logs.`,
      })
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end)
    if (!options.keep) await rm(data, { recursive: true, force: true, maxRetries: 5 })
  }
}

const SMALL_DISK = 8 * 2 ** 30

/** Nobody's disk is filled by mistake. @throws USAGE */
async function requireSmallDisk(folder: string): Promise<void> {
  const { blocks, bsize } = await statfs(folder)
  if (blocks * bsize <= SMALL_DISK) return
  throw new SightlineError('USAGE', `the disk of ${folder} is larger than 8 GiB`, {
    hint: 'Give it a disk of its own: mount -t tmpfs -o size=6g tmpfs FOLDER.',
  })
}

function print({ faults, lines, delays, lastMinute }: SoakResult): void {
  const kinds = Object.entries(faults).map(([kind, times]) => `${kind} ${times}`)
  const all = Object.values(faults).reduce((sum, times) => sum + times, 0)
  printLine(`faults: ${all} (${kinds.join(', ')})`)
  for (const line of lines) printLine(textOf(line))
  printLine(`from read to alert on an analyst's stream: ${figuresOf(delays)} ms`)
  if (lines.every(({ ok }) => ok)) return
  printLine('the last minute:')
  for (const text of lastMinute) printLine(`  ${text}`)
}

const figuresOf = (figures: Readonly<Record<string, number>>) =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')

const textOf = ({ what, ok, figures, wrong }: Line) =>
  [
    `${ok ? 'ok    ' : 'WRONG '} ${what}: ${figuresOf(figures)}`,
    ...wrong.map((one) => `         ${one}`),
  ].join('\n')
