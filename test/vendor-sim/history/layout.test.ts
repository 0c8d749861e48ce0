import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alterTable, layoutOf } from '../../../vendor-sim/history/layout.ts'
import { readersTable, readsTable, simulationTables } from '../../../vendor-sim/history/tables.ts'
import { type TestHistory, testHistory } from '../../support/history.ts'

let test: TestHistory
beforeAll(async () => {
  test = await testHistory()
})
afterAll(() => test.remove())

const cluster = layoutOf('vendor')

describe('the tables on a cluster', () => {
  it('shard the reads by plate and keep the small tables whole on every node', () => {
    const [local, distributed] = readsTable(cluster)
    expect(local).toContain('ReplicatedMergeTree')
    expect(distributed).toContain(
      "Distributed('vendor', currentDatabase(), 'reads_local', cityHash64(plate))",
    )
    expect(readersTable(cluster)).toHaveLength(1)
    expect(readersTable(cluster)[0]).toContain("'{shard}-{replica}'")
    expect(alterTable(cluster, 'reads', 'DROP PARTITION 2019')).toBe(
      "ALTER TABLE reads_local ON CLUSTER 'vendor' DROP PARTITION 2019",
    )
  })

  it('are statements that the engine understands', async () => {
    for (const sql of [...readsTable(cluster), ...readersTable(cluster), ...simulationTables(cluster)]) {
      expect(await test.history.select(`EXPLAIN AST ${sql}`)).not.toEqual([])
    }
  })

  it.each(["x' --", '', 'a b'])('have a name, not %j', (name) => {
    expect(() => layoutOf(name)).toThrowError(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})

describe('a search by place', () => {
  it('is answered out of the projection (no scan of a year)', async () => {
    const simulation = await test.simulate({ seed: 5, vehicles: 2000, cameras: 80 })
    const to = Date.parse('2026-11-01T00:00:00.000Z')
    await simulation.write({ from: to - 60 * 86_400_000, to })
    const plan = await test.history.select<{ explain: string }>(
      `EXPLAIN indexes = 1, projections = 1 SELECT plate, seen_at, reader FROM reads
      WHERE reader IN (1, 2, 3) AND seen_at >= toDateTime64('2026-10-01', 3, 'UTC') AND seen_at < toDateTime64('2026-11-01', 3, 'UTC')
      ORDER BY seen_at DESC, reader DESC, plate DESC LIMIT 100`,
    )
    expect(plan.map(({ explain }) => explain).join('\n')).toContain('by_reader')
  })
})
