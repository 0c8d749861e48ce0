import { type SimulationOptions, STOPPED, simulate } from '@sightline/bench/network/simulate'
import { createRegion, LATE, OUTAGE, partitionOf, sharesOf } from '@sightline/bench/network/traffic'
import { expect, it } from 'vitest'

/** A small network whose matchers are slow for it: what waits shows. */
const SMALL: SimulationOptions = {
  ...{ seed: 3, cameras: 200, readsASecond: 0.5, partitions: 2, matchers: 1, hours: 20 },
  ...{ readUs: 1500, alertUs: 300, streamBytes: 2e8, readsAHit: 40_000, readsASample: 40_000 },
}

it('a day has each planted hit as one alert, late ones too, and the same seed the same day', async () => {
  const day = await simulate(SMALL)
  expect([day.missing, day.doubled, day.setAside]).toEqual([0, 0, 0])
  expect(day.alerts).toBe(day.hits)
  expect(day.hits).toBeGreaterThan(120)
  expect(day.sampled).toBeGreaterThan(120)
  const lagAt = (hour: number) => day.hours[hour]!.lagS
  expect(lagAt(4)).toBeLessThan(2)
  expect(day.hours[OUTAGE.to - 1]!.atAgents).toBeGreaterThan(10_000)
  expect(lagAt(STOPPED.at)).toBeGreaterThanOrEqual(STOPPED.seconds - 2)
  expect(day.hours[STOPPED.at]!.states.still).toBeGreaterThan(STOPPED.seconds - 20)
  expect(lagAt(19)).toBeLessThan(2)
  // What was seen a day ago is late by that; once it is stored it waits for the matchers alone.
  expect(day.fromSeen[2]).toBeGreaterThan(12 * 3_600_000)
  expect(day.fromStored[2]).toBeLessThan((STOPPED.seconds + 600) * 1000)
  expect(day.fromStored[0]).toBeLessThan(1000)
  expect(await simulate({ ...SMALL, hours: 2 })).toEqual(await simulate({ ...SMALL, hours: 2 }))
})

it('a stream that is full refuses, the agents keep what it refused, and nothing is lost', async () => {
  const day = await simulate({ ...SMALL, streamBytes: 1e7 })
  expect(day.refusals).toBeGreaterThan(1000)
  expect(day.hours[STOPPED.at]!.states.full).toBeGreaterThan(60)
  expect([day.missing, day.doubled]).toEqual([0, 0])
})

it('a region sends what it kept when its link is back, and the day before when that is due', () => {
  const region = createRegion(OUTAGE.region, SMALL)
  const during = region.at(OUTAGE.from * 3600 + 10)
  expect([during, region.waiting() > 0]).toEqual([{ fresh: 0, old: 0, ageS: 0 }, true])
  const after = region.at(OUTAGE.to * 3600)
  expect(after.old).toBeGreaterThan(0)
  const late = createRegion(LATE.region, SMALL).at(LATE.at * 3600)
  expect(late.ageS).toBe(86_400)
})

it('cameras go to partitions evenly, each always to the same', () => {
  const shares = sharesOf(0, { ...SMALL, cameras: 100_000, partitions: 32 })
  expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1)
  expect(Math.max(...shares) / (1 / 32)).toBeLessThan(1.3)
  expect(partitionOf('c7', 32)).toBe(partitionOf('c7', 32))
})
