import type { LearnedReads } from './usual-reads.ts'

/** What is learned of a camera in the long run, as plain data (JSON): a restart must not make it forgotten. */
export interface LearnedHealth {
  readonly sharpness: LearnedSharpness
  readonly view: LearnedView
  /** Gray level of the darkest picture in which a plate was read; null before the first. */
  readonly darkestRead: number | null
  /** Agents before 0.2 learned none. */
  readonly reads?: LearnedReads
}

/** The usual sharpness, by class of light. */
export type LearnedSharpness = readonly (readonly [light: number, usual: { mean: number; time: number }])[]

export interface LearnedView {
  /** By class of light, as `pack` makes it. */
  readonly references: readonly (readonly [light: number, scene: string])[]
  /** How long each light was watched in which there is no reference yet, ms. */
  readonly watched: readonly (readonly [light: number, forMs: number])[]
  /** How long the camera has been seen moved, ms; 0 while it is not. */
  readonly movedFor: number
}

/** Two levels of a scene are one here: a twenty-fifth of its deviation. */
const COARSE = 2

/** A normalized scene (view.ts) in a byte a cell, as base64: three kilobytes. */
export function pack(scene: Float32Array): string {
  const bytes = Int8Array.from(scene, (level) => Math.max(-127, Math.min(127, Math.round(level / COARSE))))
  return Buffer.from(bytes.buffer).toString('base64')
}

export const unpack = (text: string): Float32Array =>
  Float32Array.from(new Int8Array(Buffer.from(text, 'base64')), (level) => level * COARSE)
