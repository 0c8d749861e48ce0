import Type from 'typebox'
import { Display } from '../schemas/display.ts'
import { PlateText } from '../schemas/plate.ts'
import { compileScan } from '../schemas/scan.ts'

const required: readonly string[] = Display.required

/** A display of one plate with nothing optional: of such checkDisplay has nothing to say. */
const PlainDisplay = Type.Object(
  {
    ...Object.fromEntries(Object.entries(Display.properties).filter(([name]) => required.includes(name))),
    plate: PlateText,
  },
  { additionalProperties: false },
)
const WANTED = ['/id', '/plate', '/region', '/state', '/createdAt', '/expiresAt']
const scan = compileScan(PlainDisplay, WANTED)
const found = new Int32Array(2 * WANTED.length)

/**
 * The display if it certainly is a valid and plain one, with no more of it than the index needs: a third of the cost of
 * parsing and validating the whole, of which a start has a million to do.
 * @returns null when it is not, or not certainly: then `displayReader` decides
 */
export function glanceDisplay(value: Uint8Array): Display | null {
  if (!scan(value, found)) return null
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.length)
  const text = (n: number) => bytes.toString('latin1', found[2 * n]! + 1, found[2 * n + 1]! - 1)
  const isNull = (n: number) => bytes[found[2 * n]!] !== QUOTE
  return {
    ...{ id: text(0), plate: text(1), region: isNull(2) ? null : text(2), state: text(3) },
    ...{ createdAt: text(4), expiresAt: text(5) },
  } as Display
}

const QUOTE = '"'.charCodeAt(0)
