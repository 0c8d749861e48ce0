import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { note } from '@sightline/runtime/command-line/output'
import type { Benchmark, Report } from './benchmark.ts'
import { type ClipReads, clipFigures } from './clips/scoring.ts'
import { startAgent, startBroker, storedReads, writeConfigs } from './edge/agent.ts'
import { temporaryFolder } from './measure.ts'
import { dataSetsFolder } from './pictures.ts'

/** Short hand-held clips of parked cars, 640 × 480, twelve frames a second. */
const DATA_SET = 'clips-nl'

export const bench: Benchmark = {
  name: 'clips',
  summary: 'whether the agent as it is installed reads each plate of real clips (clips-nl) exactly once',
  options: (command) =>
    command.addHelpText(
      'after',
      `
Examples:
  ./sightline bench clips --json        the totals, then a line a clip with what was missed and what else was read`,
    ),
  run: (_options, report) => run(report),
}

/** A line of the data set's labels.jsonl. */
interface Clip {
  readonly video: string
  readonly plates: readonly { readonly text: string }[]
}

async function run(report: Report): Promise<void> {
  const data = join(dataSetsFolder(), DATA_SET)
  if (!existsSync(data)) {
    note(`bench clips: skipped, for the clips are not here (${data})`)
    return
  }
  const lines = (await readFile(join(data, 'labels.jsonl'), 'utf8')).split('\n').filter(Boolean)
  const clips = lines.map((line) => JSON.parse(line) as Clip)
  const read = await readAll(clips, data)
  for (const [metric, [value, unit]] of Object.entries(clipFigures(read))) {
    report({ metric, value, unit, clips: clips.length })
  }
  for (const [n, clip] of read.entries()) {
    const { exactly_once, missed, other } = clipFigures([clip])
    const words = {
      missed: missed![0],
      other: other![0],
      labels: clip.labels.join(' '),
      reads: clip.reads.join(' '),
    }
    report({ metric: 'clip', value: exactly_once![0], unit: 'plates', clip: clips[n]!.video, ...words })
  }
}

/** Each clip is the recording of its own camera; one run of the agent reads all of them. */
async function readAll(clips: readonly Clip[], data: string): Promise<ClipReads[]> {
  const folder = await temporaryFolder('sightline-clips-')
  const cameras = clips.map(({ video }, n) => ({
    id: `clip-${n + 1}`,
    source: { type: 'file', path: join(data, video) },
  }))
  const broker = await startBroker(
    cameras.map(({ id }) => id),
    join(folder, 'broker'),
  )
  try {
    const agent = await startAgent(await writeConfigs(cameras, folder), broker, folder)
    await agent.ended
    const stored = await storedReads(broker)
    return clips.map(({ plates }, n) => ({
      labels: plates.map(({ text }) => text),
      reads: stored.filter(({ camera }) => camera.id === cameras[n]!.id).map(({ plate }) => plate),
    }))
  } finally {
    await broker.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
