import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createEngine, ENGINE_NAMES, type Engine } from '@sightline/recognition/engine'
import { mixAt } from '@sightline/recognition/site/mix'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { SightlineError } from '@sightline/schemas/errors'
import type { Benchmark, Report } from './benchmark.ts'
import { type Confusion, confusionFile, confusionOf, topConfusions } from './confusion.ts'
import { measure, withEngines } from './measure.ts'
import { type PictureSet, pictureSets, renderedFarSet, SCENES } from './pictures.ts'
import { reliabilityPlot } from './reliability.ts'
import { accuracy, detection, type Figures, honesty, type Sample, singleReads, timing } from './scoring.ts'
import { failureSheet } from './sheet.ts'
import { reportSpeed } from './speed.ts'

/** The data sets. In `dashcam-ro` every plate has a box, and none has a text. */
const DATA_SETS = [...SCENES, 'plates-us', 'dashcam-ro']

/** Number of the most common mistakes that are reported. */
const MOST_CONFUSED = 10

export const bench: Benchmark = {
  name: 'recognition',
  summary: 'how exactly, how honestly and how fast plates are read, on each set, by each engine; one thread',
  options: (command) =>
    withEngines(command)
      .argument('[folder...]', 'pictures with labels.jsonl (default: the data sets)')
      .option('--pictures <n>', 'pictures of each set, 0 for all', wholeNumber(0, 100_000), 0)
      .option('--models <folder>', 'model files of the engine; only with a single --engine')
      .option('--site <issuer>', 'who issues the plates where the pictures were taken, e.g. us-ca')
      .option('--sheet <folder>', 'write contact sheets of what was read wrong, a PNG a set and engine')
      .option('--rendered <n>', 'measure on n rendered frames of far plates instead', wholeNumber(1, 100_000))
      .option('--confusion <file>', 'with --rendered: write which characters are read as which (JSON)')
      .option('--reliability <file>', 'write a PNG: how often reads of each confidence are right')
      .option('--no-speed', 'leave out the frames of 1280×720 and 1920×1080')
      .addHelpText(
        'after',
        `
Examples:
  ./sightline bench recognition --json
  ./sightline bench recognition --engine sightline --sheet /tmp/sheets ../shared/data/scenes-us
  ./sightline bench recognition --engine sightline --rendered 1200 --no-speed --confusion models/confusion-rendered.json`,
      ),
  run: (options, report) => run(options as unknown as RecognitionOptions, report),
}

interface RecognitionOptions {
  engine?: string[]
  pictures: number
  models?: string
  site?: string
  sheet?: string
  rendered?: number
  confusion?: string
  reliability?: string
  speed: boolean
  args: string[]
}

async function run(options: RecognitionOptions, report: Report): Promise<void> {
  const { rendered, confusion, site } = options
  const mix = site === undefined ? undefined : mixAt(site)
  const names = options.engine ?? ENGINE_NAMES
  if (confusion && !(rendered && names.length === 1)) {
    throw new SightlineError('USAGE', '--confusion needs --rendered and a single --engine', {
      hint: 'The table is measured on rendered plates, never on photographs that measure only.',
    })
  }
  const sets = rendered
    ? [await renderedFarSet(rendered)]
    : await pictureSets(options.args, options.pictures, DATA_SETS)
  const engines: Engine[] = []
  const reads = new Map<string, Sample[]>(names.map((name) => [name, []]))
  try {
    for (const name of names) {
      engines.push(
        await createEngine(name, { threads: 1, ...(options.models && { models: options.models }) }),
      )
    }
    for (const set of sets) {
      for (const [engine, samples] of await measure(set, engines, mix)) {
        for (const [metric, [value, unit]] of Object.entries(figuresOf(samples))) {
          const about = { set: set.name, engine: engine.name, ...(site && { site }) }
          report({ metric, value, unit, ...about, pictures: samples.length })
        }
        const confused = confusionOf(singleReads(samples))
        for (const { as, count } of topConfusions(confused, MOST_CONFUSED)) {
          report({ metric: 'confused', as, value: count, unit: 'times', set: set.name, engine: engine.name })
        }
        if (confusion) await writeTable(confusion, confused, engine, set)
        reads.get(engine.name)!.push(...samples)
        if (options.sheet) await writeSheet(options.sheet, set, engine, samples)
      }
    }
    if (options.speed) await reportSpeed(engines, report)
  } finally {
    await Promise.all(engines.map((engine) => engine.close()))
  }
  if (options.reliability) await writeFile(options.reliability, await reliabilityPlot(reads))
}

/** Where the labels have no texts, only finding the plates counts. */
function figuresOf(samples: readonly Sample[]): Figures {
  const hasTexts = singleReads(samples).some(({ label }) => label.text !== null)
  if (hasTexts) return { ...accuracy(samples), ...honesty(samples), ...timing(samples) }
  const hasBoxes = samples.some(({ labels }) => labels?.some(({ box }) => box))
  return { ...(hasBoxes && detection(samples)), ...timing(samples) }
}

async function writeTable(
  file: string,
  confused: Confusion,
  { name, version }: Engine,
  { pictures }: PictureSet,
) {
  const source = `./sightline bench recognition --engine ${name} --rendered ${pictures.length}`
  const table = confusionFile(confused, { source, engine: name, version })
  await writeFile(file, `${JSON.stringify(table, null, 1)}\n`)
}

async function writeSheet(folder: string, set: PictureSet, engine: Engine, samples: readonly Sample[]) {
  const sheet = await failureSheet(set, samples)
  if (!sheet) return
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${set.name}-${engine.name}.png`), sheet)
}
