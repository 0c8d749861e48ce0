import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  COUNT_RETURNS,
  launchKeeping,
  NO_SHARED_WORKER,
  plainRequest,
  returns,
} from './support/kept-pages.ts'
import { type AlertsConsole, live, openAlerts, PATIENCE_MS, row } from './support/open-alerts.ts'
import { type CastId, HAS_CHROMIUM } from './support/open-console.ts'

/** Pages open at once, and times that one goes away: a browser has six connections to a site by HTTP/1.1. */
const PAGES = 7
/** Of a busy machine. A request that waits for a connection behind streams waits as long as they are open: for ever. */
const AT_ONCE_MS = 15_000

/** The browser keeps pages that one goes away from, as it does for people: their streams must not keep connections. */
describe.skipIf(!HAS_CHROMIUM)('streams of many pages', { timeout: 120_000 }, () => {
  let console: AlertsConsole
  let browser: Browser
  beforeAll(async () => {
    console = await openAlerts()
    browser = await launchKeeping()
  })
  afterAll(async () => {
    await browser?.close()
    await console?.close()
  })

  /** A browser that one of the cast is signed on in; its pages share cookies and connections. */
  async function signedOn(person: CastId, ...scripts: string[]): Promise<BrowserContext> {
    const { cookie } = await console.session(person)
    const [name, value] = cookie.split('=') as [string, string]
    const context = await browser.newContext({ locale: 'en-GB' })
    await context.addCookies([{ name, value, url: console.rig.api.url, httpOnly: true, sameSite: 'Strict' }])
    for (const script of [COUNT_RETURNS, ...scripts]) await context.addInitScript(script)
    return context
  }
  async function open(context: BrowserContext, path: string): Promise<Page> {
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    await go(page, path)
    return page
  }
  /** By its address, as a reload or a bookmark does it: a new document. */
  const go = (page: Page, path: string) => page.goto(`${console.rig.api.url}${path}`, { waitUntil: 'commit' })
  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  const readers = (page: Page) => page.getByText(/^No camera has reported/).waitFor()

  it(`are all live in ${PAGES} tabs, and a plain request is answered at once`, async () => {
    const context = await signedOn('dana-reyes')
    const pages: Page[] = []
    for (let count = 0; count < PAGES; count++) {
      const page = await open(context, '/alerts')
      await live(page)
      pages.push(page)
    }
    expect(await plainRequest(pages.at(-1)!)).toBeLessThan(AT_ONCE_MS)
    const { sequence } = await console.raise()
    for (const page of pages) await row(page, sequence).waitFor()
    // What somebody does in one is seen in all.
    const { call } = await console.session('sam-okafor')
    expect((await call(`/v1/alerts/${sequence}/claim`, {})).status).toBe(200)
    for (const page of pages) await row(page, sequence).getByText('Sam Okafor').waitFor()
    await context.close()
  })

  for (const [how, scripts] of [
    ['', []],
    [', in a browser without shared workers', [NO_SHARED_WORKER]],
  ] as const) {
    it(`are closed and reopened by going away and back ${PAGES} times${how}`, async () => {
      const context = await signedOn('dana-reyes', ...scripts)
      const page = await open(context, '/alerts')
      await live(page)
      for (let count = 0; count < PAGES; count++) {
        await go(page, '/displays')
        await heading(page, 'Watchlist')
        await go(page, '/alerts')
        await live(page)
      }
      expect(await plainRequest(page)).toBeLessThan(AT_ONCE_MS)

      await go(page, '/displays')
      await heading(page, 'Watchlist')
      const came = [await console.raise(), await console.raise({ display: 'boat' })]
      await page.goBack({ waitUntil: 'commit' })
      expect(await returns(page)).toBe(1)
      await live(page)
      const later = await console.raise()
      for (const { sequence } of [...came, later]) {
        await row(page, sequence).waitFor()
        expect(await row(page, sequence).count()).toBe(1)
      }
      // It was left, not lost.
      expect(await page.getByText('Connection lost').count()).toBe(0)
      await context.close()
    })
  }

  it('of cameras too: in many tabs, and by going away and back', async () => {
    const context = await signedOn('tom-berg')
    const pages: Page[] = []
    for (let count = 0; count < PAGES; count++) {
      const page = await open(context, '/administration/cameras')
      await readers(page)
      pages.push(page)
    }
    const page = pages.at(-1)!
    for (let count = 0; count < PAGES; count++) {
      await go(page, '/administration/people')
      await page.getByText('Dana Reyes').first().waitFor()
      await go(page, '/administration/cameras')
      await readers(page)
    }
    expect(await plainRequest(page)).toBeLessThan(AT_ONCE_MS)
    await context.close()
  })
})
