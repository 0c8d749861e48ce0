import { createEngine, ENGINE_NAMES } from '@sightline/recognition/engine'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import type { Benchmark, Report } from './benchmark.ts'
import { measure, withEngines } from './measure.ts'
import { pictureSets } from './pictures.ts'
import { accuracy, type Figures, type Sample, timing } from './scoring.ts'

export const bench: Benchmark = {
  name: 'read',
  summary: 'milliseconds and CPU-seconds a picture, and how often it was read right: engine beside engine',
  options: (command) =>
    withEngines(command)
      .argument('[folder...]', 'pictures, with labels.jsonl where there is one (default: the data sets)')
      .option('--pictures <n>', 'pictures of each set, 0 for all', wholeNumber(0, 100_000), 20)
      .option('--threads <n>', 'threads for one picture', wholeNumber(1, 64), 2),
  run: (options, report) => run(options as unknown as ReadBenchOptions, report),
}

interface ReadBenchOptions {
  engine?: string[]
  pictures: number
  threads: number
  args: string[]
}

async function run(
  { engine: names = ENGINE_NAMES, pictures, threads, args }: ReadBenchOptions,
  report: Report,
) {
  const sets = await pictureSets(args, pictures)
  const engines = await Promise.all(names.map((name) => createEngine(name, { threads })))
  try {
    for (const set of sets) {
      const measured = await measure(set, engines)
      for (const engine of engines) {
        const yardstick = engines.find((other) => other !== engine)
        reportSet(
          report,
          set.name,
          engine.name,
          measured.get(engine)!,
          yardstick && { name: yardstick.name, samples: measured.get(yardstick)! },
        )
      }
    }
  } finally {
    await Promise.all(engines.map((engine) => engine.close()))
  }
}

function figures(samples: readonly Sample[]): Figures {
  const { exact, exact_folded, located } = accuracy(samples)
  return {
    ...timing(samples),
    ...(exact && { exact }),
    ...(exact_folded && { exact_folded }),
    ...(located && { located }),
  }
}

function reportSet(
  report: Report,
  set: string,
  engine: string,
  samples: readonly Sample[],
  other: { name: string; samples: readonly Sample[] } | undefined,
) {
  const beside = other ? figures(other.samples) : {}
  for (const [metric, [value, unit]] of Object.entries(figures(samples))) {
    const yardstickValue = beside[metric]?.[0]
    report({
      metric,
      value,
      unit,
      set,
      engine,
      pictures: samples.length,
      ...(other && yardstickValue !== undefined
        ? {
            yardstick: other.name,
            yardstickValue,
            ...(yardstickValue > 0 ? { ratio: value / yardstickValue } : {}),
          }
        : {}),
    })
  }
}
