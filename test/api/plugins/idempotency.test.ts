import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { addActor } from '@sightline/api/plugins/app/actor'
import { addIdempotency, type Outcome } from '@sightline/api/plugins/app/idempotency'
import { shows } from '@sightline/api/plugins/app/replay-views'
import { addCookies } from '@sightline/api/plugins/external/security'
import { DEVELOPER } from '@sightline/api/sign-on/dev-token'
import { WRITES_DONE } from '@sightline/schemas/streams'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { json, type Rig, startRig } from '../harness.ts'
import { codeAt, firstAdministrator, hire, linkTokenOf, PASSWORD, type TestClock } from '../people/support.ts'
import { memoryRecords } from '../shared/memory-records.ts'

const KEY = { 'idempotency-key': 'the-same-key-again' }

describe('answers kept for a repeat', () => {
  it('contain no cookie, whatever a route sets (ACC-7)', async () => {
    const writes = memoryRecords<Outcome>()
    const app = Fastify()
    await addCookies(app)
    addActor(app, [() => DEVELOPER])
    addIdempotency(app, { writes, clock: Date.now, audit: { record: async () => undefined as never } })
    app.post('/thing', { config: { idempotent: shows.nothing } }, async (_, reply) =>
      reply.setCookie('sightline', 'secret').code(201).send({ id: 'x' }),
    )
    const send = () => app.inject({ method: 'POST', url: '/thing', headers: KEY, payload: {} })
    expect((await send()).headers['set-cookie']).toContain('secret')
    const repeat = await send()
    expect(repeat.headers).toMatchObject({ 'idempotency-replayed': 'true' })
    expect(repeat.headers).not.toHaveProperty('set-cookie')
    expect(JSON.stringify(await writes.all())).not.toContain('secret')
    await app.close()
  })
})

describe('a write that is sent twice at the same time', () => {
  it('is done once, and the other is told to wait', async () => {
    const app = Fastify()
    addActor(app, [() => DEVELOPER])
    const kept = memoryRecords<Outcome>()
    // Both look before either has begun.
    let looked = 0
    let goOn = () => {}
    const both = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const find: typeof kept.find = async (key) => {
      const found = await kept.find(key)
      if (++looked === 2) goOn()
      await both
      return found
    }
    const writes = { ...kept, find }
    addIdempotency(app, { writes, clock: Date.now, audit: { record: async () => undefined as never } })
    let done = 0
    app.post('/thing', { config: { idempotent: shows.nothing } }, async () => ({ id: `x${++done}` }))
    const send = () => app.inject({ method: 'POST', url: '/thing', headers: KEY, payload: {} })
    const codes = (await Promise.all([send(), send()])).map((answer) => answer.json().code ?? 'done')
    expect(codes.sort()).toEqual(['WRITE_IN_PROGRESS', 'done'])
    expect(done).toBe(1)
    await app.close()
  })
})

describe('answers with a secret', () => {
  const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig({ clock: () => clock.now, triesPerMinute: 1000 })
  })
  afterAll(() => rig.close())

  /** Answers that were ever kept; the lease of the sweeps stands in the same bucket. */
  const kept = async () => {
    let count = 0
    const bucket = await new Kvm(jetstream(rig.admin)).open(WRITES_DONE)
    for await (const { key } of await bucket.history()) if (key !== 'sweep') count++
    return count
  }

  it('are not stored: links, second factors, sign-on, codes of edge agents (ACC-7)', async () => {
    const admin = await firstAdministrator(rig, clock)
    const ann = await hire(rig, admin, clock, { id: 'ann' })
    const send = (path: string, body: unknown) => ann.call(path, json(body, KEY))
    expect(await kept()).toBe(0)

    await admin.send('/v1/people/ann/invitation', {})
    clock.now += 73 * 3_600_000
    await admin.enter()
    await admin.send('/v1/people/ann/invitation', {})
    const token = await linkTokenOf(rig, 'ann')
    const look = await send('/v1/set-up/look', { token })
    const { totp } = (await look.json()) as { totp: { secret: string } }
    const code = () => codeAt(totp.secret, clock.now)
    expect((await send('/v1/set-up', { token, password: PASSWORD, code: code() })).status).toBe(204)
    clock.now += 30_000
    const signOn = await send('/v1/sign-on', { id: 'ann', password: PASSWORD, code: code() })
    expect([signOn.status, signOn.headers.getSetCookie().length]).toEqual([204, 2])
    // A code is taken once: the same sign-on again is done again, and refused.
    expect((await send('/v1/sign-on', { id: 'ann', password: PASSWORD, code: code() })).status).toBe(401)
    const invited = await admin.call('/v1/edge/enrollments', json({ agent: 'harbour', cameras: ['c1'] }, KEY))
    expect(invited.status).toBe(201)
    const again = await admin.call('/v1/people/ann/invitation', { method: 'POST', headers: KEY })
    expect(again.status).toBe(202)
    expect(await kept()).toBe(0)
  })
})
