import type { Box } from '@sightline/recognition/geometry'
import { SightlineError } from '@sightline/schemas/errors'
import type { Pass, Vehicle } from '@sightline/schemas/read'
import type { When } from './when.ts'

/** One part of what a plate reader sent: a whole body, or a piece of a multipart one. */
export interface Part {
  /** Media type in lower case, without parameters; empty when the reader gave none. */
  readonly type: string
  /** Name of the form field or file; empty when it has none. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** What a plate reader of another make says of one vehicle, in our words and its own figures. */
export interface Reading {
  /** As the reader spells it. */
  readonly plate: string
  /** On the reader's own scale, which runs from 0 to `best`; null: it says nothing. */
  readonly confidence: { readonly value: number; readonly best: number } | null
  /** Of each character, 0 to 1, in order; left out where the reader does not say. */
  readonly characters?: readonly number[]
  readonly seenAt: When
  readonly region?: string | null
  /** 0 to 1. */
  readonly regionConfidence?: number | null
  readonly vehicle?: Partial<Vehicle>
  readonly direction?: Pass['direction']
  /** How long the reader followed the vehicle, milliseconds since 1970. */
  readonly followed?: { readonly first: number; readonly last: number; readonly frames: number }
  /** The plate in `pictures.scene`, in its pixels. */
  readonly box?: Readonly<Box>
  readonly pictures: Pictures
  /** Readings of one vehicle that come one after the other have one id; the last one says `isLast`. */
  readonly pass?: { readonly id: string; readonly isLast: boolean }
  /** One of many of a vehicle, frame by frame. A reader that also sends one for each vehicle is heard for those alone. */
  readonly isFrame?: boolean
  /** Told because the plate is on a list in the reader: nobody knows from it whether the reader tells all vehicles. */
  readonly isAlert?: boolean
  /** Version of what read, if it says. */
  readonly version?: string
}

/** What the reader sent with it, as image files; nobody has looked into them yet. */
export interface Pictures {
  /** The whole view of the camera. */
  readonly scene?: Uint8Array
  readonly vehicle?: Uint8Array
  readonly plate?: Uint8Array
}

/**
 * Takes apart what one make of plate readers sends. Pure.
 * @returns the vehicles, none for a sign of life or a picture without a plate
 * @throws MESSAGE_INVALID, MESSAGE_NOT_JSON for what this make never sends
 */
export type Adapter = (parts: readonly Part[]) => Reading[]

/** @param what goes on "the message …"; nothing of the message is repeated in it */
export const invalidMessage = (what: string): SightlineError =>
  new SightlineError('MESSAGE_INVALID', `the message of the plate reader ${what}`, {
    hint: 'It was set aside with this reason. See whether `make` in the configuration is that of the reader.',
  })

/** What readers write where they read nothing. */
const NO_PLATE = /^(?:unknown|no ?plate|none|null|n\/?a|-+|\?+|<unknown>)?$/i

/** A plate as the reader spells it, or null where it read none. */
export function plateOf(text: string | undefined): string | null {
  const plate = (text ?? '').trim()
  return NO_PLATE.test(plate) ? null : plate
}

/** A short text, or null when there is none or the reader says that it does not know. */
export function textOf(text: string | undefined, longest: number): string | null {
  const trimmed = (text ?? '').trim()
  return trimmed === '' || /^(?:unknown|other|null|none)$/i.test(trimmed) ? null : trimmed.slice(0, longest)
}

/** A number that stands in a text or is one; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  const isText = typeof value === 'string' && /^\s*-?\d+(?:\.\d+)?(?:e-?\d+)?\s*$/i.test(value)
  const number = isText ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** A confidence on the reader's own scale. One outside it is no confidence. */
export function confidenceOf(value: unknown, best: number): Reading['confidence'] {
  const said = numberOf(value)
  return said === undefined || said < 0 || said > best ? null : { value: said, best }
}
