import { VEHICLE_KINDS, type VehicleKind } from '@sightline/schemas/vehicle-words'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { REGIONS } from '../../../console/ui/regions.ts'
import { cornersText, positionText } from '../../../console/views/search/place.ts'
import { spellWanted, understand } from '../../../console/views/search/understand.ts'
import { COLORS, MAKES } from '../../../console/views/search/vocabulary.ts'
import { areaOf, faultOf, NOTHING, requestOf, type Wanted } from '../../../console/views/search/wanted.ts'

/** A Tuesday. */
const NOW = new Date(2026, 10, 24, 10, 0)

describe('the text in the search box', () => {
  it.each<[string, Partial<Wanted>]>([
    ['7abc 123', { plate: '7ABC123' }],
    ['7ABC-123', { plate: '7ABC123' }],
    ['plate 7AB*', { plate: '7AB*' }],
    ['tag # 7abc123', { plate: '7ABC123' }],
    ['7ABC1?3', { plate: '7ABC1?3' }],
    ['%ABC%', { plate: '*ABC*' }],
    ['CA 7ABC123', { plate: '7ABC123', region: 'us-ca' }],
    ['7abc 123 ca', { plate: '7ABC123', region: 'us-ca' }],
    ['CA 1234', { plate: 'CA1234' }],
    ['CA 7AB*', { plate: '7AB*', region: 'us-ca' }],
    ['Texas plate ABC-1234', { plate: 'ABC1234', region: 'us-tx' }],
    ['New Mexico 123ABC', { plate: '123ABC', region: 'us-nm' }],
    ['TACOMA', { model: 'Tacoma' }],
    ['GOFAST', { plate: 'GOFAST' }],
    ['VAN', { plate: 'VAN' }],
    ['white plate GOFAST', { color: 'white', plate: 'GOFAST' }],
    ['white Toyota Camry', { color: 'white', make: 'Toyota', model: 'Camry' }],
    ['gray chevy silverado', { color: 'gray', make: 'Chevrolet', model: 'Silverado' }],
    ['Toyota Hilux', { make: 'Toyota', model: 'Hilux' }],
    ['white F150', { color: 'white', model: 'F-150' }],
    ['dark blue Chevy Colorado', { color: 'blue', make: 'Chevrolet', model: 'Colorado' }],
    // cspell:ignore grey
    ['grey Camry', { color: 'gray', model: 'Camry' }],
    ['charcoal Camry', { color: 'charcoal', model: 'Camry' }],
    ['CONSTRUCTOR', { unknown: 'CONSTRUCTOR' }],
    ['white Toyota pickup', { color: 'white', make: 'Toyota', kind: 'pickup' }],
    ['white Toyota pickup truck', { color: 'white', make: 'Toyota', kind: 'pickup' }],
    ['Toyota pickup van', { make: 'Toyota', kind: 'pickup', unknown: 'van' }],
    ['black SUV', { color: 'black', kind: 'car' }],
    ['Ford Transit van', { make: 'Ford', model: 'Transit', kind: 'van' }],
    ['motorcycle 7ABC123', { kind: 'motorcycle', plate: '7ABC123' }],
    ['white car', { color: 'white' }],
    ['Range Rover, black', { color: 'black', make: 'Land Rover' }],
    ['black silverado 2500 HD', { color: 'black', model: 'Silverado' }],
    ['dodge ram 1500', { make: 'Ram', model: '1500' }],
    ['2019 Ford F150', { make: 'Ford', model: 'F-150', unknown: '2019' }],
    ['blue honda civic 4 door', { color: 'blue', make: 'Honda', model: 'Civic', unknown: '4 door' }],
    ['Tesla model 3', { make: 'Tesla', model: 'Model 3' }],
    ['Toyota 7ABC123', { make: 'Toyota', plate: '7ABC123' }],
    ['Toyota Camry w/ plate 7AB*', { make: 'Toyota', model: 'Camry', plate: '7AB*' }],
    ['7ABC123, 8XYZ987', { plate: '7ABC123', unknown: '8XYZ987' }],
    ['1 Harbor Drive, San Diego', { place: '1 Harbor Drive, San Diego' }],
    ['123 main st el paso', { place: '123 main st el paso' }],
    ['Main St and 1st Ave', { place: 'Main St and 1st Ave' }],
    ['I-5 at Palm Avenue', { place: 'I-5 at Palm Avenue' }],
    ['101 Palm Avenue, San Ysidro, CA, 500 m', { place: '101 Palm Avenue, San Ysidro, CA', radiusM: 500 }],
    ['within 2 km of 1 Harbor Drive', { place: '1 Harbor Drive', radiusM: 2000 }],
    ['within 1/2 mile of 1 Harbor Drive', { place: '1 Harbor Drive', radiusM: 805 }],
    ['7AB* near 1 Harbor Drive, San Diego', { plate: '7AB*', place: '1 Harbor Drive, San Diego' }],
    ['white Camry in El Paso', { color: 'white', model: 'Camry', place: 'El Paso' }],
    [
      'white Camry, Texas plates, near 1 Harbor Drive',
      { color: 'white', model: 'Camry', region: 'us-tx', place: '1 Harbor Drive' },
    ],
    [
      'white Toyota Camry within 1 mile of 1 Harbor Drive',
      { color: 'white', make: 'Toyota', model: 'Camry', place: '1 Harbor Drive', radiusM: 1609 },
    ],
    [
      'white Camry 12 Oak Street, El Paso',
      { color: 'white', model: 'Camry', place: '12 Oak Street, El Paso' },
    ],
    ['silver van, 12 Oak Street', { color: 'silver', kind: 'van', place: '12 Oak Street' }],
    ['32.543, -117.029', { place: '32.543, -117.029' }],
    ['Toyota near 32.543,-117.029', { make: 'Toyota', place: '32.543,-117.029' }],
    ['Toyota 32.543,-117.029 500 m', { make: 'Toyota', place: '32.543,-117.029', radiusM: 500 }],
    [`32°32'35"N 117°01'45"W`, { place: '32.54306, -117.02917' }],
    ['N32.543 W117.029', { place: '32.54300, -117.02900' }],
    [
      'Toyota inside 32.5, -117.1; 32.6, -117.1; 32.6, -117',
      { make: 'Toyota', place: '32.5, -117.1; 32.6, -117.1; 32.6, -117' },
    ],
    ['the one with the dent', { unknown: 'the one with the dent' }],
    ['TODAY', { plate: 'TODAY' }],
    ['', {}],
  ])('%j', (text, expected) => {
    expect(understand(text, NOW)).toEqual({ wanted: { ...NOTHING, ...expected }, said: null })
  })

  const day = (month: number, day: number, hour = 0) => new Date(2026, month - 1, day, hour)
  it.each<[string, Partial<Wanted>, string, Date, Date]>([
    ['7ABC123 today', { plate: '7ABC123' }, 'today', day(11, 24), NOW],
    ['7ABC123 yesterday', { plate: '7ABC123' }, 'yesterday', day(11, 23), day(11, 24)],
    ['last 3 days 7ABC123', { plate: '7ABC123' }, 'last 3 days', day(11, 21, 10), NOW],
    ['7ABC123, past 24 hours', { plate: '7ABC123' }, 'past 24 hours', day(11, 23, 10), NOW],
    ['7ABC123 last night', { plate: '7ABC123' }, 'last night', day(11, 23, 18), day(11, 24, 6)],
    ['7ABC123 since Tuesday', { plate: '7ABC123' }, 'since Tuesday', day(11, 17), NOW],
    ['7ABC123 on 11/19', { plate: '7ABC123' }, 'on 11/19', day(11, 19), day(11, 20)],
    ['7ABC123 on 2 Nov.', { plate: '7ABC123' }, 'on 2 Nov.', day(11, 2), day(11, 3)],
    ['7ABC123 on 12/1', { plate: '7ABC123' }, 'on 12/1', new Date(2025, 11, 1), new Date(2025, 11, 2)],
    ['7ABC123 since last Friday', { plate: '7ABC123' }, 'since last Friday', day(11, 20), NOW],
    ['7ABC123 two weeks ago', { plate: '7ABC123' }, 'two weeks ago', day(11, 10), day(11, 11)],
    ['7ABC123 on 5th of November', { plate: '7ABC123' }, 'on 5th of November', day(11, 5), day(11, 6)],
    ['7ABC123 since Nov 5 at 6 pm', { plate: '7ABC123' }, 'since Nov 5 at 6 pm', day(11, 5, 18), NOW],
    [
      '7ABC123 yesterday at 18:00',
      { plate: '7ABC123' },
      'yesterday at 18:00',
      day(11, 23, 18),
      day(11, 23, 19),
    ],
    [
      '7ABC123 between yesterday 6pm and today 2 am',
      { plate: '7ABC123' },
      ...(['between yesterday 6pm and today 2 am', day(11, 23, 18), day(11, 24, 2)] as const),
    ],
    ['7ABC123 11/1 - 11/15', { plate: '7ABC123' }, '11/1 - 11/15', day(11, 1), day(11, 16)],
    [
      'black F-150 near 1200 Otay Mesa Rd last week',
      { color: 'black', model: 'F-150', place: '1200 Otay Mesa Rd' },
      ...(['last week', day(11, 17, 10), NOW] as const),
    ],
    [
      'white Camry in El Paso from November 1 to 2026-11-03',
      { color: 'white', model: 'Camry', place: 'El Paso' },
      ...(['from November 1 to 2026-11-03', day(11, 1), day(11, 4)] as const),
    ],
  ])('%j is understood as a time', (text, expected, words, from, to) => {
    expect(understand(text, NOW)).toEqual({
      wanted: { ...NOTHING, ...expected },
      said: { words, from, to },
    })
  })

  it.each(['7ABC123 on 2/30', '7ABC123 since 12/1/2027', '7ABC123 from 11/5 to 11/1'])(
    '%j contains no time',
    (text) => {
      expect(understand(text, NOW).said).toBe(null)
    },
  )

  it.each([
    'SUN 123',
    'MAR1234',
    '12NOV44',
    'NOW 123',
    '14 March Ave, San Diego',
    'Ford within 500 m of 1 Friday Lane',
  ])('%j contains no date; it is a plate or a place', (text) => {
    expect(understand(text, NOW).said).toBe(null)
  })

  it.each([
    [
      'set forward',
      new Date('2027-03-17T07:30:00.000Z'),
      '2027-03-13T08:00:00.000Z',
      '2027-03-14T08:00:00.000Z',
    ],
    [
      'set back',
      new Date('2027-11-10T07:30:00.000Z'),
      '2027-11-05T07:00:00.000Z',
      '2027-11-06T07:00:00.000Z',
    ],
  ])('counts days by the calendar over a night in which clocks are %s', (_, now, from, to) => {
    vi.stubEnv('TZ', 'America/Los_Angeles')
    try {
      const { said } = understand('7ABC123 4 days ago', now)
      expect([said?.from.toISOString(), said?.to.toISOString()]).toEqual([from, to])
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('means the same day in every way to write it, whatever day it is', () => {
    const day = fc.date({ min: new Date(2024, 0, 1), max: new Date(2030, 0, 1), noInvalidDate: true })
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 300 }), (now, ago) => {
        const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() - ago)
        const [y, m, d] = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
        // A day that some years do not have needs its year.
        fc.pre(m !== 2 || d !== 29)
        const month = date.toLocaleString('en-US', { month: 'long' })
        const next = new Date(y, m - 1, d + 1)
        const ways = [
          `${m}/${d}`,
          `${m}/${d}/${y}`,
          `${m}/${d}/${y % 100}`,
          `${y}-${m}-${d}`,
          `${month} ${d}`,
        ]
        for (const way of [...ways, `${d} ${month.slice(0, 3)}`, `${month} ${d}, ${y}`]) {
          const { said } = understand(`7ABC123 on ${way}`, now)
          expect([way, said?.from, said?.to]).toEqual([way, date, next])
        }
        const { said } = understand(`7ABC123 ${ago} days ago`, now)
        expect([said?.from, said?.to]).toEqual([date, next])
        const weekday = date.toLocaleString('en-US', { weekday: 'long' })
        const seen = understand(`7ABC123 on ${weekday}`, now).said!
        expect(seen.from.getDay()).toBe(date.getDay())
        // By the calendar: a week in which clocks are set back has an hour more.
        expect(seen.from.getTime()).toBeGreaterThanOrEqual(
          new Date(now.getFullYear(), now.getMonth(), now.getDate() - 7).getTime(),
        )
        expect(seen.to.getTime()).toBeLessThanOrEqual(
          new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime(),
        )
      }),
    )
  })

  it('is written again as it was understood', () => {
    const make = fc.constantFrom(...Object.keys(MAKES))
    const vehicle = make.chain((make) =>
      fc.record({ make: fc.constant(make), model: fc.constantFrom('', ...MAKES[make]!) }),
    )
    const none = fc.constant({ make: '', model: '' })
    const regions = REGIONS.flatMap(({ regions }) => regions).map(([code]) => code)
    const degrees = (most: number) => fc.double({ min: -most, max: most, noNaN: true })
    const position = fc.record({ lat: degrees(85), lon: degrees(179) })
    const wanted = fc.record({
      plate: fc.constantFrom('', '7ABC123', '7AB*', 'A?C12', 'XY99', 'GOFAST'),
      region: fc.constantFrom('', ...regions),
      color: fc.constantFrom('', ...COLORS.values()),
      vehicle: fc.oneof(none, vehicle),
      kind: fc.constantFrom<VehicleKind | ''>('', ...VEHICLE_KINDS),
      where: fc.oneof(
        fc.constant({ place: '', radiusM: null }),
        fc.record({
          place: fc.oneof(
            fc.constantFrom('1 Harbor Drive, San Diego', '32.5, -117.1', 'Palm Avenue'),
            position.map(positionText),
          ),
          radiusM: fc.option(fc.integer({ min: 1, max: 50_000 })),
        }),
        fc.record({
          place: fc.array(position, { minLength: 2, maxLength: 200 }).map(cornersText),
          radiusM: fc.constant(null),
        }),
      ),
      said: fc.constantFrom('', 'last 3 days', 'yesterday', 'since Monday', 'on 11/19'),
    })
    fc.assert(
      fc.property(wanted, ({ plate, region, color, vehicle, kind, where, said }) => {
        const one = { ...NOTHING, plate, region, color, kind, ...vehicle, ...where }
        // Who issued it says nothing by itself.
        fc.pre([plate, color, vehicle.make, kind, where.place].join('') !== '' || !region)
        const again = understand(spellWanted(one, said), NOW)
        expect(again.wanted).toEqual(one)
        if (spellWanted(one)) expect(again.said?.words ?? '').toBe(said)
      }),
      { numRuns: 300 },
    )
  })

  it('can be anything: the result can be written again, without failing', () => {
    const word = fc.constantFrom(
      ...['7ABC123', 'CA', 'white', 'Ford', '150', 'near', 'within', '5', 'mi', 'of', 'Main', 'St', ',', ';'],
      ...[
        '32.5',
        '-117',
        'on',
        '11/19',
        'last',
        'week',
        '*',
        '?',
        '°',
        'N',
        'plate',
        'in',
        '&',
        '2019',
        'van',
      ],
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 9 }).map((words) => words.join(' ')),
    )
    fc.assert(
      fc.property(text, (text) => {
        const { wanted, said } = understand(text, NOW)
        expect(typeof spellWanted(wanted, said?.words)).toBe('string')
        expect(wanted.plate === '' || /^[A-Z0-9?*]{2,10}$/.test(wanted.plate)).toBe(true)
        if (said) expect(said.from < said.to && said.to <= NOW).toBe(true)
      }),
    )
  })
})

describe('the request to the api', () => {
  it('includes look-alikes of whole plates only', () => {
    const plate = { ...NOTHING, plate: '7ABC123', lookAlikes: true }
    expect(requestOf(plate)).toEqual({ plate: '7ABC123', match: 'ocr' })
    expect(requestOf({ ...plate, plate: '7AB*', place: '1 Harbor Drive' })).toEqual({
      pattern: '7AB*',
      area: { address: '1 Harbor Drive' },
    })
  })

  it('gives a position a radius', () => {
    expect(areaOf({ ...NOTHING, place: '32.5, -117.1' })).toEqual({ lat: 32.5, lon: -117.1, radiusM: 500 })
    expect(areaOf({ ...NOTHING, place: '99.5, -117.1' })).toEqual({ address: '99.5, -117.1' })
  })

  it('gives an area by its corners, and a state beside a plate', () => {
    const place = '32.5, -117.1; 32.6, -117.1; 32.6, -117'
    const wanted = { ...NOTHING, plate: '7AB*', region: 'us-ca', place, radiusM: 500 }
    expect(requestOf(wanted)).toEqual({
      ...{ pattern: '7AB*', region: 'us-ca' },
      area: {
        polygon: [
          { lat: 32.5, lon: -117.1 },
          { lat: 32.6, lon: -117.1 },
          { lat: 32.6, lon: -117 },
        ],
      },
    })
  })

  it.each([
    [{}, 'nothing'],
    [{ region: 'us-ca' }, 'vehicle-place'],
    [{ place: '32.5, -117.1; 32.6, -117.1' }, 'corners'],
    [{ place: '32.5, -117.1; 32.5, -117.2; 32.5, -117.3' }, 'flat'],
    [{ place: '32.5, -117.1; 32.6, -117.2; 32.6, -117.1; 32.5, -117.2' }, 'crossed'],
    [{ place: '32.5, -117.1; 36.6, -117.2; 32.6, -112.1' }, 'wide'],
    [{ place: '32.5, -117.1; 32.6, -117.1; 32.6, -117' }, null],
    [{ plate: 'A*', place: 'x' }, 'short-pattern'],
    [{ plate: '7AB*' }, 'pattern-place'],
    [{ color: 'white' }, 'vehicle-place'],
    [{ plate: '7ABC123', unknown: 'dent' }, 'unknown'],
    [{ plate: '7ABC123' }, null],
    [{ plate: '7ABC123', color: 'white' }, null],
    [{ place: '1 Harbor Drive' }, null],
  ])('%j cannot be requested: %s', (part, fault) => {
    expect(faultOf({ ...NOTHING, ...part })).toBe(fault)
  })
})
