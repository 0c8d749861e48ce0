import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Type from 'typebox'
import { root } from '../runtime/root.ts'
import { reader } from '../schemas/message.ts'
import { confusionOf, confusionReader, priorTable } from './index/confusion.ts'
import type { IndexOptions } from './index/index.ts'

/** Issuers of which plates are met on American roads. */
const NEAR = /^(us|ca|mx)-/

const recogniserReader = reader(
  'recogniser model description',
  Type.Object({ grammar: Type.Record(Type.String(), Type.Array(Type.String())) }),
)

/**
 * What is known about the recogniser that reads: how it errs (`confusion.json` where it was measured, else the
 * prior), and the issuers' serials (`recogniser.json`, where there is one).
 * @throws MESSAGE_NOT_JSON, MESSAGE_INVALID
 */
export async function loadRecogniserFacts(models = join(root, 'models')): Promise<IndexOptions> {
  const [confusion, recogniser] = [join(models, 'confusion.json'), join(models, 'recogniser.json')]
  const table = existsSync(confusion) ? confusionReader.parseJson(await readFile(confusion)) : priorTable()
  if (!existsSync(recogniser)) return { confusion: confusionOf(table) }
  const { grammar } = recogniserReader.parseJson(await readFile(recogniser))
  const serials = Object.entries(grammar).flatMap(([region, all]) => (NEAR.test(region) ? all : []))
  return { confusion: confusionOf(table), serials }
}
