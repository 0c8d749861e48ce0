import { isSameColor } from '@sightline/schemas/vehicle-words'
import type { SearchVehicle } from '@sightline/schemas/vendor-search'

/** Text for comparison: case and punctuation are ignored. */
export const plainText = (text: string): string =>
  text
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
    ?.join(' ') ?? ''

/** Whether two vehicles have the same make, model or color; colors compare by their basic names. */
export const samePart = (part: keyof SearchVehicle, a: string, b: string): boolean =>
  sameText(a, b) || (part === 'color' && isSameColor(a, b))

export const sameText = (a: string, b: string): boolean => plainText(a) === plainText(b)
