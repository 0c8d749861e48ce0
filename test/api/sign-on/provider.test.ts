import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { openProvider } from '@sightline/api/sign-on/provider'
import { freePort } from '@sightline/broker/free-port'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, type Rig, refusal, startRig } from '../harness.ts'
import {
  type Browser,
  browser,
  firstAdministrator,
  type Somebody,
  type TestClock,
} from '../people/support.ts'

/** A real OpenID Connect provider, with the accounts that its development pages take: any name. */
async function startProvider(returnTo: string): Promise<{ issuer: string; server: Server }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'sightline', client_secret: 'not-a-real-secret', redirect_uris: [returnTo] }],
    cookies: { keys: ['for this test alone'] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  })
  server.on('request', provider.callback())
  return { issuer, server }
}

const clock: TestClock = { now: Date.now() }
let rig: Rig
let admin: Somebody
let server: Server
let issuer: string

beforeAll(async () => {
  const port = await freePort()
  const options = { clock: () => clock.now, triesPerMinute: 1000 }
  const started = await startProvider(`http://127.0.0.1:${port}/v1/sign-on/provider/return`)
  server = started.server
  issuer = started.issuer
  rig = await startRig(options)
  admin = await firstAdministrator(rig, clock)
  const providerFile = join(rig.dataDir, 'provider.json')
  await writeFile(
    providerFile,
    JSON.stringify({ issuer, clientId: 'sightline', clientSecret: 'not-a-real-secret' }),
  )
  rig.api = await rig.startApi({ ...options, port, providerFile })
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rig.close()
})

/** Goes through the provider's pages as a person would. @returns the address that the provider sends back to */
async function atProvider(start: string, login: string): Promise<string> {
  const jar = new Map<string, string>()
  const visit = async (url: string, form?: Record<string, string>) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const body = form ? { method: 'POST', body: new URLSearchParams(form) } : {}
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie }, ...body })
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';')[0]!.split('=')
      jar.set(name, value)
    }
    return answer
  }
  let url = start
  let form: Record<string, string> | undefined
  for (let step = 0; step < 12; step++) {
    const answer = await visit(url, form)
    const next = answer.headers.get('location')
    form = undefined
    if (next) {
      url = new URL(next, url).href
      if (!url.startsWith(issuer)) return url
      continue
    }
    const page = await answer.text()
    url = new URL(/action="([^"]+)"/.exec(page)![1]!, url).href
    form = page.includes('name="login"') ? { prompt: 'login', login, password: 'any' } : { prompt: 'consent' }
  }
  throw new Error('the provider never sends back')
}

/** Begins a sign-on. @returns the provider's address and the cookie that the browser keeps meanwhile */
async function begin(page: Browser) {
  const answer = await page.call('/v1/sign-on/provider')
  const line = answer.headers.getSetCookie()[0]!
  expect(line).toMatch(/^sightline-provider=[\w-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/)
  return { url: answer.headers.get('location')!, pending: line.split(';')[0]! }
}

const back = (page: Browser, url: string, cookie: string) =>
  page.call(url.slice(rig.api.url.length), { headers: { cookie } })

describe("sign-on with the agency's identity provider", () => {
  it('opens a session for a person with an account, who still has to consent', async () => {
    const person = {
      id: 'jane',
      name: 'Jane Doe',
      email: 'jane@agency.example',
      singleSignOn: 'subject-of-jane',
    }
    const at = browser(rig.api)
    at.setCookie(admin.cookie()!)
    expect((await at.send('/v1/people', person)).status).toBe(201)
    const page = browser(rig.api)
    expect(await bodyOf(page.call('/v1/sign-on'))).toEqual({
      ...{ password: true, provider: true, cast: expect.any(Array) },
    })
    const { url, pending } = await begin(page)
    const answer = await back(page, await atProvider(url, 'subject-of-jane'), pending)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(await bodyOf(page.call('/v1/session'))).toMatchObject({ id: 'jane', consented: false })
  })

  it('refuses a person without an account, or with a suspended one', async () => {
    const page = browser(rig.api)
    const stranger = await begin(page)
    const returned = await atProvider(stranger.url, 'subject-of-nobody')
    expect(await refusal(back(page, returned, stranger.pending))).toEqual([403, 'ACCOUNT_LOCKED'])

    const at = browser(rig.api)
    at.setCookie(admin.cookie()!)
    const change = { suspended: true, reason: 'left the agency' }
    expect((await at.send('/v1/people/jane', change, 'PATCH')).status).toBe(200)
    const jane = await begin(page)
    const janes = await atProvider(jane.url, 'subject-of-jane')
    expect(await refusal(back(page, janes, jane.pending))).toEqual([403, 'ACCOUNT_LOCKED'])
  })

  it('refuses an answer that belongs to another browser, is used twice, or was made up', async () => {
    const page = browser(rig.api)
    const [mine, theirs] = [await begin(page), await begin(page)]
    const returned = await atProvider(mine.url, 'subject-of-nobody')
    expect(await refusal(back(page, returned, theirs.pending))).toEqual([401, 'NOT_SIGNED_ON'])
    expect(await refusal(page.call(returned.slice(rig.api.url.length)))).toEqual([401, 'NOT_SIGNED_ON'])
    expect(await refusal(back(page, returned, mine.pending))).toEqual([403, 'ACCOUNT_LOCKED'])
    expect(await refusal(back(page, returned, mine.pending))).toEqual([401, 'NOT_SIGNED_ON'])
    const madeUp = `${rig.api.url}/v1/sign-on/provider/return?code=x&state=y`
    expect(await refusal(back(page, madeUp, mine.pending))).toEqual([401, 'NOT_SIGNED_ON'])
  })

  it('says when the provider is down, when none is configured, and when its file is wrong', async () => {
    const away = openProvider({ issuer: 'http://127.0.0.1:1', clientId: 'a', clientSecret: 'b' })
    await expect(away.begin('http://127.0.0.1/x')).rejects.toMatchObject({ code: 'SIGN_ON_PROVIDER_FAILED' })
    const none = browser(await rig.startApi())
    expect(await refusal(none.call('/v1/sign-on/provider'))).toEqual([404, 'NOT_FOUND'])
    const providerFile = join(rig.dataDir, 'wrong.json')
    await writeFile(providerFile, '{"issuer":"ftp://x"}')
    await expect(rig.startApi({ providerFile })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    const plain = { issuer: 'http://id.agency.example', clientId: 'a', clientSecret: 'b' }
    expect(() => openProvider(plain)).toThrow(/not encrypted/)
  })
})
