import type { Figure } from '@sightline/bench/benchmark'
import { bench } from '@sightline/bench/cluster'
import { ASSUMED, type Costs, DOUBTS, planFor, spreadsOf } from '@sightline/bench/cluster/plan'
import { describe, expect, it } from 'vitest'

const COSTS: Costs = {
  ...{ brokerReadUs: 60, leaderReadUs: 25, matcherReadUs: 5, brokerAlertUs: 400, matcherAlertUs: 200 },
  ...{ diskBytes: 5600, networkBytes: 4000, keptBytes: 930 },
}

describe('the plan for a rate', () => {
  it('has three machines at least, and as many more as the scarcest resource wants', () => {
    const few = planFor(1000, COSTS)
    expect(few).toMatchObject({ nodes: 3, decidedBy: 'copies', matchers: 2, partitions: 2 })
    const many = planFor(1_000_000, COSTS)
    expect(many.decidedBy).toBe('disk')
    // 1,000,000 × 5,600 bytes × 1.25, on disks that bear half of 500 MB/s.
    expect(many.nodes).toBe(28)
    expect(many.nodeDiskBytes * many.nodes).toBeCloseTo(7e9)
    expect(planFor(1_000_000, COSTS, { ...ASSUMED, diskBytes: 1e12 }).decidedBy).toBe('cores')
    expect(planFor(1_000_000, { ...COSTS, networkBytes: 40_000 }).decidedBy).toBe('network')
  })

  it('names the assumption that carries most doubt, and never one that is no doubt', () => {
    const spreads = spreadsOf(100_000, COSTS)
    expect(spreads[0]).toMatchObject({ assumption: 'stream', changes: 'partitions', times: 20 })
    expect(spreads.map(({ times }) => times)).toEqual(spreads.map(({ times }) => times).sort((a, b) => b - a))
    expect(spreads.find(({ assumption }) => assumption === 'cores')!.times).toBe(1)
    // With alerts as dear as a thousand reads it is their number that nobody knows.
    const dear = { ...COSTS, matcherAlertUs: 5e6 }
    expect(spreadsOf(100_000, dear)[0]).toMatchObject({ assumption: 'readsAnAlert', changes: 'matcherCores' })
  })

  it('uses what it says it uses', () => {
    for (const { used, range } of Object.values(DOUBTS)) {
      expect(used).toBeGreaterThanOrEqual(range[0])
      expect(used).toBeLessThanOrEqual(range[1])
    }
  })
})

it('bench cluster measures three nodes, and plans by what it measured', async () => {
  const figures: Figure[] = []
  const note = (figure: Omit<Figure, 'bench'>) => figures.push({ bench: bench.name, ...figure } as Figure)
  await bench.run({ reads: 2000, alerts: 20, partitions: ['2'] }, note)
  const of = (metric: string, nodes: number) =>
    figures.find((figure) => figure.metric === metric && figure.nodes === nodes)!.value
  // What is written is kept once on each node, and once in the log that the copies agree by.
  expect(of('disk_bytes', 3)).toBeGreaterThan(3 * of('kept_bytes', 3))
  expect(of('disk_bytes', 1)).toBeLessThan(2 * of('kept_bytes', 1))
  // How much more than with one node so few reads do not say: the matcher may be done with them at the first look.
  expect(of('network_bytes', 3)).toBeGreaterThan(of('kept_bytes', 3))
  expect(of('store_broker_cpu_us', 3)).toBeGreaterThan(of('store_leader_cpu_us', 3))
  const plans = figures.filter(({ metric }) => metric === 'plan_nodes')
  expect(plans.map(({ rate }) => rate)).toEqual([100_000, 1_000_000])
  for (const { value } of plans) expect(value).toBeGreaterThanOrEqual(3)
  const doubts = figures.filter(({ metric, rank }) => metric === 'plan_doubt' && rank === 1)
  // Which one it is depends on the costs, which so few alerts say only roughly.
  const known = Object.values(DOUBTS).map(({ what }) => what)
  expect(doubts.map(({ what }) => known.includes(String(what)))).toEqual([true, true])
})
