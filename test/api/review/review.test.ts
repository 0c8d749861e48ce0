import type { FoundPage } from '@sightline/api/federation/federation'
import type { Place } from '@sightline/api/federation/merge'
import { addressLink } from '@sightline/api/review/address-link'
import { collectReads } from '@sightline/api/review/collect'
import { impossibleTravel, TOP_SPEED_MPS } from '@sightline/api/review/impossible-travel'
import { localClock } from '@sightline/api/review/local-time'
import { placesOf } from '@sightline/api/review/places'
import { timelineOf } from '@sightline/api/review/timeline'
import type { FederatedQuestion } from '@sightline/schemas/federated-search'
import { createParser } from '@sightline/schemas/message'
import { AddressLink, ImpossibleTravel, Timeline, VisitedPlace } from '@sightline/schemas/review'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PLATE, readAt } from '../federation/fake-vendor.ts'
import { drive, readHere, shuffled, someReads } from './arbitrary.ts'

const HOUR = 3600
const utc = localClock('UTC')
const inAnyOrder = <T>(look: (reads: ReturnType<typeof readHere>[]) => T) =>
  fc.property(
    someReads.chain((reads) => fc.tuple(fc.constant(reads), shuffled(reads))),
    ([reads, other]) => {
      expect(look(other)).toEqual(look(reads))
    },
  )

describe('timeline (QRY-10)', () => {
  it('splits trips where the vehicle was not seen for two hours, and maps them', () => {
    const timeline = timelineOf([
      readHere(6 * HOUR, 32.7, -117.1),
      readHere(0, 32.5, -117),
      readHere(HOUR, 32.6, -117),
      { ...readHere(2 * HOUR, 0, 0), position: null },
    ])
    expect(timeline).toMatchObject({
      sightings: 4,
      unplaced: 1,
      first: '2026-11-01T00:00:00.000Z',
      last: '2026-11-01T06:00:00.000Z',
    })
    expect(timeline.trips.map(({ sightings }) => sightings)).toEqual([2, 1])
    expect(timeline.trips[0]!.distanceM).toBeCloseTo(11_119, -2)
    expect(timeline.map.features.map(({ geometry }) => geometry.type)).toEqual([
      'LineString',
      'Point',
      'Point',
      'Point',
    ])
    expect(timeline.map.features[0]!.geometry.coordinates).toEqual([
      [-117, 32.5],
      [-117, 32.6],
    ])
  })

  it('has a point for each sighting with a position, in trips that lose none; the order of the reads does not matter', () => {
    fc.assert(inAnyOrder(timelineOf))
    fc.assert(
      fc.property(someReads, (reads) => {
        const timeline = createParser('timeline', Timeline).parse(timelineOf(reads))
        const placed = reads.length - timeline.unplaced
        expect(timeline.map.features.filter(({ geometry }) => geometry.type === 'Point')).toHaveLength(placed)
        expect(timeline.trips.reduce((sum, trip) => sum + trip.sightings, 0)).toBe(placed)
        const times = timeline.trips.flatMap(({ from, to }) => [from, to])
        expect(times).toEqual(times.toSorted())
      }),
    )
  })

  it('of nothing is empty', () => {
    expect(timelineOf([])).toEqual({
      sightings: 0,
      unplaced: 0,
      first: null,
      last: null,
      trips: [],
      map: { type: 'FeatureCollection', features: [] },
    })
  })
})

describe('places (QRY-10)', () => {
  it('are ranked by visits, then hours; a mobile camera counts for the place where it met the vehicle', () => {
    const [home, work] = [
      [32.5, -117],
      [32.6, -117],
    ] as const
    const places = placesOf(
      [
        readHere(0, ...home),
        readHere(2 * HOUR, ...work),
        readHere(10 * HOUR, ...work),
        readHere(11 * HOUR, 32.5005, -117, 'tow-truck'),
        readHere(20 * HOUR, ...home),
        readHere(40 * HOUR, ...home),
      ],
      utc,
    )
    expect(places.map(({ visits, days, sightings, hours }) => ({ visits, days, sightings, hours }))).toEqual([
      { visits: 3, days: 2, sightings: 4, hours: 9 },
      { visits: 1, days: 1, sightings: 2, hours: 8 },
    ])
    expect(places[0]!.cameras).toContain('tow-truck')
    expect(places[1]!.hoursOfDay.flatMap((count, hour) => (count ? [[hour, count]] : []))).toEqual([
      [2, 1],
      [10, 1],
    ])
  })

  it('count every sighting with a position once; the order of the reads does not matter', () => {
    fc.assert(inAnyOrder((reads) => placesOf(reads, utc)))
    fc.assert(
      fc.property(someReads, (reads) => {
        const places = placesOf(reads, utc)
        const total = places.reduce((sum, place) => sum + place.sightings, 0)
        expect(total).toBe(reads.filter(({ position }) => position).length)
        for (const [n, place] of places.entries()) {
          createParser('place', VisitedPlace).parse(place)
          expect(place.hoursOfDay.reduce((a, b) => a + b)).toBe(place.sightings)
          expect(place.visits).toBeLessThanOrEqual(place.sightings)
          expect(place.visits).toBeLessThanOrEqual(places[n - 1]?.visits ?? Number.POSITIVE_INFINITY)
        }
      }),
    )
  })

  it('show local hours, also over a change of clocks', () => {
    const local = localClock('America/Los_Angeles')
    expect(local(Date.parse('2026-11-01T07:30:00.000Z'))).toEqual({ day: '2026-11-01', hour: 0 })
    expect(local(Date.parse('2026-11-01T09:30:00.000Z'))).toEqual({ day: '2026-11-01', hour: 1 })
    expect(local(Date.parse('2026-07-01T06:30:00.000Z'))).toEqual({ day: '2026-06-30', hour: 23 })
    expect(() => localClock('Mars/Olympus')).toThrow(/timeZone/)
  })
})

describe('impossible travel (QRY-10)', () => {
  it('is never found for a vehicle that drives as fast as roads allow', () => {
    fc.assert(
      fc.property(drive(TOP_SPEED_MPS), (reads) => {
        expect(impossibleTravel(reads)).toMatchObject({ verdict: 'possible', impossible: 0 })
      }),
    )
  })

  it('is found for two vehicles with one plate, and separates them', () => {
    fc.assert(
      fc.property(drive(1, 32), drive(1, 45), (one, other) => {
        // One is seen in each town at every instant of the first, and neither comes near the other.
        const there = one.map((read, n) => ({ ...other[n % other.length]!, id: `${n}`, seenAt: read.seenAt }))
        const found = createParser('travel', ImpossibleTravel).parse(impossibleTravel([...one, ...there]))
        expect(found.impossible).toBeGreaterThanOrEqual(one.length)
        for (const { speedMps } of found.pairs) expect(speedMps).toBeGreaterThan(TOP_SPEED_MPS)
      }),
    )
    const days = [0, 24, 48, 72]
    const clone = impossibleTravel(
      days.flatMap((day) => [readHere(day * HOUR, 32.5, -117), readHere(day * HOUR + 60, 40, -100)]),
    )
    expect(clone).toMatchObject({ verdict: 'several-vehicles', impossible: 4, days: 4 })
    expect(clone.vehicles.map(({ sightings, center }) => [sightings, center.lat])).toEqual([
      [4, 32.5],
      [4, 40],
    ])
  })

  it('allows for errors of positions and clocks', () => {
    const verdict = (...reads: ReturnType<typeof readHere>[]) => impossibleTravel(reads).verdict
    // 4.3 km within the tolerance of the clocks, 190 m within those of the positions.
    expect(verdict(readHere(0, 32.5, -117), readHere(0, 32.5387, -117))).toBe('possible')
    expect(verdict(readHere(0, 32.5, -117), readHere(0, 32.5417, -117))).toBe('perhaps-misread')
    const vague = readHere(0, 32.6, -117)
    expect(verdict(readHere(0, 32.5, -117), vague)).toBe('perhaps-misread')
    expect(
      verdict(readHere(0, 32.5, -117), { ...vague, position: { ...vague.position!, accuracyM: 8000 } }),
    ).toBe('possible')
  })

  it('calls a single sighting elsewhere a possible misread', () => {
    const reads = [0, 24, 48].map((day) => readHere(day * HOUR, 32.5, -117))
    expect(impossibleTravel([...reads, readHere(24 * HOUR + 60, 45, -117)])).toMatchObject({
      verdict: 'perhaps-misread',
    })
  })

  it('does not depend on the order of the reads', () => {
    fc.assert(inAnyOrder(impossibleTravel))
  })
})

describe('link to an address (QRY-10)', () => {
  const stay = (plate: string, day: number) =>
    [0, 2].map((hour) => readAt(Date.UTC(2026, 10, day, 9 + hour), { plate }))
  const pass = (plate: string, day: number) => [readAt(Date.UTC(2026, 10, day, 9), { plate })]

  it('ranks the subject among all vehicles there, and names nobody else (QRY-6)', () => {
    const reads = [
      ...stay(PLATE, 1),
      ...stay(PLATE, 2),
      ...pass(PLATE, 3),
      ...stay('AAA111', 1),
      ...stay('BBB222', 1),
      ...stay('BBB222', 5),
      ...pass('BBB222', 6),
      ...pass('CCC333', 9),
    ]
    const link = createParser('link', AddressLink).parse(addressLink(PLATE, reads))
    expect(link).toMatchObject({
      visits: 3,
      stays: 2,
      days: 3,
      stayDays: 2,
      rank: 1,
      vehicles: 4,
      asOften: 1,
    })
    expect(JSON.stringify(link)).not.toMatch(/AAA111|BBB222|CCC333/)
    expect(addressLink('AAA111', reads)).toMatchObject({ rank: 3, asOften: 2 })
    expect(addressLink('NEVER1', reads)).toMatchObject({
      rank: null,
      visits: 0,
      asOften: null,
      vehicles: 4,
      first: null,
    })
  })

  it('has ranks from 1 to the number of vehicles, the same whatever the order', () => {
    const many = fc.array(
      fc
        .tuple(fc.constantFrom('AAA111', 'BBB222', 'CCC333', PLATE), fc.integer({ min: 0, max: 2_000_000 }))
        .map(([plate, s]) => readAt(Date.UTC(2026, 10, 1) + s * 1000, { plate })),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(
        many.chain((reads) => fc.tuple(fc.constant(reads), shuffled(reads))),
        ([reads, other]) => {
          const plates = [...new Set(reads.map(({ plate }) => plate))]
          const links = plates.map((plate) => addressLink(plate, reads))
          expect(plates.map((plate) => addressLink(plate, other))).toEqual(links)
          expect(links.every(({ rank }) => rank! >= 1 && rank! <= plates.length)).toBe(true)
          if (links.length > 0) expect(Math.min(...links.map(({ rank }) => rank!))).toBe(1)
        },
      ),
    )
  })
})

describe('collecting the reads of a review', () => {
  const page = (n: number, change: Partial<FoundPage> = {}): FoundPage => ({
    ...{ v: 1, askedAt: '2026-11-24T00:00:00.000Z', narrowed: [], older: null, complete: true },
    window: { from: '2026-10-24T00:00:00.000Z', to: '2026-11-24T00:00:00.000Z' },
    reads: [{ read: readHere(1000 - n, 32, -117), vendors: ['one'] }],
    vendors: [
      {
        ...{ vendor: 'one', state: 'complete', reason: null, refreshedAt: null, rows: 1, tookMs: 1 },
        filtered: { tooOld: 1, foreign: 0, malformed: 0, outside: 0, unasked: 0, surplus: 0 },
      },
    ],
    next: { at: n + 1, id: null },
    ...change,
  })
  const pages = (last: number, change: Partial<FoundPage> = {}) => {
    const asked: (number | undefined)[] = []
    const windows: unknown[] = []
    const federation = {
      search: async ({ from, to }: FederatedQuestion, { after }: { after?: Place | undefined } = {}) => {
        asked.push(after?.at)
        windows.push(from && { from, to })
        return asked.length - 1 === last ? page(last, { next: null, ...change }) : page(asked.length - 1)
      },
    }
    return { federation, asked, windows }
  }

  it('goes on to the last page and adds up the vendors’ answers', async () => {
    const { federation, asked, windows } = pages(2)
    const found = await collectReads(federation, { plate: PLATE })
    expect(asked).toEqual([undefined, 1, 2])
    const { window } = page(0)
    expect(windows).toEqual([undefined, window, window])
    expect(found).toMatchObject({ complete: true, isTruncated: false })
    expect(found.vendors[0]).toMatchObject({ rows: 3, filtered: { tooOld: 3 } })
    expect(found.reads.map(({ seenAt }) => seenAt)).toEqual(
      found.reads.map(({ seenAt }) => seenAt).toSorted(),
    )
  })

  it('stops at its limit, and at a vendor that fails, and says so', async () => {
    expect(await collectReads(pages(9).federation, {}, { most: 4 })).toMatchObject({
      isTruncated: true,
      complete: false,
    })
    const { federation, asked } = pages(1, { complete: false, next: { at: 9, id: null } })
    expect(await collectReads(federation, {})).toMatchObject({ isTruncated: false, complete: false })
    expect(asked).toHaveLength(2)
  })
})
