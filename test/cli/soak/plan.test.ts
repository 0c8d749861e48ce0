import { type FaultKind, PLATES, planFaults, plateOf, trafficAt, vehicleOf } from '@sightline/cli/soak/plan'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const KINDS: readonly FaultKind[] = ['kill', 'freeze', 'cut', 'stall', 'leave']
const vehicles = fc.integer({ min: 0, max: PLATES - 1 })

describe('the faults of a run', () => {
  const runs = fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    duration: fc.integer({ min: 5000, max: 10_000_000 }),
    everyMs: fc.integer({ min: 500, max: 100_000 }),
  })
  const parts = { broker: KINDS.slice(0, 2), api: KINDS.slice(0, 4), edge: KINDS }

  it('are those of the seed, in order, within the run, and of kinds that the part can have', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const faults = planFaults({ ...run, parts })
        expect(planFaults({ ...run, parts })).toEqual(faults)
        expect(faults.map(({ at }) => at)).toEqual(faults.map(({ at }) => at).toSorted((a, b) => a - b))
        for (const { at, kind, part, lasts } of faults) {
          expect(at).toBeGreaterThanOrEqual(run.duration * 0.05)
          expect(at + lasts).toBeLessThanOrEqual(run.duration + 1)
          expect(parts[part as keyof typeof parts]).toContain(kind)
          expect(kind === 'kill').toBe(lasts === 0)
        }
      }),
    )
  })

  it('never hurt a part that is hurt', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const wellAt = new Map<string, number>()
        for (const { at, part, lasts } of planFaults({ ...run, parts })) {
          expect(at).toBeGreaterThanOrEqual(wellAt.get(part) ?? 0)
          wellAt.set(part, at + lasts)
        }
      }),
    )
  })

  it('are 200 and more in two hours', () => {
    const plan = { seed: 1, duration: 7_200_000, everyMs: 20_000, parts }
    expect(planFaults(plan).length).toBeGreaterThan(200)
  })
})

describe('the plates of a run', () => {
  it('say which vehicle it is', () => {
    fc.assert(
      fc.property(vehicles, (n) => {
        expect(vehicleOf(plateOf(n))).toBe(n)
      }),
    )
    for (const plate of ['', '7ABC123', `${plateOf(5)}A`, plateOf(5).toLowerCase()])
      expect(vehicleOf(plate)).toBeNull()
  })

  it('differ in two places or more, so that a misread of one is none of the others', () => {
    fc.assert(
      fc.property(vehicles, vehicles, (a, b) => {
        fc.pre(a !== b)
        const [one, other] = [plateOf(a), plateOf(b)]
        expect([...one].filter((symbol, place) => symbol !== other[place]).length).toBeGreaterThanOrEqual(2)
      }),
    )
  })
})

it('has a night, a noon and bursts', () => {
  const day = 3_600_000
  const at = (part: number) => trafficAt(3, day * part, day, 100)
  const rates = Array.from({ length: 360 }, (_, n) => at(n / 360))
  expect(Math.min(...rates)).toBeCloseTo(15, 0)
  expect(Math.max(...rates)).toBeGreaterThan(200)
  expect(rates.filter((rate) => rate > 100).length).toBeGreaterThan(5)
})
