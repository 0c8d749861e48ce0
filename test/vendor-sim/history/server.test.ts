import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@clickhouse/client'
import type { Engine } from '@sightline/vendor-sim/history/engine'
import {
  openRegistrations,
  type Registration,
  registrationOf,
} from '@sightline/vendor-sim/history/registrations'
import { openServer, SERVER_LIMITS } from '@sightline/vendor-sim/history/server'
import { openHistory } from '@sightline/vendor-sim/history/store'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { quiet } from '../../support/broker.ts'
import { type ClickHouseServer, oneNode, startClickHouse } from '../../support/clickhouse/start.ts'
import { batchOf, testHistory, testPlace } from '../../support/history.ts'
import { aRead, gate } from '../../support/reads.ts'

/** What a server does otherwise than the embedded engine; on the one of CLICKHOUSE_URL, else on the stand-in. */

let standIn: ClickHouseServer | undefined
let url: string
let removePlace: () => Promise<void>

beforeAll(async () => {
  if (!process.env.CLICKHOUSE_URL) standIn = await startClickHouse()
  const { place, remove } = await testPlace(standIn?.url ?? process.env.CLICKHOUSE_URL)
  url = place.url!
  removePlace = remove
})
afterAll(async () => {
  await removePlace()
  await standIn?.stop()
})

/** Works with an engine of such limits, and closes it. */
async function withEngine<T>(work: (engine: Engine) => Promise<T>, limits = SERVER_LIMITS): Promise<T> {
  const engine = await openServer(url, {}, limits)
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}

const SHORT = { answer: 1000, signOfLife: 200 }

/** So many rows, one every tenth of a second, each written by itself. */
const SLOWLY = `sleepEachRow(0.1) = 0 SETTINGS max_block_size = 1, min_insert_block_size_rows = 1, min_insert_block_size_bytes = 1`

const running = (engine: Engine, text: string) =>
  engine.select<{ query_id: string }>(
    `SELECT query_id FROM system.processes WHERE position(query, '${text}') > 0 AND position(query, 'system.processes') = 0`,
  )

describe('a statement that takes long', () => {
  it('is not cut while its server shows signs of life', async () => {
    await withEngine((engine) => engine.command('SELECT sleep(3)'), SHORT)
  })

  it('and fails after they have stopped', async () => {
    const failing = "SELECT throwIf(sleep(1) = 0, 'too bad')"
    await expect(withEngine((engine) => engine.command(failing), SHORT)).rejects.toThrow('too bad')
  })

  it('is given up when its server is silent', async () => {
    const silent = await listening((_, answer) => {
      const isFirst = silent.requests++ === 0
      if (isFirst) answer.end('{"database":"default"}\n')
    })
    const engine = await openServer(silent.url, {}, SHORT)
    await expect(engine.command('OPTIMIZE TABLE reads')).rejects.toThrow('Timeout')
    await engine.close()
    await silent.close()
  })
})

describe('a search that nobody waits for any longer', () => {
  it('ends on the server too', async () => {
    await withEngine(async (engine) => {
      const asked = withEngine(
        (impatient) =>
          impatient.select(
            "SELECT sleepEachRow(1), 'given up' FROM numbers(20) SETTINGS max_block_size = 1, max_execution_time = 60",
          ),
        { ...SHORT, answer: 500 },
      )
      await vi.waitFor(async () => expect(await running(engine, 'given up')).toHaveLength(1), 30_000)
      await expect(asked).rejects.toThrow()
      await vi.waitFor(async () => expect(await running(engine, 'given up')).toEqual([]), 30_000)
    })
  })

  it('cannot write', async () => {
    await withEngine(async (engine) => {
      await expect(engine.select('CREATE TABLE no (a UInt8) ENGINE = Memory')).rejects.toMatchObject({
        code: '164',
      })
    })
  })
})

describe('a write whose process has died', () => {
  const insert = (table: string, rows: number) =>
    `INSERT INTO ${table} SELECT number FROM numbers(${rows}) WHERE ${SLOWLY}`
  const create = (engine: Engine, table: string) =>
    engine.command(`CREATE TABLE ${table} (a UInt64) ENGINE = MergeTree ORDER BY a`)
  const count = async (engine: Engine, table: string) =>
    Number((await engine.select<{ rows: string }>(`SELECT count() AS rows FROM ${table}`))[0]!.rows)

  it('continues on the server until it is settled, and writes nothing after that', async () => {
    await withEngine(async (engine) => {
      await create(engine, 'orphan')
      const dying = await openServer(url, {})
      const left = dying.command(insert('orphan', 100)).catch(() => 'gone')
      await vi.waitFor(async () => expect(await running(engine, 'INTO orphan')).toHaveLength(1), 30_000)
      await dying.close()
      expect(await left).toBe('gone')
      expect(await running(engine, 'INTO orphan')).toHaveLength(1)
      await engine.settle()
      expect(await running(engine, 'INTO orphan')).toEqual([])
      const rows = await count(engine, 'orphan')
      expect(rows).toBeLessThan(100)
      await sleep(500)
      expect(await count(engine, 'orphan')).toBe(rows)
    })
  })

  it('is not confused with one that this process waits for', async () => {
    await withEngine(async (engine) => {
      await create(engine, 'own')
      const own = engine.command(insert('own', 20))
      await vi.waitFor(async () => expect(await running(engine, 'INTO own')).toHaveLength(1), 30_000)
      await engine.settle()
      await own
      expect(await count(engine, 'own')).toBe(20)
    })
  })
})

describe('a connection that the server closes just as it is used again', () => {
  it('costs a query nothing, and a write is not sent twice', async () => {
    const seen: string[] = []
    const server = await listening((request, answer) => {
      const query = String(
        new URL(request.url!, 'http://localhost').searchParams.get('query') ?? request.method,
      )
      seen.push(query)
      if (server.requests++ % 2 === 1) request.socket.destroy()
      else answer.end('{"database":"default"}\n')
    })
    const engine = await openServer(server.url, {})
    expect(await engine.select('SELECT 1')).toEqual([{ database: 'default' }])
    await expect(engine.insertRows('t', [{ a: 1 }])).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(seen.filter((query) => query.startsWith('INSERT'))).toHaveLength(1)
    await engine.close()
    await server.close()
  })

  it('is not used after being idle for longer than a server keeps it', async () => {
    await withEngine(async (engine) => {
      await engine.select('SELECT 1')
      await sleep(3200)
      expect(await engine.select('SELECT 1 AS one')).toEqual([{ one: 1 }])
    })
  })
})

it('accepts parameters that are longer than an address may be', async () => {
  const plates = Array.from({ length: 100_000 }, (_, i) => `PLATE${i}`)
  await withEngine(async (engine) => {
    const query = 'SELECT length({plates:Array(String)}) AS count'
    expect(await engine.select(query, { plates })).toEqual([{ count: plates.length }])
  })
})

it('refuses a wrong password, and does not say which', async () => {
  const wrong = new URL(url)
  wrong.password = 'hunter2'
  const refused = await openHistory({ directory: '', url: wrong.href }, quiet).catch((error) => error)
  expect(refused).toMatchObject({
    code: 'HISTORY_UNAVAILABLE',
    message: expect.stringContaining('Authentication'),
  })
  expect(JSON.stringify([refused.message, refused.hint])).not.toContain('hunter2')
})

it.skipIf(process.env.CLICKHOUSE_URL)('the stand-in accepts and sends compressed bodies', async () => {
  const client = createClient({ url, compression: { request: true, response: true } })
  await client.command({ query: 'CREATE TABLE zipped (a UInt64) ENGINE = MergeTree ORDER BY a' })
  await client.insert({ table: 'zipped', values: [{ a: 1 }, { a: 2 }], format: 'JSONEachRow' })
  const answer = await client.query({ query: 'SELECT sum(a) AS sum FROM zipped', format: 'JSONEachRow' })
  expect(await answer.json()).toEqual([{ sum: 3 }])
  await client.close()
})

describe('a registration of registrations whose answer is lost', () => {
  it('never gives one number to two registrations', async () => {
    const rows: { number: number; country: string; description: string }[] = []
    let isLost = true
    const registrations = await openRegistrations({
      select: async <Row>() => rows as Row[],
      insertRows: async (_, added) => {
        rows.push(...(added as typeof rows))
        if (isLost) throw new Error('Timeout error.')
      },
      settle: async () => {},
    })
    const registration = (id: string): Registration => registrationOf(aRead({ camera: { ...gate, id } }))
    await expect(registrations.register([registration('a')])).rejects.toThrow('Timeout')
    isLost = false
    expect(await registrations.register([registration('b'), registration('a')])).toEqual([2, 1])
    expect(new Set(rows.map(({ number }) => number)).size).toBe(rows.length)
  })
})

describe('on a cluster of two shards', () => {
  it.skipIf(process.env.CLICKHOUSE_URL)(
    'finds companions, although both tables are distributed',
    async () => {
      const server = await startClickHouse(oneNode)
      const { history, remove } = await testHistory(server.url, { cluster: 'two' })
      const seenAt = (second: number) => new Date(Date.UTC(2026, 10, 1, 0, 0, second)).toISOString()
      await history.insert(batchOf(history, [aRead({ plate: 'ABC123', seenAt: seenAt(1) })]))
      const asked = { v: 1, plate: 'ABC123', from: seenAt(0), to: seenAt(60), limit: 5 } as const
      expect(await history.companions(asked)).toEqual([])
      await remove()
      await server.stop()
    },
  )
})

/** An HTTP server that gives the configured answers, and counts requests. */
async function listening(handler: Parameters<typeof createServer>[1]) {
  const server: Server = createServer(handler)
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests: 0,
    close: () => {
      server.closeAllConnections()
      return new Promise((closed) => server.close(closed))
    },
  }
}
