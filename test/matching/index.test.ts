import { createDisplayIndex, type Match } from '@sightline/matching'
import { confusionOf, priorTable } from '@sightline/matching/confusion'
import { factTable } from '@sightline/matching/facts'
import type { Display } from '@sightline/schemas/display'
import type { Read } from '@sightline/schemas/read'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aDisplay } from '../support/displays.ts'
import { aRead } from '../support/reads.ts'
import { COLORS, expectedMatches, SERIALS, STATES } from './model.ts'

const facts = { region: factTable(STATES), color: factTable(COLORS) }
const noon = Date.parse('2026-06-01T12:00:00.000Z')
const ids = (matches: readonly Match[]) => matches.map(({ id }) => id).sort()

function indexOf(...displays: Display[]) {
  const index = createDisplayIndex()
  for (const display of displays) index.set(display)
  return index
}

const read = aRead({ seenAt: '2026-06-01T12:00:00.000Z' })

test('a read of the watched plate matches (DSP-1)', () => {
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

const at = (ms: number) => ({ time: new Date(ms) })
const second = 1000
const year = 365 * 86_400_000

test('a read stored before the display is not an alert (DSP-1: any new read)', () => {
  const index = indexOf(aDisplay({ createdAt: new Date(noon).toISOString() }))
  // The clocks of the broker's nodes, of which one stores displays and another reads, may differ by so much.
  expect(index.match(read, noon, at(noon - 101))).toEqual([])
  expect(ids(index.match(read, noon, at(noon - 100)))).toEqual(['d1'])
})

test.each([...[-5 * year, -8 * 3600 * second, -30 * second, -1, 0, 30 * second]])(
  'a read is new by the time it was stored, even if its camera is %i ms off (DSP-1)',
  (off) => {
    const index = indexOf(aDisplay({ createdAt: new Date(noon).toISOString() }))
    const seen = aRead({ seenAt: new Date(noon + off).toISOString() })
    expect(ids(index.match(seen, noon, at(noon)))).toEqual(['d1'])
    expect(index.match(seen, noon, at(noon - 2 * second))).toEqual([])
  },
)

test.each([second, 60 * second, year])(
  'a display exists from when it was stored, even if the api that created it is %i ms ahead (DSP-1)',
  (ahead) => {
    const index = createDisplayIndex()
    const made = aDisplay({
      createdAt: new Date(noon + ahead).toISOString(),
      expiresAt: '2030-01-01T00:00:00.000Z',
    })
    index.set(made, noon)
    expect(ids(index.match(read, noon, at(noon)))).toEqual(['d1'])
    // It stays as old as it is when it is changed.
    index.set({ ...made, reason: 'Changed' }, noon + 60 * second)
    expect(ids(index.match(read, noon, at(noon)))).toEqual(['d1'])
    expect(index.match(read, noon, at(noon - 2 * second))).toEqual([])
  },
)

test("a display ends at its instant by whichever clock is ahead, the broker's or the matcher's (DSP-3)", () => {
  const index = indexOf(aDisplay({ expiresAt: '2026-06-01T12:00:00.000Z' }))
  for (const [now, stored] of [
    [noon - year, noon],
    [noon, noon - year],
  ] as const) {
    expect(index.match(read, now, at(stored))).toEqual([])
  }
  expect(ids(index.match(read, noon - 1, at(noon - 1)))).toEqual(['d1'])
})

test('a display of another state matches, less likely and marked; a strict one does not', () => {
  const index = indexOf(
    aDisplay({ id: 'here', region: 'us-ca' }),
    aDisplay({ id: 'there', region: 'us-tx' }),
    aDisplay({ id: 'insists', region: 'us-tx', strict: true }),
    aDisplay({ id: 'any' }),
  )
  const found = new Map(index.match(read, noon).map((match) => [match.id, match]))
  expect([...found.keys()].sort()).toEqual(['any', 'here', 'there'])
  expect(found.get('there')).toMatchObject({ kind: 'exact', differs: ['region'] })
  expect(found.get('there')!.probability).toBeLessThan(found.get('any')!.probability)
  expect(found.get('here')).not.toHaveProperty('differs')
  expect(found.get('here')!.probability).toBe(found.get('any')!.probability)
})

const region = fc.constantFrom(null, 'us-ca', 'us-tx', 'us-vt', 'ca-on')
const sure = fc.option(fc.double({ min: 0, max: 1, noNaN: true }))

test('a display never loses its own plate to the state that a camera reads, however sure', () => {
  fc.assert(
    fc.property(region, region, sure, sure, (displayed, seen, one, other) => {
      const index = indexOf(aDisplay({ region: displayed }))
      const at = (regionConfidence: number | null) => {
        const [match] = index.match(aRead({ ...read, region: seen, regionConfidence }), noon)
        expect(match).toMatchObject({ kind: 'exact' })
        expect(match!.differs).toEqual(displayed && seen && displayed !== seen ? ['region'] : undefined)
        return match!.probability
      }
      const agreeing = index.match(aRead({ ...read, region: null }), noon)[0]!.probability
      const [low, high] = [at(Math.min(one ?? 0, other ?? 0)), at(Math.max(one ?? 0, other ?? 0))]
      expect(at(null)).toBeGreaterThan(0)
      expect(high).toBeGreaterThan(0)
      // The surer of another state, the less likely; a state that fits, or none, changes nothing.
      expect(high).toBeLessThanOrEqual(low + 1e-12)
      expect(low).toBeLessThanOrEqual(agreeing)
      if (displayed === null || seen === null || displayed === seen) expect(high).toBe(agreeing)
    }),
  )
})

test('of the many vehicles of a pattern, those that are surely of another state do not match', () => {
  const index = createDisplayIndex({ facts })
  index.set(aDisplay({ plate: '7AB?12*', region: 'us-vt' }))
  const engine = { name: 'sightline', version: '1' }
  const at = (regionConfidence: number) => index.match(aRead({ ...read, engine, regionConfidence }), noon)
  expect(at(0.3)).toMatchObject([{ kind: 'pattern', differs: ['region'] }])
  expect(at(0.99)).toEqual([])
})

const vehicles = [
  ['none', null],
  ['nothing known', { make: null, model: null, color: null }],
  ['its model unknown', { make: 'Toyota', model: null, color: 'red' }],
] as const
test.each(vehicles)(
  'a vehicle that was not recognized is marked, and missed only by strict displays: %s',
  (_what, vehicle) => {
    const only = { makes: ['Toyota'], models: ['RAV4'] }
    const index = indexOf(aDisplay({ only }), aDisplay({ id: 'insists', only, strict: true }))
    const unchecked = vehicle?.make ? ['model'] : ['make', 'model']
    const matches = index.match(aRead({ ...read, vehicle }), noon)
    expect(matches).toMatchObject([{ id: 'd1', unchecked }])
    const honda = { make: 'Honda', model: null, color: null }
    const other = index.match(aRead({ ...read, vehicle: honda }), noon)
    expect(other).toMatchObject([{ id: 'd1', differs: ['make'], unchecked: ['model'] }])
    expect(other[0]!.probability).toBeLessThan(matches[0]!.probability)
    const rav4 = { make: 'toyota', model: 'rav4', color: null }
    expect(ids(index.match(aRead({ ...read, vehicle: rav4 }), noon))).toEqual(['d1', 'insists'])
  },
)

test('a match names what agrees, what differs and what was not seen, each with its factor', () => {
  const only = { colors: ['red'], kinds: ['van' as const] }
  const vehicle = {
    make: null,
    model: null,
    color: 'gray',
    certainty: { color: 0.8, kind: null, view: null },
  }
  const [match] = indexOf(aDisplay({ region: 'us-ca', only })).match(aRead({ ...read, vehicle }), noon)
  expect(match!.evidence).toMatchObject([
    { fact: 'region', result: 'agrees', read: 'us-ca', certainty: 0.8, factor: 1 },
    { fact: 'color', result: 'differs', read: 'gray', certainty: 0.8 },
    { fact: 'kind', result: 'unseen', read: null, certainty: null, factor: 1 },
  ])
  expect(match!.evidence![1]!.factor).toBeCloseTo(0.2, 9)
  expect(match!.probability).toBeLessThan(match!.ofText!)
  // Most displays name no fact: their matches carry nothing.
  expect(indexOf(aDisplay()).match(read, noon)[0]).not.toHaveProperty('evidence')
})

test('a model beside another make says nothing more', () => {
  const index = indexOf(
    aDisplay({ only: { makes: ['Toyota'], models: ['Camry'] } }),
    aDisplay({ id: 'make', only: { makes: ['Toyota'] } }),
  )
  const vehicle = { make: 'Honda', model: 'Accord', color: null }
  const [both, make] = index.match(aRead({ ...read, vehicle }), noon)
  expect(both!.probability).toBe(make!.probability)
})

test('what nobody told changes no probability', () => {
  fc.assert(
    fc.property(display, anyRead(short), (value, one) => {
      const at = (asked: Display) =>
        indexOf(asked).match(aRead({ ...one, region: null, vehicle: null }), noon)
      const { only: _only, strict: _strict, ...rest } = value
      const plain = at({ ...rest, region: null, only: { minConfidence: 0 } })
      const named = at({
        ...rest,
        region: 'us-tx',
        only: { makes: ['Honda'], colors: ['red'], kinds: ['van'] },
      })
      expect(named.map(({ probability }) => probability)).toEqual(plain.map(({ probability }) => probability))
    }),
    { numRuns: 50 },
  )
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
  '%s, one character more or less, matches where the recognizer makes such errors and the display allows it',
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

test('an exact match counts however unsure the read is; minConfidence can exclude it', () => {
  const unsure = aRead({ ...read, confidence: 0.05 })
  const index = indexOf(aDisplay(), aDisplay({ id: 'd2', only: { minConfidence: 0.5 } }))
  expect(ids(index.match(unsure, noon))).toEqual(['d1'])
})

test('ids of any length and characters are distinguished and returned', () => {
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
    region: fc.constantFrom(null, null, 'us-ca', 'us-tx', 'us-vt', 'us-pr'),
    state: fc.constantFrom('active' as const, 'active' as const, 'closed' as const, 'rejected' as const),
    expiresAt: fc.constantFrom(
      '2026-06-01T12:00:00.000Z',
      '2026-06-01T12:00:00.001Z',
      '2027-01-01T00:00:00.000Z',
    ),
    createdAt: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-06-01T12:00:00.101Z'),
    minProbability: fc.constantFrom(undefined, 0.01, 0.2, 0.9),
    only: fc.constantFrom<Display['only'][]>(
      undefined,
      undefined,
      { minConfidence: 0.5 },
      { colors: ['red'] },
      { kinds: ['van'] },
      { makes: ['honda'], colors: ['gray'], kinds: ['van'] },
    ),
    strict: fc.constantFrom(undefined, undefined, true, false),
  })
  .map(({ minProbability, only, strict, ...rest }) => {
    const asked: Partial<Display> = {
      ...(minProbability && { minProbability }),
      ...(only && { only }),
      ...(strict !== undefined && { strict }),
    }
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
        region: fc.constantFrom(null, 'us-ca', 'us-tx'),
        regionConfidence: fc.oneof(fc.constant(null), probability),
        engine: fc.constantFrom('sightline', 'other').map((name) => ({ name, version: '1' })),
        vehicle: fc.oneof(
          fc.constant(null),
          fc.record({
            make: fc.constantFrom(null, 'Honda', 'Ford'),
            model: fc.constant(null),
            color: fc.constantFrom(null, 'red', 'blue', 'gray', 'pink'),
            kind: fc.constantFrom(null, 'van' as const, 'car' as const),
            certainty: fc.record({ color: sure, kind: sure, view: fc.constant(null) }),
          }),
        ),
      })
      .map((rest) => aRead({ ...rest, plate: seen, seenAt: '2026-06-01T11:00:00.000Z' })),
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
  ['a careless recognizer', careless],
])('the index agrees with checking every display, through any sequence of changes: %s', (_whose, table) => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.array(anyRead(fc.oneof(short, plate)), { minLength: 1, maxLength: 4 }),
      (steps, reads) => {
        const index = createDisplayIndex({ confusion: confusionOf(table), facts, serials: SERIALS })
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

test('it still agrees when thousands come and go, and the tables grow, make room and are rebuilt', () => {
  const drawn = fc.sample(fc.tuple(display, short, plate), { numRuns: 4000, seed: 7 })
  const index = createDisplayIndex({ facts, serials: SERIALS })
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
  const found = matches.map(({ id, kind, probability, differs = [], unchecked = [] }) => ({
    ...{ id, kind, probability, differs, unchecked },
  }))
  found.sort((a, b) => (a.id < b.id ? -1 : 1))
  const marks = ({ probability, ...rest }: ReturnType<typeof expectedMatches>[number]) => rest
  expect(found.map(marks)).toEqual(expected.map(marks))
  for (const [i, { probability: is }] of found.entries()) {
    expect(is).toBeCloseTo(expected[i]!.probability, 9)
  }
}
