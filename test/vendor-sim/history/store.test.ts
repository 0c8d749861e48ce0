import { createServer } from 'node:http'
import { type Read, readId } from '@sightline/schemas/read'
import type { VehicleKind } from '@sightline/schemas/vehicle-words'
import { companionsAnswerParser, vendorSearchAnswerParser } from '@sightline/schemas/vendor-search'
import { alterAll, dropTable } from '@sightline/vendor-sim/history/layout'
import { SEARCH_LIMITS } from '@sightline/vendor-sim/history/search'
import { type History, openClickHouse, openHistory } from '@sightline/vendor-sim/history/store'
import { READS_TABLES } from '@sightline/vendor-sim/history/tables'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { arbitraryRead } from '../../support/arbitrary-reads.ts'
import { quiet } from '../../support/broker.ts'
import { type ClickHouseServer, oneNode, startClickHouse } from '../../support/clickhouse/start.ts'
import { batchOf, type TestHistory, testHistory } from '../../support/history.ts'
import { aRead, gate } from '../../support/reads.ts'

/** A server is the one of CLICKHOUSE_URL, else the stand-in for one; a cluster is one node (test/support/clickhouse). */
const SERVER = 'a server'
const CLUSTER = 'a cluster'

const standInOf = (engine: string): Promise<ClickHouseServer> | undefined =>
  engine === CLUSTER
    ? startClickHouse(oneNode)
    : engine === SERVER && !process.env.CLICKHOUSE_URL
      ? startClickHouse()
      : undefined

describe.each(['the embedded engine', SERVER, CLUSTER])('on %s', (engine) => {
  let test: TestHistory
  let history: History
  let standIn: ClickHouseServer | undefined
  const open = () => openHistory(test.place, quiet)

  beforeAll(async () => {
    standIn = await standInOf(engine)
    const url = standIn?.url ?? (engine === SERVER ? process.env.CLICKHOUSE_URL : '')
    test = await testHistory(url, engine === CLUSTER ? { cluster: 'one' } : {})
    history = test.history
  })
  afterAll(async () => {
    await history.close()
    await test.remove()
    await standIn?.stop()
  })

  const insert = (reads: Read[]) => history.insert(batchOf(history, reads))
  const insertMissing = (reads: Read[]) => history.insertMissing(batchOf(history, reads))
  const at = (second: number) => new Date(Date.UTC(2026, 10, 1, 0, 0, second)).toISOString()
  const search = (plate: string | undefined, more = {}) =>
    history.search({ v: 1, plate, from: at(0), to: at(3600), limit: 100, ...more })

  describe('history', () => {
    it('gives back every element of a read (CAP-1, CAP-4)', async () => {
      const known: Partial<Read> = {
        plate: '1AAA111',
        seenAt: at(1),
        chars: [...'1AAA111'].map((char, i) => ({
          char,
          confidence: 0.9871,
          alternatives: i === 0 ? [{ char: 'T', confidence: 0.0103 }] : [],
        })),
        position: {
          fix: 'gps',
          lat: 32.544612,
          lon: -117.029711,
          accuracyM: 7,
          headingDeg: 12.5,
          speedMps: 3.2,
        },
        vehicle: { make: 'Toyota', model: null, color: 'silver' },
        pictures: { plate: 'sim.c.x.plate', vehicle: null },
      }
      const unknown: Partial<Read> = {
        plate: '1AAA111',
        seenAt: at(2),
        region: null,
        regionConfidence: null,
        position: null,
        vehicle: null,
        camera: { ...gate, kind: 'mobile', address: null },
      }
      await insert([aRead(known), aRead(unknown)])
      const { reads } = await search('1AAA111')
      expect(reads).toEqual([aRead(unknown), aRead(known)])
      vendorSearchAnswerParser.parse({ v: 1, reads, nextCursor: null, refreshedAt: null })
    })

    it('gives back any read as it went in', async () => {
      const camera = (of: Read['camera'], n: number) => ({
        ...of,
        ...{ id: `any-${n}`, country: 'US', address: of.address && `${n} Any Lane` },
      })
      const reads = fc
        .sample(arbitraryRead(['PR0PERTY']), { numRuns: 200, seed: 17 })
        // As on the wire; the history holds one century, and half of a surrogate pair is no text.
        .map((read): Read => JSON.parse(JSON.stringify(read).replace(/\\u[dD][89a-fA-F]../g, '?')))
        .filter(({ seenAt }) => seenAt.startsWith('20'))
        .map(({ seenAt, ...read }, n) => {
          const own = camera(read.camera, n)
          const id = readId(own.id, seenAt, 'PR0PERTY')
          return { ...read, seenAt, plate: 'PR0PERTY', camera: own, id }
        })
      await insert(reads)
      const found = await search('PR0PERTY', {
        from: '2000-01-01T00:00:00.000Z',
        to: '2099-12-31T23:59:59.999Z',
        limit: 1000,
      })
      expect(reads.length).toBeGreaterThan(150)
      const byId = new Map(found.reads.map((read) => [read.id, read]))
      for (const read of reads) expect(byId.get(read.id)).toEqual(read)
    })

    it('keeps one of reads written twice, merged or not', async () => {
      const reads = [1, 2, 3].map((second) => aRead({ plate: '2BBB222', seenAt: at(second) }))
      await insert(reads)
      await insert(reads)
      expect((await search('2BBB222')).reads).toHaveLength(3)
    })

    it('counts companions only at cameras in the United States, including one that moved there (CAP-5)', async () => {
      const DAY = 86_400_000
      const start = Date.UTC(2026, 9, 1, 12)
      const day = (n: number, second = 0) => new Date(start + n * DAY + second * 1000).toISOString()
      const abroad = { ...gate, id: 'tj-9', country: 'MX' }
      const here = { ...gate, id: 'tj-9' }
      const together = (camera: typeof gate, n: number, plate: string) => [
        aRead({ plate: 'COMP001', seenAt: day(n), camera }),
        aRead({ plate, seenAt: day(n, 30), camera }),
      ]
      const days = [0, 1, 2, 3]
      await insert(
        days.flatMap((n) => [...together(abroad, n, 'COMPMX1'), ...together(here, n + 10, 'COMPUS1')]),
      )
      const asked = { v: 1, plate: 'COMP001', from: day(-1), to: day(30), limit: 20 } as const
      const found = await history.companions(asked)
      expect(found.map(({ plate, days }) => [plate, days])).toEqual([['COMPUS1', 4]])
      expect(new Set(found[0]!.evidence.map(({ country }) => country))).toEqual(new Set(['US']))
      companionsAnswerParser.parse({ v: 1, companions: found, refreshedAt: null })
    })

    it('limits a search: from is included, to is not', async () => {
      await insert([10, 20, 30].map((second) => aRead({ plate: '3CCC333', seenAt: at(second) })))
      const { reads } = await search('3CCC333', { from: at(10), to: at(30) })
      expect(reads.map(({ seenAt }) => seenAt)).toEqual([at(20), at(10)])
    })

    it('pages newest first, and stays stable while reads arrive, also at equal instants', async () => {
      const camera = (i: number) => ({ ...gate, id: `c-${i}` })
      const reads = Array.from({ length: 25 }, (_, i) =>
        aRead({ plate: '4DDD444', seenAt: at(100 + Math.floor(i / 5)), camera: camera(i) }),
      )
      await insert(reads)
      const seen: Read[] = []
      let cursor: string | undefined
      do {
        const page = await search('4DDD444', { limit: 4, ...(cursor ? { cursor } : {}) })
        seen.push(...page.reads)
        cursor = page.nextCursor ?? undefined
        await insert([aRead({ plate: '4DDD444', seenAt: at(200 + seen.length) })])
      } while (cursor)
      expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(reads.map(({ id }) => id)))
      const times = seen.map(({ seenAt }) => seenAt)
      expect(times).toEqual(
        reads
          .map(({ seenAt }) => seenAt)
          .sort()
          .reverse(),
      )
    })

    it('refuses a foreign cursor', async () => {
      for (const cursor of ['nonsense', "1.2.A' OR 1=1 --", '-5.1.ABC123', '5.1']) {
        await expect(search('4DDD444', { cursor })).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
      }
    })

    it('never shows a read of a camera outside the United States (CAP-5)', async () => {
      const abroad = { ...gate, id: 'tj-1', country: 'MX' }
      await insert([
        aRead({ plate: '5EEE555', seenAt: at(1) }),
        aRead({ plate: '5EEE555', seenAt: at(2), camera: abroad }),
      ])
      expect((await search('5EEE555')).reads.map(({ camera }) => camera.country)).toEqual(['US'])
    })

    it('writes only what is missing after an attempt whose end is unknown', async () => {
      const reads = [1, 2, 3].map((second) => aRead({ plate: '6FFF666', seenAt: at(second) }))
      await insert(reads.slice(0, 2))
      await insertMissing(reads)
      await insertMissing(reads)
      const rowsOf = (table: string) => history.select(`SELECT 1 FROM ${table} WHERE plate = '6FFF666'`)
      for (const table of READS_TABLES) expect(await rowsOf(table)).toHaveLength(3)
      // Killed between the two orders: one has them, the other has not.
      const byDay = engine === CLUSTER ? 'reads_by_day_local' : 'reads_by_day'
      await history.command(`DELETE FROM ${byDay} WHERE plate = '6FFF666'`)
      await insertMissing(reads)
      for (const table of READS_TABLES) expect(await rowsOf(table)).toHaveLength(3)
    })

    it('answers a search while a long statement and a batch are running', async () => {
      await insert([aRead({ plate: '8HHH888', seenAt: at(1) })])
      const done: string[] = []
      const long = history.command('SELECT sleep(3)').then(() => done.push('long statement'))
      const batch = Array.from({ length: 5000 }, (_, i) => aRead({ plate: `M${i}`, seenAt: at(i % 3600) }))
      const inserted = insert(batch).then(() => done.push('batch'))
      expect((await search('8HHH888')).reads).toHaveLength(1)
      await inserted
      expect(done).toEqual(['batch'])
      await long
    })

    it('finds by pattern, and look-alikes of a plate', async () => {
      await insert([aRead({ plate: '7G8B123', seenAt: at(1) }), aRead({ plate: '7GBB123', seenAt: at(2) })])
      const plates = async (more: object) =>
        (await search(undefined, more)).reads.map(({ plate }) => plate).sort()
      expect(await plates({ pattern: '7G*' })).toEqual(['7G8B123', '7GBB123'])
      expect(await plates({ pattern: '7G8?123' })).toEqual(['7G8B123'])
      expect(await plates({ pattern: '*B123' })).toEqual(['7G8B123', '7GBB123'])
      expect(await plates({ plate: '7G8B123' })).toEqual(['7G8B123'])
      expect(await plates({ plate: '7G8B123', match: 'ocr' })).toEqual(['7G8B123', '7GBB123'])
    })

    it('leaves out a plate of another state, not one whose state was not recognized', async () => {
      const day = { from: '2026-10-05T00:00:00.000Z', to: '2026-10-06T00:00:00.000Z' }
      const camera = { ...gate, id: 'states-1' }
      const at = (second: number) => `2026-10-05T13:00:0${second}.000Z`
      await insert([
        aRead({ plate: '9ZZZ001', seenAt: at(1), camera, region: 'us-ca' }),
        aRead({ plate: '9ZZZ001', seenAt: at(2), camera, region: 'us-az' }),
        aRead({ plate: '9ZZZ001', seenAt: at(3), camera, region: null, regionConfidence: null }),
      ])
      const regions = async (more: object) =>
        (await search('9ZZZ001', { ...day, ...more })).reads.map(({ region }) => region)
      expect(await regions({})).toEqual([null, 'us-az', 'us-ca'])
      expect(await regions({ region: 'us-ca' })).toEqual([null, 'us-ca'])
    })

    it('finds by address, circle, polygon and vehicle (QRY-2), roaming cameras by where they were', async () => {
      const day = { from: '2026-10-01T00:00:00.000Z', to: '2026-10-02T00:00:00.000Z' }
      const here = {
        fix: 'gps',
        lat: 32.71,
        lon: -117.17,
        accuracyM: 5,
        headingDeg: null,
        speedMps: null,
      } as const
      const tow = { ...gate, id: 'tow-1', kind: 'mobile', address: null } as const
      const seenAt = '2026-10-01T12:00:00.000Z'
      const silver = { make: 'Toyota', model: 'Camry', color: 'silver' }
      await insert([
        aRead({ plate: '8AAA001', seenAt, vehicle: silver }),
        aRead({ plate: '8AAA002', seenAt, camera: tow, position: here }),
        aRead({ plate: '8AAA003', seenAt, camera: tow, position: { ...here, lat: 32.8 } }),
        aRead({ plate: '8AAA004', seenAt, camera: { ...gate, id: 'tj-2', country: 'MX' } }),
      ])
      const plates = async (more: object) =>
        (await search(undefined, { ...day, ...more })).reads.map(({ plate }) => plate).sort()
      expect(await plates({ area: { address: '1 harbor drive' } })).toEqual(['8AAA001'])
      expect(await plates({ area: { address: 'Harbor Drive, San Diego', radiusM: 500 } })).toEqual([
        '8AAA001',
        '8AAA002',
      ])
      expect(await plates({ area: { lat: 32.71, lon: -117.17, radiusM: 2000 } })).toEqual([
        '8AAA001',
        '8AAA002',
      ])
      const polygon = [
        { lat: 32.75, lon: -117.2 },
        { lat: 32.75, lon: -117.1 },
        { lat: 32.9, lon: -117.15 },
      ]
      expect(await plates({ area: { polygon } })).toEqual(['8AAA003'])
      const area = { lat: 32.71, lon: -117.17, radiusM: 2000 }
      expect(await plates({ area, vehicle: { make: 'Toyota', color: 'silver' } })).toEqual(['8AAA001'])
      expect(await plates({ area, vehicle: { make: 'Honda' } })).toEqual([])
      const painted = (plate: string, color: string) =>
        aRead({ plate, seenAt, vehicle: { make: 'Kia', model: null, color } })
      await insert([painted('8AAA005', 'Grey'), painted('8AAA006', 'charcoal'), painted('8AAA007', 'blue')])
      const kia = (color: string) => plates({ area, vehicle: { make: 'Kia', color } })
      expect(await kia('silver')).toEqual(['8AAA005', '8AAA006'])
      expect(await kia('gray')).toEqual(['8AAA005', '8AAA006'])
      expect(await kia('NAVY')).toEqual(['8AAA007'])
      const bare = { make: 'Ram', model: null, color: null }
      await insert([
        aRead({ plate: '8AAA011', seenAt, vehicle: { ...bare, kind: 'pickup', view: 'rear' } }),
        aRead({ plate: '8AAA012', seenAt, vehicle: { ...bare, kind: 'van' } }),
        aRead({ plate: '8AAA013', seenAt, vehicle: { ...bare, kind: null, view: 'front' } }),
        aRead({ plate: '8AAA014', seenAt, vehicle: { ...bare, view: 'front' } }),
        aRead({ plate: '8AAA015', seenAt, vehicle: bare }),
      ])
      const ram = (kind: VehicleKind) => plates({ area, vehicle: { make: 'Ram', kind } })
      const untold = ['8AAA013', '8AAA014', '8AAA015']
      expect(await ram('pickup')).toEqual(['8AAA011', ...untold])
      expect(await ram('truck')).toEqual(['8AAA011', ...untold])
      expect(await ram('van')).toEqual(['8AAA012', ...untold])
      await expect(plates({ area: { address: 'Nowhere Road' } })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    it('finds on both sides of the date line, by circle and by polygon', async () => {
      const day = { from: '2026-10-02T00:00:00.000Z', to: '2026-10-03T00:00:00.000Z' }
      const seenAt = '2026-10-02T12:00:00.000Z'
      const at = (lat: number, lon: number) =>
        ({ fix: 'gps', lat, lon, accuracyM: 5, headingDeg: null, speedMps: null }) as const
      const roaming = { ...gate, id: 'truck-1', kind: 'mobile', address: null } as const
      const post = (id: string) => ({ ...gate, id, address: `Attu Road ${id}` })
      await insert([
        aRead({
          plate: '5AAA001',
          seenAt,
          camera: post('west'),
          position: { ...at(52, 179.95), fix: 'surveyed' },
        }),
        aRead({
          plate: '5AAA002',
          seenAt,
          camera: post('east'),
          position: { ...at(52, -179.95), fix: 'surveyed' },
        }),
        aRead({ plate: '5AAA003', seenAt, camera: roaming, position: at(52, 179.96) }),
        aRead({ plate: '5AAA004', seenAt, camera: roaming, position: at(52, -179.96) }),
        aRead({ plate: '5AAA005', seenAt, camera: roaming, position: at(52, 179) }),
        aRead({ plate: '5AAA006', seenAt, camera: roaming, position: at(52, -179) }),
      ])
      const near = ['5AAA001', '5AAA002', '5AAA003', '5AAA004']
      const plates = async (area: object) =>
        (await search(undefined, { ...day, area })).reads.map(({ plate }) => plate).sort()
      for (const lon of [179.99, -179.99, 180, -180]) {
        expect(await plates({ lat: 52, lon, radiusM: 10_000 }), `around ${lon}`).toEqual(near)
      }
      const square = [
        { lat: 51.9, lon: 179.9 },
        { lat: 51.9, lon: -179.9 },
        { lat: 52.1, lon: -179.9 },
        { lat: 52.1, lon: 179.9 },
      ]
      for (const first of square.keys()) {
        const polygon = [...square.slice(first), ...square.slice(0, first)]
        expect(await plates({ polygon }), `from corner ${first}`).toEqual(near)
      }
      expect(await plates({ address: 'Attu Road', radiusM: 7000 })).toEqual(near)
    })

    it('refuses an address with several places as the center of a circle', async () => {
      const day = { from: '2026-10-03T00:00:00.000Z', to: '2026-10-04T00:00:00.000Z' }
      const at = (lat: number) =>
        ({ fix: 'surveyed', lat, lon: -117, accuracyM: null, headingDeg: null, speedMps: null }) as const
      const seenAt = '2026-10-03T12:00:00.000Z'
      const on = (id: string, town: string) => ({ ...gate, id, address: `7 Main Street, ${town}` })
      await insert([
        aRead({ plate: '5BBB001', seenAt, camera: on('main-1', 'Portland'), position: at(34) }),
        aRead({ plate: '5BBB002', seenAt, camera: on('main-2', 'Boston'), position: at(33) }),
      ])
      const plates = async (area: object) =>
        (await search(undefined, { ...day, area })).reads.map(({ plate }) => plate).sort()
      expect(await plates({ address: '7 Main Street' })).toEqual(['5BBB001', '5BBB002'])
      expect(await plates({ address: '7 Main Street, Boston', radiusM: 500 })).toEqual(['5BBB002'])
      const asked = plates({ address: '7 Main Street', radiusM: 500 })
      await expect(asked).rejects.toMatchObject({ code: 'SEARCH_TOO_WIDE' })
    })

    it('reads back by place what it found, page after page', async () => {
      const area = { address: '1 Harbor Drive' }
      const day = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-02T00:00:00.000Z' }
      const reads = Array.from({ length: 9 }, (_, i) =>
        aRead({ plate: `9AAA00${i}`, seenAt: `2026-09-01T12:00:0${Math.floor(i / 2)}.000Z` }),
      )
      await insert(reads)
      const seen: Read[] = []
      let cursor: string | undefined
      do {
        const page = await search(undefined, { ...day, area, limit: 4, ...(cursor ? { cursor } : {}) })
        seen.push(...page.reads)
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      expect(seen.map(({ id }) => id).sort()).toEqual(reads.map(({ id }) => id).sort())
    })

    it('drops whole years that are past retention', async () => {
      await insert([aRead({ plate: '9ZZZ999', seenAt: '2011-06-01T00:00:00.000Z' })])
      await history.retain(10, Date.parse('2026-11-24T00:00:00.000Z'))
      const { reads } = await search('9ZZZ999', { from: '2000-01-01T00:00:00.000Z' })
      expect(reads).toEqual([])
      expect((await search('2BBB222')).reads).toHaveLength(3)
      for (const table of READS_TABLES)
        expect(await history.select(`SELECT 1 FROM ${table} WHERE plate = '9ZZZ999'`)).toEqual([])
    })

    it.each([
      ['looks at too many reads', { rows: 1000 }, 'too many reads'],
      ['takes too long', { seconds: 0.000001 }, 'too long'],
      ['needs too much memory', { bytes: 1000 }, 'too much memory'],
    ])('refuses a search that %s, and says what to ask for', async (_, limit, reason) => {
      await history.close()
      history = await openHistory(test.place, quiet, { ...SEARCH_LIMITS, ...limit })
      const refused = expect.objectContaining({
        code: 'SEARCH_TOO_LARGE',
        message: expect.stringContaining(reason),
        hint: expect.stringContaining('Search a shorter time'),
      })
      await insert(Array.from({ length: 3000 }, (_, i) => aRead({ plate: `L${i}`, seenAt: at(i) })))
      await expect(search(undefined, { pattern: '*99*' })).rejects.toEqual(refused)
      const companions = { v: 1, plate: 'L1', from: at(0), to: at(3600), limit: 5 } as const
      await expect(history.companions(companions)).rejects.toEqual(refused)
    })

    it('is still there after closing and opening again, migrated once', async () => {
      await history.close()
      history = await open()
      expect((await search('2BBB222')).reads).toHaveLength(3)
    })
  })

  // cspell:ignore colour
  it('keeps the colors of a history in which their column was `colour`', async () => {
    const vehicle = { make: 'Ford', model: null, color: 'teal' }
    await insert([aRead({ plate: 'C0L0R', vehicle, seenAt: at(1) })])
    await history.close()
    const clickhouse = await openClickHouse(test.place)
    const layout = test.place.cluster === undefined ? {} : { cluster: test.place.cluster }
    const rename = 'RENAME COLUMN color TO colour'
    for (const statement of [
      ...['reads_in_to_reads', 'reads_in_to_reads_by_day', 'reads_in'].map((table) =>
        dropTable(layout, table),
      ),
      ...READS_TABLES.flatMap((table) => alterAll(layout, table, rename)),
      ...alterAll({ ...layout, isWhole: true }, 'sim_actors', rename),
      'DELETE FROM migrations WHERE version > 3',
    ]) {
      await clickhouse.command(statement)
    }
    await clickhouse.close()
    history = await open()
    await insert([aRead({ plate: 'C0L0R', vehicle, seenAt: at(2) })])
    const { reads } = await search('C0L0R')
    expect(reads.map((read) => read.vehicle)).toEqual([vehicle, vehicle])
  })

  it('tells kinds and views from a history that had no column for them', async () => {
    const before = { make: 'Ford', model: null, color: 'teal' }
    await insert([aRead({ plate: 'K1ND', vehicle: before, seenAt: at(1) })])
    await history.close()
    const clickhouse = await openClickHouse(test.place)
    const layout = test.place.cluster === undefined ? {} : { cluster: test.place.cluster }
    for (const statement of [
      ...['reads_in_to_reads', 'reads_in_to_reads_by_day', 'reads_in'].map((table) =>
        dropTable(layout, table),
      ),
      ...READS_TABLES.flatMap((table) => alterAll(layout, table, 'DROP COLUMN look')),
      'DELETE FROM migrations WHERE version > 4',
    ]) {
      await clickhouse.command(statement)
    }
    await clickhouse.close()
    history = await open()
    const after = { ...before, kind: 'van', view: 'rear' } as const
    await insert([aRead({ plate: 'K1ND', vehicle: after, seenAt: at(2) })])
    const { reads } = await search('K1ND')
    expect(reads.map((read) => read.vehicle)).toEqual([after, before])
  })

  it('does not touch a history that a newer program has written', async () => {
    const clickhouse = await openClickHouse(test.place)
    await clickhouse.command("INSERT INTO migrations (version, name) VALUES (99, 'of the future')")
    await expect(open()).rejects.toMatchObject({
      code: 'HISTORY_UNAVAILABLE',
      message: expect.stringContaining('99'),
    })
    await clickhouse.command('DELETE FROM migrations WHERE version = 99')
    await clickhouse.close()
  })
})

describe('a ClickHouse that refuses', () => {
  it('is HISTORY_UNAVAILABLE with a hint when nobody listens', async () => {
    const refused = openHistory({ directory: '', url: 'http://127.0.0.1:1' }, quiet)
    await expect(refused).rejects.toMatchObject({
      code: 'HISTORY_UNAVAILABLE',
      hint: expect.stringContaining('CLICKHOUSE_URL'),
      exitStatus: 69,
    })
  })

  it('is HISTORY_UNAVAILABLE when it answers with an error, and the password is not in the message', async () => {
    const server = createServer((_, response) => {
      response.writeHead(403, { 'X-ClickHouse-Exception-Code': '516' })
      response.end('Code: 516. DB::Exception: sim: Authentication failed. (AUTHENTICATION_FAILED)')
    })
    await new Promise<void>((up) => server.listen(0, '127.0.0.1', up))
    const { port } = server.address() as { port: number }
    const refused = await openHistory(
      { directory: '', url: `http://sim:hunter2@127.0.0.1:${port}` },
      quiet,
    ).catch((error) => error)
    server.close()
    expect(refused).toMatchObject({
      code: 'HISTORY_UNAVAILABLE',
      message: expect.stringContaining('Authentication'),
    })
    expect(JSON.stringify([refused.message, refused.hint])).not.toContain('hunter2')
  })

  it('is CONFIG_INVALID when the address is none', async () => {
    const refused = openHistory({ directory: '', url: 'not a url' }, quiet)
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})
