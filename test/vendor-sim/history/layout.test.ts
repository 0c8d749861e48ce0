import type { VendorSearchRequest } from '@sightline/schemas/vendor-search'
import { alterTable, layoutOf } from '@sightline/vendor-sim/history/layout'
import { searchStatement, spansOf } from '@sightline/vendor-sim/history/search'
import {
  READS_TABLES,
  readsTables,
  registrationsTable,
  simulationTables,
} from '@sightline/vendor-sim/history/tables'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestHistory, testHistory } from '../../support/history.ts'

let test: TestHistory
beforeAll(async () => {
  test = await testHistory()
})
afterAll(() => test.remove())

const cluster = layoutOf('vendor')

describe('the tables on a cluster', () => {
  it('shard the reads by plate and keep the small tables complete on every node', () => {
    const [local, distributed] = readsTables(cluster)
    expect(local).toContain('ReplicatedMergeTree')
    expect(distributed).toContain(
      "Distributed('vendor', currentDatabase(), 'reads_local', cityHash64(plate))",
    )
    expect(readsTables(cluster).filter((sql) => sql.includes('MATERIALIZED VIEW'))).toEqual(
      READS_TABLES.map((table) => expect.stringContaining(`ON CLUSTER 'vendor' TO ${table} AS`)),
    )
    expect(registrationsTable(cluster)).toHaveLength(1)
    expect(registrationsTable(cluster)[0]).toContain("'{shard}-{replica}'")
    expect(alterTable(cluster, 'reads', 'DROP PARTITION 2019')).toBe(
      "ALTER TABLE reads_local ON CLUSTER 'vendor' DROP PARTITION 2019",
    )
  })

  it('are statements that the engine understands', async () => {
    for (const sql of [
      ...readsTables(cluster),
      ...registrationsTable(cluster),
      ...simulationTables(cluster),
    ]) {
      expect(await test.history.select('SELECT formatQuery({sql:String})', { sql })).toHaveLength(1)
    }
  })

  it.each(["x' --", '', 'a b'])('must have a valid name, not %j', (name) => {
    expect(() => layoutOf(name)).toThrowError(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})

describe('the plan of a search', () => {
  const to = Date.parse('2026-11-01T00:00:00.000Z')
  const window = { from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' }

  /** Granules that the first span of a search reads, and those of its table. */
  async function granulesOf(request: Partial<VendorSearchRequest>) {
    const search = { v: 1, limit: 100, ...window, ...request } as const
    const { registrations } = test.history
    const { sql, params } = searchStatement(search, spansOf(search)[0]!, 101, registrations.all())
    const plan = await test.history.select<{ explain: string }>(`EXPLAIN indexes = 1 ${sql}`, params)
    const counts = plan.flatMap(({ explain }) => /Granules: (\d+)\/(\d+)/.exec(explain) ?? [])
    return { read: Number(counts.at(-2)), all: Number(counts[2]) }
  }

  beforeAll(async () => {
    const simulation = await test.simulate({ seed: 5, vehicles: 2000, cameras: 80 })
    await simulation.write({ from: to - 200 * 86_400_000, to })
  })

  it('by plate reads a granule or two of each partition', async () => {
    const [{ plate } = { plate: '' }] = await test.history.select<{ plate: string }>(
      'SELECT plate FROM reads LIMIT 1',
    )
    const { read, all } = await granulesOf({ plate })
    expect(all).toBeGreaterThan(100)
    expect(read).toBeLessThanOrEqual(2)
  })

  it('by place reads one day of its cameras', async () => {
    const { position } = [...test.history.registrations.all()].find(
      ({ camera, position }) => position && camera.country === 'US',
    )!
    const { read, all } = await granulesOf({
      area: { lat: position!.lat, lon: position!.lon, radiusM: 2000 },
    })
    expect(all).toBeGreaterThan(100)
    expect(read).toBeLessThanOrEqual(4)
  })
})
