import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Actor } from '@sightline/api/access/permit'
import type { AuditEntry } from '@sightline/api/audit/log'
import { createCaseGate } from '@sightline/api/cases/gate'
import { createFederation } from '@sightline/api/federation/federation'
import type { QueryCache } from '@sightline/api/history/cache'
import type { SearchPlaces } from '@sightline/api/history/places'
import { runRecordedQuery } from '@sightline/api/history/recorded'
import { instant } from '@sightline/runtime/clock'
import type { Case } from '@sightline/schemas/case'
import { SightlineError } from '@sightline/schemas/errors'
import type { FederatedSearchAnswer, FederatedSearchRequest } from '@sightline/schemas/federated-search'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import {
  always,
  answerOf,
  type FakeVendor,
  fakeVendor,
  honest,
  PLATE,
  readAt,
  send,
} from '../federation/fake-vendor.ts'
import { bodyOf, caseNaming, json, type Rig, refusal, startRig } from '../harness.ts'
import { sampleCase } from '../oversight/holdings.ts'

const matter = { caseRef: 'CASE-2026-17', purpose: 'Whereabouts of the vehicle after the seizure' }
const developer: Actor = {
  ...{ id: 'developer', roles: [], session: null, consented: true, trainingValid: true, recertified: true },
  sources: 'all',
}

const NO_CACHE: QueryCache = {
  find: async () => undefined,
  byQuery: async () => undefined,
  keep: async () => null,
  repeat: async () => {},
}

const never = () => Promise.reject(new Error('no answer of these has a second page'))
const NO_PLACES: SearchPlaces = { keep: never, find: never }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let vendor: FakeVendor
beforeAll(async () => {
  folder = await temporaryFolder()
  vendor = await fakeVendor('one', folder.path)
})
afterAll(async () => {
  await vendor.close()
  await folder.remove()
})
beforeEach(() => {
  vendor.asked.length = 0
})

describe('a query and its audit records', () => {
  const federation = () => createFederation({ vendors: [vendor.config], clock: Date.now, log: quiet })
  /** What happened, in its order. */
  let events: (AuditEntry | 'asked')[] = []
  const audit = { record: async (entry: AuditEntry) => void events.push(entry), end: () => null }
  const unavailable = async () =>
    Promise.reject(new SightlineError('AUDIT_UNAVAILABLE', 'the audit log cannot be written'))

  /** One case, of the developer, that names the plate. */
  const kept = sampleCase('case-1', 'event', PLATE, {
    ...{ ...matter, owner: 'developer' },
    retention: { until: instant(Date.now() + 3_600_000), renewals: [] },
  })
  const cases = {
    select: (keep: (one: Case) => boolean) => [kept].filter(keep),
    find: async () => ({ value: kept, revision: 1 }),
  }
  const caseGate = createCaseGate(cases, { secondPerson: false }, Date.now)

  const ask = (
    request: FederatedSearchRequest = { plate: PLATE },
    {
      actor = developer,
      deps = {},
      purpose = matter.purpose,
    }: { actor?: Actor; deps?: object; purpose?: string } = {},
  ) => {
    const all = {
      federation: federation(),
      caseGate,
      queryCache: NO_CACHE,
      searchPlaces: NO_PLACES,
      audit,
      ...deps,
    }
    const query = { action: 'query.search' as const, actor, matter: { ...matter, purpose }, request }
    return runRecordedQuery(all, query, async (granted) => {
      const answer = await all.federation.search(granted)
      return { answer, ids: answer.reads.map(({ read }) => read.id), vendors: answer.vendors }
    })
  }

  beforeEach(() => {
    events = []
    vendor.behave((question, response) => {
      events.push('asked')
      return honest([readAt(Date.now() - 60_000), readAt(Date.now() - 120_000)])(
        question,
        response,
        undefined as never,
      )
    })
  })

  it('come in this order: question recorded, vendor asked, answer recorded (AUD-1)', async () => {
    const { query } = await ask()
    expect(events).toEqual([
      {
        ...{ actor: 'developer', action: 'query.search', subject: query },
        parameters: {
          ...{ ...matter, plate: PLATE, vendors: ['one'] },
          window: { from: expect.any(String), to: expect.any(String) },
          case: 'case-1',
        },
      },
      'asked',
      {
        ...{ actor: 'developer', action: 'query.answer', subject: query },
        parameters: {
          ...{ results: 2, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
          vendors: [{ vendor: 'one', state: 'complete', rows: 2 }],
        },
      },
    ])
    expect(JSON.stringify(events.at(-1))).not.toContain(PLATE)
  })

  it('ask no vendor when the question cannot be recorded (AUD-1)', async () => {
    await expect(ask({ plate: PLATE }, { deps: { audit: { record: unavailable } } })).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
    })
    expect(vendor.asked).toEqual([])
  })

  it('give no answer when the answer cannot be recorded (AUD-1)', async () => {
    const record = (entry: AuditEntry) =>
      entry.action === 'query.answer' ? unavailable() : audit.record(entry)
    await expect(ask({ plate: PLATE }, { deps: { audit: { record } } })).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
    })
    expect(vendor.asked).toHaveLength(1)
  })

  it('give a cached answer only after recording it, and that it was cached (AUD-1, QRY-7)', async () => {
    const [from, to] = [readAt(Date.now() - 60_000).seenAt, readAt(Date.now()).seenAt]
    const window = { from, to }
    const answered = {
      ...{ query: 'q-1', actor: 'developer', caseId: 'case-1', ...matter },
      ...{ askedAt: from, expiresAt: to },
    }
    const content = { answer: { window }, ids: [], vendors: [] }
    const queryCache = { ...NO_CACHE, find: async () => ({ answered, content }) }
    for (const refused of ['query.search', 'query.answer']) {
      const record = (entry: AuditEntry) => (entry.action === refused ? unavailable() : audit.record(entry))
      const asking = ask({ plate: PLATE }, { deps: { queryCache, audit: { record } } })
      await expect(asking).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    }
    events = []
    const slow = async (entry: AuditEntry) => {
      await new Promise((done) => setTimeout(done, 20))
      events.push(entry)
    }
    const { cached } = await ask({ plate: PLATE }, { deps: { queryCache, audit: { record: slow } } })
    expect(cached).toMatchObject({ query: 'q-1' })
    expect(events).toMatchObject([{ action: 'query.search' }, { action: 'query.answer' }])
    expect(vendor.asked).toEqual([])
  })

  it('say when the query failed', async () => {
    const search = () => Promise.reject(new SightlineError('SOURCE_UNAVAILABLE', 'gone'))
    await expect(
      ask({ plate: PLATE }, { deps: { federation: { ...federation(), search } } }),
    ).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
    expect(events.at(-1)).toMatchObject({
      action: 'query.answer',
      parameters: { results: 0, failed: 'SOURCE_UNAVAILABLE' },
    })
  })

  const analyst = (sources: Actor['sources']): Actor => ({ ...developer, id: 'ann', session: 'x', sources })
  const place = { area: { lat: 32.5, lon: -117, radiusM: 100 } }
  it.each<[string, FederatedSearchRequest, Parameters<typeof ask>[1], string, RegExp]>([
    [
      'without words for a purpose (QRY-5)',
      { plate: PLATE },
      { purpose: 'xxxx xxxx xxxx' },
      'RULE_BROKEN',
      /QRY-5/,
    ],
    [
      'of a person without a case (QRY-5)',
      { plate: PLATE },
      { actor: analyst(['one']) },
      'NOT_ALLOWED',
      /QRY-5/,
    ],
    ['of a pattern anywhere (QRY-6)', { pattern: '7AB*' }, {}, 'RULE_BROKEN', /QRY-6/],
    ['of a place at any time (QRY-6)', place, {}, 'RULE_BROKEN', /QRY-6/],
    [
      'of a vendor that was not granted (ACC-6)',
      { plate: PLATE, vendors: ['one'] },
      { actor: analyst(['two']) },
      'NOT_ALLOWED',
      /ACC-6/,
    ],
    ['without any granted vendor (ACC-6)', { plate: PLATE }, { actor: analyst([]) }, 'NOT_ALLOWED', /ACC-6/],
    ['of a vendor that there is not', { plate: PLATE, vendors: ['two'] }, {}, 'NOT_FOUND', /two/],
    [
      'of six years ago (QRY-4)',
      { plate: PLATE, from: '2019-01-01T00:00:00.000Z', to: '2020-01-01T00:00:00.000Z' },
      {},
      'RULE_BROKEN',
      /QRY-4/,
    ],
    ['of nothing', {}, {}, 'RULE_BROKEN', /QRY-6/],
    ['of a plate and a pattern', { plate: PLATE, pattern: '7AB*' }, {}, 'MESSAGE_INVALID', /pattern/],
  ])('refuse %s on record, and ask nobody', async (_, request, options, code, message) => {
    await expect(ask(request, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
    expect(events).toMatchObject([
      {
        action: 'request.refuse',
        parameters: { ...request, code, refused: 'query.search', caseRef: matter.caseRef },
      },
    ])
    expect(vendor.asked).toEqual([])
  })

  it('ask only the granted vendors (ACC-6)', async () => {
    const caseGate = { mayQuery: async () => 'case-1' }
    await ask({ plate: PLATE }, { actor: analyst(['one', 'two']), deps: { caseGate } })
    expect(events[0]).toMatchObject({ parameters: { vendors: ['one'] } })
  })
})

describe('the routes', () => {
  let rig: Rig
  beforeAll(async () => {
    const vendorsFile = join(folder.path, 'vendors.json')
    await writeFile(vendorsFile, JSON.stringify({ vendors: [vendor.config] }))
    rig = await startRig()
    rig.api = await rig.startApi({ vendorsFile })
    await openCase(matter.caseRef)
  })
  afterAll(() => rig.close())
  const reviews = ['timeline', 'places', 'companions', 'address-link', 'impossible-travel']
  const openCase = async (caseRef: string) =>
    expect((await rig.call('/v1/cases', json(caseNaming([PLATE], { caseRef })))).status).toBe(201)
  /** For a case of its own: nothing is answered from the cache. */
  const search = async (body: object) => {
    const caseRef = `CASE-${randomUUID()}`
    await openCase(caseRef)
    return rig.call('/v1/search', json({ ...matter, caseRef, ...body }))
  }

  it('search for a plate as people write it, and say how each vendor answered (QRY-2)', async () => {
    const read = readAt(Date.now() - 60_000)
    vendor.behave(always([read, readAt(Date.now() - 90_000, { country: 'MX' })]))
    const answer = await search({ plate: ' 7abc-123' })
    expect(answer.status).toBe(200)
    expect(await bodyOf<FederatedSearchAnswer>(answer)).toMatchObject({
      query: expect.any(String),
      reads: [{ read, vendors: ['one'] }],
      vendors: [{ vendor: 'one', state: 'complete', filtered: { foreign: 1 } }],
    })
    expect(vendor.asked[0]).toMatchObject({ plate: PLATE })
  })

  it.each([
    ['no case (QRY-5)', { caseRef: undefined }, 400, 'MESSAGE_INVALID'],
    ['no purpose (QRY-5)', { purpose: undefined }, 400, 'MESSAGE_INVALID'],
    ['a purpose without words (QRY-5)', { purpose: '0123456789' }, 422, 'RULE_BROKEN'],
    ['an impossible plate', { plate: '???' }, 422, 'PLATE_IMPOSSIBLE'],
    [
      'time that runs backwards',
      { from: '2026-01-02T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z' },
      400,
      'MESSAGE_INVALID',
    ],
    ['more rows than a page has', { limit: 100_000 }, 400, 'MESSAGE_INVALID'],
    ['an unknown key', { sql: '1=1' }, 400, 'MESSAGE_INVALID'],
  ])('refuse %s, and ask nobody', async (_, change, status, code) => {
    expect(await refusal(search({ plate: PLATE, ...change }))).toEqual([status, code])
    for (const tool of reviews) {
      if ('limit' in change) continue
      const body = { ...matter, plate: PLATE, address: '1 Main Street', ...change }
      const sent = tool === 'address-link' ? body : { ...body, address: undefined }
      expect(await refusal(rig.call(`/v1/review/${tool}`, json(sent)))).toEqual([status, code])
    }
    expect(vendor.asked).toEqual([])
  })

  it('review nothing without a plate: there is no data mining (QRY-6)', async () => {
    for (const tool of reviews) {
      expect(
        await refusal(rig.call(`/v1/review/${tool}`, json({ ...matter, address: '1 Main Street' }))),
      ).toEqual([400, 'MESSAGE_INVALID'])
    }
    expect(
      await refusal(
        rig.call('/v1/review/places', json({ ...matter, plate: PLATE, timeZone: 'Mars/Olympus' })),
      ),
    ).toEqual([400, 'MESSAGE_INVALID'])
    expect(vendor.asked).toEqual([])
  })

  it('answer with what there is when the vendor fails, and call it incomplete', async () => {
    vendor.behave((_, response) => send(response, '', 503))
    expect(await bodyOf(search({ plate: PLATE }))).toMatchObject({
      complete: false,
      reads: [],
      vendors: [{ state: 'unreachable' }],
    })
    const timeline = await rig.call('/v1/review/timeline', json({ ...matter, plate: PLATE }))
    expect(await bodyOf(timeline)).toMatchObject({ complete: false, timeline: { sightings: 0 } })
  })

  it('link a vehicle to an address without naming other vehicles (QRY-6)', async () => {
    const at = Date.now() - 3_600_000
    vendor.behave(always([readAt(at + 60_000, { plate: 'OTHER1' }), readAt(at, {})]))
    const body = { ...matter, plate: PLATE, address: '1 Main Street' }
    const text = await (await rig.call('/v1/review/address-link', json(body))).text()
    expect(JSON.parse(text)).toMatchObject({ link: { visits: 1, vehicles: 2 } })
    expect(text).not.toContain('OTHER1')
    expect(vendor.asked[0]).toMatchObject({ area: { address: '1 Main Street' } })
    expect(vendor.asked[0]).not.toHaveProperty('plate')
  })

  it('say what to do when no vendor is configured', async () => {
    const alone = await rig.startApi()
    const headers = { authorization: `Bearer ${alone.token}` }
    const answer = await fetch(`${alone.url}/v1/search`, json({ ...matter, plate: PLATE }, headers))
    expect(await refusal(answer)).toEqual([503, 'SOURCE_UNAVAILABLE'])
  })

  it('do not start with an invalid file of vendors', async () => {
    const vendorsFile = join(folder.path, 'wrong.yaml')
    await writeFile(vendorsFile, 'vendors:\n  - id: a\n')
    await expect(rig.startApi({ vendorsFile })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it('stop asking when the caller hangs up', async () => {
    let isLeft = false
    vendor.behave((_, response) => void response.on('close', () => (isLeft = true)))
    await openCase('CASE-HANG-UP')
    const caller = new AbortController()
    const asking = rig.call('/v1/search', {
      ...json({ ...matter, caseRef: 'CASE-HANG-UP', plate: PLATE }),
      signal: caller.signal,
    })
    while (vendor.asked.length === 0) await new Promise((done) => setTimeout(done, 5))
    caller.abort()
    await expect(asking).rejects.toThrow()
    const begun = performance.now()
    while (!isLeft && performance.now() - begun < 300) await new Promise((done) => setTimeout(done, 5))
    expect(isLeft).toBe(true)
    vendor.behave((_, response) => send(response, answerOf([])))
  })
})
