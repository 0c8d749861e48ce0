import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDisplayIndex } from '../../matcher/index/exact.ts'
import type { Display } from '../../schemas/display.ts'
import type { Read } from '../../schemas/read.ts'
import { aDisplay } from '../support/displays.ts'
import { aRead } from '../support/reads.ts'

const noon = Date.parse('2026-06-01T12:00:00.000Z')
const ids = (matches: { display: Display }[]) => matches.map(({ display }) => display.id).sort()

function indexOf(...displays: Display[]) {
  const index = createDisplayIndex()
  for (const display of displays) index.set(display)
  return index
}

const read = aRead({ seenAt: '2026-06-01T12:00:00.000Z' })

test('a read of the plate displayed matches (DSP-1)', () => {
  expect(ids(indexOf(aDisplay()).match(read, noon))).toEqual(['d1'])
})

test('another plate does not match', () => {
  expect(indexOf(aDisplay({ plate: '7ABC124' })).match(read, noon)).toEqual([])
})

test('a display that is closed, rejected or removed does not match (DSP-4, DSP-5)', () => {
  const index = indexOf(
    aDisplay({ state: 'closed' }),
    aDisplay({ id: 'd2', state: 'rejected' }),
    aDisplay({ id: 'd3' }),
  )
  index.remove('d3')
  expect(index.match(read, noon)).toEqual([])
})

test('a display stops matching at the instant at which it expires (DSP-3)', () => {
  const index = indexOf(aDisplay({ expiresAt: '2026-06-01T12:00:00.000Z' }))
  expect(ids(index.match(read, noon - 1))).toEqual(['d1'])
  expect(index.match(read, noon)).toEqual([])
})

test('a read older than the display is not an alert (DSP-1: any new read)', () => {
  const index = indexOf(aDisplay({ createdAt: '2026-06-01T12:00:00.001Z' }))
  expect(index.match(read, noon)).toEqual([])
})

test('a display of another region does not match, one of any region does', () => {
  const index = indexOf(
    aDisplay({ id: 'here', region: 'us-ca' }),
    aDisplay({ id: 'there', region: 'us-tx' }),
    aDisplay({ id: 'any' }),
  )
  expect(ids(index.match(read, noon))).toEqual(['any', 'here'])
})

test('a display changed to another plate leaves its old one', () => {
  const index = indexOf(aDisplay())
  index.set(aDisplay({ plate: 'OTHER1' }))
  expect(index.match(read, noon)).toEqual([])
  expect(index.size).toBe(1)
})

test('the index agrees with looking at every display, through any sequence of changes', () => {
  const plate = fc.constantFrom('A1', 'B2', 'C3')
  const step = fc.oneof(
    fc.record({
      set: fc.record({
        id: fc.constantFrom('d1', 'd2', 'd3', 'd4'),
        plate,
        region: fc.constantFrom(null, 'us-ca', 'us-tx'),
        state: fc.constantFrom('active' as const, 'closed' as const, 'rejected' as const),
        expiresAt: fc.constantFrom('2026-05-01T00:00:00.000Z', '2026-07-01T00:00:00.000Z'),
        createdAt: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-06-15T00:00:00.000Z'),
      }),
    }),
    fc.record({ remove: fc.constantFrom('d1', 'd2', 'd3', 'd4') }),
  )
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 30 }),
      plate,
      fc.constantFrom(null, 'us-ca'),
      (steps, seen, region) => {
        const index = createDisplayIndex()
        const model = new Map<string, Display>()
        for (const s of steps) {
          if ('set' in s) {
            index.set(aDisplay(s.set))
            model.set(s.set.id, aDisplay(s.set))
          } else {
            index.remove(s.remove)
            model.delete(s.remove)
          }
        }
        const question = aRead({ plate: seen, region, seenAt: '2026-06-01T12:00:00.000Z' })
        expect(ids(index.match(question, noon))).toEqual(ids(bruteForce([...model.values()], question)))
      },
    ),
  )
})

/** Says the rule again in the plainest way: every display is looked at. */
function bruteForce(displays: Display[], question: Read): { display: Display }[] {
  return displays
    .filter(
      (d) =>
        d.plate === question.plate &&
        d.state === 'active' &&
        Date.parse(d.expiresAt) > noon &&
        Date.parse(d.createdAt) <= Date.parse(question.seenAt) &&
        !(d.region && question.region && d.region !== question.region),
    )
    .map((display) => ({ display }))
}
