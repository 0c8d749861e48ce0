import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTracker } from '@sightline/edge-agent/tracking/tracker'
import { createEngine, DEFAULT_ENGINE, type Engine } from '@sightline/recognition/engine'
import { note } from '@sightline/runtime/command-line/output'
import type { Benchmark, Report } from './benchmark.ts'
import { readLabels } from './labels.ts'
import { type LabeledFrame, linkBoxes, sequencesOf } from './passes/appearances.ts'
import { appearanceFigures, judge, passFigures } from './passes/scoring.ts'
import { type JudgedSequence, writeSheets } from './passes/sheet.ts'
import { dataSetsFolder, type LabeledPicture, openLabeled } from './pictures.ts'
import type { Figures, Sample } from './scoring.ts'

/** Frames of a dashcam, one a second. */
const DATA_SET = 'dashcam-ro'
/** Published by `edge run` by default, and everything that was tracked. */
const MIN_CONFIDENCES = [0.5, 0]
/** Same as in the pipeline of a camera. */
const END_AFTER_MS = 2_000

export const bench: Benchmark = {
  name: 'passes',
  summary: 'whether each vehicle before a real mobile camera (dashcam-ro) gives exactly one read',
  options: (command) =>
    command
      .option('--sheet <folder>', 'write contact sheets of every pass and of what was missed')
      .addHelpText(
        'after',
        `
Examples:
  ./sightline bench passes --json
  ./sightline bench passes --sheet /tmp/sheets`,
      ),
  run: (options, report) => run(options as { sheet?: string }, report),
}

type Split = 'train' | 'valid'

interface Frame extends LabeledFrame, LabeledPicture {
  readonly split: Split
}

/** A frame with what the engine found in it. */
interface SeenFrame extends Frame {
  readonly found: Sample['found']
  readonly size: { readonly width: number; readonly height: number }
}

async function run({ sheet }: { sheet?: string }, report: Report): Promise<void> {
  const folder = join(dataSetsFolder(), DATA_SET)
  if (!existsSync(folder)) {
    note(`bench passes: skipped, for the photographs are not here (${folder})`)
    return
  }
  const frames = await framesOf(folder)
  const engine = await createEngine(DEFAULT_ENGINE, { threads: 1 })
  let seen: SeenFrame[]
  try {
    seen = await look(frames, engine)
  } finally {
    await engine.close()
  }
  for (const [set, splits] of Object.entries(SETS)) {
    await measureSet(
      set,
      seen.filter(({ split }) => splits.includes(split)),
      { sheet, report },
    )
  }
}

/** The locator was trained on `train`, so only `valid` is blind; but only `all` has consecutive frames. */
const SETS: Record<string, readonly Split[]> = {
  valid: ['valid'],
  train: ['train'],
  all: ['train', 'valid'],
}

async function measureSet(
  set: string,
  frames: readonly SeenFrame[],
  { sheet, report }: { sheet: string | undefined; report: Report },
): Promise<void> {
  const sequences = sequencesOf(frames).map((members) => ({
    appearances: linkBoxes(members),
    passes: passesOf(members),
    nameAt: (second: number) => members.find((frame) => frame.second === second)!.name,
  }))
  for (const least of MIN_CONFIDENCES) {
    const about = { set, min_confidence: least, frames: frames.length, sequences: sequences.length }
    const judged = sequences.map(({ appearances, passes, nameAt }): JudgedSequence => {
      const published = passes.filter(({ confidence }) => confidence >= least)
      return { ...judge(appearances, published), nameAt }
    })
    const tell = (figures: Figures, extra = {}) => {
      for (const [metric, [value, unit]] of Object.entries(figures)) {
        report({ metric, value, unit, ...about, ...extra })
      }
    }
    tell(
      appearanceFigures(judged, () => true),
      { among: 'all' },
    )
    tell(
      appearanceFigures(judged, ({ clear }) => clear),
      { among: 'clear' },
    )
    tell(passFigures(judged))
    if (sheet) await writeSheets(sheet, `passes-${set}-${least}`, frames, judged)
  }
}

/** The passes that a camera's tracker finds in one sequence, starting without memory. */
function passesOf(sequence: readonly SeenFrame[]) {
  const tracker = createTracker({ endAfterMs: END_AFTER_MS })
  const due = sequence.flatMap(({ second, found, size }) => tracker.update(second * 1000, found, size))
  return [...due, ...tracker.flush()]
}

/** The labeled frames; those whose name has no time (`…_t123.jpg`: second 123) are left out. */
async function framesOf(folder: string): Promise<Frame[]> {
  const lines = await readLabels(join(folder, 'labels.jsonl'))
  return [...lines.values()].flatMap(({ image, split = 'valid', plates }): Frame[] => {
    const [, drive, second] = /^(.+)_t(\d+)\.\w+$/.exec(image) ?? []
    if (!drive) return []
    const boxes = plates.flatMap(({ box }) => (box ? [box] : []))
    const bytes = () => readFile(join(folder, image))
    return [{ name: image, drive, second: Number(second), boxes, split, labels: plates, bytes }]
  })
}

async function look(frames: readonly Frame[], engine: Engine): Promise<SeenFrame[]> {
  const seen: SeenFrame[] = []
  for (const frame of frames) {
    const picture = await openLabeled(frame)
    const { width, height } = picture
    seen.push({ ...frame, found: await engine.find(picture), size: { width, height } })
  }
  return seen
}
