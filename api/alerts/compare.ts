import type { Agreement } from '@sightline/schemas/alert-work'
import type { Display } from '@sightline/schemas/display'
import type { PlateText, Region } from '@sightline/schemas/plate'

/** Characters that many plates print with one glyph: no eye can tell them apart. */
const ALIKE: Record<string, string> = { O: '0', I: '1' }
const foldText = (text: string): string => text.replace(/[OI]/g, (char) => ALIKE[char]!)

/** A pattern of a display (schemas/display.ts) as a regular expression; plates have at most ten characters. */
const expressionOf = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll('?', '[A-Z0-9]').replaceAll('*', '[A-Z0-9]*')}$`)

/** Whether a display with this pattern or plate matches a plate. */
export const fitsPattern = (pattern: string, plate: string): boolean => expressionOf(pattern).test(plate)

/**
 * Compares what a person read in an image with what a display watches (DSP-7). Another region means another vehicle; a
 * region that the image does not show decides nothing.
 */
export function compareReading(
  display: Pick<Display, 'plate' | 'region'>,
  read: { plate: PlateText | null; region: Region | null },
): Agreement {
  if (read.plate === null) return 'unreadable'
  if (display.region !== null && read.region !== null && display.region !== read.region) return 'differs'
  if (fitsPattern(display.plate, read.plate)) return 'exact'
  return fitsPattern(foldText(display.plate), foldText(read.plate)) ? 'look-alike' : 'differs'
}
