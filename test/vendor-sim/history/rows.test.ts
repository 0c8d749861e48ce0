import type { Position, Read } from '@sightline/schemas/read'
import { registrationOf } from '@sightline/vendor-sim/history/registrations'
import { lineOf, READ_COLUMNS, type ReadRow, readOfRow } from '@sightline/vendor-sim/history/rows'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { aRead } from '../../support/reads.ts'

const probability = fc.integer({ min: 0, max: 10_000 }).map((n) => n / 10_000)
const letter = fc.constantFrom(...'ABCDEFGHJKLMNPRSTUVWXYZ0123456789')
const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.constantFrom('\\', '\t', '\n', '\\N', 'a\tb'),
)
const instant = fc.integer({ min: 0, max: 2e12 }).map((at) => new Date(at).toISOString())
const degrees = (most: number) => fc.integer({ min: -most * 1e6, max: most * 1e6 }).map((n) => n / 1e6)
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })

const position: fc.Arbitrary<Position> = fc.record({
  fix: fc.constantFrom('gps', 'stale', 'surveyed'),
  ...{ lat: degrees(90), lon: degrees(180), accuracyM: orNull(fc.double({ min: 0, max: 1e6, noNaN: true })) },
  headingDeg: orNull(fc.constantFrom(0, 12.5, 359)),
  speedMps: orNull(fc.constantFrom(0, 33.3)),
})

const read: fc.Arbitrary<Read> = fc
  .record({
    chars: fc.array(
      fc.record({
        ...{ char: letter, confidence: fc.oneof(probability, fc.constant(0.999)) },
        alternatives: fc.array(fc.record({ char: letter, confidence: probability }), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 10 },
    ),
    judged: fc.integer({ min: 0, max: 10 }),
    ...{ confidence: probability, seenAt: instant },
    ...{ region: orNull(fc.constant('us-ca')), regionConfidence: orNull(probability) },
    position: orNull(position),
    vehicle: orNull(fc.record({ make: orNull(text), model: orNull(text), color: orNull(text) })),
    pictures: fc.record({ plate: orNull(text), vehicle: orNull(text) }),
    pass: fc.option(
      fc.record({
        ...{ firstSeenAt: instant, lastSeenAt: instant, frames: fc.nat() },
        direction: fc.constantFrom(null, 'left' as const),
      }),
      { nil: undefined },
    ),
  })
  .map(({ judged, chars, pass, vehicle, ...rest }) =>
    aRead({
      ...rest,
      plate: chars.map(({ char }) => char).join(''),
      chars: judged < chars.length ? chars.slice(0, judged) : chars,
      // Nothing known of a vehicle is the same as no vehicle.
      vehicle: vehicle && Object.values(vehicle).some((part) => part !== null) ? vehicle : null,
      ...(pass && { pass }),
    }),
  )

/** A line as the engine reads and returns it. */
function rowOf(line: string): ReadRow {
  const unescaped = (value: string) =>
    value.replace(/\\(.)/g, (_, char) => ({ t: '\t', n: '\n' })[char as string] ?? char)
  const values = line.slice(0, -1).split('\t').map(unescaped)
  const columns = READ_COLUMNS.split(', ')
  expect(values).toHaveLength(columns.length)
  const row = Object.fromEntries(columns.map((column, i) => [column, values[i]!])) as unknown as ReadRow
  return { ...row, seen_at: `${row.seen_at.replace(' ', 'T')}Z`, lat: Number(row.lat), lon: Number(row.lon) }
}

it('a read comes back from its row unchanged, to a ten-thousandth and a millionth of a degree (CAP-1, CAP-4)', () => {
  fc.assert(
    fc.property(read, (read) => {
      expect(readOfRow(rowOf(lineOf(read, 7)), registrationOf(read))).toEqual(read)
    }),
  )
})

it('an ordinary read is stored in columns alone, in few ways', () => {
  const chars = [...'7ABC123'].map((char) => ({ char, confidence: 0.999, alternatives: [] }))
  const row = rowOf(lineOf(aRead({ plate: '7ABC123', chars, confidence: 0.993, regionConfidence: 0.99 }), 7))
  expect(row).toMatchObject({ certainty: '9900 9990 9930', rest: '' })
})
