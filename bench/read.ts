import { Option } from 'commander'
import { wholeNumber } from '../cli/options.ts'
import {
  createEngine,
  ENGINE_NAMES,
  type Engine,
  type PlateFinding,
} from '../edge-agent/recognition/engine.ts'
import type { Benchmark, Report } from './benchmark.ts'
import { type Label, type PictureSet, pictureSets } from './pictures.ts'

export const bench: Benchmark = {
  name: 'read',
  summary: 'milliseconds and CPU-seconds a picture, and how often it was read right: engine beside engine',
  options: (command) =>
    command
      .argument('[folder...]', 'pictures, with labels.jsonl where there is one (default: the data sets)')
      .addOption(
        new Option('--engine <name...>', 'engines to measure').choices(ENGINE_NAMES).default(ENGINE_NAMES),
      )
      .option('--pictures <n>', 'pictures of each set, 0 for all', wholeNumber(0, 100_000), 20)
      .option('--threads <n>', 'threads for one picture', wholeNumber(1, 64), 2),
  run: (options, report) => run(options as unknown as ReadBenchOptions, report),
}

interface ReadBenchOptions {
  engine: string[]
  pictures: number
  threads: number
  args: string[]
}

/** What one engine did with one picture. */
interface Sample {
  readonly ms: number
  readonly cpuS: number
  readonly label: Label | null
  readonly best: PlateFinding | undefined
}

async function run({ engine: names, pictures, threads, args }: ReadBenchOptions, report: Report) {
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
          yardstick && {
            name: yardstick.name,
            samples: measured.get(yardstick)!,
          },
        )
      }
    }
  } finally {
    await Promise.all(engines.map((engine) => engine.close()))
  }
}

/** Each picture by every engine in turn, so that whatever else the machine does hits them alike. */
async function measure(set: PictureSet, engines: readonly Engine[]): Promise<Map<Engine, Sample[]>> {
  const measured = new Map(engines.map((engine) => [engine, [] as Sample[]]))
  const [warmUp] = set.pictures
  for (const engine of engines) if (warmUp) await engine.find(await warmUp.open())
  for (const { label, open } of set.pictures) {
    const picture = await open()
    for (const engine of engines) {
      const started = performance.now()
      const cpu = process.cpuUsage()
      const [best] = await engine.find(picture)
      const { user, system } = process.cpuUsage(cpu)
      const ms = performance.now() - started
      measured.get(engine)!.push({ ms, cpuS: (user + system) / 1e6, label, best })
    }
  }
  return measured
}

/** The figures of an engine over one set, by metric: [value, unit]. */
function figures(samples: readonly Sample[]): Record<string, [value: number, unit: string]> {
  const times = samples.map((sample) => sample.ms).sort((a, b) => a - b)
  const percentile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!
  const cpu = samples.reduce((sum, sample) => sum + sample.cpuS, 0) / samples.length
  const labelled = samples.filter((sample) => sample.label !== null)
  const share = (holds: (label: Label, best: PlateFinding) => boolean) =>
    labelled.filter(({ label, best }) => label && best && holds(label, best)).length / labelled.length
  const timing: Record<string, [number, string]> = {
    ms_p50: [percentile(0.5), 'ms'],
    ms_p95: [percentile(0.95), 'ms'],
    cpu: [cpu, 's/picture'],
  }
  if (labelled.length === 0) return timing
  const accuracy: Record<string, [number, string]> = {
    exact: [share((label, best) => label.text === best.text), 'share'],
    exact_folded: [share((label, best) => foldLookalikes(label.text) === foldLookalikes(best.text)), 'share'],
  }
  if (labelled.every((sample) => sample.label?.box)) accuracy.located = [share(isLocated), 'share']
  return { ...timing, ...accuracy }
}

/** O, Q and 0 as one, I and 1 as one: what many issuers' lettering does not tell apart. */
export const foldLookalikes = (text: string): string => text.replace(/[OQ]/g, '0').replace(/I/g, '1')

/** Whether the middle of the best finding lies in the labelled plate. */
function isLocated({ box }: Label, best: PlateFinding): boolean {
  if (!box) return false
  const [x, y] = [best.box[0] + best.box[2] / 2, best.box[1] + best.box[3] / 2]
  return x >= box[0] && x <= box[0] + box[2] && y >= box[1] && y <= box[1] + box[3]
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
