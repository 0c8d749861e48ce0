import { formatEntryName, isIntact, nameEntry, parseEntryName } from '@sightline/edge-agent/spool/entry-name'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const message = fc.record({
  camera: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
  id: fc.stringMatching(/^[A-Za-z0-9_.-]{1,150}$/),
  payload: fc.uint8Array({ maxLength: 200 }),
})
const sequence = fc.integer({ min: 0, max: 999_999_999_999 })

test('a name contains everything, and fits into a file name', () => {
  fc.assert(
    fc.property(sequence, message, (number, sent) => {
      const entry = nameEntry(number, sent)
      if (!entry) throw new Error('not named')
      const file = formatEntryName(entry)
      expect(parseEntryName(file)).toEqual(entry)
      expect(entry).toMatchObject({ sequence: number, camera: sent.camera, id: sent.id })
      expect(file.length).toBeLessThanOrEqual(255)
    }),
  )
})

test('names sort by sequence', () => {
  fc.assert(
    fc.property(sequence, sequence, message, message, (a, b, one, other) => {
      const names = [nameEntry(a, one), nameEntry(b, other)].map((entry) => formatEntryName(entry!))
      expect(names[0]! < names[1]! || a >= b).toBe(true)
    }),
  )
})

test('a payload that lost, gained or changed a byte is not intact', () => {
  fc.assert(
    fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (sent, place, flip) => {
      const entry = nameEntry(1, sent)!
      expect(isIntact(entry, sent.payload)).toBe(true)
      expect(isIntact(entry, new Uint8Array([...sent.payload, 0]))).toBe(false)
      if (sent.payload.length === 0) return
      expect(isIntact(entry, sent.payload.subarray(1))).toBe(false)
      const changed = sent.payload.slice()
      changed[place % changed.length]! ^= flip
      expect(isIntact(entry, changed)).toBe(false)
    }),
  )
})

test.each(['../../etc/passwd', 'a/b', '', 'gate 1', 'gate.1', 'x'.repeat(65)])(
  'no camera is called %j',
  (camera) => {
    expect(nameEntry(1, { camera, id: 'x', payload: new Uint8Array() })).toBeNull()
  },
)

test.each(['notes.txt', '', '000000000001.gate-1.10.zzzzzzzz.id', '1.gate-1.10.00000000.id'])(
  '%j is not an entry',
  (file) => expect(parseEntryName(file)).toBeNull(),
)
