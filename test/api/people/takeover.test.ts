import type { Mail } from '@sightline/schemas/mail'
import type { PersonView } from '@sightline/schemas/person'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { auditOf } from '../cases/support.ts'
import { bodyOf, json, type Rig, refusal } from '../harness.ts'
import {
  browser,
  codeAt,
  hire,
  linkTokenOf,
  PASSWORD,
  type Somebody,
  setUpByLink,
  startAgency,
  type TestClock,
} from './support.ts'

/**
 * An administrator who would sign on as somebody else (ACC-7): by a new link, by another address for it, by suspending who
 * could object, by an account opened for a second administrator. All of it waits three days for the person's veto.
 */

const HOUR = 3_600_000
const VETO_MS = 72 * HOUR
const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
const reason = 'they said that they lost their phone'

let rig: Rig
let admin: Somebody
let sue: Somebody
let puppet: Somebody
let owner: Somebody
let count = 0

beforeAll(async () => {
  ;({ rig, admin } = await startAgency(clock))
  sue = await hire(rig, admin, clock, { id: 'sue', offices: ['supervisor'] })
  puppet = await hire(rig, admin, clock, { id: 'puppet', offices: ['administrator'] })
})
afterAll(() => rig.close())
beforeEach(async () => {
  await admin.enter()
  await puppet.enter()
  owner = await hire(rig, admin, clock, {
    ...{ id: `owner-${count++}`, offices: ['system-owner'], supervisor: 'sue' },
  })
})

const invite = (by: Somebody, id = owner.id) => by.send(`/v1/people/${id}/invitation`, {})
const address = (by: Somebody, email: string) => by.send(`/v1/people/${owner.id}/email`, { email, reason })
const suspend = (suspended: boolean) => admin.send(`/v1/people/${owner.id}`, { suspended, reason }, 'PATCH')
const mails = async () => (await bodyOf<{ mails: Mail[] }>(rig.call('/v1/mailbox'))).mails
/** Links that let somebody sign on as the owner: of those that were sent since they set up their account. */
const links = async () =>
  (await mails()).filter(({ id, createdAt }) => id.startsWith(`set-up-${owner.id}-`) && createdAt > hiredAt)
    .length
let hiredAt = ''
beforeEach(() => {
  hiredAt = new Date(clock.now).toISOString()
  clock.now += 1
})
const announcements = async () => (await mails()).filter(({ id }) => id.startsWith(`pending-${owner.id}-`))
const refusalLinks = async () =>
  (await announcements()).flatMap(({ text }) => /\/refuse#(\S+)/.exec(text)?.[1] ?? [])
const refuseBy = (token: string) => fetch(`${rig.api.url}/v1/set-up/refusal`, json({ token }))
const wait = async (ms: number) => {
  clock.now += ms
  await admin.enter()
  await puppet.enter()
}

describe('a single administrator', () => {
  it('gets no link to a working account before its owner could object, whatever they do', async () => {
    const tries: (() => Promise<Response>)[] = [
      () => invite(admin),
      () => address(admin, 'mine@elsewhere.example'),
      () => suspend(true),
      () => invite(puppet),
      () => address(puppet, 'mine@elsewhere.example'),
      () => suspend(false),
      () => invite(admin),
      () => admin.send(`/v1/people/${owner.id}`, { offices: [], reason }, 'PATCH'),
      () => admin.send(`/v1/people/${owner.id}`, { supervisor: null, reason }, 'PATCH'),
      () => invite(admin),
    ]
    for (let round = 0; round < 4; round++) {
      for (const attempt of tries) {
        const { status } = await attempt()
        expect(status).not.toBe(204)
      }
      expect(await links()).toBe(0)
      await wait((VETO_MS - HOUR) / 4)
    }
    const { people } = await bodyOf<{ people: PersonView[] }>(admin.call('/v1/people'))
    const known = people.find(({ id }) => id === owner.id)!
    expect(known).toMatchObject({ email: `${owner.id}@agency.example`, pending: { kind: 'sign-on' } })
    expect(JSON.stringify(people)).not.toMatch(/hash/i)
    // Their own password still is.
    expect((await owner.signOn()).status).toBe(204)
  })

  it('is reported to the owner at their address, to their supervisor, in the session and in the log', async () => {
    expect((await invite(admin)).status).toBe(202)
    expect((await announcements()).map(({ to }) => to).sort()).toEqual(
      [`${owner.id}@agency.example`, 'sue@agency.example'].sort(),
    )
    // The link to refuse it is the owner's alone.
    expect(await refusalLinks()).toHaveLength(1)
    const { person } = await bodyOf<{ person: PersonView }>(owner.call('/v1/session'))
    expect(person.pending).toMatchObject({ kind: 'sign-on', by: 'administrator' })
    const recorded = (await auditOf(rig)).filter(({ subject }) => subject === owner.id)
    expect(recorded.at(-1)).toMatchObject({ actor: 'administrator', action: 'person.pending' })
    expect(await refusal(invite(puppet))).toEqual([409, 'CONFLICT'])
  })

  it('cannot change the address at which the owner is told, without telling the old one for a month', async () => {
    expect((await address(admin, 'mine@elsewhere.example')).status).toBe(202)
    expect(await refusal(invite(admin))).toEqual([409, 'CONFLICT'])
    await wait(VETO_MS)
    // Not exchanged for another at the last moment.
    expect(await refusal(address(admin, 'other@elsewhere.example'))).toEqual([409, 'CONFLICT'])
    expect((await address(admin, 'mine@elsewhere.example')).status).toBe(200)
    expect((await invite(admin)).status).toBe(202)
    const told = (await announcements()).slice(0, 3).map(({ to }) => to)
    expect(told).toContain(`${owner.id}@agency.example`)
    const token = (await refusalLinks())[0]!
    expect((await refuseBy(token)).status).toBe(204)
    await wait(VETO_MS)
    expect((await invite(admin)).status).toBe(202)
    expect(await links()).toBe(0)
  })
})

describe('the owner', () => {
  it.each<[string, () => Promise<Response>]>([
    ['signed on', () => owner.enter().then(() => owner.send('/v1/session/refusal', {}))],
    ['by the link of the e-mail', async () => refuseBy((await refusalLinks())[0]!)],
    [
      'by the link, though suspended',
      () => suspend(true).then(async () => refuseBy((await refusalLinks())[0]!)),
    ],
  ])('can refuse %s, and it begins again', async (_, veto) => {
    expect((await invite(admin)).status).toBe(202)
    const answer = await veto()
    expect([200, 204]).toContain(answer.status)
    const recorded = (await auditOf(rig)).filter(({ subject }) => subject === owner.id)
    expect(recorded.some(({ action, actor }) => action === 'person.refuse' && actor === owner.id)).toBe(true)
    await wait(VETO_MS)
    expect((await invite(admin)).status).toBe(202)
    expect(await links()).toBe(0)
  })

  it('can refuse as long as the link was not used; then the link is void', async () => {
    await invite(admin)
    const token = (await refusalLinks())[0]!
    await wait(VETO_MS)
    expect((await invite(admin)).status).toBe(204)
    const link = await linkTokenOf(rig, owner.id)
    expect((await refuseBy(token)).status).toBe(204)
    const look = browser(rig.api).send('/v1/set-up/look', { token: link })
    expect(await refusal(look)).toEqual([403, 'CODE_WRONG'])
    expect((await owner.signOn()).status).toBe(204)
    expect(await refusal(refuseBy(token))).toEqual([403, 'CODE_WRONG'])
  })

  it('who lost their phone can set it up after three days', async () => {
    expect((await invite(admin)).status).toBe(202)
    await wait(VETO_MS - HOUR)
    expect(await refusal(invite(admin))).toEqual([409, 'CONFLICT'])
    await wait(2 * HOUR)
    expect((await invite(admin)).status).toBe(204)
    const again = await setUpByLink(rig, owner.id, clock)
    expect((await again.signOn()).status).toBe(204)
    // What was announced is done; the next waits again.
    await admin.enter()
    expect((await invite(admin)).status).toBe(202)
  })

  it('is the only one who can refuse: nobody else can, nor with another token', async () => {
    await invite(admin)
    expect(await refusal(admin.send('/v1/session/refusal', {}))).toEqual([409, 'CONFLICT'])
    const token = (await refusalLinks())[0]!
    const wrong = [
      `${owner.id}.${'A'.repeat(32)}`,
      token.replace(owner.id, 'sue'),
      `nobody-here.${'A'.repeat(32)}`,
      await linkTokenOf(rig, owner.id),
    ]
    for (const one of wrong) expect(await refusal(refuseBy(one))).toEqual([403, 'CODE_WRONG'])
    // Nor does it set up anything.
    const used = browser(rig.api).send('/v1/set-up', {
      ...{ token, password: PASSWORD, code: codeAt(owner.secret, clock.now) },
    })
    expect(await refusal(used)).toEqual([403, 'CODE_WRONG'])
  })
})

describe('an account that nobody has set up yet', () => {
  it('is invited again at once, and its address changed at once: there is nobody to object', async () => {
    const fresh = { id: `fresh-${count}`, name: 'Fresh', email: 'fresh@agency.example' }
    expect((await admin.send('/v1/people', fresh)).status).toBe(201)
    expect((await invite(admin, fresh.id)).status).toBe(204)
    const changed = await admin.send(`/v1/people/${fresh.id}/email`, { email: 'f@agency.example', reason })
    expect(changed.status).toBe(200)
    expect((await invite(admin, fresh.id)).status).toBe(204)
    await setUpByLink(rig, fresh.id, clock)
    expect((await invite(admin, fresh.id)).status).toBe(202)
  })
})

it('a supervisor is told, and cannot refuse instead of the owner', async () => {
  await invite(admin)
  await sue.enter()
  expect(await refusal(sue.send('/v1/session/refusal', {}))).toEqual([409, 'CONFLICT'])
})
