import type { Api } from '@sightline/api/main'
import type { Mail } from '@sightline/schemas/mail'
import type { Office } from '@sightline/schemas/person'
import { generateSync } from 'otplib'
import { expect } from 'vitest'
import { bodyOf, json, type Rig, startRig } from '../harness.ts'

export const PASSWORD = 'five quiet herons stand'

/** A clock that a test sets. */
export interface TestClock {
  now: number
}

/** A browser: keeps the cookie, and says where a request comes from. */
export interface Browser {
  call(path: string, init?: RequestInit): Promise<Response>
  /** Sends JSON; POST unless told otherwise. */
  send(path: string, body: unknown, method?: string): Promise<Response>
  cookie(): string | undefined
  setCookie(cookie: string): void
}

export function browser(api: Pick<Api, 'url'>): Browser {
  let cookie: string | undefined
  const call: Browser['call'] = async (path, init = {}) => {
    const headers = { origin: api.url, ...(cookie ? { cookie } : {}), ...(init.headers as object) }
    const answer = await fetch(`${api.url}${path}`, { redirect: 'manual', ...init, headers })
    for (const line of answer.headers.getSetCookie()) {
      const pair = line.split(';')[0]!
      if (pair.startsWith('sightline=')) cookie = pair.endsWith('=') ? undefined : pair
    }
    return answer
  }
  return {
    call,
    send: (path, body, method = 'POST') =>
      call(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    cookie: () => cookie,
    setCookie: (value) => {
      cookie = value
    },
  }
}

/** Somebody with an account that is set up. */
export interface Somebody extends Browser {
  id: string
  secret: string
  /** Signs on; the clock goes on by one code first, for none is taken twice. */
  signOn(): Promise<Response>
  /** Signs on and consents. */
  enter(): Promise<void>
}

export const codeAt = (secret: string, now: number): string =>
  generateSync({ secret, epoch: Math.floor(now / 1000) })

/** Sets an account up with the token of its link. */
export async function setUp(
  api: Api,
  token: string,
  clock: TestClock,
  more: { name?: string; email?: string } = {},
): Promise<Somebody> {
  const page = browser(api)
  const look = await bodyOf<{ id: string; totp: { secret: string } }>(page.send('/v1/set-up/look', { token }))
  const { id, totp } = look
  const done = await page.send('/v1/set-up', {
    token,
    password: PASSWORD,
    code: codeAt(totp.secret, clock.now),
    ...more,
  })
  expect([id, done.status]).toEqual([id, 204])
  const signOn = () => {
    clock.now += 30_000
    return page.send('/v1/sign-on', { id, password: PASSWORD, code: codeAt(totp.secret, clock.now) })
  }
  const enter = async () => {
    expect((await signOn()).status).toBe(204)
    const { version } = await bodyOf<{ version: string }>(page.call('/v1/consent'))
    expect((await page.send('/v1/consent', { version, agree: true })).status).toBe(204)
  }
  return { ...page, id, secret: totp.secret, signOn, enter }
}

/** The token of the link that was sent to somebody last. */
export async function linkTokenOf(rig: Rig, id: string): Promise<string> {
  const { mails } = await bodyOf<{ mails: Mail[] }>(rig.call('/v1/mailbox'))
  const mail = mails.find(({ id: about }) => about.startsWith(`set-up-${id}-`))
  return mail!.text.split('#')[1]!.split('\n')[0]!
}

/** Sets an account up by the link that was sent last. */
export const setUpByLink = async (rig: Rig, id: string, clock: TestClock): Promise<Somebody> =>
  setUp(rig.api, await linkTokenOf(rig, id), clock)

/** An agency at a clock that the test sets, without limits of requests, and its first administrator, signed on. */
export async function startAgency(
  clock: TestClock,
  options: Parameters<typeof startRig>[0] = {},
): Promise<{ rig: Rig; admin: Somebody }> {
  const rig = await startRig({
    clock: () => clock.now,
    triesPerMinute: 1e6,
    requestsPerMinute: 1e6,
    ...options,
  })
  return { rig, admin: await firstAdministrator(rig, clock) }
}

/** The first administrator, signed on. */
export async function firstAdministrator(rig: Rig, clock: TestClock): Promise<Somebody> {
  const token = rig.api.firstAdministrator!.split('#')[1]!
  const admin = await setUp(rig.api, token, clock, { name: 'Ada Admin', email: 'ada@agency.example' })
  await admin.enter()
  return admin
}

/** Has an administrator give offices; where that takes a second one, somebody else does the same. */
export async function giveOffices(
  rig: Rig,
  admin: Somebody,
  id: string,
  offices: readonly Office[],
): Promise<Response> {
  const body = { offices, reason: 'appointed by the director' }
  const given = await admin.send(`/v1/people/${id}`, body, 'PATCH')
  return given.status === 202 ? rig.call(`/v1/people/${id}`, { ...json(body), method: 'PATCH' }) : given
}

/** Has an administrator open an account, and sets it up. */
export async function hire(
  rig: Rig,
  admin: Somebody,
  clock: TestClock,
  { id, offices = [], supervisor = null }: { id: string; offices?: Office[]; supervisor?: string | null },
): Promise<Somebody> {
  const opened = await admin.send('/v1/people', {
    id,
    name: `Name of ${id}`,
    email: `${id}@agency.example`,
    supervisor,
  })
  expect([id, opened.status]).toEqual([id, 201])
  const somebody = await setUpByLink(rig, id, clock)
  if (offices.length > 0) {
    const given = await giveOffices(rig, admin, id, offices)
    expect([id, given.status]).toEqual([id, 200])
  }
  await somebody.enter()
  return somebody
}
