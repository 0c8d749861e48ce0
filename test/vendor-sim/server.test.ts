import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SightlineError } from '../../schemas/errors.ts'
import { vendorSearchAnswerReader } from '../../schemas/vendor-search.ts'
import { openClickHouse } from '../../vendor-sim/history/client.ts'
import type { History } from '../../vendor-sim/history/store.ts'
import { startVendor, type Vendor, type VendorOptions } from '../../vendor-sim/main.ts'
import { buildServer } from '../../vendor-sim/server.ts'
import { vendorToken } from '../../vendor-sim/token.ts'
import { DAY, passesBetween } from '../../vendor-sim/world/passes.ts'
import { quiet, temporaryFolder } from '../support/broker.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let vendor: Vendor
let options: VendorOptions

beforeAll(async () => {
  folder = await temporaryFolder()
  options = {
    dataDir: join(folder.path, 'vendor'),
    world: { seed: 5, vehicles: 200, cameras: 30 },
    days: 3,
    rate: 0,
    broker: { servers: 'nats://127.0.0.1:1', keys: folder.path },
    host: '127.0.0.1',
    port: 0,
    log: quiet,
  }
  vendor = await startVendor(options)
  await vendor.seeded
})
afterAll(async () => {
  await vendor.close()
  await folder.remove()
})

const week = () => ({ from: new Date(Date.now() - 7 * DAY).toISOString(), to: new Date().toISOString() })
const ask = (body: unknown, headers: Record<string, string> = { authorization: `Bearer ${vendor.token}` }) =>
  fetch(`${vendor.url}/v1/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('the vendor on the real engine', () => {
  it('answers with the passes of its world, and records the query (AUD-4)', async () => {
    const now = Date.now()
    const passes = [...passesBetween(vendor.world, now - 2 * DAY, now - 3600_000)]
    const { vehicle } = passes.find(({ place }) => place.country === 'US')!
    const response = await ask({ v: 1, plate: vehicle.plate, ...week(), limit: 1000 })
    expect(response.status).toBe(200)
    const answer = vendorSearchAnswerReader.parse(await response.json())
    const own = passes.filter((pass) => pass.vehicle === vehicle && pass.place.country === 'US')
    const seen = new Set(answer.reads.map(({ seenAt }) => Date.parse(seenAt)))
    // A few are misread, as vendors' reads are; those carry another plate.
    expect(own.filter(({ at }) => seen.has(at)).length).toBeGreaterThan(0.5 * own.length)
    expect(answer.reads.every(({ plate }) => plate === vehicle.plate)).toBe(true)
  })

  it.each([
    ['without a token', {}],
    ['with a wrong token', { authorization: 'Bearer wrong' }],
    ['with the token but another scheme', { authorization: 'Basic x' }],
  ])('refuses a search %s', async (_, headers) => {
    const response = await ask({ v: 1, plate: 'ABC123', ...week(), limit: 1 }, headers)
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'NOT_SIGNED_ON' })
  })

  it.each([
    ['no JSON', '{', 'MESSAGE_NOT_JSON'],
    ['no body', '', 'MESSAGE_NOT_JSON'],
    ['an impossible plate', { v: 1, plate: "A'; DROP", ...week(), limit: 1 }, 'MESSAGE_INVALID'],
    ['no bounds in time', { v: 1, plate: 'ABC123', limit: 1 }, 'MESSAGE_INVALID'],
    ['too large a page', { v: 1, plate: 'ABC123', ...week(), limit: 1001 }, 'MESSAGE_INVALID'],
    ['a foreign cursor', { v: 1, plate: 'ABC123', ...week(), limit: 1, cursor: 'x' }, 'MESSAGE_INVALID'],
  ])('refuses %s with a code', async (_, body, code) => {
    const response = await ask(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code })
  })

  it('says what it answers when asked for another place', async () => {
    const response = await fetch(`${vendor.url}/nowhere`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('is healthy', async () => {
    expect(await (await fetch(`${vendor.url}/health`)).json()).toEqual({ status: 'ok', refreshedAt: null })
  })

  it('refuses a port that is taken, and closes what it had opened', async () => {
    const port = Number(new URL(vendor.url).port)
    await expect(startVendor({ ...options, port })).rejects.toMatchObject({ code: 'PORT_IN_USE' })
    expect((await fetch(`${vendor.url}/health`)).status).toBe(200)
  })
})

it('keeps one row of each query that it answered (AUD-4)', async () => {
  await ask({ v: 1, plate: 'QRY0001', ...week(), limit: 7 })
  const client = await openClickHouse({ directory: options.dataDir })
  const answer = await client.query({
    query: "SELECT client, plate, page_limit, results FROM queries WHERE plate = 'QRY0001'",
    format: 'JSONEachRow',
  })
  const rows = await answer.json()
  await client.close()
  expect(rows).toEqual([{ client: 'agency', plate: 'QRY0001', page_limit: 7, results: 0 }])
})

it('does not start a feed without a key for the broker, and disturbs nobody', async () => {
  const refused = startVendor({ ...options, rate: 1 })
  await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  expect((await fetch(`${vendor.url}/health`)).status).toBe(200)
})

describe('a history that fails', () => {
  const failing = (change: Partial<History>) =>
    buildServer({
      history: {
        search: async () => ({ reads: [], nextCursor: null }),
        ...change,
      } as History,
      ...{ token: 'a-token-of-enough-length', refreshedAt: () => null, clock: () => 0, log: quiet },
    })
  const refuse = () => Promise.reject(new SightlineError('HISTORY_UNAVAILABLE', 'connect ECONNREFUSED'))
  const search = {
    ...{ method: 'POST', url: '/v1/search', headers: { authorization: 'Bearer a-token-of-enough-length' } },
    payload: {
      v: 1,
      plate: 'ABC123',
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-02-01T00:00:00.000Z',
      limit: 1,
    },
  } as const

  it('is said to the caller as 503 with its code', async () => {
    const response = await failing({ search: refuse }).inject(search)
    expect(response.statusCode).toBe(503)
    expect(response.json()).toMatchObject({ code: 'HISTORY_UNAVAILABLE' })
  })

  it('gives no answer that could not be recorded (AUD-4)', async () => {
    const response = await failing({ recordQuery: refuse }).inject(search)
    expect(response.statusCode).toBe(503)
    expect(response.json()).not.toHaveProperty('reads')
  })

  it('is unhealthy', async () => {
    expect((await failing({ ping: refuse }).inject('/health')).statusCode).toBe(503)
  })

  it('does not tell of defects inside', async () => {
    const response = await failing({ search: () => Promise.reject(new Error('at secret.ts:1')) }).inject(
      search,
    )
    expect(response.statusCode).toBe(500)
    expect(response.body).not.toContain('secret')
  })
})

describe('vendorToken', () => {
  it('makes a token once, readable by its owner alone', async () => {
    const token = await vendorToken(join(folder.path, 'new'))
    expect(await vendorToken(join(folder.path, 'new'))).toBe(token)
    expect((await stat(join(folder.path, 'new', 'vendor-token'))).mode & 0o777).toBe(0o600)
  })

  it('refuses one that is too short, given or kept', async () => {
    await expect(vendorToken(folder.path, 'short')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await mkdir(join(folder.path, 'empty'))
    await writeFile(join(folder.path, 'empty', 'vendor-token'), '')
    await expect(vendorToken(join(folder.path, 'empty'))).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})
