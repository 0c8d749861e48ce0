import { setTimeout as pause } from 'node:timers/promises'
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
 * Tabs and sessions of the made-up cast. A tab that a test opens is emptied after it, for the next one: left as it is, it goes on
 * following alerts and drawing maps beside the tests that come after.
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

  /** Tabs that a test has left clean, by what they were opened with. */
  const spare = new Map<string, CleanTab[]>()
  const tab = async (cookie: string | undefined, options: TabOptions): Promise<Tab> => {
    const {
      path = '/',
      viewport = { width: 1280, height: 720 },
      theme = 'dark',
      timezoneId = 'UTC',
    } = options
    const { url } = api()
    const kind = JSON.stringify([viewport, theme, timezoneId, url])
    const clean = spare.get(kind)?.pop() ?? (await newTab(browser, { viewport, theme, timezoneId }))
    const { context, page } = clean
    const [name, value] = cookie?.split('=') ?? []
    if (name && value) {
      await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }])
    }
    if (TestRunner.getCurrentTest()) {
      const isUsedUp = watchUse(clean)
      onTestFinished(async () => {
        if (isUsedUp() || !(await cleanTab(browser, clean, url, viewport))) return context.close()
        spare.set(kind, [...(spare.get(kind) ?? []), clean])
      })
    }
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

interface CleanTab {
  context: BrowserContext
  page: Page
}

async function newTab(
  browser: Browser,
  { theme, ...options }: Required<Pick<TabOptions, 'viewport' | 'theme' | 'timezoneId'>>,
): Promise<CleanTab> {
  const context = await browser.newContext({ ...options, locale: 'en-GB', reducedMotion: 'reduce' })
  await context.addInitScript(`localStorage.setItem('sightline-theme', '${theme}')`)
  return { context, page: await context.newPage() }
}

/** What a test may do to a tab that cannot be taken back. */
const LASTING = {
  context: ['addInitScript', 'exposeBinding', 'exposeFunction', 'grantPermissions', 'route', 'setOffline'],
  page: ['addInitScript', 'exposeBinding', 'exposeFunction', 'emulateMedia', 'close'],
} as const

/** @returns whether something lasting was done to a tab since */
function watchUse({ context, page }: CleanTab): () => boolean {
  let isUsedUp = false
  const watch = <T extends object>(whole: T, names: readonly (keyof T)[]) => {
    for (const name of names) {
      const call = whole[name] as (...args: unknown[]) => unknown
      const watched = (...args: unknown[]) => {
        isUsedUp = true
        return call.apply(whole, args)
      }
      Object.assign(whole, { [name]: watched })
    }
  }
  watch(context, LASTING.context)
  watch(page, LASTING.page)
  return () => isUsedUp
}

/**
 * Takes back what a test did to a tab: listeners, routes, size, and all that the origin has stored. What it loaded stays in the
 * browser's cache, and its process: a new one takes three tenths of a second of a core more. So the tab goes to an answer of the api,
 * not to about:blank, for which the browser takes another process.
 * @returns false if a worker is left
 */
async function cleanTab(
  browser: Browser,
  { context, page }: CleanTab,
  origin: string,
  viewport: { width: number; height: number },
): Promise<boolean> {
  if (page.isClosed()) return false
  page.removeAllListeners()
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await Promise.all(context.pages().map((other) => other !== page && other.close()))
  await page.goto(`${origin}/v1/session`)
  await page.setViewportSize(viewport)
  const session = await context.newCDPSession(page)
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' })
  await page.evaluate('sessionStorage.clear()')
  await session.detach()
  await context.clearCookies()
  return hasNoWorkers(browser)
}

/** A worker that tabs share (console/api/stream) ends a moment after the last of them: the next one would be given its stream. */
async function hasNoWorkers(browser: Browser): Promise<boolean> {
  const session = await browser.newBrowserCDPSession()
  try {
    for (let tries = 0; tries < 50; tries++) {
      const { targetInfos } = await session.send('Target.getTargets')
      if (!targetInfos.some(({ type }) => type === 'shared_worker')) return true
      await pause(20)
    }
    return false
  } finally {
    await session.detach()
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
