import { SightlineError } from '@sightline/schemas/errors'

/** Arrays as numpy keeps them (`numpy.savez`): an archive of files `NAME.npy`, not compressed. Pure. */

/** An array: its numbers, one row after another. */
export interface NumpyArray {
  readonly shape: readonly number[]
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array
}

const LOCAL_FILE = 0x04034b50
/** A size that does not fit: it is in the field of zip64. */
const LARGE = 0xffffffff

/** @throws MESSAGE_INVALID for anything but what `numpy.savez` writes of whole numbers */
export function readNpz(file: Buffer): Map<string, NumpyArray> {
  const arrays = new Map<string, NumpyArray>()
  for (let at = 0; at + 30 <= file.length && file.readUInt32LE(at) === LOCAL_FILE; ) {
    const method = file.readUInt16LE(at + 8)
    const [nameLength, extraLength] = [file.readUInt16LE(at + 26), file.readUInt16LE(at + 28)]
    const name = file.toString('latin1', at + 30, at + 30 + nameLength)
    const short = file.readUInt32LE(at + 18)
    // Zip64: a header of four bytes, then both sizes; uncompressed they are equal.
    const size = short === LARGE ? Number(file.readBigUInt64LE(at + 30 + nameLength + 4)) : short
    const begins = at + 30 + nameLength + extraLength
    if (method !== 0 || begins + size > file.length) throw wrong(name)
    arrays.set(name.replace(/\.npy$/, ''), arrayOf(file.subarray(begins, begins + size), name))
    at = begins + size
  }
  return arrays
}

function arrayOf(bytes: Buffer, name: string): NumpyArray {
  if (bytes.toString('latin1', 1, 6) !== 'NUMPY') throw wrong(name)
  const begins = bytes[6] === 1 ? 10 : 12
  const length = bytes[6] === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8)
  const header = bytes.toString('latin1', begins, begins + length)
  const shape = /'shape': \(([\d, ]*)\)/.exec(header)?.[1]?.match(/\d+/g)?.map(Number)
  const type = /'descr': '([^']+)'/.exec(header)?.[1]
  if (!shape || header.includes("'fortran_order': True")) throw wrong(name)
  // Copied, so that the numbers begin at a multiple of their size.
  const own = Uint8Array.from(bytes.subarray(begins + length))
  if (type === '|u1') return { shape, data: own }
  if (type === '|i1') return { shape, data: new Int8Array(own.buffer) }
  if (type === '<i2') return { shape, data: new Int16Array(own.buffer) }
  if (type === '<i4') return { shape, data: new Int32Array(own.buffer) }
  throw wrong(name)
}

const wrong = (name: string) =>
  new SightlineError('MESSAGE_INVALID', `not an array that numpy.savez wrote: ${JSON.stringify(name)}`, {
    hint: 'Make the set again with training/ (bench/README.md, states).',
  })
