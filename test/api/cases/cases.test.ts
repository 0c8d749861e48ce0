import { setTimeout as pause } from 'node:timers/promises'
import { instant } from '@sightline/runtime/clock'
import type { Case } from '@sightline/schemas/case'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, type Rig, refusal, startRig } from '../harness.ts'
import { aCase, auditOf, type Colleague, colleague, DAY, opened, reason, type TestClock } from './support.ts'

const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
let rig: Rig
let anna: Colleague
let bert: Colleague
let carl: Colleague
let sue: Colleague
const seen = async (by: Colleague, id: string) => (await by.call(`/v1/cases/${id}`)).status
const etagOf = async (by: Colleague, id: string) => (await by.call(`/v1/cases/${id}`)).headers.get('etag')!

beforeAll(async () => {
  rig = await startRig({ clock: () => clock.now, requestsPerMinute: 100_000 })
  const here = (id: string, more = {}) => colleague(rig, clock, id, more)
  anna = await here('anna', { supervisor: 'sue' })
  bert = await here('bert', { supervisor: 'sue' })
  carl = await here('carl')
  sue = await here('sue', { analyst: false, offices: ['supervisor'] })
})
afterAll(() => rig.close())

describe('who sees a case', () => {
  it('shows an event to its owner alone (ACC-8)', async () => {
    const { id } = await opened(anna)
    expect([await seen(anna, id), await seen(bert, id), await seen(sue, id)]).toEqual([200, 404, 403])
    expect(await refusal(anna.send(`/v1/cases/${id}/members`, { person: 'bert', reason }))).toEqual([
      422,
      'RULE_BROKEN',
    ])
    expect(await refusal(bert.send(`/v1/cases/${id}/close`, { reason }))).toEqual([404, 'NOT_FOUND'])
    const { cases } = await bodyOf<{ cases: Case[] }>(bert.call('/v1/cases'))
    expect(cases).toEqual([])
  })

  it.each(['project', 'workspace'] as const)('shows a %s to its owner and members (ACC-8)', async (kind) => {
    const { id } = await opened(anna, { kind, members: ['bert'] })
    expect([await seen(anna, id), await seen(bert, id), await seen(carl, id)]).toEqual([200, 200, 404])
    expect(await refusal(bert.send(`/v1/cases/${id}/members`, { person: 'carl', reason }))).toEqual([
      403,
      'NOT_ALLOWED',
    ])
    expect((await anna.send(`/v1/cases/${id}/members`, { person: 'carl', reason })).status).toBe(200)
    expect(await seen(carl, id)).toBe(200)
    expect((await anna.send(`/v1/cases/${id}/members/bert/removal`, { reason })).status).toBe(200)
    expect((await carl.send(`/v1/cases/${id}/members/carl/removal`, { reason })).status).toBe(200)
    expect([await seen(bert, id), await seen(carl, id)]).toEqual([404, 404])
  })

  it('lets nobody without access be named in a case (ACC-1)', async () => {
    expect(await refusal(anna.send('/v1/cases', aCase({ kind: 'project', members: ['sue'] })))).toEqual([
      ...[422, 'RULE_BROKEN'],
    ])
    expect(await refusal(anna.send('/v1/cases', aCase({ kind: 'project', members: ['nobody'] })))).toEqual([
      ...[404, 'NOT_FOUND'],
    ])
  })

  it('records a refusal in the audit log (AUD-2)', async () => {
    const { id } = await opened(anna)
    await seen(bert, id)
    const last = (await auditOf(rig)).at(-1)
    expect(last).toMatchObject({
      ...{ actor: 'bert', action: 'request.refuse', subject: id },
      parameters: { refused: 'case.view', code: 'NOT_FOUND' },
    })
  })
})

describe('a case', () => {
  it.each([
    ['a purpose without real words (QRY-5)', { purpose: 'xxxx xxxx xxxx' }, 422, 'RULE_BROKEN'],
    ['no authority (QRY-5)', { authority: undefined }, 400, 'MESSAGE_INVALID'],
    ['an impossible plate', { subjects: [{ about: { plate: '???' }, reason }] }, 422, 'PLATE_IMPOSSIBLE'],
    [
      'a subject without a real reason (QRY-6)',
      { subjects: [{ about: { plate: 'A1' }, reason: 'x'.repeat(30) }] },
      422,
      'RULE_BROKEN',
    ],
    ['retention of ten years (AUD-6)', { retainUntil: '2036-01-01T00:00:00.000Z' }, 422, 'RULE_BROKEN'],
    [
      'retention that ends in the past (AUD-6)',
      { retainUntil: '2020-01-01T00:00:00.000Z' },
      422,
      'RULE_BROKEN',
    ],
    ['retention to 31 February', { retainUntil: '2027-02-31T00:00:00.000Z' }, 400, 'MESSAGE_INVALID'],
  ])('is not opened with %s', async (_, more, status, code) => {
    const before = (await bodyOf<{ cases: Case[] }>(carl.call('/v1/cases'))).cases.length
    expect(await refusal(carl.send('/v1/cases', aCase(more as object)))).toEqual([status, code])
    expect((await bodyOf<{ cases: Case[] }>(carl.call('/v1/cases'))).cases).toHaveLength(before)
  })

  it('changes only with the ETag of the version that was seen', async () => {
    const { id } = await opened(anna)
    const etag = await etagOf(anna, id)
    const change = (title: string, headers: Record<string, string>) =>
      anna.call(`/v1/cases/${id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ title }),
      })
    expect(await refusal(change('First title', {}))).toEqual([428, 'PRECONDITION_MISSING'])
    const first = await change('First title', { 'if-match': etag })
    expect([first.status, first.headers.get('etag')]).toEqual([200, await etagOf(anna, id)])
    expect(await refusal(change('Second title', { 'if-match': etag }))).toEqual([409, 'CONFLICT'])
    expect(await bodyOf(anna.call(`/v1/cases/${id}`))).toMatchObject({ title: 'First title' })
  })

  it('that is closed takes no change until it is reopened (QRY-5)', async () => {
    const { id } = await opened(anna)
    const post = (path: string, body: object) => anna.send(`/v1/cases/${id}/${path}`, body)
    expect((await post('close', { reason })).status).toBe(200)
    expect(await refusal(post('close', { reason }))).toEqual([409, 'CONFLICT'])
    expect(await refusal(post('subjects', { about: { plate: 'A1' }, reason }))).toEqual([409, 'CONFLICT'])
    expect((await post('reopen', { reason })).status).toBe(200)
    expect((await post('subjects', { about: { plate: 'a-1' }, reason })).status).toBe(200)
    const { subjects } = await bodyOf<Case>(anna.call(`/v1/cases/${id}`))
    expect(subjects).toMatchObject([{ about: { plate: 'A1' }, addedBy: 'anna', ledFrom: null }])
    const led = await post('subjects', { about: { plate: 'B2' }, reason, ledFrom: subjects[0]!.id })
    expect(await bodyOf(led)).toMatchObject({ subjects: [{}, { ledFrom: subjects[0]!.id }] })
    expect(await refusal(post('subjects', { about: { plate: 'C3' }, reason, ledFrom: 'none' }))).toEqual([
      404,
      'NOT_FOUND',
    ])
    const removed = anna.call(`/v1/cases/${id}/subjects/${subjects[0]!.id}`, {
      method: 'DELETE',
      headers: { 'if-match': '*' },
    })
    expect(await bodyOf(removed)).toMatchObject({ subjects: [{ about: { plate: 'B2' } }] })
  })

  it('keeps all of 100 edits made at once', async () => {
    const { id } = await opened(anna, { kind: 'workspace', members: ['bert', 'carl'] })
    const people = [anna, bert, carl]
    const plates = Array.from({ length: 100 }, (_, n) => `PL${n}`)
    const edits = plates.map((plate, n) =>
      people[n % 3]!.send(`/v1/cases/${id}/subjects`, { about: { plate }, reason }),
    )
    const statuses = (await Promise.all(edits)).map(({ status }) => status)
    expect(statuses.filter((status) => status !== 200)).toEqual([])
    const { subjects } = await bodyOf<Case>(anna.call(`/v1/cases/${id}`))
    expect(subjects.map(({ about }) => 'plate' in about && about.plate).sort()).toEqual([...plates].sort())
  })

  it('accepts one of 100 edits with the same ETag, and keeps it', async () => {
    const { id } = await opened(anna)
    const headers = { 'if-match': await etagOf(anna, id) }
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const body = { about: { plate: `PL${n}` }, reason }
        return [`PL${n}`, (await anna.send(`/v1/cases/${id}/subjects`, body, { headers })).status] as const
      }),
    )
    const taken = answers.flatMap(([plate, status]) => (status === 200 ? [plate] : []))
    expect(new Set(answers.map(([, status]) => status))).toEqual(new Set([200, 409]))
    const { subjects } = await bodyOf<Case>(anna.call(`/v1/cases/${id}`))
    expect(subjects.map(({ about }) => about)).toEqual(taken.map((plate) => ({ plate })))
    expect(taken).toHaveLength(1)
  })

  it('is opened once when the request is sent again', async () => {
    const headers = { 'idempotency-key': 'open-the-case-1' }
    const body = aCase({ title: 'Opened once' })
    const first = await anna.send('/v1/cases', body, { headers })
    const again = await anna.send('/v1/cases', body, { headers })
    expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([
      201,
      201,
      'true',
    ])
    expect(await bodyOf(again)).toEqual(await bodyOf(first))
    for (const name of ['etag', 'location']) expect(again.headers.get(name)).toBe(first.headers.get(name))
    expect(await refusal(anna.send('/v1/cases', aCase({ title: 'Another' }), { headers }))).toEqual([
      409,
      'CONFLICT',
    ])
    const mine = await bodyOf<{ cases: Case[] }>(anna.call('/v1/cases?limit=500'))
    expect(mine.cases.filter(({ title }) => title === 'Opened once')).toHaveLength(1)
    // Another's key is another key.
    expect((await bert.send('/v1/cases', body, { headers })).headers.get('idempotency-replayed')).toBeNull()
  })

  it('is opened once by ten equal requests at once', async () => {
    const headers = { 'idempotency-key': 'open-the-case-2' }
    const body = aCase({ title: 'Opened by ten' })
    await Promise.all(Array.from({ length: 10 }, () => carl.send('/v1/cases', body, { headers })))
    const mine = await bodyOf<{ cases: Case[] }>(carl.call('/v1/cases?limit=500'))
    expect(mine.cases.filter(({ title }) => title === 'Opened by ten')).toHaveLength(1)
  })

  it('that is refused may be tried again with the same key', async () => {
    const headers = { 'idempotency-key': 'refused-first-1' }
    const bad = await anna.send('/v1/cases', aCase({ purpose: 'xxxx xxxx xxxx' }), { headers })
    expect(bad.status).toBe(422)
    await pause(50)
    expect((await anna.send('/v1/cases', aCase(), { headers })).status).toBe(201)
  })

  it('is listed in pages, newest first', async () => {
    const dora = await colleague(rig, clock, 'dora')
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      clock.now += 1000
      ids.unshift((await opened(dora)).id)
    }
    const found: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { cases: Case[]; next: string | null } = await bodyOf(
        dora.call(`/v1/cases?limit=2${cursor ? `&cursor=${cursor}` : ''}`),
      )
      found.push(...page.cases.map(({ id }) => id))
      cursor = page.next
    }
    expect(found).toEqual(ids)
  })
})

describe('when an owner leaves', () => {
  it('lets their supervisor hand the case over without looking into it (ACC-8)', async () => {
    const erik = await colleague(rig, clock, 'erik', { supervisor: 'sue' })
    const { id } = await opened(erik, { subjects: [{ about: { plate: 'SECRET1' }, reason }] })
    clock.now += 1000
    const second = await opened(erik)
    const handOver = (by: Colleague, to: string) => by.send(`/v1/cases/${id}/hand-over`, { to, reason })
    expect(await refusal(handOver(sue, 'anna'))).toEqual([404, 'NOT_FOUND'])
    await erik.leave()
    const left = await (await sue.call('/v1/cases/left')).text()
    const cover = { kind: 'event', caseRef: 'CASE-2026-17', owner: 'erik' }
    expect(JSON.parse(left)).toEqual({
      cases: [
        { id: second.id, ...cover },
        { id, ...cover },
      ],
      next: null,
    })
    expect(left).not.toContain('SECRET1')
    // In pages, each case once.
    const page = (query: string) =>
      bodyOf<{ cases: { id: string }[]; next: string | null }>(sue.call(`/v1/cases/left?limit=1${query}`))
    const first = await page('')
    expect(first.cases.map((one) => one.id)).toEqual([second.id])
    const rest = await page(`&cursor=${first.next}`)
    expect(rest).toMatchObject({ cases: [{ id }], next: null })
    expect(await refusal(handOver(bert, 'bert'))).toEqual([404, 'NOT_FOUND'])
    expect(await refusal(handOver(sue, 'nobody'))).toEqual([404, 'NOT_FOUND'])
    const handed = await (await handOver(sue, 'anna')).text()
    expect(handed).not.toContain('SECRET1')
    expect([await seen(anna, id), await seen(sue, id)]).toEqual([200, 403])
  })

  it('lets owners hand over themselves, and ends their access', async () => {
    const { id } = await opened(anna, { kind: 'project', members: ['bert'] })
    expect((await anna.send(`/v1/cases/${id}/hand-over`, { to: 'bert', reason })).status).toBe(200)
    expect([await seen(anna, id), await seen(bert, id)]).toEqual([404, 200])
    expect(await bodyOf(bert.call(`/v1/cases/${id}`))).toMatchObject({ owner: 'bert', members: [] })
  })
})

describe('deleting a case', () => {
  it('by its owner leaves a record without the content (AUD-6)', async () => {
    const { id } = await opened(anna, { subjects: [{ about: { plate: 'DELETED1' }, reason }] })
    expect((await anna.send(`/v1/cases/${id}/deletion`, { reason })).status).toBe(204)
    expect(await seen(anna, id)).toBe(404)
    const records = (await auditOf(rig)).filter(({ subject }) => subject === id)
    const deletion = records.find(({ action }) => action === 'case.delete')
    expect(deletion).toMatchObject({ actor: 'anna', parameters: { reason } })
    expect(JSON.stringify(deletion)).not.toContain('DELETED1')
  })

  it('can be postponed with a reason, for five years at most (AUD-6)', async () => {
    const { id } = await opened(anna)
    const renew = (until: string, why = reason) =>
      anna.send(`/v1/cases/${id}/renewal`, { until, reason: why })
    const later = instant(clock.now + 700 * DAY)
    expect(await refusal(renew(later, 'aaaa aaaa aaaa aaaa aaaa'))).toEqual([422, 'RULE_BROKEN'])
    expect(await refusal(renew(instant(clock.now + DAY)))).toEqual([422, 'RULE_BROKEN'])
    expect(await refusal(renew(instant(clock.now + 2000 * DAY)))).toEqual([422, 'RULE_BROKEN'])
    expect(await bodyOf(renew(later))).toMatchObject({
      retention: { until: later, renewals: [{ by: 'anna', until: later, reason }] },
    })
  })
})
