import { wholeNumber } from '@sightline/runtime/command-line/options'
import type { Benchmark } from './benchmark.ts'
import { reportQuality } from './match/quality.ts'
import { reportMemory, reportSpeed } from './match/speed.ts'

export const bench: Benchmark = {
  name: 'match',
  summary: 'looks reads up among a million displays: speed, memory, misreads recovered, false alerts',
  options: (command) =>
    command
      .option('--displays <n>', 'displays in the index', wholeNumber(1000, 10_000_000), 1_000_000)
      .option('--seconds <n>', 'length of each run', wholeNumber(1, 60), 3)
      .option('--rounds <n>', 'runs of each, of which the median counts', wholeNumber(1, 99), 5)
      .option('--no-speed', 'leave out speed and memory')
      .option(
        '--sightings <n>',
        'sightings made up of real ones, of each fold, for recovered and false_per_million; 0: none',
        wholeNumber(0, 10_000_000),
        20_000,
      )
      .option(
        '--vehicles <n>',
        'vehicles drawn and read by the engine, half a CPU second each at first (kept in ~/.cache/sightline); 0: none',
        wholeNumber(0, 100_000),
        1400,
      ),
  async run(options, report) {
    const displays = Number(options.displays)
    if (options.speed) {
      await reportMemory(displays, report)
      await reportSpeed(
        { displays, seconds: Number(options.seconds), rounds: Number(options.rounds) },
        report,
      )
    }
    const vehicles = Number(options.vehicles)
    if (vehicles > 0)
      await reportQuality({ sightings: Number(options.sightings), vehicles, displays }, report)
  },
}
