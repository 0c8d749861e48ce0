import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAuditLog } from '../../../api/audit/log.ts'
import { sweepRetention } from '../../../api/cases/deletion.ts'
import { openCaseStores } from '../../../api/stores/case-stores.ts'
import { openLink } from '../../../broker/link.ts'
import { instant } from '../../../runtime/clock.ts'
import type { Case } from '../../../schemas/case.ts'
import type { Dissemination } from '../../../schemas/dissemination.ts'
import type { FederatedSearchAnswer } from '../../../schemas/federated-search.ts'
import type { Lookout } from '../../../schemas/lookout.ts'
import type { Product } from '../../../schemas/product.ts'
import type { SavedRead } from '../../../schemas/saved-read.ts'
import { QUERY_CACHE, SAVED } from '../../../schemas/streams.ts'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { type FakeVendor, fakeVendor, honest, PLATE, readAt, send } from '../federation/fake-vendor.ts'
import { bodyOf, json, type Rig, refusal, startRig } from '../harness.ts'
import { auditOf, type Colleague, colleague, DAY, matter, opened, reason, type TestClock } from './support.ts'

type Answer = FederatedSearchAnswer & { query: string; cached: { query: string } | null }

const HOUR = 3_600_000
const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
const start = clock.now
const MARK = 'cam-marked-for-the-disk'
const marked = readAt(start - HOUR, { cameraId: MARK })
const plain = readAt(start - 2 * HOUR)
const place = { lat: 32.5, lon: -117, radiusM: 500 }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let one: FakeVendor
let two: FakeVendor
let vendorsFile: string
let rig: Rig
let anna: Colleague
let bert: Colleague
let carl: Colleague
let sue: Colleague
let olaf: Colleague

beforeAll(async () => {
  folder = await temporaryFolder()
  one = await fakeVendor('one', folder.path)
  two = await fakeVendor('two', folder.path)
  vendorsFile = join(folder.path, 'vendors.json')
  await writeFile(vendorsFile, JSON.stringify({ vendors: [one.config, two.config] }))
  rig = await startRig({ ...options(), cacheHours: 4 })
  const here = (id: string, more = {}) => colleague(rig, clock, id, more)
  anna = await here('anna', { supervisor: 'sue' })
  bert = await here('bert')
  carl = await here('carl', { sources: ['two'] })
  sue = await here('sue', { analyst: false, offices: ['supervisor'] })
  olaf = await here('olaf', { analyst: false, offices: ['oversight'] })
})
afterAll(async () => {
  await rig.close()
  await one.close()
  await two.close()
  await folder.remove()
})
beforeEach(() => {
  for (const vendor of [one, two]) {
    vendor.asked.length = 0
    vendor.behave(honest([marked, plain]))
  }
})
const options = () => ({ clock: () => clock.now, requestsPerMinute: 100_000, vendorsFile })
const named = (about: object) => ({ subjects: [{ about, reason }] as never })
const search = (by: Colleague, body: object) => by.send('/v1/search', { ...matter, ...body })
const found = async (by: Colleague, body: object) => {
  const answer = await search(by, body)
  expect(answer.status).toBe(200)
  return bodyOf<Answer>(answer)
}
/** A reference of its own for each test: several cases of one matter would help each other out. */
let refs = 0
const newRef = () => `CASE-Q-${refs++}`

describe('a query', () => {
  it('needs an open case of one’s own that names the plate (QRY-5, QRY-6)', async () => {
    const caseRef = newRef()
    const ask = (by: Colleague) => search(by, { plate: PLATE, caseRef })
    expect(await refusal(ask(anna))).toEqual([403, 'NOT_ALLOWED'])
    const { id } = await opened(anna, { caseRef })
    expect(await refusal(ask(anna))).toEqual([422, 'RULE_BROKEN'])
    await anna.send(`/v1/cases/${id}/subjects`, { about: { plate: '7abc 123' }, reason })
    expect(await refusal(ask(bert))).toEqual([403, 'NOT_ALLOWED'])
    expect(one.asked).toEqual([])
    expect((await ask(anna)).status).toBe(200)
    await anna.send(`/v1/cases/${id}/close`, { reason })
    one.asked.length = 0
    expect(await refusal(ask(anna))).toEqual([422, 'RULE_BROKEN'])
    expect(one.asked).toEqual([])
    expect((await auditOf(rig)).at(-1)).toMatchObject({
      ...{ actor: 'anna', action: 'request.refuse' },
      parameters: { refused: 'query.search', plate: PLATE, caseRef, message: expect.stringMatching(/QRY-5/) },
    })
  })

  it('of a colleague’s project is made for it, and records which (QRY-5, AUD-1)', async () => {
    const caseRef = newRef()
    const { id } = await opened(anna, {
      kind: 'project',
      members: ['bert'],
      caseRef,
      ...named({ plate: PLATE }),
    })
    const { query } = await found(bert, { plate: PLATE, caseRef })
    const record = (await auditOf(rig)).find(
      ({ action, subject }) => action === 'query.search' && subject === query,
    )
    expect(record).toMatchObject({ actor: 'bert', parameters: { case: id, caseRef, vendors: ['one'] } })
  })

  it.each<[string, object, object, boolean]>([
    ['a place in a named place', { place }, { area: { ...place, radiusM: 400 } }, true],
    ['a place that is larger', { place }, { area: { ...place, radiusM: 600 } }, false],
    ['a place elsewhere', { place }, { area: { ...place, lat: 33 } }, false],
    [
      'a named vehicle',
      { vehicle: { make: 'Toyota' } },
      { area: place, vehicle: { make: 'toyota', colour: 'red' } },
      true,
    ],
    ['another vehicle', { vehicle: { make: 'Toyota' } }, { area: place, vehicle: { make: 'Ford' } }, false],
    ['a place, by a case that names a plate', { plate: PLATE }, { area: place }, false],
    ['a pattern at a named place', { place }, { area: place, pattern: '7AB*' }, true],
    ['a pattern anywhere', { place }, { pattern: '7AB*' }, false],
  ])('without a plate, of %s (QRY-6)', async (_, about, asked, isAllowed) => {
    const caseRef = newRef()
    await opened(anna, { caseRef, ...named(about) })
    const window = { from: instant(clock.now - DAY), to: instant(clock.now) }
    const answer = await search(anna, { ...asked, ...window, caseRef })
    expect(answer.status).toBe(isAllowed ? 200 : 422)
    const { area } = asked as { area?: object }
    if (area) {
      const long = { from: instant(clock.now - 40 * DAY), to: instant(clock.now) }
      for (const bad of [{}, long])
        expect(await refusal(search(anna, { ...asked, ...bad, caseRef }))).toEqual([422, 'RULE_BROKEN'])
    }
  })

  it('without a plate takes a second person where the api is set so (QRY-6)', async () => {
    const strict = await rig.startApi({ ...options(), secondPerson: true })
    const before = rig.api
    rig.api = strict
    try {
      const caseRef = newRef()
      const { id } = await opened(anna, { caseRef, ...named({ place }) })
      const window = { from: instant(clock.now - DAY), to: instant(clock.now) }
      const ask = () => search(anna, { area: place, ...window, caseRef })
      expect(await refusal(ask())).toEqual([422, 'RULE_BROKEN'])
      const asked = await bodyOf<Case>(
        anna.send(`/v1/cases/${id}/place-searches`, { area: place, ...window, reason }),
      )
      const approve = (by: Colleague) =>
        by.send(`/v1/cases/${id}/place-searches/${asked.placeSearches[0]!.id}/approve`, { reason })
      expect(await refusal(approve(anna))).toEqual([403, 'NOT_ALLOWED'])
      expect(await refusal(approve(bert))).toEqual([404, 'NOT_FOUND'])
      expect(await refusal(ask())).toEqual([422, 'RULE_BROKEN'])
      const waiting = await bodyOf<{ searches: object[] }>(sue.call('/v1/place-searches'))
      expect(waiting.searches).toMatchObject([{ case: { id }, search: { askedBy: 'anna', area: place } }])
      const two = await Promise.all([approve(sue), approve(sue)])
      expect(two.map(({ status }) => status).sort()).toEqual([200, 409])
      expect((await ask()).status).toBe(200)
      const other = { from: instant(clock.now - 2 * DAY), to: instant(clock.now) }
      expect(await refusal(search(anna, { area: place, ...other, caseRef }))).toEqual([422, 'RULE_BROKEN'])
    } finally {
      rig.api = before
    }
  })
})

describe('the cache', () => {
  const caseRef = 'CASE-CACHE'
  beforeAll(async () => {
    await opened(anna, { kind: 'project', members: ['bert'], caseRef, ...named({ plate: PLATE }) })
    await opened(anna, { caseRef: 'CASE-OTHER', ...named({ plate: PLATE }) })
  })
  const ask = (by = anna, more = {}) => found(by, { plate: PLATE, caseRef, ...more })

  it('answers a repeat, which is audited as one (QRY-7, AUD-1)', async () => {
    const first = await ask()
    expect([first.cached, one.asked.length, first.reads.length]).toEqual([null, 1, 2])
    clock.now += 3 * HOUR + 59 * 60_000
    one.behave(honest([]))
    const again = await ask(anna, { plate: '7-abc-123' })
    expect(one.asked).toHaveLength(1)
    expect(again.cached).toEqual({
      ...{
        query: first.query,
        askedAt: first.askedAt,
        expiresAt: instant(Date.parse(first.askedAt) + 4 * HOUR),
      },
    })
    expect(again.reads).toEqual(first.reads)
    expect(again.query).not.toBe(first.query)
    const records = (await auditOf(rig)).filter(({ subject }) => subject === again.query)
    expect(records).toMatchObject([
      { action: 'query.search', parameters: { plate: PLATE } },
      { action: 'query.answer', parameters: { results: 2, cached: first.query } },
    ])
    clock.now += 60_000
    expect(await ask()).toMatchObject({ cached: null, reads: [] })
    expect(one.asked).toHaveLength(2)
  })

  it('is each person’s and each case’s own (QRY-7)', async () => {
    clock.now += 5 * HOUR
    await ask()
    expect((await ask(bert)).cached).toBeNull()
    expect((await ask(anna, { caseRef: 'CASE-OTHER' })).cached).toBeNull()
    expect((await ask()).cached).not.toBeNull()
    expect(one.asked).toHaveLength(3)
  })

  it('has the answers of another api process, too', async () => {
    clock.now += 5 * HOUR
    await ask()
    const before = rig.api
    rig.api = await rig.startApi(options())
    expect((await ask()).cached).not.toBeNull()
    rig.api = before
  })

  it('answers a review that is repeated (QRY-7, QRY-10)', async () => {
    clock.now += 5 * HOUR
    const review = async () =>
      bodyOf<{ cached: object | null; timeline: object }>(
        anna.send('/v1/review/timeline', { ...matter, caseRef, plate: PLATE }),
      )
    const [first, again] = [await review(), await review()]
    expect([first.cached, again.cached]).toEqual([null, expect.anything()])
    expect(again.timeline).toEqual(first.timeline)
  })

  it('asks again what a vendor could not answer', async () => {
    clock.now += 5 * HOUR
    one.behave((_, response) => send(response, '', 503))
    expect(await ask()).toMatchObject({ complete: false })
    one.behave(honest([plain]))
    expect(await ask()).toMatchObject({ complete: true, cached: null, reads: [{ read: plain }] })
  })

  it('keeps an answer of many reads', async () => {
    clock.now += 5 * HOUR
    const many = Array.from({ length: 1000 }, (_, n) => {
      const chars = [...PLATE].map((char, c) => ({
        char,
        confidence: ((n * 7919 + c * 104729) % 1_000_003) / 1_000_003,
        alternatives: Array.from({ length: 9 }, (_, a) => ({
          char: String(a),
          confidence: ((n * 7907 + c * 104723 + a * 1299709) % 1_000_003) / 1_000_003,
        })),
      }))
      return readAt(start - n * 1000, { chars })
    })
    one.behave(honest(many))
    const first = await ask(anna, { limit: 999 })
    const again = await ask(anna, { limit: 999 })
    expect(again.cached).toMatchObject({ query: first.query })
    expect(again.reads).toEqual(first.reads)
    const keys: string[] = []
    const bucket = await new Kvm(jetstream(rig.admin)).open(QUERY_CACHE)
    for await (const key of await bucket.keys(`piece.${first.query}.*`)) keys.push(key)
    expect(keys.length).toBeGreaterThan(1)
  })

  it('is on no disk, and empty when the time is over (QRY-7, QRY-8)', async () => {
    clock.now += 5 * HOUR
    const { query } = await ask()
    expect(await onDisk(MARK)).toBe(false)
    const manager = await jetstreamManager(rig.admin)
    expect((await manager.streams.info(`KV_${QUERY_CACHE}`)).config).toMatchObject({
      ...{ storage: 'memory', max_age: 24 * 3600e9 },
    })
    clock.now += 4 * HOUR
    const save = { query, read: marked.id, reason }
    const { cases } = await bodyOf<{ cases: Case[] }>(anna.call('/v1/cases?kind=project&limit=500'))
    const mine = cases.find((each) => each.caseRef === caseRef)!
    expect(await refusal(anna.send(`/v1/cases/${mine.id}/saved`, save))).toEqual([404, 'NOT_FOUND'])
    await rig.startApi(options())
    const bucket = await new Kvm(jetstream(rig.admin)).open(QUERY_CACHE)
    await expect
      .poll(async () => {
        const keys: string[] = []
        for await (const key of await bucket.keys()) keys.push(key)
        return keys
      })
      .toEqual([])
  })

  it.each([0, 3, 25])('for %s hours keeps the api from starting (QRY-7)', async (cacheHours) => {
    await expect(rig.startApi({ ...options(), cacheHours })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})

describe('what is saved', () => {
  let caseRef: string
  let project: Case
  let query: string
  beforeEach(async () => {
    clock.now += 5 * HOUR
    caseRef = newRef()
    project = await opened(anna, {
      kind: 'project',
      members: ['bert', 'carl'],
      caseRef,
      ...named({ plate: PLATE }),
    })
    query = (await found(anna, asked())).query
  })
  /** From a day on that stays the same, however far the test's time has gone on. */
  const asked = () => ({ plate: PLATE, caseRef, from: instant(start - DAY) })
  const save = (by: Colleague, more = {}) =>
    by.send(`/v1/cases/${project.id}/saved`, { query, read: marked.id, reason, ...more })
  const savedBy = async (by: Colleague) =>
    bodyOf<{ saved: { saved: SavedRead; etag: string }[]; withheld: number }>(
      by.call(`/v1/cases/${project.id}/saved`),
    )

  it('is a single result, with reason, provenance and retention (QRY-8, AUD-6)', async () => {
    expect((await savedBy(anna)).saved).toEqual([])
    const answer = await save(anna)
    expect(answer.status).toBe(201)
    expect(await bodyOf(answer)).toMatchObject({
      ...{ read: marked, reason, savedBy: 'anna', retention: { renewals: [] } },
      provenance: { query, vendors: ['one'], askedAt: instant(clock.now), caseRef, purpose: matter.purpose },
    })
    expect(await refusal(save(anna))).toEqual([409, 'CONFLICT'])
    expect((await savedBy(bert)).saved.map(({ saved }) => saved.read.id)).toEqual([marked.id])
    // carl was granted another vendor (ACC-6).
    expect(await savedBy(carl)).toEqual({ saved: [], withheld: 1 })
    const record = (await auditOf(rig)).find(
      ({ action, subject }) => action === 'saved.create' && subject?.startsWith(project.id),
    )
    expect(record).toMatchObject({ actor: 'anna', parameters: { query, read: marked.id, reason } })
    expect(JSON.stringify(record)).not.toContain(MARK)
  })

  it.each<[string, object, string]>([
    ['a reason without words', { reason: 'because because because' }, 'RULE_BROKEN'],
    ['a read that was not found', { read: readAt(1).id }, 'NOT_FOUND'],
    ['a query that there was not', { query: '00000000-0000-4000-8000-000000000000' }, 'NOT_FOUND'],
    ['a retention of ten years', { retainUntil: instant(start + 3650 * DAY) }, 'RULE_BROKEN'],
  ])('is not with %s (QRY-8)', async (_, more, code) => {
    expect((await refusal(save(anna, more)))[1]).toBe(code)
    expect((await savedBy(anna)).saved).toEqual([])
  })

  it('is not from another’s answer, nor into another’s case (QRY-8, ACC-8)', async () => {
    expect((await refusal(save(bert)))[1]).toBe('NOT_FOUND')
    const { id } = await opened(bert)
    expect((await refusal(anna.send(`/v1/cases/${id}/saved`, { query, read: marked.id, reason })))[1]).toBe(
      'NOT_FOUND',
    )
  })

  it('is saved from a repeat that the cache answered', async () => {
    const again = await found(anna, asked())
    expect(again.cached).not.toBeNull()
    expect((await save(anna, { query: again.query })).status).toBe(201)
  })

  it('is renewed with a reason, no longer than its case (AUD-6)', async () => {
    await save(anna, { retainUntil: instant(clock.now + 10 * DAY) })
    const { etag } = (await savedBy(anna)).saved[0]!
    const renew = (until: string, more: object = {}, ifMatch = etag) =>
      bert.send(
        `/v1/cases/${project.id}/saved/${marked.id}/renewal`,
        { until, reason, ...more },
        { headers: { 'if-match': ifMatch } },
      )
    const later = instant(clock.now + 100 * DAY)
    expect((await refusal(renew(instant(clock.now + 500 * DAY))))[1]).toBe('RULE_BROKEN')
    expect((await refusal(renew(later, { reason: 'and and and and and and' })))[1]).toBe('RULE_BROKEN')
    expect(await bodyOf(renew(later))).toMatchObject({
      retention: { until: later, renewals: [{ by: 'bert' }] },
    })
    expect((await refusal(renew(later)))[1]).toBe('CONFLICT')
  })

  it('is deleted on the disk too, and recorded without the content (AUD-6)', async () => {
    const mark = 'cam-to-be-erased'
    const read = readAt(start - 3 * HOUR, { cameraId: mark })
    one.behave(honest([read]))
    clock.now += 5 * HOUR
    const { query } = await found(anna, asked())
    expect((await save(anna, { query, read: read.id })).status).toBe(201)
    expect(await onDisk(mark)).toBe(true)
    const gone = await anna.send(`/v1/cases/${project.id}/saved/${read.id}/deletion`, { reason })
    expect(gone.status).toBe(204)
    expect((await savedBy(anna)).saved).toEqual([])
    expect(await onDisk(mark)).toBe(false)
    expect((await auditOf(rig)).at(-2)).toMatchObject({
      ...{ action: 'saved.delete', actor: 'anna', subject: `${project.id}.${read.id}` },
      parameters: { reason },
    })
  })

  it('ends on its day without any process, and is then deleted, once, also after a pause (AUD-6)', async () => {
    await save(anna, { retainUntil: instant(clock.now + 10 * DAY) })
    await anna.send(`/v1/cases/${project.id}/saved`, { query, read: plain.id, reason })
    clock.now += 10 * DAY - 1
    expect((await savedBy(anna)).saved).toHaveLength(2)
    clock.now += 1
    expect((await savedBy(anna)).saved.map(({ saved }) => saved.read.id)).toEqual([plain.id])
    const until = instant(clock.now + DAY)
    expect(
      (await refusal(anna.send(`/v1/cases/${project.id}/saved/${marked.id}/renewal`, { until, reason })))[1],
    ).toBe('NOT_FOUND')
    // A year later, nothing having run.
    clock.now += 400 * DAY
    expect((await anna.call(`/v1/cases/${project.id}`)).status).toBe(404)
    const link = await openLink(rig.admin)
    const stop = new AbortController()
    const stores = await openCaseStores(link, quiet, stop.signal)
    const audit = createAuditLog(link, () => clock.now)
    await sweepRetention(stores, audit, () => clock.now)
    const bucket = await new Kvm(jetstream(rig.admin)).open(SAVED)
    const keys: string[] = []
    for await (const key of await bucket.keys()) keys.push(key)
    expect(keys).toEqual([])
    const deletions = async () =>
      (await auditOf(rig)).filter(
        ({ actor, subject }) => actor === 'retention' && subject?.startsWith(project.id),
      )
    expect(
      (await deletions())
        .map(({ action, subject, parameters }) => [action, subject, parameters.cause])
        .sort(),
    ).toEqual(
      [
        ['case.delete', project.id, 'retention ended'],
        ['saved.delete', `${project.id}.${marked.id}`, 'retention ended'],
        ['saved.delete', `${project.id}.${plain.id}`, 'retention ended'],
      ].sort(),
    )
    await sweepRetention(stores, audit, () => clock.now)
    expect(await deletions()).toHaveLength(3)
    stop.abort()
  })

  it('is kept when it was renewed at the moment of its deletion', async () => {
    await save(anna, { retainUntil: instant(clock.now + DAY) })
    clock.now += DAY - 1
    const link = await openLink(rig.admin)
    const stop = new AbortController()
    const stores = await openCaseStores(link, quiet, stop.signal)
    const audit = createAuditLog(link, () => clock.now)
    const key = `${project.id}.${marked.id}`
    const renewing: typeof stores = {
      ...stores,
      saved: {
        ...stores.saved,
        // The sweep has seen it as over; the renewal came in between.
        erase: async (at, revision) => {
          const until = instant(clock.now + 2 * DAY)
          clock.now -= 2
          expect(
            (await anna.send(`/v1/cases/${project.id}/saved/${marked.id}/renewal`, { until, reason })).status,
          ).toBe(200)
          clock.now += 2
          return stores.saved.erase(at, revision)
        },
      },
    }
    clock.now += 1
    await sweepRetention(renewing, audit, () => clock.now)
    expect((await savedBy(anna)).saved).toHaveLength(1)
    expect((await auditOf(rig)).filter(({ subject }) => subject === key).slice(-3)).toMatchObject([
      { action: 'saved.delete' },
      { action: 'saved.renew' },
      { action: 'request.refuse', parameters: { refused: 'saved.delete', code: 'CONFLICT' } },
    ])
    stop.abort()
  })

  describe('and leads on', () => {
    beforeEach(async () => void (await save(anna)))
    const lookout = (more: object = {}) =>
      anna.send('/v1/lookouts', {
        case: project.id,
        read: marked.id,
        plateSeen: '7 ABC-123',
        reason,
        ...more,
      })

    it('to a lookout with its provenance, once its picture was compared (AUD-9, DSP-7)', async () => {
      expect((await refusal(lookout({ plateSeen: '7A8C123' })))[1]).toBe('RULE_BROKEN')
      expect((await refusal(lookout({ read: plain.id })))[1]).toBe('NOT_FOUND')
      const made = await bodyOf<Lookout>(lookout())
      expect(made).toMatchObject({
        ...{ plate: PLATE, region: 'us-ca', case: project.id, caseRef, createdBy: 'anna', state: 'active' },
        provenance: {
          read: marked.id,
          seenAt: marked.seenAt,
          camera: MARK,
          query,
          vendors: ['one'],
          savedBy: 'anna',
        },
        verified: { by: 'anna' },
      })
      const { lookouts } = await bodyOf<{ lookouts: Lookout[] }>(olaf.call('/v1/lookouts'))
      expect(lookouts.map(({ id }) => id)).toContain(made.id)
      const close = (by: Colleague) => by.send(`/v1/lookouts/${made.id}/close`, { reason })
      const dan = await colleague(rig, clock, 'dan')
      expect((await refusal(close(dan)))[1]).toBe('NOT_ALLOWED')
      expect(await bodyOf(close(bert))).toMatchObject({ state: 'closed' })
      expect((await refusal(close(bert)))[1]).toBe('CONFLICT')
    })

    it('to something passed outside, to whom and under which authority (AUD-7)', async () => {
      const pass = (by: Colleague, more: object = {}) =>
        by.send(`/v1/cases/${project.id}/disseminations`, {
          recipient: { name: 'J. Roe', organisation: 'Port Police' },
          ...{ authority: 'Routine use G', reason, passed: { reads: [marked.id] }, ...more },
        })
      expect((await refusal(pass(anna, { authority: undefined })))[1]).toBe('MESSAGE_INVALID')
      expect((await refusal(pass(anna, { passed: {} })))[1]).toBe('MESSAGE_INVALID')
      expect((await refusal(pass(anna, { passed: { reads: [plain.id] } })))[1]).toBe('NOT_FOUND')
      // From a source that carl was not granted (ACC-6).
      expect((await refusal(pass(carl)))[1]).toBe('NOT_FOUND')
      const made = await bodyOf<Dissemination>(pass(anna))
      expect(made).toMatchObject({
        case: project.id,
        by: 'anna',
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
      expect(JSON.stringify(made)).not.toContain(PLATE)
      const record = (await auditOf(rig)).find(({ subject }) => subject === made.id)
      expect(record).toMatchObject({
        action: 'dissemination.create',
        parameters: {
          recipient: { organisation: 'Port Police' },
          authority: 'Routine use G',
          passed: { reads: [marked.id] },
        },
      })
      const seenBy = async (by: Colleague) =>
        (await bodyOf<{ disseminations: Dissemination[] }>(by.call('/v1/disseminations'))).disseminations.map(
          ({ id }) => id,
        )
      expect(await seenBy(olaf)).toContain(made.id)
      expect(await seenBy(bert)).toContain(made.id)
      expect(await seenBy(await colleague(rig, clock, 'eve'))).not.toContain(made.id)
    })
  })
})

describe('a workspace', () => {
  it('shows its products to all once another of the group has published them (ACC-8)', async () => {
    const { id } = await opened(anna, { kind: 'workspace', members: ['bert'], caseRef: newRef() })
    const text = 'The vehicle crosses on Mondays.'
    expect((await refusal(carl.send(`/v1/cases/${id}/products`, { title: 'Ring', text })))[1]).toBe(
      'NOT_FOUND',
    )
    expect(
      (await refusal(anna.send(`/v1/cases/${id}/products`, { title: 'Ring', text, sources: [plain.id] })))[1],
    ).toBe('NOT_FOUND')
    const event = await opened(anna)
    expect((await refusal(anna.send(`/v1/cases/${event.id}/products`, { title: 'Ring', text })))[1]).toBe(
      'RULE_BROKEN',
    )
    const product = await bodyOf<{ id: string }>(
      anna.send(`/v1/cases/${id}/products`, { title: 'Ring', text }),
    )
    const step = (by: Colleague, name: string) => by.send(`/v1/products/${product.id}/${name}`, { reason })
    const sees = async (by: Colleague) => (await by.call(`/v1/products/${product.id}`)).status
    expect([await sees(bert), await sees(carl), await sees(olaf)]).toEqual([200, 404, 404])
    expect((await refusal(step(bert, 'submit')))[1]).toBe('NOT_ALLOWED')
    expect((await refusal(step(bert, 'publish')))[1]).toBe('CONFLICT')
    expect((await step(anna, 'submit')).status).toBe(200)
    expect((await refusal(step(anna, 'publish')))[1]).toBe('NOT_ALLOWED')
    expect((await refusal(step(carl, 'publish')))[1]).toBe('NOT_FOUND')
    const both = await Promise.all([step(bert, 'publish'), step(bert, 'return')])
    // With If-Match: * the second is computed anew, and its state does not know the step.
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    if (both[0]!.status !== 200) {
      await anna.send(`/v1/products/${product.id}/versions`, { title: 'Ring', text })
      await step(anna, 'submit')
      await step(bert, 'publish')
    }
    expect([await sees(carl), await sees(olaf)]).toEqual([200, 200])
    // The workspace itself stays closed.
    expect((await carl.call(`/v1/cases/${id}`)).status).toBe(404)
    const draft = 'A draft that only the group may read.'
    await bert.send(`/v1/products/${product.id}/versions`, { title: 'Ring', text: draft })
    expect(await (await carl.call('/v1/products')).text()).not.toContain(draft)
    expect(await (await anna.call('/v1/products')).text()).toContain(draft)
    expect((await step(anna, 'withdraw')).status).toBe(200)
    expect([await sees(carl), await sees(bert)]).toEqual([404, 200])
  })
})

describe('a workspace that is deleted', () => {
  it('takes its drafts along, also those written at that moment; what was published stays (AUD-6, ACC-8)', async () => {
    const { id } = await opened(anna, { kind: 'workspace', members: ['bert'], caseRef: newRef() })
    const body = { title: 'Ring', text: 'The vehicle crosses on Mondays.' }
    const write = async () => bodyOf<Product>(anna.send(`/v1/cases/${id}/products`, body))
    const [draft, published, late] = [await write(), await write(), await write()]
    const step = (by: Colleague, name: string) => by.send(`/v1/products/${published.id}/${name}`, { reason })
    expect([(await step(anna, 'submit')).status, (await step(bert, 'publish')).status]).toEqual([200, 200])
    const link = await openLink(rig.admin)
    const stop = new AbortController()
    const stores = await openCaseStores(link, quiet, stop.signal)
    const stored = await stores.products.get(late.id)
    expect((await anna.send(`/v1/cases/${id}/deletion`, { reason })).status).toBe(204)
    const left = async () =>
      Promise.all(
        [draft, published, late].map(async (each) => (await stores.products.find(each.id)) !== undefined),
      )
    expect(await left()).toEqual([false, true, false])
    await stores.products.put(late.id, stored.value, 0)
    await sweepRetention(
      stores,
      createAuditLog(link, () => clock.now),
      () => clock.now,
    )
    expect(await left()).toEqual([false, true, false])
    expect((await carl.call(`/v1/products/${published.id}`)).status).toBe(200)
    stop.abort()
  })
})

describe('the development token', () => {
  it('asks without a case, and by the case where there is one', async () => {
    const dev = (body: object) => rig.call('/v1/search', json({ ...matter, plate: PLATE, ...body }))
    expect((await dev({ caseRef: 'NO-CASE' })).status).toBe(200)
    const made = await rig.call(
      '/v1/cases',
      json({ ...matter, kind: 'event', title: 'Demo', authority: 'none', caseRef: 'DEV-CASE' }),
    )
    expect(made.status).toBe(201)
    expect(await refusal(dev({ caseRef: 'DEV-CASE' }))).toEqual([422, 'RULE_BROKEN'])
  })
})

/** Whether a text stands in any file of the broker; it is written there at the latest after a moment. */
async function onDisk(text: string): Promise<boolean> {
  await new Promise((done) => setTimeout(done, 300))
  const files = await readdir(rig.dataDir, { recursive: true, withFileTypes: true })
  for (const file of files) {
    if (!file.isFile()) continue
    const bytes = await readFile(join(file.parentPath, file.name)).catch(() => Buffer.alloc(0))
    if (bytes.includes(text)) return true
  }
  return false
}
