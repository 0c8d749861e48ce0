import { type ErrorCode, toSightlineError } from '@sightline/schemas/errors'
import { workerData } from 'piscina'
import { createEngine, type EngineOptions, type IssuerMix, type PlateFinding } from '../engine.ts'
import type { Picture } from '../picture.ts'
import { pictureOf } from '../pictures/raw.ts'

/** Input of a worker at its start: which engine to load. */
export interface WorkerTask {
  readonly name: string
  readonly options: Pick<EngineOptions, 'models'>
}

/** An image to read, and the mix of the issuers where it was taken, if known. */
export interface WorkerCall {
  readonly stored: Picture['stored']
  readonly mix: IssuerMix | undefined
}

/** The answer: errors as plain data, because only their message would survive the transfer between threads. */
export type WorkerAnswer =
  | { readonly name: string; readonly version: string; readonly plates: PlateFinding[] }
  | { readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined }

const { name, options } = workerData as WorkerTask
const engine = createEngine(name, options)
// The first caller learns why it cannot be loaded.
engine.catch(() => {})

/** Reads an image; without one it only returns the engine's name. */
export default async function read(call: WorkerCall | null): Promise<WorkerAnswer> {
  try {
    const { name, version, find } = await engine
    return { name, version, plates: call ? await find(pictureOf(call.stored), call.mix) : [] }
  } catch (thrown) {
    const { code, message, hint } = toSightlineError(thrown)
    return { code, message, hint }
  }
}
