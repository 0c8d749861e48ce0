import { randomBytes } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import type { Case } from '@sightline/schemas/case'
import { ACCESS, PEOPLE, QUERY_CACHE } from '@sightline/schemas/streams'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { sealedBucket } from '../../support/sealed.ts'
import { timesToLive } from '../../support/time-to-live.ts'
import {
  type Answer,
  anna,
  bert,
  clock,
  found,
  HOUR,
  named,
  newRef,
  one,
  options,
  place,
  rig,
  search,
  start,
  two,
  useQueryRig,
} from '../cases/query-rig.ts'
import { auditOf, colleague, DAY, opened, reason } from '../cases/support.ts'
import { honest, PLATE, readAt } from '../federation/fake-vendor.ts'
import { bodyOf, refusal } from '../harness.ts'

useQueryRig()

/** One read an hour over two weeks, and one of four years ago. */
const old = readAt(start - 4 * 365 * DAY)
const reads = [...Array.from({ length: 14 * 24 }, (_, n) => readAt(start - (n + 1) * HOUR)), old]
beforeEach(() => {
  for (const vendor of [one, two]) vendor.behave(honest(reads))
})

const INVALID = [400, 'MESSAGE_INVALID']
const more = async (by: typeof anna, body: object) => refusal(search(by, body))
/** A search that has a second page, for a case of its own. */
async function begun(by = anna, change: object = {}) {
  const caseRef = newRef()
  const { id } = await opened(by, { kind: 'project', caseRef, ...named({ plate: PLATE }) })
  const body = { plate: PLATE, caseRef, limit: 5, ...change }
  const first = await found(by, body)
  one.asked.length = 0
  return { first, body, caseId: id, cursor: first.nextCursor! }
}
const earliestAsked = () => one.asked.map(({ from }) => from).sort()[0]

describe('the next page of a search', () => {
  it('has the window and the query of the first page; each read comes once (QRY-6, AUD-1)', async () => {
    const { first, body } = await begun()
    const seen = first.reads.map(({ read }) => read.id)
    for (let { nextCursor: cursor } = first as Answer; cursor; ) {
      clock.now += 1000
      const page: Answer = await found(anna, { ...body, limit: 100, cursor })
      expect(page.window).toEqual(first.window)
      seen.push(...page.reads.map(({ read }) => read.id))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(reads.filter((read) => read !== old).map(({ id }) => id))
    const pages = (await auditOf(rig)).filter(
      ({ action, parameters }) =>
        action === 'query.search' && parameters.caseRef === body.caseRef && parameters.cursor !== undefined,
    )
    expect(pages.length).toBeGreaterThan(2)
    for (const { parameters } of pages) {
      expect(parameters).toMatchObject({ pageOf: first.query, window: first.window, vendors: ['one'] })
    }
  })

  it('of a cached answer continues that answer, also from the cache (QRY-7)', async () => {
    const { first, body, cursor } = await begun()
    const second = await found(anna, { ...body, cursor })
    const again = await found(anna, body)
    expect(again.cached).toMatchObject({ query: first.query })
    const page = await found(anna, { ...body, cursor: again.nextCursor! })
    expect(page.cached).toMatchObject({ query: second.query })
    expect(page.reads).toEqual(second.reads)
  })

  it('can be given by another api process, too', async () => {
    const { body, cursor } = await begun()
    const before = rig.api
    rig.api = await rig.startApi(options())
    expect((await found(anna, { ...body, cursor })).reads).toHaveLength(5)
    rig.api = before
  })
})

describe('a cursor', () => {
  it('contains nothing readable that could be changed (QRY-6)', async () => {
    const { first, body, cursor } = await begun()
    expect(cursor).toMatch(/^[A-Za-z0-9_-]{22}$/)
    const text = Buffer.from(cursor, 'base64url').toString('latin1')
    expect(text).not.toContain('from')
    for (let at = 0; at < cursor.length; at++) {
      const altered = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`
      expect(await more(anna, { ...body, cursor: altered })).toEqual(INVALID)
    }
    expect(one.asked).toEqual([])
    expect(first.reads.map(({ read }) => read.id)).not.toContain(old.id)
  })

  it('that somebody made up widens no window: it is refused, on record (QRY-6, AUD-2)', async () => {
    const { body } = await begun()
    const forged = (place: object) => Buffer.from(JSON.stringify(place)).toString('base64url')
    const [from, to] = [start - 5 * 365 * DAY, clock.now]
    const made = [
      forged({ from, to, at: to, id: null, of: 'AAAAAAAAAAA' }),
      forged({ from: 0, to: 8.64e15, at: 8.64e15, id: null, of: '' }),
      randomBytes(16).toString('base64url'),
    ]
    for (const cursor of made) expect(await more(anna, { ...body, cursor })).toEqual(INVALID)
    expect(one.asked).toEqual([])
    expect((await auditOf(rig)).at(-1)).toMatchObject({
      ...{ actor: 'anna', action: 'request.refuse' },
      parameters: { refused: 'query.search', cursor: made.at(-1), code: 'MESSAGE_INVALID' },
    })
  })

  it('in its old form, changed in each of its fields, reaches nothing outside the window (QRY-6)', async () => {
    const { body, cursor } = await begun()
    let place: object
    try {
      place = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    } catch {
      place = { from: 1, to: 2, at: 2, id: null, of: 'AAAAAAAAAAA' }
    }
    const wide = { from: start - 5 * 365 * DAY, to: clock.now + DAY, at: clock.now + DAY, id: null }
    for (const change of [wide, ...Object.entries(wide).map(([key, value]) => ({ [key]: value }))]) {
      const forged = Buffer.from(JSON.stringify({ ...place, ...change })).toString('base64url')
      await search(anna, { ...body, cursor: forged })
    }
    expect(earliestAsked() ?? instant(start)).toBe(instant(start))
  })

  it('that is any other text is refused, and no vendor is asked', async () => {
    const { body } = await begun()
    const text = fc.oneof(
      fc.string({ minLength: 1, maxLength: 300 }),
      fc
        .uint8Array({ minLength: 1, maxLength: 200 })
        .map((bytes) => Buffer.from(bytes).toString('base64url')),
      fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      fc.constantFrom('*', '>', 'query.*', '../x', 'place.>', '.', 'a.b', '__proto__', 'null'),
    )
    await fc.assert(
      fc.asyncProperty(text, async (cursor) => {
        expect(await more(anna, { ...body, cursor })).toEqual(INVALID)
      }),
      { numRuns: 60 },
    )
    expect(one.asked).toEqual([])
  })

  it.each<[string, object]>([
    ['another plate', { plate: 'OTHER1' }],
    ['look-alikes', { match: 'ocr' }],
    ['a pattern', { plate: undefined, pattern: '7AB*' }],
    ['a state', { region: 'us-ca' }],
    ['a place', { area: place }],
    ['a vehicle', { area: place, vehicle: { make: 'Toyota' } }],
    ['a wider window', { from: instant(start - 5 * 365 * DAY) }],
    ['another end', { to: instant(start) }],
    ['vendors', { vendors: ['one'] }],
    ['another purpose', { purpose: 'Curiosity about the new neighbor of mine' }],
  ])('belongs to one search: with %s it is refused (QRY-6)', async (_, change) => {
    const { body, cursor } = await begun()
    expect((await more(anna, { ...body, ...change, cursor }))[0]).toBeGreaterThanOrEqual(400)
    expect(one.asked).toEqual([])
    expect((await found(anna, { ...body, cursor })).reads).toHaveLength(5)
  })

  it('belongs to one person, even in a shared case (ACC-8)', async () => {
    const { body, cursor, caseId } = await begun()
    await anna.send(`/v1/cases/${caseId}/members`, { person: 'bert', reason })
    expect((await search(bert, body)).status).toBe(200)
    one.asked.length = 0
    expect(await more(bert, { ...body, cursor })).toEqual(INVALID)
    expect(one.asked).toEqual([])
  })

  it('belongs to one case, even if another has the same reference and subject (QRY-5)', async () => {
    const { body, cursor, caseId } = await begun()
    await opened(anna, { kind: 'project', caseRef: body.caseRef, ...named({ plate: PLATE }) })
    await anna.send(`/v1/cases/${caseId}/close`, { reason })
    expect((await search(anna, body)).status).toBe(200)
    one.asked.length = 0
    expect(await more(anna, { ...body, cursor })).toEqual(INVALID)
    expect(one.asked).toEqual([])
  })

  it('ends with its case, with its subject there, and with the session (QRY-5, QRY-6)', async () => {
    const closed = await begun()
    await anna.send(`/v1/cases/${closed.caseId}/close`, { reason })
    expect(await more(anna, { ...closed.body, cursor: closed.cursor })).toEqual([422, 'CASE_CLOSED'])
    const emptied = await begun()
    const { subjects } = await bodyOf<Case>(anna.call(`/v1/cases/${emptied.caseId}`))
    await anna.send(`/v1/cases/${emptied.caseId}/subjects/${subjects[0]!.id}`, {}, { method: 'DELETE' })
    expect(await more(anna, { ...emptied.body, cursor: emptied.cursor })).toEqual([422, 'SUBJECT_NOT_NAMED'])
    // The same person, signed on again.
    const left = await begun()
    const again = await colleague(rig, clock, 'anna', { supervisor: 'sue', session: 'another' })
    one.asked.length = 0
    expect(await more(again, { ...left.body, cursor: left.cursor })).toEqual(INVALID)
    expect(one.asked).toEqual([])
  })

  it('ends with consent, training, certification, or a source that is taken away (ACC-3 to ACC-6)', async () => {
    const dora = await colleague(rig, clock, 'dora', { sources: ['one', 'two'] })
    const { body, cursor } = await begun(dora)
    const sealed = (name: string) => sealedBucket(rig.admin, rig.broker.keys, name)
    const access = await sealed(ACCESS)
    const kept = (await access.get<object>('dora'))!
    const past = instant(clock.now - 1)
    const training = { completedAt: past, validUntil: past, certificate: 'C-1', recordedBy: 'x1' }
    const granted = (sources: string[]) => ({
      requests: [{ id: 'r1', need: 'a need that is stated', sources, state: 'granted', steps: [] }],
    })
    one.asked.length = 0
    for (const [change, code] of [
      [{ training }, 'TRAINING_LAPSED'],
      [{ certification: { at: past, by: 'x1', validUntil: past } }, 'ACCESS_ENDED'],
      [{ requests: [] }, 'NOT_ALLOWED'],
      [granted(['one']), 'NOT_ALLOWED'],
    ] as const) {
      await access.put('dora', { ...kept, ...change })
      expect(await more(dora, { ...body, cursor })).toEqual([403, code])
    }
    // A source that came later is not asked for the pages of a search that was made without it.
    await access.put('dora', kept)
    expect(one.asked).toEqual([])
    const page = await found(dora, { ...body, cursor })
    expect(page.vendors.map(({ vendor }) => vendor)).toEqual(['one', 'two'])
    await access.put('dora', { ...kept, ...granted(['one']) })
    const narrow = await begun(dora)
    await access.put('dora', kept)
    two.asked.length = 0
    const next = await found(dora, { ...narrow.body, cursor: narrow.cursor })
    expect([next.vendors.map(({ vendor }) => vendor), two.asked]).toEqual([['one'], []])
    // Consent is of the session.
    const silent = await colleague(rig, clock, 'dora', { sources: ['one', 'two'], consented: false })
    expect(await more(silent, { ...body, cursor })).toEqual([403, 'CONSENT_MISSING'])
    const people = await sealed(PEOPLE)
    const person = (await people.get<object>('dora'))!
    await people.put('dora', { ...person, state: 'suspended' })
    expect((await search(dora, { ...body, cursor })).status).toBeGreaterThanOrEqual(401)
  })

  it('expires with the results, however often it was followed (QRY-7)', async () => {
    const { body, cursor } = await begun()
    clock.now += 4 * HOUR - 60_000
    const next = (await found(anna, { ...body, cursor })).nextCursor!
    clock.now += 60_000
    one.asked.length = 0
    for (const late of [cursor, next]) expect(await more(anna, { ...body, cursor: late })).toEqual(INVALID)
    expect(one.asked).toEqual([])
    const lives = await timesToLive(rig.admin, QUERY_CACHE)
    expect([cursor, next].map((name) => lives[`place.${name}`])).toEqual([4 * 3600, 60])
  })

  it('does not reach beyond what a second person approved (QRY-6)', async () => {
    const before = rig.api
    rig.api = await rig.startApi({ ...options(), secondPerson: true })
    try {
      const caseRef = newRef()
      const { id } = await opened(anna, { kind: 'project', members: ['bert'], caseRef, ...named({ place }) })
      const day = { from: instant(start - DAY), to: instant(start) }
      const asked = await bodyOf<Case>(
        anna.send(`/v1/cases/${id}/place-searches`, { area: place, ...day, reason }),
      )
      await bert.send(`/v1/cases/${id}/place-searches/${asked.placeSearches[0]!.id}/approve`, { reason })
      const body = { area: place, ...day, caseRef, limit: 5 }
      const first = await found(anna, body)
      one.asked.length = 0
      const made = { from: start - 5 * 365 * DAY, to: start, at: start, id: null }
      let of = {}
      try {
        of = JSON.parse(Buffer.from(first.nextCursor!, 'base64url').toString())
      } catch {
        // It says nothing.
      }
      const forged = Buffer.from(JSON.stringify({ ...of, ...made })).toString('base64url')
      expect(await more(anna, { ...body, cursor: forged })).toEqual(INVALID)
      expect(one.asked).toEqual([])
      const page = await found(anna, { ...body, cursor: first.nextCursor! })
      expect(page.window).toEqual(day)
      expect(earliestAsked()).toBe(day.from)
    } finally {
      rig.api = before
    }
  })
})
