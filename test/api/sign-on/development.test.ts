import { CAST } from '@sightline/api/sign-on/cast'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, json, type Rig, refusal, startRig } from '../harness.ts'
import { type Browser, browser, type TestClock } from '../people/support.ts'

const DAY = 86_400_000
const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
const options = { clock: () => clock.now, triesPerMinute: 10_000 }

interface Session {
  id: string
  roles: string[]
  consented: boolean
  trainingValid: boolean
  recertified: boolean
  sources: string[]
  may: string[]
}

let rig: Rig
beforeAll(async () => {
  rig = await startRig(options)
})
afterAll(() => rig.close())

const signOn = (page: Browser, person: string, token = rig.api.token) =>
  page.send('/v1/sign-on/development', { token, person })

describe('sign-on by the development token', () => {
  it('offers the demo cast where the token is accepted', async () => {
    const ways = await bodyOf<{ cast: { id: string }[] }>(fetch(`${rig.api.url}/v1/sign-on`))
    expect(ways.cast.map(({ id }) => id)).toEqual(CAST.map(({ id }) => id))
    const closed = await rig.startApi({ ...options, devToken: false })
    expect(await bodyOf(fetch(`${closed.url}/v1/sign-on`))).toMatchObject({ cast: [] })
  })

  it.each(CAST)('opens a real session of $id, who has not consented yet (ACC-5)', async ({ id, offices }) => {
    const page = browser(rig.api)
    expect((await signOn(page, id)).status).toBe(204)
    const session = await bodyOf<Session>(page.call('/v1/session'))
    const roles = offices.length > 0 ? offices : ['analyst']
    const ready = { consented: false, trainingValid: true, recertified: true }
    expect(session).toMatchObject({ id, roles, ...ready, sources: offices.length > 0 ? [] : ['edge'] })
    expect(await refusal(page.call('/v1/access/me'))).toEqual([403, 'CONSENT_MISSING'])
  })

  it('is refused without the token, with another token, for somebody else, and from another site', async () => {
    const page = browser(rig.api)
    expect(await refusal(signOn(page, 'dana-reyes', 'A'.repeat(43)))).toEqual([401, 'NOT_SIGNED_ON'])
    expect(await refusal(page.send('/v1/sign-on/development', { person: 'dana-reyes' }))).toEqual([
      ...[400, 'MESSAGE_INVALID'],
    ])
    expect(await refusal(signOn(page, 'administrator'))).toEqual([404, 'NOT_FOUND'])
    const body = { token: rig.api.token, person: 'dana-reyes' }
    const foreign = fetch(
      `${rig.api.url}/v1/sign-on/development`,
      json(body, { origin: 'https://evil.example' }),
    )
    expect(await refusal(foreign)).toEqual([403, 'ORIGIN_REFUSED'])
    expect(page.cookie()).toBeUndefined()
  })

  it('does not exist where no development token is accepted', async () => {
    const closed = await rig.startApi({ ...options, devToken: false })
    expect(await refusal(signOn(browser(closed), 'dana-reyes'))).toEqual([404, 'NOT_FOUND'])
  })

  it('is accepted on loopback only, whatever networks are configured', async () => {
    const networks = ['127.0.0.0/8', '10.0.0.0/8']
    const proxied = await rig.startApi({ ...options, networks, trustedProxies: ['127.0.0.1'] })
    const body = { token: rig.api.token, person: 'dana-reyes' }
    const at = `${proxied.url}/v1/sign-on/development`
    expect(await refusal(fetch(at, json(body, { 'x-forwarded-for': '10.1.2.3' })))).toEqual([
      ...[403, 'NETWORK_REFUSED'],
    ])
    expect((await fetch(at, json(body))).status).toBe(204)
  })

  it('keeps changes to the cast, except for what expires', async () => {
    const change = { suspended: true, reason: 'left for another agency' }
    const init = { ...json(change), method: 'PATCH' }
    expect((await rig.call('/v1/people/sam-okafor', init)).status).toBe(200)
    expect(await refusal(signOn(browser(rig.api), 'sam-okafor'))).toEqual([403, 'ACCOUNT_LOCKED'])
    clock.now += 400 * DAY
    const page = browser(rig.api)
    expect((await signOn(page, 'dana-reyes')).status).toBe(204)
    const session = await bodyOf<Session>(page.call('/v1/session'))
    expect(session).toMatchObject({ trainingValid: true, recertified: true, roles: ['analyst'] })
  })
})

describe('a rule in words', () => {
  it('says why a session is refused, and nothing when it is not', async () => {
    const page = browser(rig.api)
    await signOn(page, 'tom-berg')
    const { version } = await bodyOf<{ version: string }>(page.call('/v1/consent'))
    await page.send('/v1/consent', { version, agree: true })
    const rule = (name: string) => bodyOf(page.call(`/v1/session/rules/${name}`))
    expect(await rule('alert.list')).toMatchObject({
      sentence: 'Analysts, supervisors and oversight see alerts from sources granted to them.',
      refusal: { code: 'NOT_ALLOWED', requirement: 'DSP-1', hint: expect.stringContaining('Request access') },
    })
    expect(await rule('person.list')).toMatchObject({ refusal: null })
    expect(await refusal(page.call('/v1/session/rules/alert.eat'))).toEqual([400, 'MESSAGE_INVALID'])
  })
})
