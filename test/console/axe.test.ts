import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeInBothThemes } from './support/axe.ts'
import { closeTabs, HAS_CHROMIUM, ourChromium } from './support/chromium.ts'

describe.skipIf(!HAS_CHROMIUM)('the accessibility check of a page', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await ourChromium()
  })
  afterAll(() => browser && closeTabs(browser))

  const rulesBroken = async (
    style: string,
    main = '<h1>Plates</h1><p class="it">Seen at <a href="/x">a lot</a> today</p>',
    theme?: string,
  ) => {
    const page = await (await browser.newContext()).newPage()
    const head = `<title>Page</title><style>${style}</style>`
    await page.setContent(
      `<!doctype html><html lang="en"><head>${head}</head><body><main>${main}</main></body></html>`,
    )
    if (theme) await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`)
    return (await axeInBothThemes(page)).map((finding) => finding.split(':').slice(0, 2).join(':'))
  }

  it.each(['light', 'dark'])('finds wrong colors in the %s theme only', async (theme) => {
    for (const first of [undefined, 'dark']) {
      const pale = `:root[data-theme=${theme}] .it { color: #ccc }`
      expect(await rulesBroken(pale, undefined, first)).toEqual([`${theme}: color-contrast`])
    }
    // A link that differs from the text around it only by its color, and barely.
    const alike = `:root[data-theme=${theme}] a { color: #222; text-decoration: none }`
    expect(await rulesBroken(alike)).toEqual([`${theme}: link-in-text-block`])
  })

  it('finds what is wrong in any theme, and nothing in a correct page', async () => {
    const lacksText = '<h1>Plates</h1><img src="data:,">'
    expect(await rulesBroken('', lacksText)).toEqual(['light: image-alt'])
    // All rules in the theme that a page has.
    expect(await rulesBroken('', lacksText, 'dark')).toEqual(['dark: image-alt'])
    expect(await rulesBroken('')).toEqual([])
  })
})
