import fc from 'fast-check'
import { expect, test } from 'vitest'
import { confusionOf, priorTable } from '../../../matcher/index/confusion.ts'
import { createDisplayIndex, type Match } from '../../../matcher/index/index.ts'
import type { Display } from '../../../schemas/display.ts'
import type { Read } from '../../../schemas/read.ts'
import { aDisplay } from '../../support/displays.ts'
import { aRead } from '../../support/reads.ts'
import { expectedMatches, SERIALS } from './model.ts'

const noon = Date.parse('2026-06-01T12:00:00.000Z')
const ids = (matches: readonly Match[]) => matches.map(({ id }) => id).sort()

function indexOf(...displays: Display[]) {
  const index = createDisplayIndex()
  for (const display of displays) index.set(display)
  return index
}

const read = aRead({ seenAt: '2026-06-01T12:00:00.000Z' })

test('a read of the plate displayed matches (DSP-1)', () => {
  expect(indexOf(aDisplay()).match(read, noon)).toMatchObject([{ id: 'd1', plate: '7ABC123', kind: 'exact' }])
})

test('another plate does not match', () => {
  expect(indexOf(aDisplay({ plate: '7ABC129' })).match(read, noon)).toEqual([])
})

test('a display that is closed, rejected or removed does not match (DSP-4, DSP-5)', () => {
  const index = indexOf(
    aDisplay({ state: 'closed' }),
    aDisplay({ id: 'd2', state: 'rejected' }),
    aDisplay({ id: 'd3' }),
    aDisplay({ id: 'd4' }),
  )
  index.remove('d3')
  index.set(aDisplay({ id: 'd4', state: 'closed' }))
  expect(index.match(read, noon)).toEqual([])
  expect(index.size).toBe(0)
})

test('a display stops matching at the instant at which it expires (DSP-3)', () => {
  const index = indexOf(
    aDisplay({ expiresAt: '2026-06-01T12:00:00.000Z' }),
    aDisplay({ id: 'd2', plate: '7A*', expiresAt: '2026-06-01T12:00:00.000Z' }),
  )
  expect(ids(index.match(read, noon - 1))).toEqual(['d1', 'd2'])
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

test.each([
  ['confusable', '7A8C123', 'B', '8', 2],
  ['near', '7ABC923', '1', '9', 4],
])(
  'a %s plate matches when the alternatives of the read make it likely',
  (kind, plate, char, other, place) => {
    const chars = read.chars.map((c, i) =>
      i === place ? { char, confidence: 0.5, alternatives: [{ char: other, confidence: 0.45 }] } : c,
    )
    const doubtful = aRead({ ...read, chars, confidence: 0.48 })
    const [match] = indexOf(aDisplay({ plate })).match(doubtful, noon)
    expect(match).toMatchObject({ plate, kind })
    expect(match!.probability).toBeGreaterThan(0.5)
    expect(indexOf(aDisplay({ plate })).match(read, noon)).toEqual([])
  },
)

test.each(['7ABC23', '7ABC1123'])(
  '%s, one character more or less, matches where the recogniser errs so and the display asks for it',
  (plate) => {
    const doubtful = aRead({ ...read, confidence: 0.1 })
    const confusion = confusionOf({ ...priorTable(), inserted: { '1': 0.01 }, deleted: { '1': 0.01 } })
    const index = createDisplayIndex({ confusion })
    index.set(aDisplay({ plate, minProbability: 0.9 }))
    expect(index.match(doubtful, noon)).toEqual([])
    index.set(aDisplay({ plate, minProbability: 0.02 }))
    expect(index.match(doubtful, noon)).toMatchObject([{ kind: 'near' }])
  },
)

test('what is exact matches however unsure the read is; minConfidence holds it back', () => {
  const unsure = aRead({ ...read, confidence: 0.05 })
  const index = indexOf(aDisplay(), aDisplay({ id: 'd2', only: { minConfidence: 0.5 } }))
  expect(ids(index.match(unsure, noon))).toEqual(['d1'])
})

test('ids of any length and sign are told apart and given back', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)
  fc.assert(
    fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 30 }), (some) => {
      const index = indexOf(...some.map((one) => aDisplay({ id: one })))
      expect(ids(index.match(read, noon))).toEqual([...some].sort())
      for (const one of some.slice(1)) index.remove(one)
      expect(ids(index.match(read, noon))).toEqual([some[0]])
    }),
  )
})

// Few characters, so that plates meet often: look-alikes (0 O D, 8 B) and others (C, 3).
const character = fc.constantFrom('0', 'O', 'D', '8', 'B', 'C', '3')
const plate = fc.string({ unit: character, minLength: 1, maxLength: 10 })
const short = fc.string({ unit: character, minLength: 2, maxLength: 4 })
const pattern = fc
  .array(fc.oneof(character, fc.constantFrom('?', '*', '[0B]', '[C38]')), { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.join(''))
const id = fc.constantFrom('d1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7', 'd8')
const display = fc
  .record({
    id,
    plate: fc.oneof(
      { weight: 4, arbitrary: short },
      { weight: 1, arbitrary: plate },
      { weight: 2, arbitrary: pattern },
    ),
    region: fc.constantFrom(null, null, 'us-ca', 'us-tx'),
    state: fc.constantFrom('active' as const, 'active' as const, 'closed' as const, 'rejected' as const),
    expiresAt: fc.constantFrom(
      '2026-06-01T12:00:00.000Z',
      '2026-06-01T12:00:00.001Z',
      '2027-01-01T00:00:00.000Z',
    ),
    createdAt: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-06-01T11:00:00.001Z'),
    minProbability: fc.constantFrom(undefined, 0.01, 0.2, 0.9),
    only: fc.constantFrom<Display['only'][]>(undefined, { minConfidence: 0.5 }, { colours: ['red'] }),
  })
  .map(({ minProbability, only, ...rest }) => {
    const asked: Partial<Display> = { ...(minProbability && { minProbability }), ...(only && { only }) }
    return aDisplay({ ...rest, ...asked })
  })
const probability = fc.double({ min: 0, max: 1, noNaN: true })
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ set: display }) },
  { weight: 1, arbitrary: fc.record({ remove: id }) },
)

const characterRead = (char: string) =>
  fc.record({
    char: fc.constant(char),
    confidence: probability,
    alternatives: fc
      .uniqueArray(fc.record({ char: character, confidence: probability }), {
        selector: (alternative) => alternative.char,
        maxLength: 3,
      })
      .map((some) => some.filter((alternative) => alternative.char !== char)),
  })

const anyRead = (text: fc.Arbitrary<string>): fc.Arbitrary<Read> =>
  text.chain((seen) =>
    fc
      .record({
        confidence: fc.oneof(probability, fc.constantFrom(0, 0.02, 0.3, 0.6, 0.999, 1)),
        chars: fc.oneof(
          fc.constant<Read['chars']>([]),
          fc.tuple(...Array.from(seen, characterRead)).map((chars): Read['chars'] => chars),
        ),
        region: fc.constantFrom(null, 'us-ca'),
        colour: fc.constantFrom(null, 'red'),
      })
      .map(({ colour, ...rest }) =>
        aRead({
          ...rest,
          plate: seen,
          seenAt: '2026-06-01T11:00:00.000Z',
          vehicle: colour && { make: null, model: null, colour },
        }),
      ),
  )

/** Loses and invents characters all the time, so that those ways decide too. */
const careless = {
  ...priorTable(),
  deleted: Object.fromEntries(
    Object.keys(priorTable().deleted).map((char, i) => [char, i % 3 === 0 ? 0.1 : 0.01]),
  ),
  inserted: Object.fromEntries(
    Object.keys(priorTable().inserted).map((char, i) => [char, i % 2 === 0 ? 0.02 : 0.002]),
  ),
  doubt: 0.05,
}

test.each([
  ['the prior', priorTable()],
  ['a careless recogniser', careless],
])('the index agrees with looking at every display, through any sequence of changes: %s', (_whose, table) => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.array(anyRead(fc.oneof(short, plate)), { minLength: 1, maxLength: 4 }),
      (steps, reads) => {
        const index = createDisplayIndex({ confusion: confusionOf(table), serials: SERIALS })
        const model = new Map<string, Display>()
        for (const s of steps) {
          if ('set' in s) {
            index.set(s.set)
            model.set(s.set.id, s.set)
          } else {
            index.remove(s.remove)
            model.delete(s.remove)
          }
        }
        for (const one of reads) {
          agree(index.match(one, noon), expectedMatches(model.values(), one, noon, table))
        }
      },
    ),
    { numRuns: 150 },
  )
})

test('it still agrees when thousands come and go, and the tables grow, make room and are renewed', () => {
  const drawn = fc.sample(fc.tuple(display, short, plate), { numRuns: 4000, seed: 7 })
  const index = createDisplayIndex({ serials: SERIALS })
  const model = new Map<string, Display>()
  drawn.forEach(([value, few, many], n) => {
    const changed = {
      ...value,
      id: `d${n % 1500}`,
      plate: n % 40 === 0 ? value.plate : n % 2 === 0 ? few : many,
    }
    if (n === 500 || n === 700) index.reserve(3 * n)
    index.set(changed)
    model.set(changed.id, changed)
    if (n % 3 !== 0) return
    index.remove(`d${(n * 7) % 1500}`)
    model.delete(`d${(n * 7) % 1500}`)
  })
  expect(index.size).toBe([...model.values()].filter(({ state }) => state === 'active').length)
  for (const one of fc.sample(anyRead(short), { numRuns: 200, seed: 7 })) {
    agree(index.match(one, noon), expectedMatches(model.values(), one, noon))
  }
})

/** The same displays, kinds and probabilities; a probability on the threshold itself may fall either way. */
function agree(matches: readonly Match[], expected: ReturnType<typeof expectedMatches>): void {
  const found = matches.map(({ id, kind, probability }) => ({ id, kind, probability }))
  found.sort((a, b) => (a.id < b.id ? -1 : 1))
  expect(found.map(({ id, kind }) => [id, kind])).toEqual(expected.map(({ id, kind }) => [id, kind]))
  for (const [i, { probability: is }] of found.entries()) {
    expect(is).toBeCloseTo(expected[i]!.probability, 9)
  }
}
