import type { Page } from 'playwright-core'

/**
 * What is cut at the sides of a page or dialog, or has to be scrolled sideways: elements that are wider inside than they
 * are. Has to be empty at every size that is promised. What a field holds may be longer than the field, and so may a text
 * that is meant to end in … (`text-overflow`), or says the whole in its title.
 */
export const cutElements = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const isCut = (element) => {
      const { overflowX, textOverflow } = getComputedStyle(element)
      return overflowX !== 'visible' && textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1
    }
    const isMeant = (element) => element.closest('input, select, textarea, [title], .map-canvas, .visually-hidden')
    const root = document.documentElement
    const found = [...document.body.querySelectorAll('*')].filter((element) => isCut(element) && !isMeant(element))
    const named = found.map((element) => element.tagName + '.' + element.className + ': ' + element.scrollWidth + ' > ' + element.clientWidth)
    return root.scrollWidth > root.clientWidth ? ['page: ' + root.scrollWidth + ' > ' + root.clientWidth, ...named] : named
  })()`)

/** Tablets upright and lying, and the smallest screen of a desk. */
export const SIZES = [
  { width: 1280, height: 720 },
  { width: 1024, height: 768 },
  { width: 768, height: 1024 },
] as const

/** The same at all sizes that are promised; the page is left as wide as it was. */
export async function cutAtAnySize(page: Page): Promise<string[]> {
  const before = page.viewportSize()
  const found: string[] = []
  for (const size of SIZES) {
    await page.setViewportSize(size)
    // Parts that scripts lay out do so after they hear of the new size.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    found.push(...(await cutElements(page)).map((one) => `${size.width}: ${one}`))
  }
  if (before) await page.setViewportSize(before)
  return found
}
