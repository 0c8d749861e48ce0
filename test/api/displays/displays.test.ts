import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { DISPLAY_NOTICE } from '@sightline/api/displays/notice'
import type { DisplayPage } from '@sightline/api/displays/store'
import type { Problem } from '@sightline/api/shared/problem'
import { displayPlates } from '@sightline/cli/demo/displays'
import type { Display, DisplayHistory } from '@sightline/schemas/display'
import { DISPLAYS } from '@sightline/schemas/streams'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, caseNaming, json, type Rig, refusal, startRig } from '../harness.ts'

const request = {
  ...{ plate: '7abc 123', reason: 'stolen vehicle', caseRef: 'CASE-1' },
  confirmNotice: DISPLAY_NOTICE.version,
}

describe('displays', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
    expect((await rig.call('/v1/cases', json(caseNaming(['7ABC123', 'OTHER1'])))).status).toBe(201)
  })
  afterAll(() => rig.close())

  const create = async (more: object = {}): Promise<{ display: Display; etag: string }> => {
    const answer = await rig.call('/v1/displays', json({ ...request, ...more }))
    expect(answer.status).toBe(201)
    return { display: (await answer.json()) as Display, etag: answer.headers.get('etag')! }
  }
  const list = (query: string) => bodyOf<DisplayPage>(rig.call(`/v1/displays?${query}`))

  it('are created, read back, listed and closed', async () => {
    const { display } = await create({ region: 'us-ca' })
    expect(display).toMatchObject({ plate: '7ABC123', region: 'us-ca', owner: 'developer', state: 'active' })
    const read = await rig.call(`/v1/displays/${display.id}`)
    expect(await read.json()).toEqual(display)
    expect(await list('state=active')).toEqual({ displays: [display], next: null })

    const closed = await rig.call(`/v1/displays/${display.id}/close`, { method: 'POST' })
    expect(closed.status).toBe(200)
    const lastStep = expect.objectContaining({ action: 'close', by: 'developer' })
    expect(await closed.json()).toEqual({ ...display, state: 'closed', lastStep })
    expect(await list('state=active')).toEqual({ displays: [], next: null })
    const again = await rig.call(`/v1/displays/${display.id}/close`, { method: 'POST' })
    expect([again.status, again.headers.get('etag')]).toEqual([200, closed.headers.get('etag')])
  })

  it('have a location, and are listed in pages', async () => {
    const made = [await create(), await create(), await create()].map(({ display }) => display.id).reverse()
    const answer = await rig.call('/v1/displays', json(request))
    const { id } = (await answer.json()) as Display
    expect(answer.headers.get('location')).toBe(`/v1/displays/${id}`)
    const first = await list('state=active&limit=2')
    expect(first.displays.map((d: Display) => d.id)).toEqual([id, made[0]])
    const second = await list(`state=active&limit=2&cursor=${first.next}`)
    expect(second.displays.map((d: Display) => d.id)).toEqual([made[1], made[2]])
  })

  it.each([
    ['an impossible plate', { plate: '!!!' }, 422, 'PLATE_IMPOSSIBLE', /characters other than/],
    ['no plate', { plate: undefined }, 400, 'MESSAGE_INVALID', /^body.*plate/],
    [
      'an unconfirmed notice (DSP-2)',
      { confirmNotice: undefined },
      400,
      'MESSAGE_INVALID',
      /^body.*confirmNotice/,
    ],
    [
      'another notice than the one in force (DSP-2)',
      { confirmNotice: '0'.repeat(32) },
      409,
      'CONFLICT',
      /an older version of the notice$/,
    ],
    ['an unknown property', { plates: ['A'] }, 400, 'MESSAGE_INVALID', /^body\/plates is not known here$/],
    [
      'more than a year',
      { expiresAt: '2099-01-01T00:00:00.000Z' },
      422,
      'RULE_BROKEN',
      /must be validated by then$/,
    ],
    ['a case that does not exist', { caseRef: 'CASE-0' }, 403, 'NOT_ALLOWED', /no access to a case CASE-0, /],
    ['a plate that the case does not name', { plate: 'NEVER1' }, 422, 'SUBJECT_NOT_NAMED', /does not name/],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00.000Z' }, 422, 'RULE_BROKEN', /future/],
  ])('refuse %s, and nothing is stored', async (_what, wrong, status, code, detail) => {
    const before = await list('limit=500')
    const answer = await rig.call('/v1/displays', json({ ...request, ...wrong }))
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    const problem = await bodyOf<Problem>(answer)
    expect(problem).toMatchObject({ status, code, detail: expect.stringMatching(detail) })
    expect(problem.type).toMatch(/^https:/)
    expect(await list('limit=500')).toEqual(before)
  })

  it('refuse a body that is not JSON, an unknown id and a wrong filter', async () => {
    const noJson = rig.call('/v1/displays', { ...json({}), body: '{"plate": ' })
    expect(await refusal(noJson)).toEqual([400, 'MESSAGE_NOT_JSON'])
    const unknown = rig.call('/v1/displays/nobody/close', { method: 'POST' })
    expect(await refusal(unknown)).toEqual([404, 'NOT_FOUND'])
    const filter = rig.call('/v1/displays?state=open')
    expect((await bodyOf<Problem>(filter)).detail).toBe(
      'querystring/state must be one of ["active","expired","closed","rejected"]',
    )
  })

  it('of the demo are stored as an analyst stores them, once (DSP-2)', async () => {
    for (const _ of [1, 2]) await displayPlates(rig.api.url, rig.api.token!, ['DEMO1', 'DEMO2'])
    const { displays } = await list('state=active&limit=500')
    const demo = displays.filter(({ caseRef }) => caseRef.startsWith('DEMO-'))
    expect(demo.map(({ plate, noticeVersion }) => [plate, noticeVersion])).toEqual([
      ['DEMO2', DISPLAY_NOTICE.version],
      ['DEMO1', DISPLAY_NOTICE.version],
    ])
  })

  it('stored with corners by an older version are shown, listed and stored again with a polygon', async () => {
    const { display } = await create({ region: 'us-ca' })
    const bucket = await new Kvm(jetstream(rig.admin)).open(DISPLAYS)
    const corners = [
      [32.6, -117.3],
      [32.8, -117.3],
      [32.8, -117.1],
    ]
    await bucket.put(display.id, JSON.stringify({ ...display, only: { area: { corners } } }))
    const only = { area: { polygon: corners.map(([lat, lon]) => ({ lat, lon })) } }
    const shown = await rig.call(`/v1/displays/${display.id}`)
    expect(await shown.json()).toEqual({ ...display, only })
    await expect
      .poll(async () => (await list('state=active&limit=1')).displays, { timeout: 30_000, interval: 20 })
      .toEqual([{ ...display, only }])

    const ifMatch = { 'if-match': shown.headers.get('etag')! }
    const change = { ...json({ priority: 'high' }, ifMatch), method: 'PATCH' }
    expect((await rig.call(`/v1/displays/${display.id}`, change)).status).toBe(200)
    expect((await bucket.get(display.id))!.json()).toMatchObject({ id: display.id, priority: 'high', only })
    const history = bodyOf<DisplayHistory>(rig.call(`/v1/displays/${display.id}/history`))
    expect((await history).steps.at(-1)).toMatchObject({ action: 'update', after: { priority: 'high' } })
    expect((await history).steps.at(-1)!.after).not.toHaveProperty('only')
  })

  it('are closed only in the version that was seen', async () => {
    const { display, etag } = await create()
    const close = (ifMatch: string) =>
      rig.call(`/v1/displays/${display.id}/close`, { method: 'POST', headers: { 'if-match': ifMatch } })
    expect((await close('"1"')).status).toBe(409)
    expect((await close(etag)).status).toBe(200)
  })

  it('of another api process are visible to this one, also after the broker was killed', async () => {
    await rig.killBroker()
    await rig.restartBroker()
    const other = await rig.startApi()
    const answer = await fetch(`${other.url}/v1/displays`, {
      ...json({ ...request, plate: 'OTHER1' }, { authorization: `Bearer ${other.token}` }),
    })
    const { id } = (await answer.json()) as Display
    await expect
      .poll(async () => (await list('limit=1')).displays[0]?.id, { timeout: 30_000, interval: 20 })
      .toBe(id)
  })

  it('expire by the clock, and the copy is complete after a start', async () => {
    const later = await rig.startApi({ clock: () => Date.now() + 366 * 86_400_000 })
    const headers = { authorization: `Bearer ${later.token}` }
    const ask = (state: string) =>
      bodyOf<DisplayPage>(fetch(`${later.url}/v1/displays?state=${state}`, { headers }))
    expect((await ask('active')).displays).toEqual([])
    const now = (await list('state=active')).displays
    expect(now.length).toBeGreaterThan(3)
    expect((await ask('expired')).displays).toEqual(now)
  })
})
