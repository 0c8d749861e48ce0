import type { Box } from '@sightline/recognition/geometry'
import { SightlineError } from '@sightline/schemas/errors'
import type { Pass, Vehicle } from '@sightline/schemas/read'
import type { When } from './when.ts'

/** One part of a plate reader's message: a whole body, or a part of a multipart one. */
export interface Part {
  /** Media type in lower case, without parameters; empty if not given. */
  readonly type: string
  /** Name of the form field or file; empty if it has none. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** A third-party plate reader's data about one vehicle, in our terms but with its own figures. */
export interface Reading {
  /** As the plate reader spells it. */
  readonly plate: string
  /** On the plate reader's own scale, from 0 to `best`; null: not given. */
  readonly confidence: { readonly value: number; readonly best: number } | null
  /** Of each character, 0 to 1, in order; absent if not given. */
  readonly characters?: readonly number[]
  readonly seenAt: When
  readonly region?: string | null
  /** 0 to 1. */
  readonly regionConfidence?: number | null
  readonly vehicle?: Partial<Vehicle>
  readonly direction?: Pass['direction']
  /** Start and end of the plate reader's tracking of the vehicle, milliseconds since 1970. */
  readonly followed?: { readonly first: number; readonly last: number; readonly frames: number }
  /** The plate in `pictures.scene`, in its pixels. */
  readonly box?: Readonly<Box>
  readonly pictures: Pictures
  /** Successive readings of one vehicle have the same id; the last one has `isLast`. */
  readonly pass?: { readonly id: string; readonly isLast: boolean }
  /**
   * One of many readings of a vehicle, frame by frame. If a plate reader also sends one per vehicle, only those count.
   */
  readonly isFrame?: boolean
  /**
   * Sent because the plate is on a list in the plate reader: it does not show whether the plate reader reports all
   * vehicles.
   */
  readonly isAlert?: boolean
  /** Version of the recognizing software, if given. */
  readonly version?: string
}

/** Image files sent with it, not yet checked. */
export interface Pictures {
  /** The camera's whole view. */
  readonly scene?: Uint8Array
  readonly vehicle?: Uint8Array
  readonly plate?: Uint8Array
}

/**
 * Parses the messages of one make of plate reader. Pure.
 * @returns the vehicles, none for a sign of life or a picture without a plate
 * @throws MESSAGE_INVALID, MESSAGE_NOT_JSON for anything this make never sends
 */
export type Adapter = (parts: readonly Part[]) => Reading[]

/** @param what continues "the message …"; it repeats no part of the message */
export const invalidMessage = (what: string): SightlineError =>
  new SightlineError('MESSAGE_INVALID', `the message of the plate reader ${what}`, {
    hint: 'It was set aside with this reason. See whether `make` in the configuration is that of the reader.',
  })

/** What plate readers write when they read nothing. */
const NO_PLATE = /^(?:unknown|no ?plate|none|null|n\/?a|-+|\?+|<unknown>)?$/i

/** A plate as the plate reader spells it, or null if it read none. */
export function plateOf(text: string | undefined): string | null {
  const plate = (text ?? '').trim()
  return NO_PLATE.test(plate) ? null : plate
}

/** A short text, or null if it is missing or means unknown. */
export function textOf(text: string | undefined, longest: number): string | null {
  const trimmed = (text ?? '').trim()
  return trimmed === '' || /^(?:unknown|other|null|none)$/i.test(trimmed) ? null : trimmed.slice(0, longest)
}

/** A number, or the number in a text; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  const isText = typeof value === 'string' && /^\s*-?\d+(?:\.\d+)?(?:e-?\d+)?\s*$/i.test(value)
  const number = isText ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** A confidence on the plate reader's own scale; a value outside of it is ignored. */
export function confidenceOf(value: unknown, best: number): Reading['confidence'] {
  const said = numberOf(value)
  return said === undefined || said < 0 || said > best ? null : { value: said, best }
}
