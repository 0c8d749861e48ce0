import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Fact } from '@sightline/schemas/alert'
import { createParser } from '@sightline/schemas/message'
import Type from 'typebox'
import { type ConfusionTable, confusionOf, priorTable } from './confusion.ts'
import { type FactConfusion, factConfusionParser } from './fact-confusion.ts'
import { type FactTable, type FactTables, factTable } from './facts.ts'
import type { IndexOptions } from './index.ts'
import { confusionFileParser, measuredTable } from './measured-confusion.ts'

/** Issued formats that the recognizer was not trained on: Nevada's and Arizona's newest. */
const MORE_SERIALS = ['###@##', '@#@#@@']

const recognizerParser = createParser(
  'recognizer model description',
  Type.Object({ grammar: Type.Record(Type.String(), Type.Array(Type.String())) }),
)

const MODELS = dirname(createRequire(import.meta.url).resolve('@sightline/models/package.json'))

/**
 * How the recognizer errs: `confusion-rendered.json` if it was measured, else the prior.
 * @throws MESSAGE_NOT_JSON, MESSAGE_INVALID
 */
export async function loadConfusionTable(models = MODELS): Promise<ConfusionTable> {
  const file = join(models, 'confusion-rendered.json')
  return existsSync(file) ? measuredTable(confusionFileParser.parseJson(await readFile(file))) : priorTable()
}

/** Which states, and which colors and kinds, the networks take for which. */
const FACT_FILES = ['confusion-states.json', 'confusion-vehicle.json'] as const

/**
 * How the networks err in states, colors and kinds, as far as it was measured.
 * @throws MESSAGE_NOT_JSON, MESSAGE_INVALID
 */
export async function loadFactTables(models = MODELS): Promise<FactTables> {
  const tables = new Map<Fact, FactTable>()
  for (const file of FACT_FILES.map((name) => join(models, name)).filter(existsSync)) {
    const { facts } = factConfusionParser.parseJson(await readFile(file))
    for (const fact of ['region', 'color', 'kind'] as const) {
      const measured = facts[fact]
      if (measured) tables.set(fact, factTable(measured))
    }
  }
  return Object.fromEntries(tables)
}

/**
 * Which state the recognizer takes for which, as counted; undefined where it was not measured.
 * @throws MESSAGE_NOT_JSON, MESSAGE_INVALID
 */
export async function loadStateConfusion(models = MODELS): Promise<FactConfusion | undefined> {
  const file = join(models, FACT_FILES[0])
  return existsSync(file) ? factConfusionParser.parseJson(await readFile(file)).facts.region : undefined
}

/**
 * Facts about the recognizer: how it errs, and the issuers' serials (`recognizer.json`, if there is one).
 * @throws MESSAGE_NOT_JSON, MESSAGE_INVALID
 */
export async function loadRecognizerFacts(models = MODELS): Promise<IndexOptions> {
  const confusion = confusionOf(await loadConfusionTable(models))
  const facts = await loadFactTables(models)
  const recognizer = join(models, 'recognizer.json')
  if (!existsSync(recognizer)) return { confusion, facts }
  const { grammar } = recognizerParser.parseJson(await readFile(recognizer))
  const of = (issuers: RegExp) =>
    Object.entries(grammar).flatMap(([region, all]) => (issuers.test(region) ? all : []))
  return { confusion, facts, serials: { home: [...of(/^us-/), ...MORE_SERIALS], visiting: of(/^(ca|mx)-/) } }
}
