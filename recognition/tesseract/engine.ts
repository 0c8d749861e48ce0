import { access } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'
import sharp from 'sharp'
import { createWorker, OEM, PSM, type Worker } from 'tesseract.js'
import { CHARACTERS } from '../characters.ts'
import { choosePlates } from '../choose.ts'
import type { Engine, EngineOptions } from '../engine.ts'
import type { Picture } from '../picture.ts'
import { type PageBlock, textLines } from './lines.ts'

/** Longest side of Tesseract's input, in pixels: a larger one costs in proportion and finds little more. */
const LONGEST_SIDE = 1280

/**
 * Tesseract (WebAssembly, in a worker thread), English model, offline: reads the sparse text of the image. It always
 * uses one thread, whatever `threads` says.
 * @throws ENGINE_UNAVAILABLE
 */
export async function createTesseract({ models = packagedModels() }: EngineOptions): Promise<Engine> {
  const worker = await startWorker(models)
  return {
    name: 'tesseract',
    version: 'tesseract.js 7, eng 4.0.0_best_int',
    find: async (picture) => choosePlates(await readLines(worker, picture), picture),
    close: async () => {
      await worker.terminate()
    },
  }
}

async function startWorker(models: string): Promise<Worker> {
  try {
    await access(join(models, 'eng.traineddata.gz'))
    const worker = await createWorker('eng', OEM.LSTM_ONLY, {
      langPath: models,
      cacheMethod: 'none', // it would write into the current folder
      errorHandler: () => {}, // the call that failed rejects as well
    })
    await worker.setParameters({
      tessedit_pageseg_mode: PSM.SPARSE_TEXT,
      thresholding_method: '1', // adaptive: one threshold for a whole street scene hides the plate
      tessedit_char_whitelist: CHARACTERS,
      debug_file: '/dev/null', // the worker's own chatter
    })
    return worker
  } catch (cause) {
    throw new SightlineError('ENGINE_UNAVAILABLE', `engine tesseract: no usable model in ${models}`, {
      cause,
      hint: 'Reinstall the project\'s packages with "npm ci", or choose another engine.',
    })
  }
}

function packagedModels(): string {
  const resolve = createRequire(import.meta.url).resolve
  return join(dirname(resolve('@tesseract.js-data/eng/package.json')), '4.0.0_best_int')
}

async function readLines(worker: Worker, picture: Picture) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height))
  const width = Math.max(1, Math.round(picture.width * scale))
  const height = Math.max(1, Math.round(picture.height * scale))
  const { data } = await picture.pixels({ width, height, channels: 1 })
  // The worker accepts only image files; an uncompressed one costs least.
  const file = await sharp(data, { raw: { width, height, channels: 1 } })
    .png({ compressionLevel: 0 })
    .toBuffer()
  const page = await worker.recognize(file, {}, { text: false, blocks: true })
  return textLines((page.data.blocks ?? []) as PageBlock[], picture.width / width)
}
