import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { root } from '@sightline/runtime/root'
import fastGlob from 'fast-glob'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeTabs, HAS_CHROMIUM, ourChromium } from '../console/support/chromium.ts'

/** Where `./sightline docs --site` builds it; CI does. Without it there is nothing to look at. */
const SITE = join(root, 'docs/site/dist')
const HOST = 'http://docs.example'

const TYPES: Record<string, string> = {
  ...{ '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' },
  ...{ '.png': 'image/png', '.jpg': 'image/jpeg', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' },
}

describe.skipIf(!HAS_CHROMIUM || !existsSync(SITE))('the site of the documents', { timeout: 120_000 }, () => {
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  const missing: string[] = []
  beforeAll(async () => {
    browser = await ourChromium()
    page = await browser.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    // Whatever the site does not have itself is missing: there is no network.
    await page.route('**/*', async (route) => {
      const { href, pathname } = new URL(route.request().url())
      const name = pathname.endsWith('/') ? `${pathname}index.html` : pathname
      const file = join(SITE, decodeURIComponent(name))
      if (href.startsWith(`${HOST}/`) && existsSync(file))
        return route.fulfill({ body: readFileSync(file), contentType: TYPES[extname(file)] ?? 'text/plain' })
      missing.push(href)
      return route.abort()
    })
  })
  afterAll(() => browser && closeTabs(browser))

  it('has every page, and its links and images lead somewhere', async () => {
    const pages = await fastGlob('**/*.html', { cwd: SITE, ignore: ['404.html'] })
    expect(pages).toEqual(
      expect.arrayContaining([
        'index.html',
        'docs/architecture.html',
        'docs/api/index.html',
        'api/index.html',
      ]),
    )
    const broken: string[] = []
    for (const file of pages) {
      const text = readFileSync(join(SITE, file), 'utf8')
      for (const [, link = ''] of text.matchAll(/<(?:a|img|link|script)\b[^>]*? (?:href|src)="([^"]+)"/g)) {
        const { origin, pathname } = new URL(link, `${HOST}/${file}`)
        if (origin !== HOST) continue
        const name = decodeURIComponent(pathname.endsWith('/') ? `${pathname}index.html` : pathname)
        if (!existsSync(join(SITE, name))) broken.push(`${file}: ${link}`)
      }
    }
    expect(broken).toEqual([])
  })

  it.each(['docs/architecture.html', 'docs/security.html'])(
    'draws the figures of %s without a network',
    async (path) => {
      await page.goto(`${HOST}/${path}`)
      const figures = page.locator('pre.mermaid')
      expect(await figures.count()).toBeGreaterThan(0)
      await expect
        .poll(() => page.locator('pre.mermaid svg').count(), { timeout: 30_000 })
        .toBe(await figures.count())
      expect(await page.locator('pre.mermaid', { hasText: 'Syntax error' }).count()).toBe(0)
    },
  )

  it('shows text that looks like a template as it is', async () => {
    await page.goto(`${HOST}/docs/matcher.html`)
    await page.getByText('{{partition(').first().waitFor()
  })

  it('requests nothing from elsewhere, and the browser reports no error', () => {
    expect(missing).toEqual([])
    expect(complaints).toEqual([])
  })
})
