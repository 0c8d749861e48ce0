import { factConfusion } from '@sightline/bench/states/counting'
import { readNpz } from '@sightline/bench/states/npz'
import { expect, it } from 'vitest'

/** A file of an archive that is not compressed, as `numpy.savez` writes it: sizes in the field of zip64. */
function entry(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt32LE(0xffffffff, 18)
  header.writeUInt32LE(0xffffffff, 22)
  header.writeUInt16LE(name.length, 26)
  header.writeUInt16LE(20, 28)
  const extra = Buffer.alloc(20)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(16, 2)
  extra.writeBigUInt64LE(BigInt(content.length), 4)
  extra.writeBigUInt64LE(BigInt(content.length), 12)
  return Buffer.concat([header, Buffer.from(name), extra, content])
}

function array(type: string, shape: string, data: Uint8Array): Buffer {
  const text = Buffer.from(`{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }\n`)
  const length = Buffer.alloc(2)
  length.writeUInt16LE(text.length)
  return Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY'), Buffer.from([1, 0]), length, text, data])
}

it('arrays of numpy are read, whatever their order in the archive', () => {
  const file = Buffer.concat([
    entry('image.npy', array('|u1', '2, 3', Uint8Array.of(1, 2, 3, 4, 5, 255))),
    entry('region.npy', array('<i2', '2,', Uint8Array.of(7, 0, 156, 255))),
  ])
  const arrays = readNpz(file)
  expect(arrays.get('image')).toEqual({ shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 255) })
  expect(arrays.get('region')).toEqual({ shape: [2], data: Int16Array.of(7, -100) })
})

it('what numpy did not write, or was cut off, is refused by its name', () => {
  const whole = entry('image.npy', array('|u1', '4,', Uint8Array.of(1, 2, 3, 4)))
  expect(() => readNpz(whole.subarray(0, whole.length - 1))).toThrow(/"image.npy"/)
  expect(() => readNpz(entry('image.npy', array('<f4', '1,', Uint8Array.of(0, 0, 0, 0))))).toThrow(/image/)
})

it('counts by the name told, and how often each certainty is right', () => {
  const table = factConfusion([
    { truth: 'us-vt', told: 'us-ga', certainty: 0.35 },
    { truth: 'us-ga', told: 'us-ga', certainty: 0.38 },
    { truth: 'us-ga', told: 'us-ga', certainty: 1 },
  ])
  expect(table).toEqual({
    count: 3,
    truths: { 'us-ga': 2, 'us-vt': 1 },
    reads: { 'us-ga': { 'us-ga': 2, 'us-vt': 1 } },
    certainty: [
      { mean: 0.365, count: 2, right: 1 },
      { mean: 1, count: 1, right: 1 },
    ],
  })
})
