import { distanceM } from '@sightline/geometry/great-circle'
import type { Read } from '@sightline/schemas/read'
import type { VendorSearchRequest } from '@sightline/schemas/vendor-search'
import { poissonAtLeast } from '@sightline/vendor-sim/history/companions'
import type { Simulation } from '@sightline/vendor-sim/simulation/simulation'
import type { Story } from '@sightline/vendor-sim/world/stories'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestHistory, testHistory } from '../support/history.ts'

/** What was planted in a world is found in its history, and a vehicle with nothing to hide is not (QRY-10). */

const DAY = 86_400_000
const TO = Date.parse('2026-11-23T08:00:00.000Z')
const FROM = TO - 120 * DAY
const window = { from: new Date(FROM).toISOString(), to: new Date(TO).toISOString() }

let test: TestHistory
let simulation: Simulation
beforeAll(async () => {
  test = await testHistory()
  simulation = await test.simulate({ seed: 11, vehicles: 800, cameras: 80 })
  await simulation.write({ from: FROM, to: TO })
})
afterAll(() => test.remove())

const story = <K extends Story['kind']>(kind: K) =>
  simulation.world.cast.stories.find((told) => told.kind === kind) as Extract<Story, { kind: K }>

/** A vehicle that drives a lot, alone. */
async function control(): Promise<string> {
  const alone = simulation.world.fleet.filter(
    ({ companion, index }) =>
      companion === null && !simulation.world.fleet.some((other) => other.companion === index),
  )
  const [row] = await test.history.select<{ plate: string }>(
    'SELECT plate FROM reads WHERE plate IN {plates:Array(String)} GROUP BY plate ORDER BY count() DESC LIMIT 1',
    { plates: alone.map(({ plate }) => plate) },
  )
  return row!.plate
}

async function all(request: Partial<VendorSearchRequest>): Promise<Read[]> {
  const reads: Read[] = []
  let cursor: string | undefined
  do {
    const page = await test.history.search({
      v: 1,
      ...window,
      limit: 1000,
      ...request,
      ...(cursor ? { cursor } : {}),
    })
    reads.push(...page.reads)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return reads
}

describe('two vehicles that travel together', () => {
  const companions = (plate: string) => test.history.companions({ v: 1, plate, ...window, limit: 20 })

  it('are ranked first as companions, far beyond chance, with the evidence', async () => {
    const [lead, follows] = story('companions').plates
    for (const [plate, other] of [
      [lead, follows],
      [follows, lead],
    ]) {
      const [first, second] = await companions(plate!)
      expect(first).toMatchObject({ plate: other })
      expect(first!.chance).toBeLessThan(1e-9)
      expect(first!.days).toBeGreaterThan(3 * first!.expectedDays)
      expect(first!.evidence.length).toBeGreaterThan(1)
      // Misreads of the companion come next, everybody else far behind.
      expect(second?.chance ?? 1).toBeGreaterThan(1e-6)
    }
  })

  it('and a vehicle that drives alone has no companion beyond chance', async () => {
    const [first] = await companions(await control())
    expect(first?.chance ?? 1).toBeGreaterThan(1e-5)
  })
})

describe('a vehicle that visits an address', () => {
  /** Days on which each plate stayed: was seen there twice within three hours. */
  function stays(reads: readonly Read[]): Map<string, Set<string>> {
    const last = new Map<string, number>()
    const days = new Map<string, Set<string>>()
    for (const { plate, seenAt } of [...reads].reverse()) {
      const at = Date.parse(seenAt)
      if (at - (last.get(plate) ?? 0) < 3 * 3_600_000) {
        days.set(plate, (days.get(plate) ?? new Set()).add(seenAt.slice(0, 10)))
      }
      last.set(plate, at)
    }
    return days
  }

  it('is ranked first among those there, and a random vehicle almost never is', async () => {
    const { plate, address, camera } = story('visitor')
    const reads = await all({ area: { address } })
    expect(new Set(reads.map((read) => read.camera.id))).toEqual(new Set([camera]))
    const days = stays(reads)
    const ranked = [...days].sort((a, b) => b[1].size - a[1].size).map(([seen]) => seen)
    expect(ranked.indexOf(plate)).toBe(0)
    expect(days.get(plate)!.size).toBeGreaterThan(25)
    expect(days.get(await control())?.size ?? 0).toBeLessThan(days.get(plate)!.size / 2)
  })
})

describe('a vehicle that approaches the port of entry', () => {
  it('is seen by the cameras on the way down, in order, every week', async () => {
    const { plate, cameras } = story('port-of-entry')
    expect(cameras.length).toBeGreaterThanOrEqual(2)
    const reads = (await all({ plate })).reverse()
    const order = reads.map(({ camera }) => camera.id)
    const approaches = order.filter((_, i) => cameras.every((camera, n) => order[i + n] === camera))
    expect(approaches.length).toBeGreaterThan(10)
  })
})

describe('a plate on two vehicles', () => {
  /** Pairs of following reads that no vehicle can drive between, faster than 300 km/h. */
  const impossible = (reads: Read[]) =>
    reads.filter((read, i) => {
      const next = reads[i + 1]
      if (!next?.position || !read.position) return false
      const hours = (Date.parse(read.seenAt) - Date.parse(next.seenAt)) / 3_600_000
      return distanceM(read.position, next.position) / 1000 > 5 + 300 * hours
    }).length

  it('is seen in two towns at once', async () => {
    const reads = await all({ plate: story('clone').plate })
    expect(impossible(reads)).toBeGreaterThan(50)
  })

  it('and a random one is not', async () => {
    expect(impossible(await all({ plate: await control() }))).toBe(0)
  })
})

describe('poissonAtLeast', () => {
  it('is the tail of the distribution, also far out', () => {
    expect(poissonAtLeast(0, 2)).toBeCloseTo(1)
    expect(poissonAtLeast(1, 2)).toBeCloseTo(1 - Math.exp(-2))
    expect(poissonAtLeast(3, 0.5)).toBeCloseTo(1 - Math.exp(-0.5) * (1 + 0.5 + 0.125))
    expect(poissonAtLeast(60, 0.1)).toBeLessThan(1e-100)
    expect(poissonAtLeast(60, 0.1)).toBeGreaterThan(0)
  })
})
