import { SightlineError } from '@sightline/schemas/errors'
import type { Region } from '@sightline/schemas/plate'
import type { ReadCharacter } from '@sightline/schemas/read'
import type { Box, Quad } from './geometry.ts'
import type { Picture } from './picture.ts'

/** How often each issuer's plates pass a camera: weights in any unit; an issuer that is not listed counts as 0. */
export type IssuerMix = Readonly<Record<Region, number>>

/** One plate in a picture (CAP-3, CAP-4). */
export interface PlateFinding {
  /** Normal form: capitals and digits (schemas/plate.ts). */
  readonly text: string
  /** Probability that the whole text is right, 0 to 1. */
  readonly confidence: number
  readonly chars: ReadCharacter[]
  readonly region: Region | null
  readonly regionConfidence: number | null
  /** Region and confidence without the mix of issuers; only if a mix was given. */
  readonly withoutSite?: { readonly region: Region; readonly confidence: number }
  /** Upright rectangle around `quad`, inside the image, in image pixels. */
  readonly box: Box
  /** Corners of the plate's text or of the plate, clockwise from the top left, in image pixels. */
  readonly quad: Quad
  /** A part of the plate is hidden, so that characters are missing. Absent: whole, or the engine cannot tell. */
  readonly cut?: true
}

/** Pixels in, plates out. An engine remembers nothing of earlier images. */
export interface Engine {
  readonly name: string
  readonly version: string
  /**
   * The plates in an image, best first; an empty list if there are none. Calls start in order.
   * @param mix of the issuers whose plates pass (site/mix.ts); only `sightline` uses them
   */
  find(picture: Picture, mix?: IssuerMix): Promise<PlateFinding[]>
  close(): Promise<void>
}

export interface EngineOptions {
  /** Threads that one inference may use; default 1, so that several agents can share a host. */
  readonly threads?: number
  /**
   * Number of images read in parallel, each in a worker thread with one inference thread; default 1: in this thread,
   * one after another.
   */
  readonly workers?: number
  /** Folder of the engine's model files; default: `models/` of the repository, or where its npm package has them. */
  readonly models?: string
}

/** Loaded only when used: each needs a large runtime. */
const ENGINES = {
  sightline: async (options: EngineOptions) =>
    (await import('./sightline/engine.ts')).createSightline(options),
  ppocr: async (options: EngineOptions) => (await import('./ppocr/engine.ts')).createPpocr(options),
  tesseract: async (options: EngineOptions) =>
    (await import('./tesseract/engine.ts')).createTesseract(options),
}

export type EngineName = keyof typeof ENGINES

export const ENGINE_NAMES = Object.keys(ENGINES) as EngineName[]

export const DEFAULT_ENGINE: EngineName = 'sightline'

/**
 * Loads a recognition engine.
 * @throws USAGE for a name that is not one of ENGINE_NAMES; ENGINE_UNAVAILABLE when its models are missing
 */
export async function createEngine(name: string, options: EngineOptions = {}): Promise<Engine> {
  if (!Object.hasOwn(ENGINES, name)) {
    throw new SightlineError('USAGE', `there is no engine named ${name}`, {
      hint: `Available engines: ${ENGINE_NAMES.join(', ')}.`,
    })
  }
  const { workers = 1, models } = options
  if (workers === 1) return ENGINES[name as EngineName](options)
  const { createPool } = await import('./pool/pool.ts')
  return createPool({ name, options: models === undefined ? {} : { models } }, workers)
}
