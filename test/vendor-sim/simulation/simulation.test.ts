import { type Read, readParser } from '@sightline/schemas/read'
import { readAhead } from '@sightline/vendor-sim/live'
import type { Simulation } from '@sightline/vendor-sim/simulation/simulation'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestHistory, testHistory } from '../../support/history.ts'

const SIZE = { seed: 7, vehicles: 300, cameras: 80 }
const DAY = 86_400_000
const HOUR = 3_600_000
/** Midnight of a Monday in the world. */
const MONDAY = Date.parse('2026-11-23T08:00:00.000Z')

let test: TestHistory
let simulation: Simulation
let whole: Read[]
beforeAll(async () => {
  test = await testHistory()
  simulation = await test.simulate(SIZE)
  whole = await simulation.reads({ from: MONDAY, to: MONDAY + 3 * DAY })
})
afterAll(() => test.remove())

const at = ({ seenAt }: Read) => Date.parse(seenAt)
const key = (read: Read) => JSON.stringify(read)

describe('the simulation on the real engine', () => {
  it('gives valid reads (CAP-1, CAP-2, CAP-4), each with its own id', () => {
    expect(whole.length).toBeGreaterThan(400)
    for (const read of whole) {
      readParser.parse(read)
      expect(read.chars.map(({ char }) => char).join('')).toBe(read.plate)
    }
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length)
  })

  it('gives the same reads for a window, complete or in parts: live feed and history agree', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 * DAY }), { maxLength: 3 }), async (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), 3 * DAY].map((offset) => MONDAY + offset)
        const parts: Read[] = []
        for (const [i, to] of edges.slice(1).entries()) {
          if (to > edges[i]!) parts.push(...(await simulation.reads({ from: edges[i]!, to })))
        }
        expect(parts.map(key).sort()).toEqual(whole.map(key).sort())
      }),
      { numRuns: 6 },
    )
  })

  it('gives in the live feed, minute by minute, what it writes in bulk, slice by slice of vehicles', async () => {
    const [from, to] = [MONDAY + 15.5 * HOUR + 777, MONDAY + 16 * HOUR + 12_345]
    const live = readAhead(simulation)
    const fed: Read[] = []
    for (let now = from; now < to; now += 40_000) fed.push(...(await live(now, Math.min(to, now + 40_000))))
    for (const vehicles of [
      [0, 100],
      [100, simulation.vehicles],
    ] as const) {
      await simulation.write({ from: MONDAY, to: MONDAY + DAY, vehicles })
    }
    const rows = await test.history.select<{ plate: string; seen_at: string }>(
      'SELECT plate, seen_at FROM reads WHERE seen_at >= fromUnixTimestamp64Milli({from:Int64}) AND seen_at < fromUnixTimestamp64Milli({to:Int64})',
      { from, to },
    )
    expect(fed.length).toBeGreaterThan(3)
    expect(fed.map(({ plate, seenAt }) => plate + seenAt).sort()).toEqual(
      rows.map((row) => row.plate + row.seen_at).sort(),
    )
  })

  it('writes what is missing again, and nothing twice', async () => {
    const count = async () =>
      Number((await test.history.select<{ n: string }>('SELECT count() AS n FROM reads'))[0]!.n)
    const before = await count()
    await simulation.writeMissing({ from: MONDAY, to: MONDAY + DAY })
    expect(await count()).toBe(before)
    await simulation.writeMissing({ from: MONDAY, to: MONDAY + 3 * DAY })
    expect(await count()).toBe(whole.length)
  })

  it('is a function of its seed', async () => {
    const other = await test.simulate({ ...SIZE, seed: 8 })
    const reads = await other.reads({ from: MONDAY, to: MONDAY + DAY })
    expect(reads.some(({ plate }) => whole.some((read) => read.plate === plate))).toBe(false)
  })

  it('has the rhythm of week and day: quiet Sundays, quiet nights', async () => {
    const sunday = await simulation.reads({ from: MONDAY - DAY, to: MONDAY })
    const monday = whole.filter((read) => at(read) < MONDAY + DAY)
    expect(monday.length).toBeGreaterThan(1.3 * sunday.length)
    const hour = (read: Read) => Math.floor(((at(read) - MONDAY) % DAY) / HOUR)
    const between = (low: number, high: number) =>
      whole.filter((read) => hour(read) >= low && hour(read) < high).length
    expect(between(6, 10)).toBeGreaterThan(10 * between(0, 4))
  })

  it('misreads some plates at a set rate, is less sure of those, and keeps the truth among the alternatives', async () => {
    const month = await simulation.reads({ from: MONDAY - 30 * DAY, to: MONDAY })
    const plates = new Set(
      [...simulation.world.fleet, ...simulation.world.cast.players.map(({ vehicle }) => vehicle)].map(
        ({ plate }) => plate,
      ),
    )
    const wrong = month.filter(({ plate }) => !plates.has(plate))
    expect(wrong.length / month.length).toSatisfy((share: number) => share > 0.015 && share < 0.035)
    for (const { plate, chars } of wrong) {
      const i = chars.findIndex(({ alternatives }) => alternatives.length > 0)
      expect(chars[i]!.confidence).toBeLessThan(0.76)
      expect(plates.has(plate.slice(0, i) + chars[i]!.alternatives[0]!.char + plate.slice(i + 1))).toBe(true)
    }
  })

  it('has reads of mobile cameras, at their positions (CAP-2), and of cameras in Mexico', async () => {
    const month = await simulation.reads({ from: MONDAY - 30 * DAY, to: MONDAY })
    const roaming = month.filter(({ camera }) => camera.kind === 'mobile')
    expect(roaming.length).toBeGreaterThan(20)
    for (const { position, camera } of roaming) {
      expect(position).toMatchObject({ fix: 'gps' })
      expect(camera.address).toBeNull()
    }
    expect(month.some(({ camera }) => camera.country === 'MX')).toBe(true)
  })

  it('keeps a set rate of through traffic, the same in parts, in the United States only', async () => {
    const busy = await test.simulate(SIZE, 20)
    const [from, to] = [MONDAY, MONDAY + 60_000]
    const reads = await busy.reads({ from, to })
    const own = await simulation.reads({ from, to })
    expect(Math.abs(reads.length - own.length - 1200)).toBeLessThan(25)
    expect(reads.filter(({ camera }) => camera.country !== 'US')).toHaveLength(
      own.filter(({ camera }) => camera.country !== 'US').length,
    )
    const parts = [
      ...(await busy.reads({ from, to: from + 12_345 })),
      ...(await busy.reads({ from: from + 12_345, to })),
    ]
    expect(parts.map(key).sort()).toEqual(reads.map(key).sort())
  })
})
