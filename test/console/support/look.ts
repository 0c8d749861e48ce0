import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { axeInBothThemes } from './axe.ts'

/** Folder for pictures of what was looked at; none without it. */
const SHOTS = process.env.SIGHTLINE_SHOTS

export const TABLETS = [
  [1024, 768],
  [768, 1024],
] as const

/**
 * Texts that are cut at their side, whatever cuts them, and a page that is wider than its window. Texts that are meant to
 * end in … say so by the style `text-overflow`.
 */
const CUT = `(() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
  const cut = [...document.querySelectorAll('body *')].filter((element) => {
    const { overflowX, textOverflow, clip, position } = getComputedStyle(element)
    if (element.closest('svg, canvas, .maplibregl-map, .visually-hidden') || element.clientWidth === 0) return false
    if (textOverflow === 'ellipsis' && overflowX !== 'visible') return false
    return overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1
  })
  return [
    ...(wide > 0 ? ['the page by ' + wide + ' pixels'] : []),
    ...cut.map((element) => element.tagName + '.' + element.className + ' by ' + (element.scrollWidth - element.clientWidth)),
  ]
})()`

/** What stands in a page is to have nothing that axe finds, in either theme, nor anything cut, here and on a tablet. */
export async function expectGoodLook(page: Page, name: string): Promise<void> {
  const size = page.viewportSize()!
  for (const [width, height] of [[size.width, size.height] as const, ...TABLETS]) {
    await page.setViewportSize({ width, height })
    const cut = async () => [name, width, await page.evaluate(CUT)]
    await expect.poll(cut, { timeout: 5000 }).toEqual([name, width, []])
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name.replaceAll(' ', '-')}-${width}.png` })
  }
  await page.setViewportSize(size)
  expect([name, await axeInBothThemes(page)]).toEqual([name, []])
}
