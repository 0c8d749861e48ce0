import { LOCK_MS, MAX_WRONG } from '@sightline/api/sign-on/tries'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, json, type Rig, refusal, startRig } from '../harness.ts'
import {
  type Browser,
  browser,
  codeAt,
  firstAdministrator,
  PASSWORD,
  type Somebody,
  type TestClock,
} from '../people/support.ts'

const MINUTE = 60_000
const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
const options = { clock: () => clock.now, triesPerMinute: 10_000 }

let rig: Rig
let admin: Somebody
beforeAll(async () => {
  rig = await startRig(options)
})
afterAll(() => rig.close())

const code = (answer: Response | Promise<Response>) => refusal(answer)

describe('the first administrator', () => {
  const link = () => rig.api.firstAdministrator!
  const token = () => link().split('#')[1]!
  const name = { name: 'Ada Admin', email: 'ada@agency.example' }
  let page: Browser
  let secret: string

  it('gets a one-time link at the first start; a later start voids it', async () => {
    const old = token()
    expect(link()).toMatch(new RegExp(`^${rig.api.url}/set-up#administrator\\.`))
    rig.api = await rig.startApi(options)
    page = browser(rig.api)
    expect(token()).not.toBe(old)
    expect(await code(page.send('/v1/set-up/look', { token: old }))).toEqual([403, 'CODE_WRONG'])
    const look = await bodyOf<{ totp: { secret: string; uri: string }; first: boolean }>(
      page.send('/v1/set-up/look', { token: token() }),
    )
    expect(look).toMatchObject({ id: 'administrator', first: true })
    expect(look.totp.uri).toMatch(/^otpauth:\/\/totp\/Sightline:administrator\?/)
    secret = look.totp.secret
  })

  it.each([
    ['without a name', {}, 'RULE_BROKEN'],
    ['with a short password', { ...name, password: 'tiny' }, 'RULE_BROKEN'],
    ['with a password that is their name', { ...name, password: 'ada.administrator1' }, 'RULE_BROKEN'],
    ['with a password of few different characters', { ...name, password: 'aaaabbbbaaaabbbb' }, 'RULE_BROKEN'],
    ['with a wrong code', { ...name, code: '000000' }, 'CODE_WRONG'],
    ['with a link for somebody else', { ...name, token: `nobody.${'A'.repeat(32)}` }, 'CODE_WRONG'],
  ])('cannot be set up %s', async (_what, wrong, expected) => {
    const right = { token: token(), password: PASSWORD, code: codeAt(secret, clock.now) }
    expect((await code(page.send('/v1/set-up', { ...right, ...wrong })))[1]).toBe(expected)
  })

  it('cannot be set up after the link has expired', async () => {
    clock.now += 72 * 60 * MINUTE
    const late = { token: token(), password: PASSWORD, code: codeAt(secret, clock.now), ...name }
    expect(await code(page.send('/v1/set-up', late))).toEqual([410, 'CODE_EXPIRED'])
    rig.api = await rig.startApi(options)
  })

  it('is set up once; then the link is gone', async () => {
    const used = token()
    admin = await firstAdministrator(rig, clock)
    const again = { token: used, password: PASSWORD, code: codeAt(admin.secret, clock.now), ...name }
    expect(await code(admin.send('/v1/set-up', again))).toEqual([403, 'CODE_WRONG'])
    expect((await rig.startApi(options)).firstAdministrator).toBeNull()
    const session = await bodyOf(admin.call('/v1/session'))
    expect(session).toMatchObject({ id: 'administrator', roles: ['administrator'], consented: true })
    expect(JSON.stringify(session)).not.toMatch(/argon2|secret|hash/i)
  })
})

describe('a sign-on', () => {
  const attempt = (wrong: object = {}, page = browser(rig.api)) => {
    clock.now += 30_000
    const right = { id: admin.id, password: PASSWORD, code: codeAt(admin.secret, clock.now) }
    return page.send('/v1/sign-on', { ...right, ...wrong })
  }

  it('accepts a code once', async () => {
    const page = browser(rig.api)
    expect((await attempt({}, page)).status).toBe(204)
    const same = codeAt(admin.secret, clock.now)
    clock.now -= 30_000
    expect(await code(attempt({ code: same }))).toEqual([401, 'NOT_SIGNED_ON'])
  })

  it('locks a name after five wrong ones, whether it exists or not, and unlocks it later', async () => {
    expect((await attempt()).status).toBe(204)
    for (const id of [admin.id, 'does-not-exist']) {
      const answers = []
      for (let n = 0; n < MAX_WRONG + 1; n++) {
        const { status, body } = await plain(attempt({ id, password: 'wrong wrong wrong' }))
        answers.push([status, body.code, body.detail])
      }
      const wrong = [401, 'NOT_SIGNED_ON', 'the name, the password or the code is wrong']
      const locked = [403, 'ACCOUNT_LOCKED', 'this account is locked after failed sign-ins']
      expect(answers.slice(0, MAX_WRONG)).toEqual(Array(MAX_WRONG).fill(wrong))
      expect(answers[MAX_WRONG]).toEqual(locked)
    }
    expect(await code(attempt())).toEqual([403, 'ACCOUNT_LOCKED'])
    clock.now += LOCK_MS * 2
    expect((await attempt()).status).toBe(204)
  })

  it('cannot be guessed faster by trying at once', async () => {
    const page = browser(rig.api)
    clock.now += 30_000
    const body = { id: 'tried-at-once', password: 'wrong wrong wrong', code: '123456' }
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => refusal(page.send('/v1/sign-on', body))),
    )
    const judged = answers.filter(([, name]) => name === 'NOT_SIGNED_ON')
    expect(judged.length).toBeGreaterThan(0)
    expect(judged.length).toBeLessThanOrEqual(MAX_WRONG)
  })

  it('is limited for each address, whatever the name', async () => {
    const api = await rig.startApi({ ...options, triesPerMinute: 3 })
    const answers = []
    for (let n = 0; n < 4; n++) {
      const body = { id: `name-${n}`, password: 'wrong wrong wrong', code: '123456' }
      answers.push((await browser(api).send('/v1/sign-on', body)).status)
    }
    expect(answers).toEqual([401, 401, 401, 429])
  })
})

describe('a session', () => {
  it('is in a cookie that no script reads and no other site sends', async () => {
    const page = browser(rig.api)
    clock.now += 30_000
    const right = { id: admin.id, password: PASSWORD, code: codeAt(admin.secret, clock.now) }
    const answer = await page.send('/v1/sign-on', right)
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^sightline=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    const secure = await rig.startApi({ ...options, publicUrl: 'https://sightline.example' })
    clock.now += 30_000
    const again = { ...right, code: codeAt(admin.secret, clock.now) }
    const origin = { origin: 'https://sightline.example' }
    const signedOn = await fetch(`${secure.url}/v1/sign-on`, json(again, origin))
    expect(signedOn.headers.getSetCookie()[0]).toMatch(
      /^__Host-sightline=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
  })

  it.each([[{ origin: 'https://evil.example' }], [{ origin: 'null' }], [{}]])(
    'changes nothing for a request that comes from %j',
    async (headers) => {
      await admin.enter()
      const cookie = admin.cookie()!
      const call = fetch(
        `${rig.api.url}/v1/sign-off`,
        json({}, { cookie, ...(headers as Record<string, string>) }),
      )
      expect(await code(call)).toEqual([403, 'ORIGIN_REFUSED'])
      expect((await admin.call('/v1/session')).status).toBe(200)
    },
  )

  it('is not opened by another site', async () => {
    const body = { id: admin.id, password: PASSWORD, code: '123456' }
    const call = fetch(`${rig.api.url}/v1/sign-on`, json(body, { origin: 'https://evil.example' }))
    expect(await code(call)).toEqual([403, 'ORIGIN_REFUSED'])
  })

  it('ends when it is unused, and at its longest time when it is used', async () => {
    await admin.enter()
    clock.now += 29 * MINUTE
    expect((await admin.call('/v1/session')).status).toBe(200)
    clock.now += 30 * MINUTE
    expect(await plain(admin.call('/v1/session'))).toMatchObject({
      status: 401,
      body: { code: 'SESSION_ENDED', detail: 'the session was not used for too long' },
    })
    await admin.enter()
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      clock.now += 20 * MINUTE
      expect([minutes, (await admin.call('/v1/session')).status]).toEqual([minutes, 200])
    }
    clock.now += 20 * MINUTE
    expect(await plain(admin.call('/v1/session'))).toMatchObject({
      body: { code: 'SESSION_ENDED', detail: 'the session has reached its maximum length' },
    })
  })

  it('ends when signed off, here or everywhere', async () => {
    await admin.enter()
    const first = admin.cookie()!
    await admin.enter()
    expect((await admin.send('/v1/sign-off', {})).status).toBe(204)
    expect(await code(admin.call('/v1/session'))).toEqual([401, 'NOT_SIGNED_ON'])
    admin.setCookie(first)
    expect((await admin.call('/v1/session')).status).toBe(200)

    await admin.enter()
    expect((await admin.send('/v1/sign-off', { everywhere: true })).status).toBe(204)
    admin.setCookie(first)
    expect(await plain(admin.call('/v1/session'))).toMatchObject({
      body: { code: 'SESSION_ENDED', detail: 'the session was ended elsewhere' },
    })
  })

  it('works for another api process; neither its token nor its key can be guessed from the bucket', async () => {
    await admin.enter()
    const other = browser(await rig.startApi(options))
    other.setCookie(admin.cookie()!)
    expect((await other.call('/v1/session')).status).toBe(200)
    other.setCookie('sightline=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(await code(other.call('/v1/session'))).toEqual([401, 'SESSION_ENDED'])
  })
})

async function plain(answer: Promise<Response>): Promise<{ status: number; body: Record<string, unknown> }> {
  const { status } = await answer
  return { status, body: await bodyOf(answer) }
}
