import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Read } from '../../../schemas/read.ts'
import { vendorSearchAnswerReader } from '../../../schemas/vendor-search.ts'
import { openClickHouse } from '../../../vendor-sim/history/client.ts'
import { type History, openHistory } from '../../../vendor-sim/history/store.ts'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { aRead, gate } from '../../support/reads.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let history: History
const open = () => openHistory({ directory: folder.path }, quiet)

beforeAll(async () => {
  folder = await temporaryFolder()
  history = await open()
})
afterAll(async () => {
  await history.close()
  await folder.remove()
})

const at = (second: number) => new Date(Date.UTC(2026, 10, 1, 0, 0, second)).toISOString()
const search = (plate: string, more = {}) =>
  history.search({ v: 1, plate, from: at(0), to: at(3600), limit: 100, ...more })

describe('history on the real engine', () => {
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
      vehicle: { make: 'Toyota', model: null, colour: 'silver' },
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
    await history.insert([aRead(known), aRead(unknown)])
    const { reads } = await search('1AAA111')
    expect(reads).toEqual([aRead(unknown), aRead(known)])
    vendorSearchAnswerReader.parse({ v: 1, reads, nextCursor: null, refreshedAt: null })
  })

  it('keeps one read of those written twice, merged or not', async () => {
    const reads = [1, 2, 3].map((second) => aRead({ plate: '2BBB222', seenAt: at(second) }))
    await history.insert(reads)
    await history.insert(reads)
    expect((await search('2BBB222')).reads).toHaveLength(3)
  })

  it('bounds a search: from is in, to is out', async () => {
    await history.insert([10, 20, 30].map((second) => aRead({ plate: '3CCC333', seenAt: at(second) })))
    const { reads } = await search('3CCC333', { from: at(10), to: at(30) })
    expect(reads.map(({ seenAt }) => seenAt)).toEqual([at(20), at(10)])
  })

  it('pages newest first, and stays stable while reads arrive, also at equal instants', async () => {
    const camera = (i: number) => ({ ...gate, id: `c-${i}` })
    const reads = Array.from({ length: 25 }, (_, i) =>
      aRead({ plate: '4DDD444', seenAt: at(100 + Math.floor(i / 5)), camera: camera(i) }),
    )
    await history.insert(reads)
    const seen: Read[] = []
    let cursor: string | undefined
    do {
      const page = await search('4DDD444', { limit: 4, ...(cursor ? { cursor } : {}) })
      seen.push(...page.reads)
      cursor = page.nextCursor ?? undefined
      await history.insert([aRead({ plate: '4DDD444', seenAt: at(200 + seen.length) })])
    } while (cursor)
    const order = (read: Read) => read.seenAt + read.id
    expect(seen.map(order)).toEqual(reads.map(order).sort().reverse())
  })

  it('refuses a cursor that it has not given', async () => {
    for (const cursor of ['nonsense', "1.a' OR 1=1 --", '-5.AAAAAAAAAAAAAAAAAAAAAA']) {
      await expect(search('4DDD444', { cursor })).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
    }
  })

  it('never shows a read of a camera outside the United States (CAP-5)', async () => {
    const abroad = { ...gate, id: 'tj-1', country: 'MX' }
    await history.insert([
      aRead({ plate: '5EEE555', seenAt: at(1) }),
      aRead({ plate: '5EEE555', seenAt: at(2), camera: abroad }),
    ])
    expect((await search('5EEE555')).reads.map(({ camera }) => camera.country)).toEqual(['US'])
  })

  it('is still there after closing and opening again, migrated once', async () => {
    await history.close()
    history = await open()
    expect((await search('2BBB222')).reads).toHaveLength(3)
  })
})

it('does not touch a history that a newer program has written', async () => {
  const client = await openClickHouse({ directory: folder.path })
  await client.command({ query: "INSERT INTO migrations (version, name) VALUES (99, 'of the future')" })
  await expect(open()).rejects.toMatchObject({
    code: 'HISTORY_UNAVAILABLE',
    message: expect.stringContaining('99'),
  })
  await client.close()
})

describe('a ClickHouse that refuses', () => {
  it('is HISTORY_UNAVAILABLE with a hint when nobody listens', async () => {
    const refused = openHistory({ directory: folder.path, url: 'http://127.0.0.1:1' }, quiet)
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
      { directory: folder.path, url: `http://sim:hunter2@127.0.0.1:${port}` },
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
    const refused = openHistory({ directory: folder.path, url: 'not a url' }, quiet)
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})
