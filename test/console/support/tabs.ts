import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect, onTestFinished, TestRunner } from 'vitest'

export type CastId = 'dana-reyes' | 'sam-okafor' | 'lee-novak' | 'mara-stein' | 'iris-wong' | 'tom-berg'

export interface TabOptions {
  /** Address of the console; default `/`. */
  path?: string
  /** Default 1280 × 720. */
  viewport?: { width: number; height: number }
  /** Default dark; `system` goes by `page.emulateMedia`. */
  theme?: 'dark' | 'light' | 'system'
  /** Default true. */
  consent?: boolean
  /** Of the browser; default UTC. */
  timezoneId?: string
}

/** A tab of the browser, with cookies of its own. */
export interface Tab {
  page: Page
  context: BrowserContext
  /** What the browser complained of: scripts that failed, what the content policy refused. Has to stay empty. */
  complaints: string[]
  /** A request by the signed-on person, as the page sends it; JSON when there is a body. */
  call(
    path: string,
    body?: unknown,
    init?: { method?: string; headers?: Record<string, string> },
  ): Promise<Response>
}

/**
 * Tabs and sessions of the made-up cast. A tab that a test opens is closed after it: left open, it goes on following alerts and
 * drawing maps beside the tests that come after.
 */
export interface Tabs {
  /** A tab that nobody is signed on in. */
  open(options?: TabOptions): Promise<Tab>
  /** A tab that one of the cast is signed on in, consent given: no forms are filled in for it. */
  as(person: CastId, options?: TabOptions): Promise<Tab>
  /** A session of one of the cast, consent given, without a tab: to prepare and to look from elsewhere. */
  session(
    person: CastId,
    consent?: boolean,
  ): Promise<Omit<Tab, 'page' | 'context' | 'complaints'> & { cookie: string }>
}

/**
 * @param api asked at each use, because it may be another one after a restart
 * @param patienceMs how long a page waits for something; the browser's 30 s without
 */
export function tabsOf(
  browser: Browser,
  api: () => { url: string; token: string | null },
  patienceMs?: number,
): Tabs {
  const session: Tabs['session'] = async (person, consent = true) => {
    const { url, token } = api()
    const answer = await fetch(`${url}/v1/sign-on/development`, asJson({ token, person }, { origin: url }))
    expect([person, answer.status]).toEqual([person, 204])
    const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!
    const call = caller(api, async () => cookie)
    if (consent) {
      const { version } = (await (await call('/v1/consent')).json()) as { version: string }
      expect((await call('/v1/consent', { version, agree: true })).status).toBe(204)
    }
    return { cookie, call }
  }

  const tab = async (cookie: string | undefined, options: TabOptions): Promise<Tab> => {
    const {
      path = '/',
      viewport = { width: 1280, height: 720 },
      theme = 'dark',
      timezoneId = 'UTC',
    } = options
    const { url } = api()
    const context = await browser.newContext({
      viewport,
      timezoneId,
      locale: 'en-GB',
      reducedMotion: 'reduce',
    })
    const [name, value] = cookie?.split('=') ?? []
    if (name && value) {
      await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }])
    }
    await context.addInitScript(`localStorage.setItem('sightline-theme', '${theme}')`)
    if (TestRunner.getCurrentTest()) onTestFinished(() => context.close())
    const page = await context.newPage()
    if (patienceMs) page.setDefaultTimeout(patienceMs)
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => {
      // That the api refuses something is shown by the page; the browser says it as well.
      const isRefusal = message.text().startsWith('Failed to load resource')
      if (message.type() === 'error' && !isRefusal) complaints.push(message.text())
    })
    await page.goto(`${url}${path}`)
    const call = caller(api, async () => {
      const cookies = await context.cookies(url)
      return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    })
    return { page, context, complaints, call }
  }

  return {
    session,
    open: (options = {}) => tab(undefined, options),
    as: async (person, options = {}) => tab((await session(person, options.consent)).cookie, options),
  }
}

const caller =
  (api: () => { url: string }, cookie: () => Promise<string>): Tab['call'] =>
  async (path, body, { method, headers = {} } = {}) => {
    const { url } = api()
    const all = { origin: url, cookie: await cookie(), ...headers }
    if (body === undefined) return fetch(`${url}${path}`, { method: method ?? 'GET', headers: all })
    return fetch(`${url}${path}`, { ...asJson(body, all), method: method ?? 'POST' })
  }

const asJson = (body: unknown, headers: Record<string, string>): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/**
 * Goes to a view as a link in the page does: nothing is loaded again, and axe stays there. Half a second of a core less than
 * `page.goto`.
 * @param path of the console; what is shown until then must not have what is waited for next
 */
export async function visit(page: Page, path: string): Promise<void> {
  const drawn = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))'
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)}); ${drawn}`)
}
