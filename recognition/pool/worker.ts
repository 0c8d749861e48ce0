import { type ErrorCode, toSightlineError } from '@sightline/schemas/errors'
import { workerData } from 'piscina'
import { createEngine, type EngineOptions, type PlateFinding } from '../engine.ts'
import type { Picture } from '../picture.ts'
import { pictureOf } from '../pictures/raw.ts'

/** What a worker is told when it starts: which engine it is to be. */
export interface WorkerTask {
  readonly name: string
  readonly options: Pick<EngineOptions, 'models'>
}

/** What comes back: errors as plain data, because only their message would survive the way between threads. */
export type WorkerAnswer =
  | { readonly name: string; readonly version: string; readonly plates: PlateFinding[] }
  | { readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined }

const { name, options } = workerData as WorkerTask
const engine = createEngine(name, options)
// Whoever asks first is told why it cannot be loaded.
engine.catch(() => {})

/** Reads a picture; without one it only says which engine it is. */
export default async function read(stored: Picture['stored'] | null): Promise<WorkerAnswer> {
  try {
    const { name, version, find } = await engine
    return { name, version, plates: stored ? await find(pictureOf(stored)) : [] }
  } catch (thrown) {
    const { code, message, hint } = toSightlineError(thrown)
    return { code, message, hint }
  }
}
