import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeTabs, HAS_CHROMIUM, ourChromium } from '../console/support/chromium.ts'
import { type Tabs, tabsOf } from '../console/support/tabs.ts'
import { type Rig, startRig } from './harness.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.close())

const get = (path: string) => fetch(`${rig.api.url}${path}`)

describe('the API reference for people', () => {
  it('needs no sign-on, and its policy lets it load only its own files', async () => {
    const page = await get('/reference')
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const policy = page.headers.get('content-security-policy')!
    expect(policy.split('; ')).toEqual([
      'sandbox allow-scripts',
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      'img-src data:',
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ])
    const outside = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, to]) => to)
    expect(outside.filter((to) => !to!.startsWith('/reference/') && to !== 'data:,')).toEqual([])
  })

  it.each([
    '/reference/',
    '/reference/swagger-ui.js',
    '/reference/oauth2-redirect.html',
    '/reference/index.html',
    '/reference/..%2Fpackage.json',
    '/reference/%2e%2e%2fpackage.json',
    '/reference/__proto__',
    '/reference/constructor',
    '/reference/start.js/x',
  ])('serves nothing else of its folder: %s', async (path) => {
    expect([401, 404]).toContain((await get(path)).status)
  })
})

describe.skipIf(!HAS_CHROMIUM)('the API reference in a browser', () => {
  let browser: Browser
  let tabs: Tabs
  let page: Page
  let complaints: string[]
  const asked: string[] = []
  beforeAll(async () => {
    browser = await ourChromium()
    tabs = tabsOf(browser, () => rig.api)
    const tab = await tabs.as('dana-reyes', { path: '/health' })
    page = tab.page
    complaints = tab.complaints
    complaints.length = 0
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(`${rig.api.url}/reference`)
    await page.locator('.opblock').first().waitFor()
  })
  afterAll(() => browser && closeTabs(browser))

  it('shows every operation, each with its permission', async () => {
    const document = (await (await get('/openapi.json')).json()) as { paths: Record<string, object> }
    const operations = Object.values(document.paths).flatMap((path) => Object.keys(path))
    // One that has several tags is shown with each.
    const shown = await page.locator('.opblock').evaluateAll((blocks) => blocks.map((block) => block.id))
    expect(new Set(shown).size).toBeGreaterThanOrEqual(operations.length)
    expect(operations.length).toBeGreaterThan(100)
    await page.locator('.opblock', { hasText: '/v1/displays/{id}/close' }).first().click()
    await page.getByText('x-permission').first().waitFor()
    for (const way of ['.try-out', '.authorize', '.authorization__btn'])
      expect([way, await page.locator(way).count()]).toEqual([way, 0])
  })

  it('requests only its own files, and the browser reports no error', () => {
    const files = ['', '/swagger-ui.css', '/swagger-ui-bundle.js', '/start.js']
    expect(asked.sort()).toEqual(files.map((file) => `${rig.api.url}/reference${file}`).sort())
    // What the tests put into each page chooses the console's theme: this page has no storage for it.
    expect(complaints.filter((text) => !text.includes("'localStorage'"))).toEqual([])
  })

  it('cannot act for a person who is signed on beside it, even if somebody else’s script ran in it', async () => {
    // The same tab is signed on: at another address of the api it may.
    const session = `fetch('/v1/session').then((answer) => answer.status, () => 'refused')`
    expect(await page.evaluate(session)).toBe('refused')
    expect(await page.evaluate('location.origin === self.origin')).toBe(false)
    for (const reach of ['localStorage', 'document.cookie', 'indexedDB.open("x")'])
      await expect(page.evaluate(`void ${reach}`), reach).rejects.toThrow(/SecurityError|denied|sandbox/i)
    await page.goto(`${rig.api.url}/health`)
    expect(await page.evaluate(session)).toBe(200)
  })
})
