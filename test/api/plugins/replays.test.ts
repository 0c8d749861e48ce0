import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { Case } from '@sightline/schemas/case'
import type { SavedRead } from '@sightline/schemas/saved-read'
import { WRITES_DONE } from '@sightline/schemas/streams'
import { beforeAll, describe, expect, it } from 'vitest'
import { clock, named, newRef, plain, rig, search, sue, useQueryRig } from '../cases/query-rig.ts'
import { aCase, auditOf, type Colleague, colleague, DAY, opened, reason } from '../cases/support.ts'
import { PLATE } from '../federation/fake-vendor.ts'
import { bodyOf, refusal } from '../harness.ts'

/**
 * Somebody kept the key of a write and sends it again: for what they may not see any more, as another, with another body,
 * after its time (AUD-1, QRY-7, ACC-8). Nothing but what this moment shows comes back, and each try is in the audit log.
 */

useQueryRig()

let anna: Colleague
let bert: Colleague
beforeAll(async () => {
  anna = await colleague(rig, clock, 'replay-anna', { supervisor: 'sue' })
  bert = await colleague(rig, clock, 'replay-bert')
})

let keys = 0
const newKey = () => ({ 'idempotency-key': `kept-for-later-${keys++}` })
const SECRET = 'The warehouse on Harbor Avenue'
const replayed = (answer: Response) => answer.headers.get('idempotency-replayed')

/** A write that was done, to be sent again. */
async function done(by: Colleague, path: string, body: object) {
  const headers = newKey()
  const first = await by.send(path, body, { headers })
  expect(first.status).toBeLessThan(300)
  return { first, again: (as = by, other = body) => as.send(path, other, { headers }) }
}

const project = (more = {}) =>
  opened(anna, { kind: 'project', members: ['replay-bert'], caseRef: newRef(), ...more })

/** A read that was saved by a write with a key. */
async function savedOnce(by: Colleague, one: Case) {
  const { query } = await bodyOf<{ query: string }>(search(by, { plate: PLATE, caseRef: one.id }))
  return done(by, `/v1/cases/${one.id}/saved`, { query, read: plain.id, reason })
}

describe('a request to change something that is sent again', () => {
  it('returns what it created in its current state, not the old one', async () => {
    const body = aCase({ title: 'First title', caseRef: newRef() })
    const { first, again } = await done(anna, '/v1/cases', body)
    const { id } = await bodyOf<Case>(first)
    await anna.send(`/v1/cases/${id}`, { title: 'Later title' }, { method: 'PATCH' })
    const answer = await again()
    expect([answer.status, replayed(answer), answer.headers.get('location')]).toEqual([
      201,
      'true',
      `/v1/cases/${id}`,
    ])
    expect(await bodyOf(answer)).toMatchObject({ id, title: 'Later title' })
    const { headers } = await anna.call(`/v1/cases/${id}`)
    expect(answer.headers.get('etag')).toBe(headers.get('etag'))
  })

  it('is in the audit log, and so is the look at its result (AUD-1)', async () => {
    const { first, again } = await done(anna, '/v1/cases', aCase({ caseRef: newRef() }))
    const { id } = await bodyOf<Case>(first)
    const before = (await auditOf(rig)).length
    await again()
    expect((await auditOf(rig)).slice(before)).toMatchObject([
      {
        ...{ actor: 'replay-anna', action: 'request.replay', subject: id },
        parameters: { method: 'POST', route: '/v1/cases' },
      },
      { actor: 'replay-anna', action: 'case.view', subject: id },
    ])
  })

  it('is not answered when it cannot be recorded', async () => {
    const { again } = await done(anna, '/v1/cases', aCase({ caseRef: newRef() }))
    const mend = await rig.breakAudit()
    try {
      expect(await refusal(again())).toEqual([503, 'AUDIT_UNAVAILABLE'])
    } finally {
      await mend()
    }
  })

  it('returns nothing of the case to a member who was removed (ACC-8)', async () => {
    const one = await project({ title: SECRET })
    const { again } = await done(bert, `/v1/cases/${one.id}/subjects`, { about: { plate: 'BERT1' }, reason })
    expect((await again()).status).toBe(200)
    await anna.send(`/v1/cases/${one.id}/members/replay-bert/removal`, { reason })
    const answer = await again()
    expect([answer.status, replayed(answer)]).toEqual([404, null])
    expect(await answer.text()).not.toContain(SECRET)
  })

  it('returns nothing after a deletion, nor after the retention ended (AUD-6)', async () => {
    const one = await project({ title: SECRET })
    const renamed = await done(anna, `/v1/cases/${one.id}/subjects`, { about: { plate: 'GONE1' }, reason })
    const deleted = await done(anna, `/v1/cases/${one.id}/deletion`, { reason })
    expect((await renamed.again()).status).toBe(404)
    expect([(await deleted.again()).status, await (await deleted.again()).text()]).toEqual([204, ''])

    const retainUntil = new Date(clock.now + DAY / 2).toISOString()
    const short = await done(anna, '/v1/cases', aCase({ title: SECRET, caseRef: newRef(), retainUntil }))
    clock.now += DAY / 2 + 1
    const answer = await short.again()
    expect([answer.status, (await answer.text()).includes(SECRET)]).toEqual([404, false])
  })

  it('returns a saved read after its query’s results expired, but never to a person who lost the source (QRY-7, ACC-6)', async () => {
    const one = await project(named({ plate: PLATE }))
    const { first, again } = await savedOnce(anna, one)
    const saved = await bodyOf<SavedRead>(first)
    clock.now += 5 * 3_600_000
    const answer = await again()
    expect([answer.status, await bodyOf(answer)]).toEqual([201, saved])
    expect(answer.headers.get('location')).toBe(`/v1/cases/${one.id}/saved/${plain.id}`)
    // Grants were taken meanwhile: the same person, with another source alone.
    const less = await colleague(rig, clock, 'replay-anna', { sources: ['two'] })
    const refused = await again(less)
    expect([refused.status, (await refused.text()).includes(PLATE)]).toEqual([404, false])
    await colleague(rig, clock, 'replay-anna', { supervisor: 'sue' })
  })

  it('returns no read that was deleted meanwhile', async () => {
    const one = await project(named({ plate: PLATE }))
    const { again } = await savedOnce(anna, one)
    await anna.send(`/v1/cases/${one.id}/saved/${plain.id}/deletion`, { reason })
    const answer = await again()
    expect([answer.status, (await answer.text()).includes(PLATE)]).toEqual([404, false])
  })

  it('passes the checks of the session: ended access, missing consent, a person who left', async () => {
    const dora = await colleague(rig, clock, 'replay-dora')
    const { again } = await done(dora, '/v1/cases', aCase({ title: SECRET, caseRef: newRef() }))
    const without = await colleague(rig, clock, 'replay-dora', { session: 'second', consented: false })
    expect(await refusal(again(without))).toEqual([403, 'CONSENT_MISSING'])
    const ended = await colleague(rig, clock, 'replay-dora', { analyst: false })
    expect(await refusal(again(ended))).toEqual([403, 'NOT_ALLOWED'])
    await dora.leave()
    expect(await refusal(again())).toEqual([401, 'SESSION_ENDED'])
  })

  it('by another person is a request of its own, with the checks of a change', async () => {
    const one = await opened(anna, { caseRef: newRef(), title: SECRET })
    const { again } = await done(anna, `/v1/cases/${one.id}/subjects`, { about: { plate: 'ANNA1' }, reason })
    const answer = await again(bert)
    expect([answer.status, replayed(answer), (await answer.text()).includes(SECRET)]).toEqual([
      404,
      null,
      false,
    ])
  })

  it('with another body, or another precondition, is refused', async () => {
    const { again } = await done(anna, '/v1/cases', aCase({ title: SECRET, caseRef: newRef() }))
    const answer = await again(anna, aCase({ title: 'Another' }))
    expect(answer.status).toBe(409)
    expect(await answer.text()).not.toContain(SECRET)
  })

  it('is forgotten after a day: it is a new request', async () => {
    const one = await project()
    const { again } = await done(anna, `/v1/cases/${one.id}/subjects`, { about: { plate: 'ADAY1' }, reason })
    clock.now += DAY - 1
    expect(replayed(await again())).toBe('true')
    clock.now += 1
    expect(await refusal(again())).toEqual([409, 'CONFLICT'])
  })

  it('for a hand-over is done, and returns nothing', async () => {
    const one = await project({ title: SECRET })
    const { again } = await done(anna, `/v1/cases/${one.id}/hand-over`, { to: 'replay-bert', reason })
    const answer = await again()
    expect([answer.status, replayed(answer), await answer.text()]).toEqual([204, 'true', ''])
    expect((await again(sue)).status).toBeGreaterThanOrEqual(400)
  })
})

it('the bucket holds ids and digests: no part of a body from which a plate could be found (QRY-8)', async () => {
  const one = await project({ title: SECRET, ...named({ plate: PLATE }) })
  await savedOnce(anna, one)
  await done(anna, `/v1/cases/${one.id}/subjects`, { about: { plate: 'FIND7ME' }, reason })
  const bucket = await new Kvm(jetstream(rig.admin)).open(WRITES_DONE)
  const texts: string[] = []
  for await (const { key, value } of await bucket.history()) texts.push(`${key} ${Buffer.from(value)}`)
  expect(texts.length).toBeGreaterThan(3)
  for (const text of texts) {
    for (const secret of [PLATE, 'FIND7ME', SECRET, reason, 'cam-1', 'replay-anna'])
      expect(text).not.toContain(secret)
  }
})
