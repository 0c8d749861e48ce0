import { MAX_PLATE_LENGTH, normalizePlate } from '@sightline/schemas/plate'
import fc from 'fast-check'
import { expect, test } from 'vitest'

test.each([
  ['7abc 123', '7ABC123'],
  ['ABC-1234', 'ABC1234'],
  ['B·MW 42', 'BMW42'],
  ['TÜ AB 12', 'TUAB12'],
])('%s is the plate %s', (written, plate) => {
  expect(normalizePlate(written)).toBe(plate)
})

test.each(['', ' - ', '7ABC*23', '7ABC?23', 'ЖABC123', '<script>', 'A'.repeat(MAX_PLATE_LENGTH + 1)])(
  '"%s" is not a possible plate, and the message does not repeat it',
  (written) => {
    expect(() => normalizePlate(written)).toThrowError(expect.objectContaining({ code: 'PLATE_IMPOSSIBLE' }))
    if (written.trim().length > 3) expect(() => normalizePlate(written)).not.toThrowError(written)
  },
)

test('normalizing twice changes nothing, and separators never matter', () => {
  const plate = fc.stringMatching(/^[A-Z0-9]{1,10}$/)
  fc.assert(
    fc.property(
      plate,
      fc.array(fc.constantFrom(' ', '-', '.', '·', '_'), { maxLength: 11 }),
      (text, separators) => {
        const written = [...text].map((char, n) => (separators[n] ?? '') + char).join('')
        expect(normalizePlate(written.toLowerCase())).toBe(text)
      },
    ),
  )
})
