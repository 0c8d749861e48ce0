import type { Camera } from '@sightline/schemas/camera'
import { type Position, Read } from '@sightline/schemas/read'
import { pictureName } from '@sightline/schemas/subjects'
import { VEHICLE_KINDS, VEHICLE_VIEWS } from '@sightline/schemas/vehicle-words'
import fc from 'fast-check'
import { anyCharacter } from './any-character.ts'
import { aRead, gate } from './reads.ts'

/** Mostly the one, now and then the other: a read has fifty places where something odd may stand. */
const mostly = <T>(common: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 80, arbitrary: common }, { weight: 1, arbitrary: odd })

const number = (min: number, max: number) =>
  mostly(
    fc.integer({ min: min * 1e4, max: max * 1e4 - 1 }).map((n) => n / 1e4),
    fc.oneof(
      fc.constantFrom(min, 1e-7, 1 - 2 ** -53),
      fc.double({ min, max, noNaN: true, maxExcluded: true }),
    ),
  )
const probability = mostly(number(0, 1), fc.constant(1))
const char = fc.stringMatching(/^[A-Z0-9]$/)
const text = (maxLength: number) =>
  mostly(
    fc.stringMatching(/^[ !#-[\]-~]{1,12}$/),
    fc.oneof(
      fc.string({ maxLength }),
      fc
        .string({ maxLength: Math.floor(maxLength / 2), unit: anyCharacter })
        .filter((t) => t.length <= maxLength),
      fc.constantFrom(
        'Cañón',
        'a"b',
        'Łódź',
        '京',
        '😀',
        '\u007f',
        '\ud800',
        'a\tb',
        '\\N',
        '\n',
        'x'.repeat(maxLength),
      ),
    ),
  )
const name = (maxLength: number) => text(maxLength).map((t) => t || 'x')
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 3 })
const between = (min: string, max: string) =>
  fc.date({ min: new Date(min), max: new Date(max), noInvalidDate: true }).map((date) => date.toISOString())
const instant = mostly(between('2000-01-01', '2099-12-31'), between('0001-01-01', '9999-12-31'))

const camera: fc.Arbitrary<Camera> = fc.oneof(
  fc.constant(gate),
  fc.record({
    id: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    owner: name(120),
    ownerType: fc.constantFrom('private-business', 'toll-operator', 'agency'),
    kind: fc.constantFrom('fixed', 'mobile'),
    country: mostly(fc.constant('US'), fc.constantFrom('MX', 'UA', 'ZS')),
    address: orNull(name(200)),
  }),
)

const position: fc.Arbitrary<Position> = fc.record({
  fix: fc.constantFrom('surveyed', 'gps', 'stale'),
  lat: number(-90, 90),
  lon: number(-180, 180),
  accuracyM: orNull(number(0, 1000)),
  headingDeg: orNull(number(0, 360)),
  speedMps: orNull(number(0, 90)),
})

/** Those of a read, by their names; its own ones are made of what it says besides. */
type Pictures = Read['pictures'] | 'none' | 'own' | 'plate'

const parts = {
  confidence: probability,
  chars: fc.array(
    fc.record({
      char,
      confidence: probability,
      alternatives: fc.array(fc.record({ char, confidence: probability }), { maxLength: 3 }),
    }),
    { maxLength: 10 },
  ),
  region: orNull(fc.constantFrom('us-ca', 'mx-bcn', 'de', 'us-a1')),
  regionConfidence: orNull(probability),
  seenAt: mostly(between('2022-01-01', '2026-11-24'), instant),
  camera,
  position: orNull(position),
  vehicle: orNull(
    fc.record(
      {
        make: orNull(text(40)),
        model: orNull(text(40)),
        color: orNull(mostly(fc.constant('red'), fc.constantFrom('silver', ''))),
        kind: orNull(fc.constantFrom(...VEHICLE_KINDS)),
        view: orNull(fc.constantFrom(...VEHICLE_VIEWS)),
        certainty: fc.record({
          color: orNull(probability),
          kind: orNull(probability),
          view: orNull(probability),
        }),
      },
      { requiredKeys: ['make', 'model', 'color'] },
    ),
  ),
  pictures: mostly<Pictures>(
    fc.constantFrom<Pictures[]>('none', 'own', 'plate'),
    fc.record({ plate: orNull(name(200)), vehicle: orNull(name(200)) }),
  ),
  pass: fc.record(
    {
      firstSeenAt: instant,
      lastSeenAt: instant,
      frames: fc.integer({ min: 1, max: 1e6 }),
      direction: orNull(fc.constantFrom('approaching', 'receding', 'left', 'right')),
      line: fc.constant('crossed' as const),
    },
    { requiredKeys: ['firstSeenAt', 'lastSeenAt', 'frames', 'direction'] },
  ),
  cut: fc.constant(true as const),
  engine: fc.record(
    {
      name: text(40),
      version: text(40),
      ownConfidence: orNull(fc.record({ value: number(0, 100), best: fc.constantFrom(1, 100, 255) })),
    },
    { requiredKeys: ['name', 'version'] },
  ),
}

/** As edge agents and vendors write it: in the schema's order. */
export function inOrder(value: Read): Read {
  const keys = Object.keys(Read.properties) as (keyof Read)[]
  return Object.fromEntries(
    keys.filter((key) => key in value).map((key) => [key, value[key]]),
  ) as unknown as Read
}

function withPictures(read: Read, pictures: Pictures = 'none'): Read {
  if (typeof pictures === 'object') return { ...read, pictures }
  const name = (kind: 'plate' | 'vehicle') => pictureName(read.source, read.camera.id, read.id, kind)
  const plate = pictures === 'none' ? null : name('plate')
  return { ...read, pictures: { plate, vehicle: pictures === 'own' ? name('vehicle') : null } }
}

/** Valid reads of these plates, and of any other. */
export const arbitraryRead = (plates: readonly string[]): fc.Arbitrary<Read> =>
  fc
    .tuple(
      fc.oneof(fc.constantFrom(...plates), fc.stringMatching(/^[A-Z0-9]{1,10}$/)),
      fc.record(parts, { requiredKeys: [] }),
    )
    .map(([plate, { pictures, ...change }]) => inOrder(withPictures(aRead({ plate, ...change }), pictures)))

/** Bytes and words that JSON or the schema give a meaning. */
const PIECES = [
  ...[
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '.',
    '-',
    '+',
    '0',
    '00',
    '1',
    '9',
    'e5',
    'E-3',
    ' ',
    '\n',
    'null',
  ],
  ...['true', 'é', '\u0000', 'A', 'z', '"US"', '"v":1,', ',"v":1', '\\u0041', '5.0', '-0', '1.', '.5', '360'],
  ...['1e400', '\ufeff', '9999999999999999', '0.10000000000000000000000001'],
]
const bytes = (text: string) => new TextEncoder().encode(text)

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  remove: fc.integer({ min: 0, max: 4 }),
  insert: fc.oneof(
    fc.constantFrom(...PIECES).map(bytes),
    fc.constant(bytes('')),
    fc.uint8Array({ minLength: 1, maxLength: 3 }),
  ),
})
type Edit = { at: number; remove: number; insert: Uint8Array }

function edited(message: Uint8Array, { at, remove, insert }: Edit): Uint8Array {
  const from = Math.floor(at * message.length)
  return new Uint8Array([...message.subarray(0, from), ...insert, ...message.subarray(from + remove)])
}

/** Messages that hold a value as JSON, and what one or two small edits make of them. */
export const editedMessage = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(value, fc.array(edit, { maxLength: 2 }))
    .map(([value, edits]) => edits.reduce(edited, bytes(JSON.stringify(value))))
