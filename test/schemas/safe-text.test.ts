import { headers } from '@nats-io/transport-node'
import { createParser } from '@sightline/schemas/message'
import { readParser } from '@sightline/schemas/read'
import { safeText } from '@sightline/schemas/safe-text'
import fc from 'fast-check'
import Type from 'typebox'
import { expect, test } from 'vitest'

const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)) })

test('any text becomes one visible line that fits a header and is never too long', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 300 }), (text, most) => {
      const safe = safeText(text, most)
      expect(safe).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u)
      expect(safe.length).toBeLessThanOrEqual(most)
      headers().set('Sightline-Reason', safe)
    }),
    { numRuns: 2000 },
  )
})

test('plain text stays as it is in any script; a long one is cut with a mark', () => {
  for (const text of ['', '7ABC123', 'Cañón, 京 😀', '/camera/id must match'])
    expect(safeText(text)).toBe(text)
  expect(safeText('x\r\ny')).toBe('x\\u000d\\u000ay')
  expect(safeText('a\ud800b')).toBe('a\\ud800b')
  expect(safeText('k'.repeat(1000), 10)).toBe('kkkkkkkkk…')
  expect(safeText('1234567😀', 9)).toBe('1234567😀')
  expect(safeText('1234567😀x', 9)).toBe('1234567…')
})

test('the error of a message never contains its raw text, whatever its keys', () => {
  const some = createParser('thing', Type.Object({ a: Type.Number() }, { additionalProperties: false }))
  fc.assert(
    fc.property(anyText, (key) => {
      fc.pre(key !== 'a')
      for (const parse of [some.parseJson, readParser.parseJson]) {
        try {
          parse(`{"a":1,${JSON.stringify(key)}:1}`)
          throw new Error('it was taken')
        } catch (error) {
          expect((error as Error).message).toMatch(/^not a valid (thing|read): [^\p{C}\p{Zl}\p{Zp}]{1,250}$/u)
        }
      }
    }),
  )
})
