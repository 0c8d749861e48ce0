import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { instant } from '@sightline/runtime/clock'
import type { Case } from '@sightline/schemas/case'
import { QUERY_CACHE } from '@sightline/schemas/streams'
import { beforeAll, describe, expect, it } from 'vitest'
import { timesToLive } from '../../support/time-to-live.ts'
import { honest, PLATE, readAt, send } from '../federation/fake-vendor.ts'
import { bodyOf, caseNaming, json, refusal } from '../harness.ts'
import {
  anna,
  bert,
  clock,
  found,
  HOUR,
  MARK,
  marked,
  named,
  newRef,
  onDisk,
  one,
  options,
  place,
  plain,
  rig,
  search,
  start,
  sue,
  two,
  useQueryRig,
} from './query-rig.ts'
import { auditOf, type Colleague, DAY, matter, opened, reason } from './support.ts'

useQueryRig()

describe('a query', () => {
  it('needs an open case of the caller that names the plate (QRY-5, QRY-6)', async () => {
    const caseRef = newRef()
    const ask = (by: Colleague) => search(by, { plate: PLATE, caseRef })
    expect(await refusal(ask(anna))).toEqual([403, 'NOT_ALLOWED'])
    const { id } = await opened(anna, { caseRef })
    expect(await refusal(ask(anna))).toEqual([422, 'SUBJECT_NOT_NAMED'])
    await anna.send(`/v1/cases/${id}/subjects`, { about: { plate: '7abc 123' }, reason })
    expect(await refusal(ask(bert))).toEqual([403, 'NOT_ALLOWED'])
    expect(one.asked).toEqual([])
    expect((await ask(anna)).status).toBe(200)
    await anna.send(`/v1/cases/${id}/close`, { reason })
    one.asked.length = 0
    expect(await refusal(ask(anna))).toEqual([422, 'CASE_CLOSED'])
    expect(one.asked).toEqual([])
    expect((await auditOf(rig)).at(-1)).toMatchObject({
      ...{ actor: 'anna', action: 'request.refuse' },
      parameters: { refused: 'query.search', plate: PLATE, caseRef, message: expect.stringMatching(/QRY-5/) },
    })
  })

  it('for a colleague’s project records which project (QRY-5, AUD-1)', async () => {
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
      { area: place, vehicle: { make: 'toyota', color: 'red' } },
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

  it('without a plate needs a second person when the api is set up so (QRY-6)', async () => {
    const strict = await rig.startApi({ ...options(), secondPerson: true })
    const before = rig.api
    rig.api = strict
    try {
      const caseRef = newRef()
      const { id } = await opened(anna, { caseRef, ...named({ place }) })
      const window = { from: instant(clock.now - DAY), to: instant(clock.now) }
      const ask = () => search(anna, { area: place, ...window, caseRef })
      expect(await refusal(ask())).toEqual([422, 'APPROVAL_MISSING'])
      const asked = await bodyOf<Case>(
        anna.send(`/v1/cases/${id}/place-searches`, { area: place, ...window, reason }),
      )
      const approve = (by: Colleague) =>
        by.send(`/v1/cases/${id}/place-searches/${asked.placeSearches[0]!.id}/approve`, { reason })
      expect(await refusal(approve(anna))).toEqual([403, 'NOT_ALLOWED'])
      expect(await refusal(approve(bert))).toEqual([404, 'NOT_FOUND'])
      expect(await refusal(ask())).toEqual([422, 'APPROVAL_MISSING'])
      const waiting = await bodyOf<{ searches: object[] }>(sue.call('/v1/place-searches'))
      expect(waiting.searches).toMatchObject([{ case: { id }, search: { askedBy: 'anna', area: place } }])
      const two = await Promise.all([approve(sue), approve(sue)])
      expect(two.map(({ status }) => status).sort()).toEqual([200, 409])
      expect((await ask()).status).toBe(200)
      const other = { from: instant(clock.now - 2 * DAY), to: instant(clock.now) }
      expect(await refusal(search(anna, { area: place, ...other, caseRef }))).toEqual([
        422,
        'APPROVAL_MISSING',
      ])
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

  it('answers a repeated query, which is audited as a repeat (QRY-7, AUD-1)', async () => {
    const first = await ask()
    expect([first.cached, one.asked.length, first.reads.length]).toEqual([null, 1, 2])
    expect(first.expiresAt).toBe(instant(Date.parse(first.askedAt) + 4 * HOUR))
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

  it('is separate for each person and each case (QRY-7)', async () => {
    clock.now += 5 * HOUR
    await ask()
    expect((await ask(bert)).cached).toBeNull()
    expect((await ask(anna, { caseRef: 'CASE-OTHER' })).cached).toBeNull()
    expect((await ask()).cached).not.toBeNull()
    expect(one.asked).toHaveLength(3)
  })

  it('also has the answers of another api process', async () => {
    clock.now += 5 * HOUR
    await ask()
    const before = rig.api
    rig.api = await rig.startApi(options())
    expect((await ask()).cached).not.toBeNull()
    rig.api = before
  })

  it('answers a repeated review (QRY-7, QRY-10)', async () => {
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

  it('is on no disk, and empty when its time is over (QRY-7, QRY-8)', async () => {
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
    // The broker drops it by itself, by its own clock; and whatever else is there.
    const lives = await timesToLive(rig.admin, QUERY_CACHE)
    expect(lives[`query.${query}`]).toBe(4 * 3600)
    expect(Object.values(lives)).not.toContain(null)
  })

  it.each([0, 3, 25])('with %s hours keeps the api from starting (QRY-7)', async (cacheHours) => {
    await expect(rig.startApi({ ...options(), cacheHours })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})

describe('the development token', () => {
  it('needs a case that names the plate, like anybody (QRY-5, QRY-6)', async () => {
    const dev = (body: object) => rig.call('/v1/search', json({ ...matter, plate: PLATE, ...body }))
    expect(await refusal(dev({ caseRef: 'NO-CASE' }))).toEqual([403, 'NOT_ALLOWED'])
    expect([one.asked, two.asked]).toEqual([[], []])
    const made = await rig.call(
      '/v1/cases',
      json({ ...matter, kind: 'event', title: 'Demo', authority: 'none', caseRef: 'DEV-CASE' }),
    )
    expect(made.status).toBe(201)
    expect(await refusal(dev({ caseRef: 'DEV-CASE' }))).toEqual([422, 'SUBJECT_NOT_NAMED'])
    expect([one.asked, two.asked]).toEqual([[], []])
    await rig.call('/v1/cases', json(caseNaming([PLATE], { caseRef: 'DEV-NAMED' })))
    expect((await dev({ caseRef: 'DEV-NAMED' })).status).toBe(200)
  })
})
