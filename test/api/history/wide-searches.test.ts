import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MOST_CAMERAS, WIDEST_M } from '@sightline/api/federation/reach'
import { instant } from '@sightline/runtime/clock'
import type { FederatedSearchAnswer } from '@sightline/schemas/federated-search'
import { buildServer } from '@sightline/vendor-sim/server'
import { openCustomers } from '@sightline/vendor-sim/token'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { quiet } from '../../support/broker.ts'
import { type TestHistory, testHistory } from '../../support/history.ts'
import { auditOf } from '../cases/support.ts'
import { type FakeVendor, fakeVendor, HERE, honest, readAt, send } from '../federation/fake-vendor.ts'
import { bodyOf, caseNaming, json, type Rig, startRig } from '../harness.ts'

/**
 * Mining by wide words (QRY-6): somebody names a place or a vehicle in a case of their own that means a whole town, and
 * reads who went where. Tried on the api, with the real vendor and its register, and one that lies.
 */

const DAY = 86_400_000
const TO = Date.parse('2026-11-23T08:00:00.000Z')
const FROM = TO - 2 * DAY
const window = { from: instant(FROM), to: instant(TO) }
const matter = { caseRef: 'CASE-1', purpose: 'Movements of a vehicle in a seizure' }
const reason = 'a witness of the seizure spoke of it'

let test: TestHistory
let fake: FakeVendor
let rig: Rig
let closeVendor: () => Promise<void>
let registered: { address: string; lat: number; lon: number }[]
beforeAll(async () => {
  test = await testHistory()
  const simulation = await test.simulate({ seed: 3, vehicles: 400, cameras: 60 })
  await simulation.write({ from: FROM, to: TO })
  registered = [...test.history.registrations.all()].flatMap(({ camera: { address, country }, position }) =>
    address && country === 'US' && position ? [{ address, lat: position.lat, lon: position.lon }] : [],
  )
  const customers = await openCustomers(test.path)
  const vendor = await buildServer({
    ...{ history: test.history, customers, refreshedAt: () => TO, clock: () => TO, log: quiet },
    picture: async () => Buffer.alloc(0),
  })
  const url = await vendor.listen({ host: '127.0.0.1', port: 0 })
  closeVendor = () => vendor.close()
  fake = await fakeVendor('fake', test.path, 5000)
  const vendorsFile = join(test.path, 'vendors.json')
  const sim = { id: 'sim', url, credentialsFile: 'vendor-token', deadlineMs: 20_000 }
  await writeFile(vendorsFile, JSON.stringify({ vendors: [sim, fake.config] }))
  rig = await startRig({ vendorsFile, clock: () => TO, requestsPerMinute: 100_000 })
})
afterAll(async () => {
  await rig?.close()
  await closeVendor?.()
  await fake?.close()
  await test?.remove()
})
beforeEach(() => {
  fake.behave(honest([]))
  fake.list(() => ({ cameras: [] }))
})

let refs = 0
/** Searches for a case that names just what is asked for. */
async function search(about: object | null, body: object, path = '/v1/search') {
  const caseRef = `CASE-W-${refs++}`
  const subjects = about === null ? [] : [{ about, reason }]
  const opened = await rig.call('/v1/cases', json({ ...caseNaming([]), caseRef, subjects }))
  expect(opened.status).toBe(201)
  return rig.call(path, json({ ...matter, caseRef, vendors: ['sim'], ...window, ...body }))
}

const refused = async (answer: Response) => {
  const { code, detail, hint, reads } = await bodyOf<Record<string, unknown>>(answer)
  expect([answer.status, code, reads]).toEqual([422, 'SEARCH_TOO_WIDE', undefined])
  expect(hint).toMatch(/at most/)
  return String(detail)
}

/** Searches that the vendor was asked, by its own record. */
const searched = async () =>
  (await test.history.select("SELECT 1 FROM queries WHERE JSONHas(request, 'limit')")).length

/** Readers of the register that words mean, as an address spells them. */
const plain = (text: string) =>
  ` ${text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()} `
const meant = (words: string) => {
  const first = registered.filter(({ address }) => plain(address).startsWith(plain(words)))
  return first.length > 0 ? first : registered.filter(({ address }) => plain(address).includes(plain(words)))
}

describe('words and areas that match a whole town are refused before any read is requested', () => {
  it.each<[string, object]>([
    ['a kind of street', { address: 'Street' }],
    ['another', { address: 'avenue' }],
    ['a state', { address: ' CA' }],
    ['a town', { address: 'San Ysidro, CA' }],
    ['a kind of street, with a radius', { address: 'Street', radiusM: 1 }],
    ['a state, with a radius', { address: ' CA', radiusM: 500 }],
    ['a circle of a town', { lat: 32.57, lon: -117.03, radiusM: 9_900 }],
    ['the largest circle', { lat: 32.57, lon: -117.03, radiusM: 50_000 }],
    ['a large circle with few cameras', { lat: 40, lon: -100, radiusM: 10_100 }],
    [
      'a polygon of a town',
      {
        polygon: [
          { lat: 32.5, lon: -117.15 },
          { lat: 32.5, lon: -116.9 },
          { lat: 32.7, lon: -116.9 },
          { lat: 32.7, lon: -117.15 },
        ],
      },
    ],
  ])('%s', async (_, area) => {
    const before = await searched()
    const ways: object[] = [
      {},
      { limit: 1 },
      { from: instant(TO - 1000) },
      { vehicle: { color: 'white' } },
      { pattern: '7A*' },
      { vehicle: { make: 'Toyota', model: 'Camry', color: 'white' }, limit: 1 },
    ]
    for (const way of ways) await refused(await search({ place: area }, { area, ...way }))
    expect(await searched()).toBe(before)
    expect(fake.asked).toEqual([])
  })

  it('says how many cameras and how far, and the audit log does too (AUD-1)', async () => {
    const message = await refused(
      await search({ place: { address: 'Street' } }, { area: { address: 'Street' } }),
    )
    expect(message).toContain(`${meant('Street').length} cameras`)
    const last = (await auditOf(rig)).at(-1)
    expect(last).toMatchObject({
      action: 'query.answer',
      parameters: { results: 0, failed: 'SEARCH_TOO_WIDE', message: expect.stringContaining(message) },
    })
  })

  it('a link to an address is no way around the limit', async () => {
    const caseRef = `CASE-W-${refs++}`
    await rig.call('/v1/cases', json({ ...caseNaming(['7ABC123']), caseRef }))
    const body = { ...matter, caseRef, vendors: ['sim'], ...window, plate: '7ABC123', address: 'Street' }
    await refused(await rig.call('/v1/review/address-link', json(body)))
  })

  it('a color opens no place: it cannot be named as a subject', async () => {
    for (const vehicle of [{ color: 'white' }, { color: 'white', make: '-' }, { model: ' ' }]) {
      const subjects = [{ about: { vehicle }, reason }]
      const answer = await rig.call('/v1/cases', json({ ...caseNaming([]), caseRef: 'CASE-COLOR', subjects }))
      expect(await bodyOf(answer)).toMatchObject({
        code: 'RULE_BROKEN',
        rules: ['QRY-6'],
      })
    }
  })
})

describe('a search with a narrow place is answered', () => {
  it('for every camera by its whole address, and the record says which cameras it covered', async () => {
    const { address } = registered[4]!
    const answer = await search({ place: { address } }, { area: { address } })
    expect(answer.status).toBe(200)
    const { reads, complete } = await bodyOf<FederatedSearchAnswer>(answer)
    expect([complete, reads.length > 0]).toEqual([true, true])
    expect(new Set(reads.map(({ read }) => read.camera.address))).toEqual(new Set([address]))
    expect((await auditOf(rig)).at(-1)).toMatchObject({ parameters: { reach: { cameras: 1, acrossM: 0 } } })
  })

  it('for an address with a radius as a circle around it, whichever vendor has a camera there', async () => {
    const { address, lat, lon } = registered[4]!
    const near = readAt(TO - 1000, {
      cameraId: 'cam-near',
      position: { fix: 'surveyed', lat: lat + 0.001, lon, accuracyM: null, headingDeg: null, speedMps: null },
    })
    fake.behave(honest([near]))
    fake.list(({ area }) =>
      'address' in area ? {} : { cameras: [{ camera: 'cam-near', position: { lat: lat + 0.001, lon } }] },
    )
    const area = { address, radiusM: 300 }
    const answer = await search({ place: area }, { area, vendors: ['sim', 'fake'], limit: 1000 })
    const { reads } = await bodyOf<FederatedSearchAnswer>(answer)
    expect(reads.map(({ read }) => read.id)).toContain(near.id)
    expect(fake.asked.at(-1)!.area).toMatchObject({ radiusM: 300, lat: expect.closeTo(lat, 3) })
  })

  it('for any words of the register: at most so many cameras, so near to each other, are ever shown', async () => {
    const words = fc
      .record({
        from: fc.constantFrom(...registered),
        start: fc.nat(4),
        length: fc.integer({ min: 1, max: 5 }),
      })
      .map(({ from, start, length }) =>
        from.address
          .split(' ')
          .slice(start, start + length)
          .join(' '),
      )
      .filter((text) => text.length >= 3)
    await fc.assert(
      fc.asyncProperty(words, async (address) => {
        const found = meant(address)
        const answer = await search({ place: { address } }, { area: { address }, limit: 1000 })
        if (found.length > MOST_CAMERAS) return void (await refused(answer))
        expect(answer.status).toBe(200)
        const { reads } = await bodyOf<FederatedSearchAnswer>(answer)
        for (const { read } of reads) expect(found.map((one) => one.address)).toContain(read.camera.address)
      }),
      { numRuns: 25 },
    )
  })
})

describe('a vendor’s own list of cameras is not trusted', () => {
  const area = { address: '1 Main Street' }
  const ask = (more = {}) => search({ place: area }, { area, vendors: ['fake'], ...more })
  const rows = Array.from({ length: 40 }, (_, n) => readAt(TO - 1000 * (n + 1), { cameraId: `cam-${n + 1}` }))

  it('rows of cameras that it did not list are not shown', async () => {
    fake.behave(honest(rows))
    fake.list(() => ({ cameras: [HERE] }))
    const { reads, vendors } = await bodyOf<FederatedSearchAnswer>(ask())
    expect(reads.map(({ read }) => read.camera.id)).toEqual(['cam-1'])
    expect(vendors[0]).toMatchObject({ rows: 40, filtered: { unasked: 39 } })
  })

  it.each<[string, Parameters<FakeVendor['list']>[0]]>([
    [
      'one that does not know the question',
      () => (_, response) => send(response, { code: 'NOT_FOUND' }, 404),
    ],
    ['one that answers something else', () => (_, response) => send(response, { v: 1, cameras: 'all' })],
    ['one that fails', () => (_, response) => send(response, {}, 500)],
    ['one that hangs up', () => (_, response) => response.destroy()],
  ])('%s is not asked for reads', async (_, list) => {
    fake.behave(honest(rows))
    fake.list(list)
    fake.asked.length = 0
    const { reads, vendors, complete } = await bodyOf<FederatedSearchAnswer>(ask())
    expect([reads, complete, fake.asked]).toEqual([[], false, []])
    expect(['refused', 'unreachable']).toContain(vendors[0]!.state)
  })

  it.each<[string, Parameters<FakeVendor['list']>[0]]>([
    ['more than it lists', () => ({ cameras: [HERE], more: true })],
    [
      'one too many',
      () => ({
        cameras: Array.from({ length: MOST_CAMERAS + 1 }, (_, n) => ({ ...HERE, camera: `cam-${n}` })),
      }),
    ],
    [
      'two that are far apart',
      () => ({
        cameras: [HERE, { camera: 'cam-2', position: { lat: 32.5 + (1.1 * WIDEST_M) / 111_195, lon: -117 } }],
      }),
    ],
  ])('refuses %s', async (_, list) => {
    fake.list(list)
    await refused(await ask())
  })

  it('counts the cameras of all vendors together', async () => {
    const { address } = registered[4]!
    fake.list(() => ({
      cameras: Array.from({ length: MOST_CAMERAS }, (_, n) => ({ ...HERE, camera: `cam-${n}` })),
    }))
    await refused(await search({ place: { address } }, { area: { address }, vendors: ['sim', 'fake'] }))
  })
})
