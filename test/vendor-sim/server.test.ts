import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFederation } from '@sightline/api/federation/federation'
import { SightlineError } from '@sightline/schemas/errors'
import { vendorSearchAnswerParser } from '@sightline/schemas/vendor-search'
import { type History, openHistory } from '@sightline/vendor-sim/history/store'
import { startVendor, type Vendor, type VendorOptions } from '@sightline/vendor-sim/main'
import { buildServer } from '@sightline/vendor-sim/server'
import { addCustomer, openCustomers, vendorToken } from '@sightline/vendor-sim/token'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'
import { testPlace } from '../support/history.ts'

const DAY = 86_400_000

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let where: Awaited<ReturnType<typeof testPlace>>
let vendor: Vendor
let options: VendorOptions

beforeAll(async () => {
  folder = await temporaryFolder()
  where = await testPlace()
  options = {
    dataDir: where.place.directory,
    clickhouseUrl: where.place.url,
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
  await where.remove()
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
  it('answers by plate, place and vehicle with reads of its world, newest first (QRY-2)', async () => {
    const { address } = vendor.world.places.find(({ kind, country }) => kind === 'fixed' && country === 'US')!
    const found = await ask({ v: 1, area: { address, radiusM: 9000 }, ...week(), limit: 1000 })
    expect(found.status).toBe(200)
    const { reads } = vendorSearchAnswerParser.parse(await found.json())
    const plates = new Set(vendor.world.fleet.map(({ plate }) => plate))
    const { plate, vehicle } = reads.find((read) => plates.has(read.plate) && read.vehicle?.make)!
    const own = reads.filter((read) => read.plate === plate)
    const byPlate = vendorSearchAnswerParser.parse(
      await (await ask({ v: 1, plate, ...week(), limit: 1000 })).json(),
    )
    expect(byPlate.reads).toEqual(expect.arrayContaining(own))
    const times = byPlate.reads.map(({ seenAt }) => seenAt)
    expect(times).toEqual(times.toSorted().reverse())
    const { make } = vehicle!
    const byMake = await ask({
      v: 1,
      vehicle: { make },
      area: { address, radiusM: 9000 },
      ...week(),
      limit: 1000,
    })
    const same = vendorSearchAnswerParser.parse(await byMake.json()).reads
    expect(same.map(({ id }) => id)).toContain(own[0]!.id)
    expect(same.every((read) => read.vehicle?.make === make)).toBe(true)
  })

  it('draws the image of a read, marked as simulated (CAP-4)', async () => {
    const found = await ask({
      v: 1,
      area: { lat: 32.56, lon: -117.03, radiusM: 20_000 },
      ...week(),
      limit: 1,
    })
    const [read] = vendorSearchAnswerParser.parse(await found.json()).reads
    const picture = (seenAt: string) =>
      fetch(
        `${vendor.url}/v1/picture?${new URLSearchParams({ camera: read!.camera.id, seenAt, plate: read!.plate })}`,
        {
          headers: { authorization: `Bearer ${vendor.token}` },
        },
      )
    const answer = await picture(read!.seenAt)
    expect(answer.headers.get('content-type')).toBe('image/jpeg')
    expect(answer.headers.get('x-sightline-simulated')).toBe('true')
    expect([...new Uint8Array(await answer.arrayBuffer()).subarray(0, 2)]).toEqual([0xff, 0xd8])
    expect((await picture('2026-01-01T00:00:00.000Z')).status).toBe(404)
  })

  it('gives the agency the image of a read, and records the request (CAP-4, AUD-4)', async () => {
    const search = await ask({
      v: 1,
      area: { lat: 32.56, lon: -117.03, radiusM: 20_000 },
      ...week(),
      limit: 2,
    })
    // Another one than the test before has asked for.
    const [, read] = vendorSearchAnswerParser.parse(await search.json()).reads
    const credentialsFile = join(folder.path, 'agency.token')
    await writeFile(credentialsFile, vendor.token)
    const federation = createFederation({
      vendors: [{ id: 'sim', url: vendor.url, credentialsFile, deadlineMs: 20_000 }],
      ...{ clock: Date.now, log: quiet },
    })
    const of = { camera: read!.camera.id, seenAt: read!.seenAt, plate: read!.plate }
    const picture = await federation.picture(of, { vendors: ['sim'] })
    expect(picture).toMatchObject({ vendor: 'sim', isSimulated: true })
    expect(picture.jpeg.length).toBeGreaterThan(10_000)
    const history = await openHistory(where.place, quiet)
    const recorded = await history.select<{ request: string }>(
      'SELECT client, results, request FROM queries WHERE from_at = to_at',
    )
    await history.close()
    const asked = recorded.filter(({ request }) => request === JSON.stringify(of))
    expect(asked).toEqual([{ client: 'agency', results: 1, request: JSON.stringify(of) }])
    const missing = federation.picture({ ...of, plate: 'NONE1' }, { vendors: ['sim'] })
    await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('describes itself', async () => {
    const document = (await (await fetch(`${vendor.url}/openapi.json`)).json()) as { paths: object }
    expect(Object.keys(document.paths)).toEqual([
      '/v1/search',
      '/v1/cameras',
      '/v1/companions',
      '/v1/picture',
      '/health',
    ])
  })

  it('refuses what costs too much, and says what to do', async () => {
    const server = await buildServer({
      ...failingParts,
      history: { ...failingParts.history, search: () => tooMuch() },
    })
    const response = await server.inject({ ...SEARCH })
    expect(response.statusCode).toBe(422)
    expect(response.json()).toMatchObject({ code: 'SEARCH_TOO_LARGE', hint: expect.any(String) })
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
    ['no plate, pattern or area', { v: 1, ...week(), limit: 1 }, 'MESSAGE_INVALID'],
    [
      'a vehicle without an area',
      { v: 1, vehicle: { make: 'Ford' }, ...week(), limit: 1 },
      'MESSAGE_INVALID',
    ],
    ['a pattern for any plate', { v: 1, pattern: '*?', ...week(), limit: 1 }, 'MESSAGE_INVALID'],
    ['a pattern with SQL in it', { v: 1, pattern: "A%' --", ...week(), limit: 1 }, 'MESSAGE_INVALID'],
    [
      'an end before the beginning',
      { v: 1, plate: 'ABC123', from: week().to, to: week().from, limit: 1 },
      'MESSAGE_INVALID',
    ],
    [
      'a world-wide circle',
      { v: 1, area: { lat: 0, lon: 0, radiusM: 1e7 }, ...week(), limit: 1 },
      'MESSAGE_INVALID',
    ],
    ['a foreign cursor', { v: 1, plate: 'ABC123', ...week(), limit: 1, cursor: 'x' }, 'MESSAGE_INVALID'],
  ])('refuses %s with a code', async (_, body, code) => {
    const response = await ask(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code })
  })

  it('says what it offers when asked for another path', async () => {
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

it('keeps a record of each query that it answered, with the asking agency (AUD-4)', async () => {
  const path = await addCustomer(options.dataDir, 'other-agency')
  const token = (await readFile(path, 'utf8')).trim()
  const asked = { v: 1, plate: 'QRY0001', ...week(), limit: 7 }
  await ask(asked)
  await ask(asked, { authorization: `Bearer ${token}` })
  await rm(path)
  expect((await ask(asked, { authorization: `Bearer ${token}` })).status).toBe(401)
  const history = await openHistory(where.place, quiet)
  const rows = await history.select(
    "SELECT client, plate, page_limit, results, request FROM queries WHERE plate = 'QRY0001' ORDER BY client",
  )
  await history.close()
  const row = { plate: 'QRY0001', page_limit: 7, results: 0, request: JSON.stringify(asked) }
  expect(rows).toEqual([
    { client: 'agency', ...row },
    { client: 'other-agency', ...row },
  ])
})

it('refuses an agency name that is taken or missing', async () => {
  await addCustomer(options.dataDir, 'third')
  await expect(addCustomer(options.dataDir, 'third')).rejects.toMatchObject({ code: 'CONFLICT' })
  for (const name of ['agency', '../up', 'A']) {
    await expect(addCustomer(options.dataDir, name)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  }
  const { whoIs } = await openCustomers(options.dataDir)
  expect(await whoIs(undefined)).toBeUndefined()
})

it('does not start a feed without a key for the broker, and affects nobody else', async () => {
  const refused = startVendor({ ...options, rate: 1 })
  await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  expect((await fetch(`${vendor.url}/health`)).status).toBe(200)
})

const failingParts = {
  history: {
    search: async () => ({ reads: [], nextCursor: null }),
    companions: async () => [],
    registrations: { all: () => [] },
    recordQuery: async () => {},
    ping: async () => {},
  },
  customers: { whoIs: async () => 'agency' },
  picture: async () => Buffer.alloc(0),
  ...{ refreshedAt: () => null, clock: () => 0, log: quiet },
}
const SEARCH = {
  ...{ method: 'POST', url: '/v1/search' },
  payload: {
    v: 1,
    plate: 'ABC123',
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-02-01T00:00:00.000Z',
    limit: 1,
  },
} as const
const tooMuch = () =>
  Promise.reject(new SightlineError('SEARCH_TOO_LARGE', 'too many reads', { hint: 'Ask for less.' }))

describe('a history that fails', () => {
  const failing = (change: Partial<History>) =>
    buildServer({ ...failingParts, history: { ...failingParts.history, ...change } })
  const refuse = () => Promise.reject(new SightlineError('HISTORY_UNAVAILABLE', 'connect ECONNREFUSED'))
  const search = SEARCH

  it('is reported to the caller as 503 with its code', async () => {
    const response = await (await failing({ search: refuse })).inject(search)
    expect(response.statusCode).toBe(503)
    expect(response.json()).toMatchObject({ code: 'HISTORY_UNAVAILABLE' })
  })

  it('gives no answer that could not be recorded (AUD-4)', async () => {
    const response = await (await failing({ recordQuery: refuse })).inject(search)
    expect(response.statusCode).toBe(503)
    expect(response.json()).not.toHaveProperty('reads')
    const url = '/v1/picture?camera=gate-1&seenAt=2026-01-01T00:00:00.000Z&plate=ABC123'
    expect((await (await failing({ recordQuery: refuse })).inject(url)).statusCode).toBe(503)
  })

  it('is unhealthy', async () => {
    expect((await (await failing({ ping: refuse })).inject('/health')).statusCode).toBe(503)
  })

  it('reveals nothing internal', async () => {
    const response = await (
      await failing({ search: () => Promise.reject(new Error('at secret.ts:1')) })
    ).inject(search)
    expect(response.statusCode).toBe(500)
    expect(response.body).not.toContain('secret')
  })
})

describe('vendorToken', () => {
  it('creates a token once, readable by its owner only', async () => {
    const token = await vendorToken(join(folder.path, 'new'))
    expect(await vendorToken(join(folder.path, 'new'))).toBe(token)
    expect((await stat(join(folder.path, 'new', 'vendor-token'))).mode & 0o777).toBe(0o600)
  })

  it('refuses one that is too short, given or stored', async () => {
    await expect(vendorToken(folder.path, 'short')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await mkdir(join(folder.path, 'empty'))
    await writeFile(join(folder.path, 'empty', 'vendor-token'), '')
    await expect(vendorToken(join(folder.path, 'empty'))).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})
