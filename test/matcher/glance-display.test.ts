import { glanceDisplay } from '@sightline/matcher/glance-display'
import { type Display, displayParser } from '@sightline/schemas/display'
import { checkDisplay } from '@sightline/schemas/display-rules'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editedMessage } from '../support/arbitrary-reads.ts'
import { aDisplay } from '../support/displays.ts'

const plain = {
  id: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
  plate: fc.oneof(
    fc.stringMatching(/^[A-Z0-9]{1,12}$/),
    fc.constantFrom('7ABC123', '7A?', '[A8]BC', '?1', '*'),
  ),
  region: fc.constantFrom(null, 'us-ca', 'de', 'mx-bcn'),
  priority: fc.constantFrom('low', 'high'),
  reason: fc.oneof(
    fc.constantFrom('123456789', '1234567890', 'e\u0301'.repeat(9), 'Cañón Cañón', 'with "quotes" in it'),
    fc.string({ minLength: 8, maxLength: 40 }),
  ),
  state: fc.constantFrom('active', 'closed', 'rejected'),
}
const review = {
  at: '2026-02-01T00:00:00.000Z',
  by: 'olga',
  verdict: 'relevant' as const,
  reason: 'still of value',
}
const looks = {
  noticeVersion: fc.constantFrom('0'.repeat(32), '1'.repeat(31)),
  review: fc.constantFrom(review, { ...review, verdict: 'rejected' as const }, { ...review, by: '' }),
}
const narrowing = {
  minProbability: fc.constantFrom(0.01, 0.5, 1, 2),
  only: fc.constantFrom({ colors: ['red'] }, {}),
  portsOfEntry: fc.constantFrom(['2504'], ['9999'], []),
}
const arbitraryDisplay = fc
  .tuple(
    fc.record(plain),
    fc.record(looks, { requiredKeys: [] }),
    fc.oneof(fc.constant({}), fc.record(narrowing, { requiredKeys: [] })),
  )
  .map((changes) => aDisplay(Object.assign({}, ...(changes as Partial<Display>[]))))
/** Of those above few are plain. */
const plainDisplay = fc
  .record({
    id: plain.id,
    region: plain.region,
    state: plain.state,
    plate: fc.constantFrom('7ABC123', 'B8O0'),
  })
  .map((change) => aDisplay({ ...(change as Partial<Display>), noticeVersion: '0'.repeat(32), review }))

test('glanceDisplay accepts only valid displays with their values, and accepts plain ones', () => {
  let taken = 0
  fc.assert(
    fc.property(editedMessage(fc.oneof(arbitraryDisplay, plainDisplay)), (message) => {
      const display = glanceDisplay(message)
      if (!display) return
      taken++
      const whole = displayParser.parseJson(message)
      checkDisplay(whole)
      expect(whole).toMatchObject(display)
      expect([whole.only, whole.minProbability, whole.portsOfEntry]).toEqual([
        undefined,
        undefined,
        undefined,
      ])
    }),
    { numRuns: 5000 },
  )
  // Else the property says nothing.
  expect(taken).toBeGreaterThan(300)
  const whole = aDisplay({ region: 'us-ca', noticeVersion: '0'.repeat(32), review })
  const { id, plate, region, state, createdAt, expiresAt } = whole
  const bytes = new TextEncoder().encode(JSON.stringify(whole))
  expect(glanceDisplay(bytes)).toEqual({ id, plate, region, state, createdAt, expiresAt })
})
