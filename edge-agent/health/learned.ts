import type { LearnedReads } from './usual-reads.ts'

/** What is learned about a camera in the long run, as plain data (JSON), so that it survives a restart. */
export interface LearnedHealth {
  readonly sharpness: LearnedSharpness
  readonly view: LearnedView
  /** Gray level of the darkest picture in which a plate was read; null before the first. */
  readonly darkestRead: number | null
  /** Agents before 0.2 did not learn it. */
  readonly reads?: LearnedReads
}

/** The usual sharpness, by class of light. */
export type LearnedSharpness = readonly (readonly [light: number, usual: { mean: number; time: number }])[]

export interface LearnedView {
  /** By class of light, as made by `pack`. */
  readonly references: readonly (readonly [light: number, scene: string])[]
  /** How long each light without a reference was observed so far, ms. */
  readonly watched: readonly (readonly [light: number, forMs: number])[]
  /** How long the camera has appeared moved, ms; 0 if it does not. */
  readonly movedFor: number
}

/** Two levels of a scene are stored as one: a step is a twenty-fifth of its deviation. */
const COARSE = 2

/** A normalized scene (view.ts), one byte per cell, as base64: three kilobytes. */
export function pack(scene: Float32Array): string {
  const bytes = Int8Array.from(scene, (level) => Math.max(-127, Math.min(127, Math.round(level / COARSE))))
  return Buffer.from(bytes.buffer).toString('base64')
}

export const unpack = (text: string): Float32Array =>
  Float32Array.from(new Int8Array(Buffer.from(text, 'base64')), (level) => level * COARSE)
