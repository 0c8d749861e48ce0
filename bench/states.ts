import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { FactConfusion, FactConfusionFile } from '@sightline/matching/fact-confusion'
import { factTable } from '@sightline/matching/facts'
import { Tensor } from '@sightline/recognition/onnx'
import { loadModels, type Models } from '@sightline/recognition/sightline/models'
import { lookOf, readingOf } from '@sightline/recognition/sightline/reading'
import { SightlineError } from '@sightline/schemas/errors'
import { type Random, random } from '@sightline/vendor-sim/world/random'
import sharp from 'sharp'
import type { Benchmark, Report } from './benchmark.ts'
import { type FactRead, factConfusion } from './states/counting.ts'
import { readNpz } from './states/npz.ts'

/** The set that training fits the confidence on: plates of every issuer, in lettering that no network learned. */
const SET = join(
  process.env.SIGHTLINE_CACHE ?? join(homedir(), '.cache/sightline'),
  'recognizer-validation-900007.npz',
)
/** Only published reads are compared with displays. */
const PUBLISHED = 0.5
const BATCH = 16
/** Issuers of most plates near San Diego and El Paso. */
const NEAR = ['us-ca', 'us-tx', 'us-nm', 'us-az', 'mx-bcn', 'mx-chh']

export const bench: Benchmark = {
  name: 'states',
  summary: 'which state (issuer) the recognizer takes for which, on synthetic plates of all that it knows',
  options: (command) =>
    command
      .option('--set <npz>', 'synthetic plates, as training/recognizer/validation.py draws them', SET)
      .option('--confusion <file>', 'write the table that the matcher uses (JSON)')
      .addHelpText(
        'after',
        `
Each plate is read twice: as it is, and made small, soft and noisy. Photographs have no part in it.

Examples:
  ./sightline bench states --json
  ./sightline bench states --confusion models/confusion-states.json`,
      ),
  run: (options, report) => run(options as unknown as { set: string; confusion?: string }, report),
}

async function run({ set, confusion }: { set: string; confusion?: string }, report: Report): Promise<void> {
  if (!existsSync(set)) {
    throw new SightlineError('NO_PICTURES', `there is no set of synthetic plates at ${set}`, {
      hint: 'Draw it: `python -m recognizer.calibrate` in training/ (training/README.md).',
    })
  }
  const models = await loadModels(1)
  try {
    const reads = await readAll(await readFile(set), models)
    const table = factConfusion(reads)
    const share = (count: number) => count / reads.length
    const about = { plates: reads.length / 2, reads: reads.length }
    report({
      metric: 'state_right',
      value: share(reads.filter(({ truth, told }) => truth === told).length),
      unit: 'share',
      ...about,
    })
    for (const { mean, count, right } of table.certainty) {
      report({ metric: 'state_right_at', value: right / count, unit: 'share', certainty: mean, count })
    }
    const { missed } = factTable(table)
    for (const state of NEAR) {
      report({ metric: 'strict_misses', value: missed([state]) ?? Number.NaN, unit: 'share', state })
    }
    if (confusion) await writeTable(confusion, table, models.version)
  } finally {
    await Promise.all(Object.values(models.sessions).map((session) => session.release()))
  }
}

async function readAll(file: Buffer, models: Models): Promise<FactRead[]> {
  const arrays = readNpz(file)
  const [images, regions] = [arrays.get('image')!, arrays.get('region')!]
  const [count, height, width] = images.shape as [number, number, number]
  const size = height * width * 3
  const { names } = models.recognizer.output.region
  const reads: FactRead[] = []
  for (let from = 0; from < count; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => from + i)
    const faces = await Promise.all(
      rows.flatMap((row) => {
        const face = images.data.subarray(row * size, (row + 1) * size) as Uint8Array
        return [face, worsened(face, width, height, random('bench-states', row))]
      }),
    )
    const truths = rows.flatMap((row) => [names[regions.data[row]!], names[regions.data[row]!]])
    for (const [i, reading] of (await readFaces(faces, width, height, models)).entries()) {
      // A plate without an issuer is drawn too, with another number.
      if (!reading || truths[i] === undefined || reading.confidence < PUBLISHED) continue
      reads.push({ truth: truths[i], told: reading.region, certainty: reading.regionConfidence })
    }
  }
  return reads
}

async function readFaces(faces: readonly Uint8Array[], width: number, height: number, models: Models) {
  const { recognizer: model, grammar, sessions } = models
  const input = Buffer.concat(faces)
  const tensor = new Tensor('uint8', input, [faces.length, height, width, 3])
  const { text, region } = await sessions.recognizer.run({ image: tensor })
  const row = (output: Tensor, i: number) => {
    const length = output.size / faces.length
    return (output.data as Float32Array).subarray(i * length, (i + 1) * length)
  }
  return faces.map((_, i) => readingOf([lookOf(row(text!, i), row(region!, i), model)], model, grammar))
}

/** As a distant or cheap camera sees it: fewer pixels, soft, and compressed. */
async function worsened(face: Uint8Array, width: number, height: number, rng: Random): Promise<Uint8Array> {
  const raw = { width, height, channels: 3 } as const
  const small = await sharp(face, { raw })
    .resize(rng.whole(70, 130))
    .blur(rng.between(0.3, 0.9))
    .jpeg({ quality: rng.whole(40, 85) })
    .toBuffer()
  return sharp(small).resize(width, height, { fit: 'fill' }).removeAlpha().raw().toBuffer()
}

async function writeTable(file: string, table: FactConfusion, version: string): Promise<void> {
  const source = `./sightline bench states --confusion models/confusion-states.json`
  const written: FactConfusionFile = { source, engine: 'sightline', version, facts: { region: table } }
  // One line for each state read: small, and a change of one shows as one line.
  const text = JSON.stringify(written, null, 1).replace(/\{\s+("[a-z-]+": \d+,?\s*)+\}/g, (row) =>
    row.replace(/\s+/g, ' '),
  )
  await writeFile(file, `${text}\n`)
}
