import { MAX_PLATE_LENGTH } from '../../schemas/plate.ts'

/** Whether a plate in normal form has the shape of an issuer's serial. */
export type SerialTest = (plate: string) => boolean

/**
 * A test by shape alone, letters and digits: whether the text itself was ever given out nobody here knows.
 * @param serials `@` a letter, `#` a digit, others themselves; without any every text passes
 */
export function serialTest(serials?: readonly string[]): SerialTest {
  if (!serials) return () => true
  /** [length << MAX_PLATE_LENGTH | shape] */
  const known = new Uint8Array((MAX_PLATE_LENGTH + 1) << MAX_PLATE_LENGTH)
  for (const serial of serials) known[shapeOf(serial.replaceAll('@', 'A').replaceAll('#', '0'))] = 1
  return (plate) => known[shapeOf(plate)] === 1
}

/** One bit a character, set for a letter, with the length above them. */
function shapeOf(plate: string): number {
  let shape = 0
  for (let i = 0; i < plate.length; i++) if (plate.charCodeAt(i) > 57) shape |= 1 << i
  return (plate.length << MAX_PLATE_LENGTH) | shape
}
