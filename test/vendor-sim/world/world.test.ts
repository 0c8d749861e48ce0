import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readReader } from '../../../schemas/read.ts'
import { DAY, dayOf, passesBetween, startOfDay, throughTraffic } from '../../../vendor-sim/world/passes.ts'
import { PLATE_ISSUES } from '../../../vendor-sim/world/plates.ts'
import { readOf } from '../../../vendor-sim/world/reads.ts'
import { createWorld, demoRegulars } from '../../../vendor-sim/world/world.ts'

const SIZE = { seed: 7, vehicles: 300, cameras: 40 }
const world = createWorld(SIZE)
/** A Monday of the world. */
const monday = startOfDay(dayOf(Date.parse('2026-11-23T20:00:00.000Z')))

describe('createWorld', () => {
  it('is a function of its seed', () => {
    expect(createWorld(SIZE)).toEqual(world)
    expect(createWorld({ ...SIZE, seed: 8 }).fleet[0]!.plate).not.toBe(world.fleet[0]!.plate)
  })

  it('gives every vehicle its own plate, in the format of its issuer', () => {
    expect(new Set(world.fleet.map(({ plate }) => plate)).size).toBe(SIZE.vehicles)
    for (const { plate, print, region } of world.fleet) {
      const formats = PLATE_ISSUES.filter((issue) => issue.region === region).map(({ serial }) => serial)
      expect(formats).toContain(print.replace(/[A-Z]/g, 'A').replace(/\d/g, '9'))
      expect(plate).toBe(print.replace(/[^A-Z0-9]/g, ''))
    }
  })

  it('has cameras of several owners, mobile ones, and some in Mexico', () => {
    expect(new Set(world.places.map(({ ownerType }) => ownerType)).size).toBeGreaterThan(2)
    expect(world.places.some(({ kind, address }) => kind === 'mobile' && address === null)).toBe(true)
    expect(world.places.some(({ country }) => country === 'MX')).toBe(true)
  })

  it('has three regulars of three states', () => {
    expect(new Set(demoRegulars(world).map(({ region }) => region)).size).toBe(3)
  })
})

describe('passesBetween', () => {
  it('gives the same passes for a window, whole or in parts (history and live feed agree)', () => {
    const whole = [...passesBetween(world, monday, monday + 3 * DAY)]
    expect(whole.length).toBeGreaterThan(300)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 * DAY }), { maxLength: 6 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), 3 * DAY].map((offset) => monday + offset)
        const parts = edges.slice(1).flatMap((to, i) => [...passesBetween(world, edges[i]!, to)])
        expect(parts).toEqual(whole)
      }),
      { numRuns: 20 },
    )
  })

  it('is in order of time and inside the window', () => {
    const [from, to] = [monday + 5e6, monday + DAY + 7e6]
    const times = [...passesBetween(world, from, to)].map(({ at }) => at)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.every((at) => at >= from && at < to)).toBe(true)
  })

  it('has the rhythm of the week: more on a weekday than on a Sunday', () => {
    const count = (from: number) => [...passesBetween(world, from, from + DAY)].length
    expect(count(monday)).toBeGreaterThan(1.5 * count(monday - DAY))
  })

  it('has vehicles that travel in company (QRY-10)', () => {
    const passes = [...passesBetween(world, monday, monday + 20 * DAY)]
    const close = passes.filter(
      ({ vehicle, place, at }, i) =>
        vehicle.companion !== null &&
        passes
          .slice(Math.max(0, i - 50), i)
          .some(
            (lead) =>
              lead.vehicle.index === vehicle.companion && lead.place === place && at - lead.at <= 20_000,
          ),
    )
    expect(close.length).toBeGreaterThan(0)
  })
})

describe('throughTraffic', () => {
  it('keeps its rate and the same passes in parts, at cameras in the United States only', () => {
    const whole = [...throughTraffic(world, 3, monday, monday + 60_000)]
    expect(Math.abs(whole.length - 180)).toBeLessThanOrEqual(1)
    expect(whole.every(({ place }) => place.country === 'US')).toBe(true)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(0.3, 1, 3, 7, 1234.5), (cut, rate) => {
        const all = [...throughTraffic(world, rate, monday, monday + 20_000)]
        const middle = monday + cut
        const parts = [
          [monday, middle],
          [middle, monday + 20_000],
        ].flatMap(([from, to]) => [...throughTraffic(world, rate, from!, to!)])
        expect(parts).toEqual(all)
      }),
      { numRuns: 30 },
    )
  })
})

describe('readOf', () => {
  const passes = [...passesBetween(world, monday, monday + 10 * DAY)]
  const reads = passes.map((pass) => readOf(world, pass))

  it('makes valid reads, the same for the same pass', () => {
    for (const read of reads) readReader.parse(read)
    expect(readOf(world, passes[0]!)).toEqual(reads[0])
  })

  it('identifies each pass', () => {
    expect(new Set(reads.map(({ id }) => id)).size).toBe(reads.length)
  })

  it('misreads a few, and is less sure of those', () => {
    const wrong = reads.filter((read, i) => read.plate !== passes[i]!.vehicle.plate)
    expect(wrong.length / reads.length).toSatisfy((part: number) => part > 0.005 && part < 0.05)
    for (const read of wrong) expect(read.confidence).toBeLessThan(0.76)
  })

  it('carries the position of the instant for a mobile camera (CAP-2)', () => {
    const mobile = reads.filter(({ camera }) => camera.kind === 'mobile')
    expect(mobile.length).toBeGreaterThan(0)
    expect(mobile.every(({ position }) => position?.fix === 'gps')).toBe(true)
  })
})
